"""Percentiles from buckets against percentiles from sorted values."""

from __future__ import annotations

import math
import random

import pytest

from loadtests.histogram import VALUE_US_MAX, Histogram, slot_of, top_of

PERCENTS = (1, 50, 90, 99, 99.9, 100)


def test_percentiles_are_within_a_hundredth_of_the_sorted_values() -> None:
    dice = random.Random(7)
    values = [int(dice.lognormvariate(9, 2)) for _ in range(20_000)]
    histogram = Histogram()
    for value in values:
        histogram.record(value)
    values.sort()
    for percent in PERCENTS:
        exact = values[math.ceil(len(values) * percent / 100) - 1]
        assert exact <= histogram.percentile_us(percent) <= exact * 1.01 + 1


def test_every_value_lies_in_its_bucket_and_buckets_follow_each_other() -> None:
    for us in [*range(5_000), 2**20 - 1, 2**20, 2**20 + 1, VALUE_US_MAX]:
        slot = slot_of(us)
        assert us <= top_of(slot)
        assert slot == 0 or us > top_of(slot - 1)


def test_the_highest_value_is_kept_exactly() -> None:
    histogram = Histogram()
    histogram.record(123_457)
    assert histogram.percentile_us(100) == histogram.max_us == 123_457


def test_a_value_beyond_the_last_bucket_is_counted() -> None:
    histogram = Histogram()
    histogram.record(VALUE_US_MAX * 2)
    assert (histogram.count, histogram.max_us) == (1, VALUE_US_MAX * 2)
    assert histogram.percentile_us(50) >= VALUE_US_MAX


def test_two_histograms_added_are_one_of_all_values() -> None:
    low, high, both = Histogram(), Histogram(), Histogram()
    for us in range(1, 1_000):
        (low if us % 2 else high).record(us)
        both.record(us)
    low.add(high)
    assert low.count == both.count
    assert [low.percentile_us(p) for p in PERCENTS] == [both.percentile_us(p) for p in PERCENTS]


@pytest.mark.parametrize("percent", PERCENTS)
def test_an_empty_histogram_says_nothing(percent: float) -> None:
    assert Histogram().percentile_us(percent) == 0
