"""Issuance budgets: operators open, raise, lower and close them; operators and regulators see what is left.

The ledger adds to what is issued while staff change a total: both change the same row, each under its lock, so neither
undoes the other. A total never falls below what is issued.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.domain.days import SHANGHAI, day_of
from backend.domain.issuance.budgets import alarm_of, empty_on, points_per_day
from backend.errors import EventNotFound, InvalidBody
from backend.errors.issuance import (
    IssuanceBudgetBelowIssued,
    IssuanceBudgetClosed,
    IssuanceBudgetNotFound,
    IssuanceBudgetOpen,
    IssuanceBudgetUnchanged,
)
from backend.errors.partners import PartnerNotFound
from backend.messages.issuance import (
    IssuanceBudgetChangeRequest,
    IssuanceBudgetChangeView,
    IssuanceBudgetDayView,
    IssuanceBudgetDetail,
    IssuanceBudgetRequest,
    IssuanceBudgetView,
)
from backend.messages.shape import Bilingual, Page, view_of
from backend.models import Event, IssuanceBudget, IssuanceBudgetChange, Partner, Staff
from backend.models.keys import read_id, uuid7
from backend.services.identity.staff_accounts import record
from backend.storage.database import Database, constraint_of
from backend.storage.statements import lock, read, write

RATE_DAYS = (7, 30)
DAYS_SHOWN = 90


async def open_budget(
    database: Database, staff: Principal, request: IssuanceBudgetRequest, now: datetime
) -> IssuanceBudgetView:
    """Open a sponsor's budget. Raises EventNotFound, PartnerNotFound, InvalidBody, IssuanceBudgetOpen."""
    event_id, partner_id = await _sponsor_of(request)
    budget_id = uuid7()
    try:
        async with database.transaction():
            await IssuanceBudget.create(
                id=budget_id,
                sponsor=request.sponsor,
                event_id=event_id,
                partner_id=partner_id,
                name_zh=request.name.zh,
                name_en=request.name.en,
                total_points=request.total_points,
                yuan_per_point=request.yuan_per_point,
                opened_by=staff.id,
                opened_at=now,
            )
            await IssuanceBudgetChange.create(
                budget_id=budget_id,
                sequence=1,
                kind="open",
                points_before=0,
                points_after=request.total_points,
                actor=staff.id,
                reason=request.reason,
                at=now,
            )
            await record(
                staff,
                "issuance_budget.open",
                str(budget_id),
                reason=request.reason,
                after={"sponsor": request.sponsor, "total_points": request.total_points},
            )
    except IntegrityError as error:
        if constraint_of(error) == "issuance_budgets_one_open":
            raise IssuanceBudgetOpen from error
        raise
    return await _view(database, budget_id, now)


async def change_budget(
    database: Database, staff: Principal, id_text: str, request: IssuanceBudgetChangeRequest, now: datetime
) -> IssuanceBudgetView:
    """Raise, lower or close a budget while it is being spent.

    Raises IssuanceBudgetNotFound, IssuanceBudgetClosed, IssuanceBudgetUnchanged, IssuanceBudgetBelowIssued,
    InvalidBody.
    """
    budget_id = read_id(id_text, IssuanceBudgetNotFound)
    async with database.transaction():
        rows = await lock("lock_budget", budget_id)
        if not rows:
            raise IssuanceBudgetNotFound
        total = _new_total(rows[0], request)
        await write("change_budget", budget_id, total, request.kind, staff.id, request.reason, now)
        await record(
            staff,
            f"issuance_budget.{request.kind}",
            str(budget_id),
            reason=request.reason,
            before={"total_points": rows[0]["total_points"], "issued_points": rows[0]["issued_points"]},
            after={"total_points": total},
        )
    return await _view(database, budget_id, now)


async def list_budgets(database: Database, now: datetime) -> Page[IssuanceBudgetView]:
    """Budgets, open ones first."""
    rows = await read(database, "read_budgets", None)
    days = await _days_of(database, [row["id"] for row in rows], now)
    return Page([IssuanceBudgetView(**_columns(row, days[row["id"]], now)) for row in rows])


