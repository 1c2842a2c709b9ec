"""Ages by the month of birth: never older than they are, and changed by the calendar alone."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.minors.ages import (
    CHILD_UNTIL,
    MINOR_UNTIL,
    band_of,
    birthday,
    born_before,
    is_plausible,
    may_tell,
)

MONTHS = st.dates(date(1920, 1, 1), date(2040, 12, 31)).map(lambda day: day.replace(day=1))
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("month", "today", "band"),
    [
        (date(2012, 11, 1), date(2026, 11, 30), "child"),
        (date(2012, 11, 1), date(2026, 12, 1), "youth"),
        (date(2012, 12, 1), date(2026, 12, 31), "child"),
        (date(2012, 12, 1), date(2027, 1, 1), "youth"),
        (date(2008, 11, 1), date(2026, 11, 30), "youth"),
        (date(2008, 11, 1), date(2026, 12, 1), "adult"),
    ],
)
def test_a_birthday_counts_from_the_month_after_it(month: date, today: date, band: str) -> None:
    assert band_of(month, today) == band


@given(MONTHS, DAYS)
def test_those_born_before_a_month_have_reached_the_age(month: date, today: date) -> None:
    for years in (CHILD_UNTIL, MINOR_UNTIL):
        assert (month <= born_before(today, years)) == (today >= birthday(month, years))


@given(MONTHS, DAYS, DAYS)
def test_nobody_grows_younger(month: date, one: date, other: date) -> None:
    order = ["child", "youth", "adult"]
    earlier, later = sorted((one, other))
    assert order.index(band_of(month, earlier)) <= order.index(band_of(month, later))


@given(MONTHS, MONTHS)
def test_a_month_once_told_becomes_only_younger(told: date, month: date) -> None:
    assert may_tell(None, month)
    assert may_tell(told, month) == (month >= told)


def test_a_month_to_come_and_a_century_ago_are_not_plausible() -> None:
    today = date(2026, 11, 30)
    assert is_plausible(date(2026, 11, 1), today)
    assert not is_plausible(date(2026, 12, 1), today)
    assert not is_plausible(date(1905, 12, 1), today)
