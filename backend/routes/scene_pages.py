"""The public page of a certified scene, and the page on which scenes are assessed."""

from __future__ import annotations

from backend.errors import DatabaseUnavailable, NotFound
from backend.routes.http.call import Call
from backend.routes.http.pages import Page, away, page_language, rendered, shell
from backend.routes.http.reply import Reply
from backend.services.actions.certifications import list_criteria
from backend.services.actions.scenes import scene_facts
from backend.storage.database import UNAVAILABLE


async def scene_page(call: Call) -> Reply:
    """A scene with what it is certified as, by whom, until when, and by which criteria; needs no script."""
    code = call.params["code"]
    try:
        facts = await scene_facts(call.components.catalogue, code)
    except NotFound:
        return rendered(call, "site/missing.html", {"kind": "scene", "asked": code[:60]}, 404)
    except UNAVAILABLE:
        return away(call, page_language(call), DatabaseUnavailable())
    return rendered(call, "site/scene.html", facts)


async def certifications_page(call: Call) -> Reply:
    return shell(call, "staff/certifications.html", lambda _: {"criteria": list_criteria()[0]})


PAGES: tuple[tuple[str, Page], ...] = (
    ("/scenes/{code}", scene_page),
    ("/staff/certifications", certifications_page),
)
