"""Pages about credit ratings: an organisation's, and the criteria. They need no script."""

from __future__ import annotations

from backend.errors import NotFound
from backend.routes.http.call import Call
from backend.routes.http.pages import Page, rendered, while_away
from backend.routes.http.reply import Reply
from backend.services.evaluation.criteria import read_criteria
from backend.services.evaluation.scores import show_credit


@while_away
async def credit_page(call: Call) -> Reply:
    """An organisation's rating with each point explained."""
    asked = call.params["code"]
    try:
        view = await show_credit(call.components.catalogue, asked)
    except NotFound:
        return rendered(call, "site/missing.html", {"kind": "rating", "asked": asked[:60]}, 404)
    return rendered(call, "site/credit.html", {"view": view})


async def criteria_page(call: Call) -> Reply:
    """A version of a criteria set, the newest where none is named."""
    asked = call.params.get("id"), call.params.get("version")
    try:
        facts = read_criteria(call.components.catalogue, *asked)
    except NotFound:
        return rendered(call, "site/missing.html", {"kind": "rating", "asked": (asked[1] or "")[:60]}, 404)
    return rendered(call, "site/criteria.html", facts)


PAGES: tuple[tuple[str, Page], ...] = (
    ("/organisations/{code}/credit", credit_page),
    ("/criteria", criteria_page),
    ("/criteria/{id}/{version}", criteria_page),
)
