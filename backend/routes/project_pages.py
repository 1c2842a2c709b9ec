"""Public pages of projects and of the ways to offset, and the page on which operators tell plantings."""

from __future__ import annotations

from typing import Final, get_args
from urllib.parse import urlencode
from uuid import UUID

from backend.errors import DatabaseUnavailable, NotFound
from backend.messages.credits import Barrier
from backend.routes.http.call import Call
from backend.routes.http.pages import Page, away, page_language, rendered, shell
from backend.routes.http.reply import Reply
from backend.services.credits.projects import list_projects, show_project
from backend.services.credits.register import list_products
from backend.storage.database import UNAVAILABLE

PROJECTS_SHOWN: Final = 50
BARRIERS: Final = get_args(Barrier)


async def projects_page(call: Call) -> Reply:
    """Projects with the barrier they lie in; needs no script."""
    barrier = call.query("barrier") or None
    demonstrations = call.query("demonstrations") == "true"
    wanted: dict[str, object] = {} if barrier not in BARRIERS else {"barrier": barrier}
    if demonstrations:
        wanted["is_demonstration"] = True
    rules = call.components.catalogue.credits
    try:
        page = await list_projects(
            call.components.database, rules, PROJECTS_SHOWN, _id_or_none(call.query("cursor")), wanted
        )
    except UNAVAILABLE:
        return away(call, page_language(call), DatabaseUnavailable())
    kept = {"barrier": barrier or "", "cursor": page.next_cursor or ""}
    if demonstrations:
        kept["demonstrations"] = "true"
    facts = {
        "projects": page.items,
        "barriers": BARRIERS,
        "barrier": barrier,
        "demonstrations": demonstrations,
        "next": f"/projects?{urlencode(kept)}" if page.next_cursor else None,
    }
    return rendered(call, "site/projects.html", facts)


def _id_or_none(text: str | None) -> UUID | None:
    """A page's cursor; what is none begins at the beginning."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


async def project_page(call: Call) -> Reply:
    """A project: what was planted or repaired, what survived, what is still expected; needs no script."""
    code = call.params["code"]
    try:
        found = await show_project(call.components.database, code, call.components.catalogue.credits)
    except NotFound:
        return rendered(call, "site/missing.html", {"kind": "project", "asked": code[:60]}, 404)
    except UNAVAILABLE:
        return away(call, page_language(call), DatabaseUnavailable())
    return rendered(call, "site/project.html", {"project": found})


async def plantings_page(call: Call) -> Reply:
    return shell(call, "staff/plantings.html", lambda _: {"barriers": BARRIERS})


async def ways_page(call: Call) -> Reply:
    """Ways to offset in the guideline's order, with price, vintage, stock and origin; needs no script."""
    catalogue = call.components.catalogue
    try:
        products = await list_products(call.components.database, catalogue)
    except UNAVAILABLE:
        return away(call, page_language(call), DatabaseUnavailable())
    planting = next(each for each in products if each.code == "forest_grass_sink")
    return rendered(call, "site/ways.html", {"products": products, "planting": planting})


PAGES: tuple[tuple[str, Page], ...] = (
    ("/projects", projects_page),
    ("/projects/{code}", project_page),
    ("/ways", ways_page),
    ("/staff/plantings", plantings_page),
)
