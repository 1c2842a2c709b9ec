"""The weeks and months of leaderboards: calendar days in Asia/Shanghai, a week begins on Monday."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

import msgspec

from backend.domain.days import SHANGHAI

PeriodKind = Literal["week", "month"]
PeriodName = Literal["week", "last_week", "month", "last_month"]
PERIOD_NAMES: tuple[PeriodName, ...] = ("week", "last_week", "month", "last_month")


class Period(msgspec.Struct, frozen=True):
    """Days from `first` up to, and without, `after`."""

    kind: PeriodKind
    first: date
    after: date

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.first.isoformat()}"

    @property
    def last(self) -> date:
        return self.after - timedelta(days=1)

    @property
    def starts_at(self) -> datetime:
        return datetime.combine(self.first, datetime.min.time(), SHANGHAI)


def week_of(day: date) -> Period:
    """The week of a day."""
    first = day - timedelta(days=day.weekday())
    return Period("week", first, first + timedelta(days=7))


def month_of(day: date) -> Period:
    """The month of a day."""
    first = day.replace(day=1)
    # The 1st plus 31 days lies in the next month, whichever month it is.
    return Period("month", first, (first + timedelta(days=31)).replace(day=1))


def period_of(name: PeriodName, today: date) -> Period:
    """The week or month of today, or the one before it."""
    of = week_of if name.endswith("week") else month_of
    current = of(today)
    return of(current.first - timedelta(days=1)) if name.startswith("last") else current
