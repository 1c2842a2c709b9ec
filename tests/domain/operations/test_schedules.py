"""When a job is due again, by the clock of Shanghai."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.operations.schedules import DAY_S, Every, Monthly, Rhythm

HOURLY_AT_TEN = Every(3600, offset_s=600)
DAILY_AT_NINE = Every(DAY_S, offset_s=9 * 3600)
FIRST_AT_TEN = Monthly(1, offset_s=10 * 3600)


def at(text: str) -> datetime:
    """An instant; Shanghai's clock shows eight hours more."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


DUE = [
    (HOURLY_AT_TEN, "2026-10-31T16:00:00", "2026-10-31T16:10:00"),  # ten past midnight in Shanghai
    (HOURLY_AT_TEN, "2026-10-31T16:10:00", "2026-10-31T17:10:00"),
    (DAILY_AT_NINE, "2026-10-31T00:59:59", "2026-10-31T01:00:00"),
    (DAILY_AT_NINE, "2026-10-31T01:00:00", "2026-11-01T01:00:00"),
    (Every(5), "2026-10-31T00:00:07", "2026-10-31T00:00:10"),
    (FIRST_AT_TEN, "2026-10-31T01:59:00", "2026-11-01T02:00:00"),
    (FIRST_AT_TEN, "2026-11-01T02:00:00", "2026-12-01T02:00:00"),
    (FIRST_AT_TEN, "2026-12-31T23:00:00", "2027-01-01T02:00:00"),  # the new year has begun in Shanghai
    (Monthly(28), "2027-02-28T00:00:00", "2027-03-27T16:00:00"),
]


@pytest.mark.parametrize(("rhythm", "after", "due"), DUE)
def test_next_time_is_the_one_on_the_clock(rhythm: Rhythm, after: str, due: str) -> None:
    assert rhythm.next_after(at(after)) == at(due)


@given(
    st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1), timezones=st.just(UTC)),
    st.sampled_from([HOURLY_AT_TEN, DAILY_AT_NINE, Every(5), FIRST_AT_TEN]),
)
def test_next_time_is_later_and_none_lies_between(after: datetime, rhythm: Rhythm) -> None:
    due = rhythm.next_after(after)
    assert due > after
    assert rhythm.next_after(due - timedelta(microseconds=1)) == due


def test_a_job_that_never_ran_is_due_at_once_but_a_monthly_one_at_its_day() -> None:
    now = at("2026-11-05T00:00:00")
    assert Every(60).first_after(now) == now
    assert FIRST_AT_TEN.first_after(now) == at("2026-12-01T02:00:00")


@pytest.mark.parametrize(
    ("rhythm", "text_en", "text_zh"),
    [
        (Every(5), "every 5 seconds", "每 5 秒"),
        (Every(60), "every minute", "每分钟"),
        (Every(300), "every 5 minutes", "每 5 分钟"),
        (HOURLY_AT_TEN, "every hour, 10 minutes past", "每小时的第 10 分"),
        (DAILY_AT_NINE, "daily at 09:00", "每天 09:00"),
        (FIRST_AT_TEN, "on day 1 of the month at 10:00", "每月 1 日 10:00"),
    ],
)
def test_a_schedule_is_described_in_few_words(rhythm: Rhythm, text_en: str, text_zh: str) -> None:
    assert (rhythm.text_en, rhythm.text_zh) == (text_en, text_zh)
