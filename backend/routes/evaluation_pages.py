"""Pages about credit ratings and demonstrations: an organisation's, the criteria, the list, and the desks of staff."""

from __future__ import annotations

from urllib.parse import urlencode

from backend.errors import NotFound, Refusal
from backend.messages.cursors import read_id
from backend.messages.evaluation.demonstrations import REGION_CHARS_MAX
from backend.routes.http.call import Call
from backend.routes.http.pages import Page, page_language, rendered, shell, while_away
from backend.routes.http.reply import Reply
from backend.services.evaluation.criteria import read_criteria
from backend.services.evaluation.demonstrations import list_demonstrations
from backend.services.evaluation.scores import show_credit

DEMONSTRATIONS_SHOWN = 50


@while_away
async def credit_page(call: Call) -> Reply:
    """An organisation's rating with each point explained."""
    asked = call.params["code"]
    try:
        view = await show_credit(call.components.catalogue, asked)
    except NotFound:
        return rendered(call, "site/missing.html", {"kind": "rating", "asked": asked[:60]}, 404)
    return rendered(call, "site/credit.html", {"view": view})


@while_away
async def criteria_page(call: Call) -> Reply:
    """A version of a criteria set, the newest where none is named."""
    asked = call.params.get("id"), call.params.get("version")
    try:
        facts = read_criteria(call.components.catalogue, *asked)
    except NotFound:
        return rendered(call, "site/missing.html", {"kind": "rating", "asked": (asked[1] or "")[:60]}, 404)
    return rendered(call, "site/criteria.html", facts)


@while_away
async def demonstrations_page(call: Call) -> Reply:
    """Demonstration events with their documents and outcome, of one city where it is named; needs no script."""
    region = (call.query("region") or "").strip()[:REGION_CHARS_MAX]
    facts: dict[str, object] = {"region": region, "items": [], "next": None, "refused": None}
    try:
        page = await list_demonstrations(
            call.components.catalogue.cities,
            region or None,
            DEMONSTRATIONS_SHOWN,
            read_id(call.query("cursor") or None),
        )
    except Refusal as refusal:
        facts["refused"] = refusal.detail(page_language(call))
        return rendered(call, "site/demonstrations.html", facts, refusal.status)
    facts["items"] = page.items
    if page.next_cursor:
        facts["next"] = f"/demonstrations?{urlencode({'region': region, 'cursor': page.next_cursor})}"
    return rendered(call, "site/demonstrations.html", facts)


async def credit_desk_page(call: Call) -> Reply:
    """Where members see their organisation's points and object, and operators decide."""
    return shell(call, "staff/credit.html")


async def selection_page(call: Call) -> Reply:
    """Where regulators of the province select demonstrations."""
    return shell(call, "staff/demonstrations.html")


PAGES: tuple[tuple[str, Page], ...] = (
    ("/organisations/{code}/credit", credit_page),
    ("/criteria", criteria_page),
    ("/criteria/{id}/{version}", criteria_page),
    ("/demonstrations", demonstrations_page),
    ("/staff/credit", credit_desk_page),
    ("/staff/demonstrations", selection_page),
)
