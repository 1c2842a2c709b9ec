"""How old somebody is by the month of birth, and what follows from it (PIPL art. 31: under 14; a minor is under 18).

Only the month is known, so nobody is taken for older than they are: a birthday counts from the month after it on.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

Band = Literal["child", "youth", "adult"]
BANDS: tuple[Band, ...] = ("child", "youth", "adult")
CHILD_UNTIL = 14
"""Younger ones need the consent of a guardian."""
MINOR_UNTIL = 18
"""Younger ones are on no public ranking and nobody's guardian."""
YEARS_MAX = 120

CHILDREN_MAX = 5
GUARDIANS_MAX = 2


def birthday(month: date, years: int) -> date:
    """The first day on which somebody born in a month is surely so old."""
    after = month.month % 12 + 1
    return date(month.year + years + (after == 1), after, 1)


def band_of(month: date, today: date) -> Band:
    """Child, youth or adult on a day."""
    if today < birthday(month, CHILD_UNTIL):
        return "child"
    return "youth" if today < birthday(month, MINOR_UNTIL) else "adult"


def born_before(today: date, years: int) -> date:
    """The last month of birth of those who have reached an age on a day."""
    month = today.month - 1 or 12
    return date(today.year - years - (month == 12), month, 1)


def is_plausible(month: date, today: date) -> bool:
    return today.year - YEARS_MAX <= month.year and month <= today


def may_tell(told: date | None, month: date) -> bool:
    """Whether a citizen may say so themselves: once, and after that only that they are younger.

    Who typed 2012 must not be born in 1990 the next second; a mistake in that direction is for staff to look at.
    """
    return told is None or month >= told
