"""What each refusal means and what to do about it: the list, and a page for every code."""

from __future__ import annotations

from backend.errors import Refusal
from backend.render.pages.html import render
from backend.routes.http.call import Call
from backend.routes.http.pages import Page, page_language, reply, shell
from backend.routes.http.problems import all_refusals
from backend.routes.http.reply import Reply
from backend.texts import LANGUAGES, has_text, say


async def problems_page(call: Call) -> Reply:
    def facts(language: str) -> dict[str, object]:
        by_status: dict[int, list[dict[str, object]]] = {}
        for cls in sorted(all_refusals().values(), key=lambda cls: (cls.status, cls.code)):
            by_status.setdefault(cls.status, []).append(_refusal_page(cls, language))
        return {"by_status": by_status}

    return shell(call, "site/problems.html", facts)


async def problem_page(call: Call) -> Reply:
    """What one refusal means, and what to do about it. The `type` of every problem document leads here."""
    language, is_demo = page_language(call), call.components.settings.is_demo
    cls = all_refusals().get(call.params["code"])
    if cls is None:
        asked = call.params["code"][:60]
        return reply(
            call, language, render("site/missing.html", language, is_demo, kind="problem", asked=asked), 404
        )
    both = {each: _refusal_page(cls, each) for each in LANGUAGES}
    return reply(
        call, language, render("site/problem.html", language, is_demo, both=both, refusal=both[language])
    )


def _refusal_page(cls: type[Refusal], language: str) -> dict[str, object]:
    """A refusal in one language; its detail keeps the {facts} that each answer fills in."""
    own, by_status = f"next.{cls.code}", f"next.{cls.status}"
    advice = next((key for key in (own, by_status) if has_text(key)), "next.other")
    return {
        "code": cls.code,
        "status": cls.status,
        "title": cls.title(language),
        "detail": cls.detail_form(language),
        "advice": say(language, advice),
        "repeatable": cls.status == 503,
    }


PAGES: tuple[tuple[str, Page], ...] = (
    ("/problems", problems_page),
    ("/problems/{code}", problem_page),
)
