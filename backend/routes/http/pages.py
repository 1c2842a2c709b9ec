"""How pages are answered: their language, shells that are rendered once, and what is said while a part is away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final

from backend.errors import DatabaseUnavailable, Refusal
from backend.errors.certificates import SignerUnavailable
from backend.render.pages.html import render
from backend.routes.http.call import Call
from backend.routes.http.reply import Reply
from backend.storage.database import UNAVAILABLE
from backend.tenant import current_tenant, per_tenant
from backend.texts import LANGUAGES, say

LANGUAGE_COOKIE: Final = "lang"
LANGUAGE_COOKIE_S: Final = 365 * 24 * 3600

Page = Callable[[Call], Awaitable[Reply]]


def page_language(call: Call) -> str:
    """`?lang=` first, then the cookie of an earlier choice, then what the browser asks for."""
    offered = current_tenant().languages or LANGUAGES
    asked = call.query("lang")
    if asked is not None and asked in offered:
        return asked
    headers: Mapping[bytes, bytes] = dict(call.scope["headers"])
    try:
        kept = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1")).get(LANGUAGE_COOKIE)
    except CookieError:
        kept = None
    chosen = kept.value if kept is not None else call.language
    return chosen if chosen in offered else (call.language if call.language in offered else offered[0])


def reply(call: Call, language: str, body: bytes, status: int = 200) -> Reply:
    """A page in a language, which the browser keeps where the address chose it."""
    headers = [
        (b"cache-control", b"no-cache"),
        (b"content-language", language.encode()),
        (b"vary", b"accept-language, cookie"),
    ]
    if call.query("lang") == language:
        cookie = f"{LANGUAGE_COOKIE}={language}; Path=/; Max-Age={LANGUAGE_COOKIE_S}; SameSite=Lax"
        headers.append((b"set-cookie", cookie.encode()))
    return Reply(status=status, body=body, media_type=b"text/html; charset=utf-8", headers=tuple(headers))


@per_tenant
def _shells() -> dict[tuple[str, str, bool], bytes]:
    return {}


def shell(call: Call, template: str, facts: Callable[[str], dict[str, object]] | None = None) -> Reply:
    """A page that says the same to everybody, rendered once: a stadium that scans costs no rendering."""
    language, is_demo = page_language(call), call.components.settings.is_demo
    key = (template, language, is_demo)
    shells = _shells()
    body = shells.get(key)
    if body is None:
        body = shells[key] = render(template, language, is_demo, **(facts(language) if facts else {}))
    return reply(call, language, body)


def away(call: Call, language: str, refusal: Refusal) -> Reply:
    """A page that says what is not there at the moment."""
    facts = {
        "title": refusal.title(language),
        "detail": refusal.detail(language)
        if isinstance(refusal, SignerUnavailable)
        else say(language, "away.detail"),
        "code": refusal.code,
    }
    body = render("site/away.html", language, call.components.settings.is_demo, **facts)
    return reply(call, language, body, refusal.status)


def while_away(page: Page) -> Page:
    """The page, or while the database is away one that says so."""

    @wraps(page)
    async def shown(call: Call) -> Reply:
        try:
            return await page(call)
        except UNAVAILABLE:
            return away(call, page_language(call), DatabaseUnavailable())

    return shown


def rendered(call: Call, template: str, facts: dict[str, Any], status: int = 200) -> Reply:
    """A page with facts of this request."""
    language = page_language(call)
    return reply(
        call, language, render(template, language, call.components.settings.is_demo, **facts), status
    )
