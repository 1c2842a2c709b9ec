"""A citizen's account in numbers, for the mini-program's first page: three statements, each read by index.

It reads sums instead of actions: five thousand actions are a few hundred rows of action_sums.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from backend.domain.days import day_of
from backend.messages.actions.actions import ExpiringPoints, MethodSum, PointsMonth, Summary
from backend.messages.shape import view_of
from backend.services.actions.reduction_claims import sums_of
from backend.storage.database import Database
from backend.storage.statements import read

MONTHS_SHOWN = 12


async def summary(database: Database, citizen_id: UUID, now: datetime) -> Summary:
    """The citizen's account in numbers."""
    today = day_of(now)
    sums = (await read(database, "read_account_sums", citizen_id, today))[0]
    by_method: dict[str, MethodSum] = {}
    verified_g = self_declared_g = 0
    for row in await read(database, "read_action_totals", citizen_id):
        if row["is_verified"]:
            verified_g += row["reduction_g"]
        else:
            self_declared_g += row["reduction_g"]
        known = by_method.get(row["method"])
        by_method[row["method"]] = MethodSum(
            method=row["method"],
            actions=row["actions"] + (known.actions if known else 0),
            reduction_g=row["reduction_g"] + (known.reduction_g if known else 0),
            points=row["points"] + (known.points if known else 0),
        )
    expiring = None
    if sums["expires_on"] is not None:
        expiring = ExpiringPoints(expires_on=sums["expires_on"], points=sums["expiring"])
    return view_of(
        Summary,
        sums,
        balance=sums["balance"] or 0,
        actions=sum(item.actions for item in by_method.values()),
        reduction_g=verified_g,
        self_declared_g=self_declared_g,
        by_method=list(by_method.values()),
        claims=sums_of(verified_g, sums["donated_g"], sums["aggregated_g"], sums["cancelled_g"]),
        points_expiring=expiring,
        points_by_month=await points_by_month(database, citizen_id, today),
    )


async def points_by_month(database: Database, citizen_id: UUID, today: date) -> list[PointsMonth]:
    """The last twelve months, this one included; a month without a movement has zeros."""
    months = [month_after(today, steps - MONTHS_SHOWN + 1) for steps in range(MONTHS_SHOWN)]
    rows = await read(database, "read_points_by_month", citizen_id, months[0], month_after(today, 1))
    found = {row["month"]: row for row in rows}
    return [
        PointsMonth(
            month=f"{month:%Y-%m}",
            **{
                name: found[month][name] if month in found else 0
                for name in ("earned", "spent", "returned", "expired")
            },
        )
        for month in months
    ]


def month_after(day: date, months: int) -> date:
    """The first day of the month that lies `months` after a day's own."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
