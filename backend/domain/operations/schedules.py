"""When a job is due again: every so many seconds by the clock of Shanghai, or on one day of each month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from backend.domain.days import SHANGHAI

DAY_S = 86_400
UNITS_ZH = {"hour": "小时", "minute": "分钟", "second": "秒"}


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

    @property
    def text_en(self) -> str:
        if self.seconds == DAY_S:
            return f"daily at {_clock(self.offset_s)}"
        number, unit = _amount(self.seconds)
        past = f", {self.offset_s // 60} minutes past" if self.offset_s else ""
        return f"every {unit}{past}" if number == 1 else f"every {number} {unit}s{past}"

    @property
    def text_zh(self) -> str:
        if self.seconds == DAY_S:
            return f"每天 {_clock(self.offset_s)}"
        number, unit = _amount(self.seconds)
        past = f"的第 {self.offset_s // 60} 分" if self.offset_s else ""
        return f"每{UNITS_ZH[unit]}{past}" if number == 1 else f"每 {number} {UNITS_ZH[unit]}{past}"


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

    @property
    def text_en(self) -> str:
        return f"on day {self.day} of the month at {_clock(self.offset_s)}"

    @property
    def text_zh(self) -> str:
        return f"每月 {self.day} 日 {_clock(self.offset_s)}"

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
