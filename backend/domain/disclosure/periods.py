"""Months, quarters and years that figures are released for: calendar days in Asia/Shanghai."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec

from backend.domain.days import day_of, start_of

PeriodKind = Literal["month", "quarter", "year"]
MONTHS: dict[PeriodKind, int] = {"month": 1, "quarter": 3, "year": 12}
PATTERN = r"^20[0-9]{2}(?:-(?:0[1-9]|1[0-2])|-Q[1-4])?$(?!\n)"
_NAME = re.compile(PATTERN)

SETTLES = timedelta(minutes=10)
"""A transaction that began in a period may commit some seconds after its end; later than this none does."""


class Period(msgspec.Struct, frozen=True):
    """Days from `first` to `last`, both counted. `name` is 2026-11, 2026-Q4 or 2026."""

    kind: PeriodKind
    name: str
    first: date
    last: date

    @property
    def starts_at(self) -> datetime:
        return start_of(self.first)

    @property
    def ends_at(self) -> datetime:
        """The first instant after it."""
        return start_of(self.last + timedelta(days=1))

    def is_over(self, at: datetime) -> bool:
        """Whether every row of the period is written by now."""
        return at >= self.ends_at + SETTLES


def period_named(name: str) -> Period | None:
    """The period with a name; None for what is no name of one."""
    if not _NAME.fullmatch(name):
        return None
    year, _, rest = name.partition("-")
    if not rest:
        return _period("year", int(year), 1)
    if rest.startswith("Q"):
        return _period("quarter", int(year), 3 * int(rest[1]) - 2)
    return _period("month", int(year), int(rest))


def period_of(kind: PeriodKind, day: date) -> Period:
    """The period of a kind in which a day lies."""
    months = MONTHS[kind]
    return _period(kind, day.year, (day.month - 1) // months * months + 1)


def periods_over(since: date, at: datetime) -> Iterator[Period]:
    """Every period that is over, from that of a day on, in the order in which they ended; the shorter ones first."""
    found: list[Period] = []
    for kind in MONTHS:
        period = period_of(kind, since)
        while period.is_over(at):
            found.append(period)
            period = period_of(kind, period.last + timedelta(days=1))
    yield from sorted(found, key=lambda each: (each.last, MONTHS[each.kind]))


def has_ended(day: date, at: datetime) -> bool:
    """Whether a day is over in Shanghai."""
    return day < day_of(at)


def _period(kind: PeriodKind, year: int, month: int) -> Period:
    after_month = month + MONTHS[kind]
    after = date(year + (after_month - 1) // 12, (after_month - 1) % 12 + 1, 1)
    name = {"month": f"{year}-{month:02}", "quarter": f"{year}-Q{month // 3 + 1}", "year": str(year)}[kind]
    return Period(kind, name, date(year, month, 1), after - timedelta(days=1))
