"""Rates, forecasts and alarms of issuance budgets."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from backend.domain.issuance.budgets import alarm_of, empty_on, points_per_day
from backend.domain.issuance.pending import PENDING_DAYS_MAX, lapse_day

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
TODAY = NOW.date()


@pytest.mark.parametrize(
    ("total", "issued", "alarm"),
    [(100, 79, None), (100, 80, "low"), (100, 99, "low"), (100, 100, "empty"), (0, 0, "empty"), (3, 2, None)],
)
def test_staff_are_told_at_eighty_and_at_a_hundred_per_cent(
    total: int, issued: int, alarm: str | None
) -> None:
    assert alarm_of(total, issued) == alarm


def test_a_rate_is_what_was_issued_since_the_day_so_long_ago() -> None:
    by_day = {TODAY - timedelta(days=7): 300, TODAY - timedelta(days=1): 900}
    assert points_per_day(1000, NOW - timedelta(days=99), by_day, NOW, 7) == 100


def test_a_young_budget_is_counted_from_its_opening_and_for_a_day_at_least() -> None:
    assert points_per_day(1000, NOW - timedelta(days=4), {}, NOW, 7) == 250
    assert points_per_day(1000, NOW - timedelta(hours=1), {}, NOW, 7) == 1000


def test_a_missing_day_is_answered_by_the_one_before_it() -> None:
    assert points_per_day(1000, NOW - timedelta(days=99), {TODAY - timedelta(days=10): 0}, NOW, 7) == 100


@pytest.mark.parametrize(
    ("left", "rate", "day"),
    [
        (1000, 100.0, date(2026, 12, 10)),
        (0, 100.0, TODAY),
        (1000, 0.0, None),
        (1000, -3.0, None),
        (10**9, 1.0, None),
    ],
)
def test_the_day_on_which_nothing_is_left(left: int, rate: float, day: date | None) -> None:
    assert empty_on(left, rate, TODAY) == day


def test_free_points_wait_for_ninety_days() -> None:
    assert PENDING_DAYS_MAX == 90
    assert lapse_day(date(2026, 11, 1)) == date(2027, 1, 30)
