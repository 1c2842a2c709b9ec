"""When a job is due again: every so many seconds by the clock of Shanghai, or on one day of each month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from backend.domain.days import SHANGHAI
from backend.texts import say

DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Every:
    """Every `seconds`, counted from `offset_s` after midnight in Shanghai: a day's length has to divide by it."""

    seconds: int
    offset_s: int = 0

    def __post_init__(self) -> None:
        assert 0 < self.seconds <= DAY_S
        assert DAY_S % self.seconds == 0
        assert 0 <= self.offset_s < self.seconds

    def next_after(self, at: datetime) -> datetime:
        """The first time that is later than `at`."""
        local = at.astimezone(SHANGHAI)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        since_s = (local - midnight).total_seconds() - self.offset_s
        times = since_s // self.seconds + 1
        return (midnight + timedelta(seconds=self.offset_s + times * self.seconds)).astimezone(UTC)

    def first_after(self, at: datetime) -> datetime:
        """When a job that never ran is due: at once, because it may have been missing for long."""
        return at

    def rendered(self, language: str) -> str:
        """How often, in words."""
        if self.seconds == DAY_S:
            return say(language, "schedule.daily", clock=_clock(self.offset_s))
        number, unit = _amount(self.seconds)
        often = say(language, f"schedule.{unit}" if number == 1 else f"schedule.{unit}s", number=number)
        if not self.offset_s:
            return often
        return say(language, "schedule.past", often=often, minutes=self.offset_s // 60)


@dataclass(frozen=True, slots=True)
class Monthly:
    """On one day of each month at one time in Shanghai."""

    day: int
    offset_s: int = 0

    def __post_init__(self) -> None:
        assert 1 <= self.day <= 28
        assert 0 <= self.offset_s < DAY_S

    def next_after(self, at: datetime) -> datetime:
        """The first time that is later than `at`."""
        local = at.astimezone(SHANGHAI)
        this = self._in_month(local.replace(day=1))
        if this <= local:
            this = self._in_month(local.replace(day=1) + timedelta(days=32))
        return this.astimezone(UTC)

    def first_after(self, at: datetime) -> datetime:
        """When a job that never ran is due: on its next day, since no earlier one was promised."""
        return self.next_after(at)

    def rendered(self, language: str) -> str:
        """On which day and when, in words."""
        return say(language, "schedule.monthly", day=self.day, clock=_clock(self.offset_s))

    def _in_month(self, local: datetime) -> datetime:
        midnight = local.replace(day=self.day, hour=0, minute=0, second=0, microsecond=0)
        return midnight + timedelta(seconds=self.offset_s)


Rhythm = Every | Monthly


def _amount(seconds: int) -> tuple[int, str]:
    for unit_s, unit in ((3600, "hour"), (60, "minute")):
        if seconds % unit_s == 0:
            return seconds // unit_s, unit
    return seconds, "second"


def _clock(offset_s: int) -> str:
    return f"{offset_s // 3600:02}:{offset_s % 3600 // 60:02}"
