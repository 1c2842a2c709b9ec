"""Notes what budgets have issued by the day, and tells operators when one is nearly or wholly used up."""

from __future__ import annotations

from datetime import datetime

import msgspec
import structlog
from prometheus_client import Gauge

from backend.domain.days import day_of
from backend.domain.issuance.budgets import alarm_of
from backend.storage.database import Database
from backend.storage.statements import read, write
from backend.tenant import current_tenant

log = structlog.get_logger(__name__)

LEFT = Gauge(
    "tianfu_issuance_left_points",
    "Points that open issuance budgets still pay for, by sponsor",
    ["sponsor", "city"],
    multiprocess_mode="mostrecent",
)
ALARMS = Gauge(
    "tianfu_issuance_budgets_low",
    "Open issuance budgets of which 80 % (low) or all (empty) is issued",
    ["alarm", "city"],
    multiprocess_mode="mostrecent",
)
SPONSORS = ("city", "partner", "event")


class BudgetWatch(msgspec.Struct):
    """What a look found: open budgets, and how many are nearly or wholly used up."""

    open: int = 0
    low: int = 0
    empty: int = 0


async def watch_budgets(database: Database, now: datetime) -> BudgetWatch:
    """Twice in a day writes the day's row anew."""
    async with database.transaction():
        await write("store_budget_days", day_of(now))
    found = BudgetWatch()
    left = dict.fromkeys(SPONSORS, 0)
    for row in await read(database, "read_budgets", None):
        if row["closed_at"] is not None:
            continue
        found.open += 1
        left[row["sponsor"]] += row["total_points"] - row["issued_points"]
        alarm = alarm_of(row["total_points"], row["issued_points"])
        if alarm is None:
            continue
        setattr(found, alarm, getattr(found, alarm) + 1)
        log.warning(
            "issuance_budget_used_up" if alarm == "empty" else "issuance_budget_low",
            budget=str(row["id"]),
            sponsor=row["sponsor"],
            issued=row["issued_points"],
            total=row["total_points"],
        )
    city = current_tenant().id
    for sponsor, points in left.items():
        LEFT.labels(sponsor, city).set(points)
    ALARMS.labels("low", city).set(found.low)
    ALARMS.labels("empty", city).set(found.empty)
    return found
