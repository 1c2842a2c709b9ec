"""Lots of points: when they expire, and which are spent first.

Points live until 24 months after the end of the month of earning. A lot is named by the first day on which its
points no longer count: points earned in November 2026 expire on 1 December 2028.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from backend.errors.account.points import PointsInsufficient

MONTHS_OF_LIFE = 24


def lot_of(day: date) -> date:
    """The lot of points earned by an action on a day."""
    months = day.year * 12 + day.month - 1 + MONTHS_OF_LIFE + 1
    return date(months // 12, months % 12 + 1, 1)


def spendable(lots: Mapping[date, int], today: date) -> int:
    """Points that still count on a day, whether or not the job has booked off expired ones."""
    return sum(points for expires_on, points in lots.items() if expires_on > today)


def take(lots: Mapping[date, int], points: int, today: date) -> list[tuple[date, int]]:
    """(lot, points) to spend, oldest lot first and never an expired one. Raises PointsInsufficient (409)."""
    assert points > 0
    if spendable(lots, today) < points:
        raise PointsInsufficient(points=points, balance=spendable(lots, today))
    return _oldest_first({lot: left for lot, left in lots.items() if lot > today}, points)


def take_back(lots: Mapping[date, int], own: date, points: int) -> list[tuple[date, int]]:
    """(lot, points) to take back for points wrongly earned in the lot `own`.

    From that lot first, then from the oldest, as far as there are any. May come to less than `points`.
    """
    first = min(points, lots.get(own, 0))
    taken = [(own, first)] if first else []
    return taken + _oldest_first({lot: left for lot, left in lots.items() if lot != own}, points - first)


def _oldest_first(lots: Mapping[date, int], points: int) -> list[tuple[date, int]]:
    taken = []
    for lot in sorted(lots):
        taken_points = min(points, lots[lot])
        if taken_points > 0:
            taken.append((lot, taken_points))
            points -= taken_points
    return taken
