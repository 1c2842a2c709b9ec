"""Months, quarters and years by the calendar of Shanghai."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from backend.domain.disclosure.periods import SETTLES, period_named, period_of, periods_over


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_name_is_read_back_as_its_period(name: str, first: date, last: date) -> None:
    period = period_named(name)
    assert period is not None
    assert (period.name, period.first, period.last) == (name, first, last)
    assert period_of(period.kind, first) == period_of(period.kind, last) == period


@pytest.mark.parametrize(
    "name",
    ["", "2026-00", "2026-13", "2026-Q5", "2026-Q", "1999", "2026-1", "2026-11\n", "２０２６", "2026-11-01"],
)
def test_what_is_no_period_has_none(name: str) -> None:
    assert period_named(name) is None


def test_a_month_begins_at_midnight_in_shanghai() -> None:
    period = period_named("2026-11")
    assert period is not None
    assert period.starts_at == datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert period.ends_at == datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert not period.is_over(period.ends_at + SETTLES - timedelta(microseconds=1))
    assert period.is_over(period.ends_at + SETTLES)


def test_periods_that_are_over_come_in_the_order_in_which_they_ended() -> None:
    names = [each.name for each in periods_over(date(2026, 11, 20), datetime(2027, 4, 1, tzinfo=UTC))]
    assert names == [
        *("2026-11", "2026-12", "2026-Q4", "2026"),
        *("2027-01", "2027-02", "2027-03", "2027-Q1"),
    ]
    assert list(periods_over(date(2026, 11, 20), datetime(2026, 11, 30, tzinfo=UTC))) == []
