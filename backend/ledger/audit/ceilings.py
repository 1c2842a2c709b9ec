"""The ceilings held against everything that was ever booked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import pairwise

from backend.domain.actions.ceilings import PROVEN_TIERS
from backend.domain.actions.plausibility import Guards
from backend.storage.database import Database
from backend.storage.statements import Rows, read

OVER_ALL = ""


async def find_above_ceilings(database: Database, guards: Mapping[str, Guards]) -> Rows:
    """Days and months of citizens that hold more than the ceilings in force, by tier and over all."""
    rules = sorted(guards.values(), key=lambda each: each.effective_from)
    # Before the first entry took effect it held too; the last one holds on.
    days = [date.min, *(each.effective_from for each in rules[1:]), date.max]
    limits = [
        row
        for each, (since, until) in zip(rules, pairwise(days), strict=True)
        for row in _limits(each, since, until)
    ]
    return await read(database, "audit_ceilings", *zip(*limits, strict=True), PROVEN_TIERS)


def _limits(guards: Guards, since: date, until: date) -> list[tuple[object, ...]]:
    exempt = ",".join(guards.grams_exempt)
    over_all = (
        guards.points_per_act,
        guards.points_per_day,
        guards.points_per_month,
        guards.grams_per_day,
        guards.grams_per_month,
    )
    rows: list[tuple[object, ...]] = [(since, until, OVER_ALL, *over_all, exempt)]
    for tier, each in guards.ceilings.items():
        numbers = (each.points_per_day, each.points_per_month, each.grams_per_day, each.grams_per_month)
        rows.append((since, until, tier, None, *numbers, exempt))
    return rows
