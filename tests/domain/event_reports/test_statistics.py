"""Figures of a crowd: small groups disappear in larger ones, and nothing is lost in sum."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from backend.domain.event_reports.statistics import (
    BINS_MAX,
    OTHER,
    PEOPLE_MIN,
    Group,
    by_steps,
    fold,
    histogram,
    median,
)

GROUPS = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(0, 30), max_size=8)
TOTALS = st.dictionaries(st.integers(0, 2_000_000), st.integers(1, 40), min_size=1, max_size=60)


@given(GROUPS)
def test_no_group_is_small_unless_all_of_them_together_are(people: dict[str, int]) -> None:
    folded = fold({key: Group(count, count * 10, count) for key, count in people.items()})
    everybody = sum(people.values())
    assert sum(group.people for group in folded.values()) == everybody
    assert sum(group.grams for group in folded.values()) == everybody * 10
    if everybody >= PEOPLE_MIN:
        assert all(group.people >= PEOPLE_MIN for group in folded.values())
    else:
        assert set(folded) <= {OTHER}


@given(TOTALS)
def test_a_histogram_holds_everybody_in_few_bins_that_are_large_enough(totals: dict[int, int]) -> None:
    bins = histogram(totals)
    assert sum(people for *_, people in bins) == sum(totals.values())
    assert len(bins) <= BINS_MAX + 1
    assert all(high == low for (_, high, _), (low, _, _) in pairwise(bins))
    for low, high, people in bins:
        assert people == sum(count for total, count in totals.items() if low <= total < high)
    if sum(totals.values()) >= PEOPLE_MIN:
        assert all(people == 0 or people >= PEOPLE_MIN for *_, people in bins)


@given(TOTALS)
def test_the_median_is_somebodys_total(totals: dict[int, int]) -> None:
    everybody = sorted(total for total, people in totals.items() for _ in range(people))
    assert median(totals) == everybody[(len(everybody) - 1) // 2]


def test_nobody_has_no_figures() -> None:
    assert (fold({}), histogram({}), median({}), by_steps([])) == ({}, [], 0, (10, {}))


@given(st.lists(st.tuples(st.integers(0, 60 * 24 * 400), st.integers(0, 9)), max_size=50))
def test_steps_of_time_lose_nobody(minutes: list[tuple[int, int]]) -> None:
    start = datetime(2026, 5, 1, tzinfo=UTC)
    step, counts = by_steps([(start + timedelta(minutes=at), joined, 0, 0) for at, joined in minutes])
    assert sum(count.joined for count in counts.values()) == sum(joined for _, joined in minutes)
    assert all((at - start + timedelta(hours=8)) % timedelta(minutes=step) == timedelta(0) for at in counts)