async def show_budget(database: Database, id_text: str, now: datetime) -> IssuanceBudgetDetail:
    """A budget with what was done to it and its last days. Raises IssuanceBudgetNotFound."""
    budget_id = read_id(id_text, IssuanceBudgetNotFound)
    rows = await read(database, "read_budgets", budget_id)
    if not rows:
        raise IssuanceBudgetNotFound
    days = (await _days_of(database, [budget_id], now))[budget_id]
    changes = await IssuanceBudgetChange.filter(budget_id=budget_id).order_by("sequence")
    names = {
        staff.id: staff.username
        for staff in await Staff.filter(id__in=[each.actor for each in changes if each.actor is not None])
    }
    return IssuanceBudgetDetail(
        **_columns(rows[0], days, now),
        changes=[
            view_of(
                IssuanceBudgetChangeView, each, actor=None if each.actor is None else names.get(each.actor)
            )
            for each in changes
        ],
        days=[IssuanceBudgetDayView(day=day, issued_points=days[day]) for day in sorted(days)],
    )


async def _view(database: Database, budget_id: UUID, now: datetime) -> IssuanceBudgetView:
    rows = await read(database, "read_budgets", budget_id)
    days = (await _days_of(database, [budget_id], now))[budget_id]
    return IssuanceBudgetView(**_columns(rows[0], days, now))


async def _sponsor_of(request: IssuanceBudgetRequest) -> tuple[UUID | None, UUID | None]:
    """The event's and the partner's id."""
    if (request.event is not None) != (request.sponsor == "event"):
        raise InvalidBody.at("/event", "only_of_this_sponsor")
    if (request.partner is not None) != (request.sponsor == "partner"):
        raise InvalidBody.at("/partner", "only_of_this_sponsor")
    if request.event is not None:
        event = await Event.get_or_none(slug=request.event)
        if event is None:
            raise EventNotFound
        return event.id, None
    if request.partner is not None:
        partner = await Partner.get_or_none(code=request.partner)
        if partner is None:
            raise PartnerNotFound
        return None, partner.id
    return None, None


def _new_total(row: Mapping[str, Any], request: IssuanceBudgetChangeRequest) -> int:
    total, issued = row["total_points"], row["issued_points"]
    if row["closed_at"] is not None:
        raise IssuanceBudgetClosed
    if request.kind == "close":
        if request.total_points is not None:
            raise InvalidBody.at("/total_points", "not_when_closing")
        return int(issued)
    if request.total_points is None:
        raise InvalidBody.at("/total_points", "missing")
    is_raise = request.total_points > total
    if request.total_points == total or is_raise != (request.kind == "raise"):
        raise IssuanceBudgetUnchanged(total_points=total)
    if request.total_points < issued:
        raise IssuanceBudgetBelowIssued(issued_points=issued)
    return request.total_points


async def _days_of(
    database: Database, budgets: list[UUID], now: datetime
) -> defaultdict[UUID, dict[date, int]]:
    found: defaultdict[UUID, dict[date, int]] = defaultdict(dict)
    first = day_of(now) - timedelta(days=DAYS_SHOWN)
    for row in await read(database, "read_budget_days", budgets, first):
        found[row["budget_id"]][row["day"]] = row["issued_points"]
    return found


def _columns(row: Mapping[str, Any], days: Mapping[date, int], now: datetime) -> dict[str, Any]:
    total, issued = row["total_points"], row["issued_points"]
    local, left = now.astimezone(SHANGHAI), total - issued
    rates = [points_per_day(issued, row["opened_at"], days, local, window) for window in RATE_DAYS]
    is_open = row["closed_at"] is None
    return {
        "id": str(row["id"]),
        "sponsor": row["sponsor"],
        "event": row["event"],
        "partner": row["partner"],
        "name": Bilingual(row["name_zh"], row["name_en"]),
        "total_points": total,
        "issued_points": issued,
        "left_points": left,
        "yuan_per_point": None if row["yuan_per_point"] is None else float(row["yuan_per_point"]),
        "points_per_day_7": round(rates[0], 1),
        "points_per_day_30": round(rates[1], 1),
        "empty_on": empty_on(left, rates[0], day_of(now)) if is_open else None,
        "alarm": alarm_of(total, issued) if is_open else None,
        "opened_at": row["opened_at"],
        "closed_at": row["closed_at"],
    }
