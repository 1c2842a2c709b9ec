"""The verifiers' desk."""

from __future__ import annotations

from backend.routes.http.call import Call
from backend.routes.http.pages import Page, shell
from backend.routes.http.reply import Reply


async def desk_page(call: Call) -> Reply:
    return shell(call, "staff/verification.html")


PAGES: tuple[tuple[str, Page], ...] = (("/staff/verification", desk_page),)
