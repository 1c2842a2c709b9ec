"""What issuance budgets say of themselves: rates, forecasts, alarms. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Literal

ISSUANCE_BUDGET = "issuance_budget"
"""The rule that takes an act's points where no budget pays for them; its grams stay."""
LOW_PCT = 80
FORECAST_DAYS_MAX = 3660
DAY_S = 86_400

Alarm = Literal["low", "empty"]


def alarm_of(total: int, issued: int) -> Alarm | None:
    """What staff are told: `low` from 80 % on, `empty` when nothing is left."""
    if issued >= total:
        return "empty"
    return "low" if issued * 100 >= total * LOW_PCT else None


def points_per_day(
    issued: int, opened_at: datetime, by_day: Mapping[date, int], now: datetime, days: int
) -> float:
    """Points issued a day over the last `days`, or over a younger budget's life, of a day at least.

    `by_day` is what had been issued at the end of a day. The newest that is old enough is where counting begins; a
    budget with no day so old counts from its opening, with nothing issued.
    """
    first = now.date() - timedelta(days=days)
    known = [day for day in by_day if day <= first]
    if known:
        begin = max(known)
        return (issued - by_day[begin]) / max(1, (now.date() - begin).days)
    return issued / max(1.0, (now - opened_at).total_seconds() / DAY_S)


def empty_on(left: int, rate: float, today: date) -> date | None:
    """The day on which nothing is left at this rate; None where nothing is issued or that is ten years away."""
    if left <= 0:
        return today
    if rate <= 0 or left / rate > FORECAST_DAYS_MAX:
        return None
    return today + timedelta(days=int(left / rate))
