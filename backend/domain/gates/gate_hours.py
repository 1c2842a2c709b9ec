"""When a gate is open, day by day on the clock of Asia/Shanghai, also over midnight."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from backend.domain.days import SHANGHAI, day_of, start_of

HOURS_MAX = 100
"""A month of days with three openings each."""
DAY_MINUTES = 24 * 60


class GateHours(msgspec.Struct, frozen=True):
    """One opening of a gate. A day without hours of its own has those that name no day."""

    opens: int | None
    """Minutes after midnight; None: this day the gate stays closed."""
    closes: int | None
    """Minutes after midnight; not after `opens` means on the next day. 1,440 is the end of the day."""
    day: date | None = None
    """The day on which it opens; None means every day without hours of its own."""

    @property
    def is_over_midnight(self) -> bool:
        """Whether the gate closes on the day after it opened."""
        return self.opens is not None and self.closes is not None and self.closes <= self.opens

    def is_open(self, minute: int) -> bool:
        """Whether the gate is open on the day it opened, so many minutes after midnight."""
        if self.opens is None or self.closes is None:
            return False
        return self.opens <= minute and (minute < self.closes or self.closes <= self.opens)

    def is_open_next_day(self, minute: int) -> bool:
        """Whether the gate is still open on the day after it opened."""
        if self.opens is None or self.closes is None:
            return False
        return self.closes <= self.opens and minute < self.closes


def is_open(hours: Sequence[GateHours], at: datetime) -> bool:
    """Whether a gate with these hours is open at an instant. Without any hours it always is."""
    if not hours:
        return True
    local = at.astimezone(SHANGHAI)
    today, minute = local.date(), local.hour * 60 + local.minute
    if any(each.is_open(minute) for each in _of_day(hours, today)):
        return True
    return any(each.is_open_next_day(minute) for each in _of_day(hours, today - timedelta(days=1)))


def day_begins(openings: Iterable[GateHours]) -> int:
    """When a day of entries begins, in minutes after midnight: once the last gate of the evening before has closed.

    Without openings over midnight that is midnight. Otherwise a badge that is inside could enter once more at midnight,
    in the middle of an evening, and those inside would no longer be counted.
    """
    return max((each.closes for each in openings if each.is_over_midnight and each.closes), default=0)


def entry_day(at: datetime, begins: int) -> date:
    """The day that an entry counts for, where days begin so many minutes after midnight."""
    return day_of(at - timedelta(minutes=begins))


def start_of_entry_day(at: datetime, begins: int) -> datetime:
    """The instant at which that day began."""
    return start_of(entry_day(at, begins)) + timedelta(minutes=begins)


def _of_day(hours: Sequence[GateHours], day: date) -> list[GateHours]:
    own = [each for each in hours if each.day == day]
    return own or [each for each in hours if each.day is None]


def minutes_of(text: str | None) -> int | None:
    """Minutes after midnight of a time like 08:30; 24:00 is the end of the day."""
    if text is None:
        return None
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute)


def time_of(minutes: int | None) -> str | None:
    """A time like 08:30."""
    return None if minutes is None else f"{minutes // 60:02}:{minutes % 60:02}"


def read_hours(kept: Sequence[dict[str, Any]]) -> tuple[GateHours, ...]:
    """Hours as they are kept: times as texts, days as in ISO 8601."""
    return tuple(
        GateHours(
            opens=minutes_of(each["opens"]),
            closes=minutes_of(each["closes"]),
            day=None if each["day"] is None else date.fromisoformat(each["day"]),
        )
        for each in kept
    )
