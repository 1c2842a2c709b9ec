"""The page on which operators open programmes of periods of people's lives."""

from __future__ import annotations

from backend.routes.http.call import Call
from backend.routes.http.pages import Page, shell
from backend.routes.http.reply import Reply


async def programmes_page(call: Call) -> Reply:
    return shell(call, "staff/programmes.html")


PAGES: tuple[tuple[str, Page], ...] = (("/staff/programmes", programmes_page),)
