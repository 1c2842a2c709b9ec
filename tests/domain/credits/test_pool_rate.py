"""How fast a pool is given away, and when somebody should look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from backend.domain.credits.pool_rate import GivenMinute, pool_rate

NOW = datetime(2026, 11, 30, 12, 0, 30, tzinfo=UTC)


def given(*ago: tuple[int, int, int]) -> list[GivenMinute]:
    """Minutes so long ago, each with its offsets and grams."""
    return [GivenMinute(NOW - timedelta(minutes=minutes), offsets, grams) for minutes, offsets, grams in ago]


def test_a_quiet_pool_alarms_nobody() -> None:
    rate = pool_rate([], 1_000_000, NOW)
    assert (rate.grams_per_minute, rate.minutes_left, rate.alarm) == (0, None, None)


def test_a_pool_that_is_empty_within_half_an_hour_alarms() -> None:
    usual = given((60, 100, 100_000), (1, 100, 100_000))
    assert pool_rate(usual, 20_000 * 30, NOW).alarm is None
    draining = pool_rate(usual, 20_000 * 30 - 1, NOW)
    assert (draining.grams_per_minute, draining.minutes_left, draining.alarm) == (20_000, 29, "draining")
    assert pool_rate(usual, 0, NOW).alarm is None


def test_offsets_that_are_suddenly_three_times_as_large_alarm() -> None:
    before = (90, 1000, 100_000_000)
    assert pool_rate(given(before, (2, 10, 2_999_999)), 10**12, NOW).alarm is None
    larger = pool_rate(given(before, (2, 10, 3_000_000)), 10**12, NOW)
    assert (larger.grams_per_offset, larger.usual_grams_per_offset, larger.alarm) == (
        300_000,
        100_000,
        "larger",
    )
    assert pool_rate(given(before, (2, 9, 9_000_000)), 10**12, NOW).alarm is None


def test_grams_that_were_given_back_are_no_pace() -> None:
    assert pool_rate(given((1, 0, -50_000)), 1_000, NOW).grams_per_minute == 0
