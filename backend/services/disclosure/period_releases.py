"""Releases of the platform's months, quarters and years: sums of the ledger's rows that were written in them.

A row counts in the period in which the database wrote it. The sums of a year are those of its months, and no scan that
a gate sends later changes what was published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from backend.auth import Principal
from backend.domain.days import day_of
from backend.domain.disclosure.periods import Period, period_named, periods_over
from backend.domain.disclosure.release import Correction, Draft
from backend.domain.event_reports.statistics import OTHER, PEOPLE_MIN
from backend.errors.disclosure import DisclosureNotFound, PeriodOpen
from backend.services.disclosure.chain import publish
from backend.services.identity.staff_accounts import record
from backend.storage.database import Database
from backend.storage.statements import Reader, long_snapshot, read

FIGURES = (
    "people",
    "footprint_g",
    "offsets",
    "offset_g",
    "actions",
    "reduction_g",
    "self_declared_g",
    "reversed_actions",
    "reversed_g",
)
NO_EVENT = "-"


async def disclose_period(database: Database, name: str, now: datetime) -> str:
    """Publish the release of a month, quarter or year, or return the number of the published one.

    Raises DisclosureNotFound for what is no period, PeriodOpen.
    """
    period = period_named(name)
    if period is None:
        raise DisclosureNotFound
    if not period.is_over(now):
        raise PeriodOpen(period=period.name, ends_on=period.last)
    rows = await read(database, "find_disclosure_of", period.kind, period.name, period.first, period.last)
    if rows:
        number: str = rows[0]["number"]
        return number
    return await publish(database, await period_draft(database, period), now)


async def disclose_due_period(database: Database, staff: Principal, name: str, now: datetime) -> str:
    """The same at an operator's wish, which is recorded. Raises DisclosureNotFound, PeriodOpen."""
    number = await disclose_period(database, name, now)
    await record(staff, "disclosure.publish", number, after={"period": name})
    return number


async def disclose_periods_over(database: Database, now: datetime) -> int:
    """Publish every period that is over and has no release, the oldest first; how many.

    Begins with the month in which the platform had its first account of staff. May be interrupted anywhere: each
    period is published alone.
    """
    (row,) = await read(database, "find_disclosed_periods")
    if row["first_at"] is None:
        return 0
    known = set(row["names"])
    waiting = [period for period in periods_over(day_of(row["first_at"]), now) if period.name not in known]
    for period in waiting:
        await publish(database, await period_draft(database, period), now)
    return len(waiting)


async def period_draft(database: Database, period: Period, correction: Correction | None = None) -> Draft:
    """A period's figures, all of one moment."""
    async with long_snapshot(database) as look:
        content = await read_figures(look, period.starts_at, period.ends_at)
    return Draft(
        kind=period.kind,
        subject=period.name,
        period_from=period.first,
        period_to=period.last,
        content=content,
        corrects=correction,
    )


async def read_figures(look: Reader, since: datetime, until: datetime) -> dict[str, Any]:
    """What was written from one instant until another: totals, and groups in which nobody can be found."""
    facts = await look("read_period_facts", since, until)
    (points,) = await look("read_period_points", since, until)
    records: dict[str, dict[str, Any]] = {}
    for row in await look("read_period_records", since, until):
        records.setdefault(row["what"], {})[row["key"]] = row
    steps = records.get("step", {})
    return {
        "people_min": PEOPLE_MIN,
        "events": {
            "with_people": sum(row["events"] for row in facts if row["people"]),
            "demonstrations_closed": _count(records.get("demonstration", {}), "closed"),
            "releases": _count(records.get("release", {}), "event"),
            "steps": {state: steps[state]["counted"] for state in sorted(steps)},
        },
        "totals": _sums(facts),
        "by_city": _groups(facts, lambda row: str(row["city"])),
        "by_kind": _groups(facts, lambda row: str(row["kind"])),
        "points": dict(points),
        "credits": _products(records.get("credit", {}), "batches"),
        "credits_voided": _products(records.get("void", {}), "batches"),
        "pools": _products(records.get("pool", {}), "events"),
        "complaints": {
            key: _count(records.get("complaint", {}), key)
            for key in ("received", "answered", "upheld", "rejected")
        },
    }


def _count(rows: Mapping[str, Any], key: str) -> int:
    return int(rows[key]["counted"]) if key in rows else 0


def _products(rows: Mapping[str, Any], counted: str) -> list[dict[str, Any]]:
    return [{"product": key, counted: row["counted"], "grams": row["grams"]} for key, row in rows.items()]


def _sums(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    found = list(rows)
    return {name: sum(row[name] for row in found) for name in FIGURES}


class _Rows(msgspec.Struct):
    """Rows of one group."""

    rows: list[Mapping[str, Any]] = []

    @property
    def people(self) -> int:
        return sum(row["people"] for row in self.rows)


def _groups(rows: Sequence[Mapping[str, Any]], key_of: Callable[[Any], str]) -> list[dict[str, Any]]:
    """Sums by a key, the largest first; groups of a few people are put together in `other`.

    Actions at no event are in the totals alone: nobody but the platform has part in them.
    """
    found: dict[str, _Rows] = {}
    for row in rows:
        if key_of(row) != NO_EVENT:
            found.setdefault(key_of(row), _Rows()).rows.append(row)
    rest = _Rows()
    for key in sorted(found, key=lambda key: (found[key].people, key)):
        # `other` itself is never small while another group is there: it could be had by subtraction.
        if found[key].people >= PEOPLE_MIN and not 0 < rest.people < PEOPLE_MIN:
            break
        rest.rows.extend(found.pop(key).rows)
    shown = [(key, _sums(group.rows), group) for key, group in found.items()]
    shown.sort(key=lambda each: (-each[1]["footprint_g"], each[0]))
    if rest.rows:
        shown.append((OTHER, _sums(rest.rows), rest))
    return [
        {"key": key, "events": sum(row["events"] for row in group.rows)} | sums for key, sums, group in shown
    ]
