"""Points run out 24 months after the month of earning; the oldest are spent first and expired ones never."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.account.lots import lot_of, spendable, take, take_back
from backend.errors.account.points import PointsInsufficient

TODAY = date(2026, 11, 22)
lots = st.dictionaries(
    st.dates(date(2024, 1, 1), date(2030, 12, 31)).map(lambda day: day.replace(day=1)),
    st.integers(0, 500),
    max_size=8,
)


@pytest.mark.parametrize(
    ("day", "lot"),
    [
        (date(2026, 11, 1), date(2028, 12, 1)),
        (date(2026, 11, 30), date(2028, 12, 1)),
        (date(2026, 12, 31), date(2029, 1, 1)),
        (date(2026, 1, 1), date(2028, 2, 1)),
        (date(2024, 2, 29), date(2026, 3, 1)),
    ],
)
def test_points_live_for_24_months_after_the_month_of_earning(day: date, lot: date) -> None:
    assert lot_of(day) == lot


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_lot_begins_a_month_and_is_later_for_a_later_month(day: date) -> None:
    lot = lot_of(day)
    assert lot.day == 1
    assert (lot.year * 12 + lot.month) - (day.year * 12 + day.month) == 25


@given(lots, st.integers(1, 3000))
def test_spending_takes_the_oldest_first_and_never_an_expired_one(held: dict[date, int], points: int) -> None:
    if spendable(held, TODAY) < points:
        with pytest.raises(PointsInsufficient):
            take(held, points, TODAY)
        return
    taken = take(held, points, TODAY)
    assert sum(part for _, part in taken) == points
    assert [lot for lot, _ in taken] == sorted(lot for lot, _ in taken)
    for lot, part in taken:
        assert lot > TODAY
        assert 0 < part <= held[lot]
    # Every lot that is older than the last one touched was taken whole.
    last = taken[-1][0]
    for lot, left in held.items():
        if TODAY < lot < last and left:
            assert (lot, left) in taken


def test_a_lot_that_runs_out_today_no_longer_counts() -> None:
    held = {date(2026, 12, 1): 5}
    assert spendable(held, date(2026, 11, 30)) == 5
    assert spendable(held, date(2026, 12, 1)) == 0


@given(lots, st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.integers(0, 3000))
def test_taking_back_begins_with_the_lot_of_earning_and_takes_no_more_than_there_is(
    held: dict[date, int], day: date, points: int
) -> None:
    own = day.replace(day=1)
    taken = take_back(held, own, points)
    assert sum(part for _, part in taken) == min(points, sum(held.values()))
    for lot, part in taken:
        assert 0 < part <= held[lot]
    if points and held.get(own):
        assert taken[0] == (own, min(points, held[own]))
