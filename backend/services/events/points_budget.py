"""A sponsor's budget for offsets that citizens pay with points."""

from __future__ import annotations

from backend.auth import Principal
from backend.errors import EventClosed
from backend.errors.events.offsets import BudgetBelowSpent, BudgetNotFound
from backend.messages.events.journeys import BudgetRequest, BudgetView
from backend.messages.shape import view_of
from backend.models import EventBudget
from backend.services.events.events import check_not_frozen, lock_event, visible_event
from backend.services.identity.staff_accounts import record
from backend.storage.database import Database


async def set_budget(database: Database, staff: Principal, slug: str, request: BudgetRequest) -> BudgetView:
    """Set an event's price and budget; offsets made before keep their price.

    Raises EventNotFound, EventClosed, EventFrozen, BudgetBelowSpent.
    """
    async with database.transaction():
        event = await lock_event(staff, slug)
        check_not_frozen(event)
        if event.state in ("closed", "rejected"):
            raise EventClosed
        budget = await EventBudget.filter(event_id=event.id).select_for_update().get_or_none()
        before = None
        if budget is None:
            budget = await EventBudget.create(
                event_id=event.id, points_per_kg=request.points_per_kg, points_budget=request.points_budget
            )
        else:
            if request.points_budget < budget.points_spent:
                raise BudgetBelowSpent(points_spent=budget.points_spent)
            before = {"points_per_kg": budget.points_per_kg, "points_budget": budget.points_budget}
            budget.points_per_kg = request.points_per_kg
            budget.points_budget = request.points_budget
            await budget.save(update_fields=["points_per_kg", "points_budget"])
        await record(
            staff,
            "budget.set",
            slug,
            reason=request.reason,
            before=before,
            after={"points_per_kg": request.points_per_kg, "points_budget": request.points_budget},
        )
    return _view(slug, budget)


async def show_budget(slug: str, caller: Principal | None) -> BudgetView:
    """An event's price and budget. Raises EventNotFound, BudgetNotFound."""
    event = await visible_event(slug, caller)
    budget = await EventBudget.get_or_none(event_id=event.id)
    if budget is None:
        raise BudgetNotFound
    return _view(slug, budget)


def _view(slug: str, budget: EventBudget) -> BudgetView:
    return view_of(BudgetView, budget, event=slug)
