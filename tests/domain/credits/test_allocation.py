"""Grams are given from the front, contiguous, whole or not at all, and never more than there are."""

from __future__ import annotations

from copy import deepcopy
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from backend.domain.credits.allocation import PoolRange, SerialRange, allocate, offset_grams

ONE, OTHER = UUID(int=1), UUID(int=2)


def _range(position: int, next_serial: int, serial_to: int, batch: UUID = ONE) -> PoolRange:
    return PoolRange(position, batch, next_serial, serial_to)


@st.composite
def pools(draw: st.DrawFn) -> list[PoolRange]:
    """Up to six batches, some of them used up."""
    sizes = draw(st.lists(st.integers(0, 50) | st.integers(0, 10**13), max_size=6))
    firsts = draw(st.lists(st.integers(1, 10**13), min_size=len(sizes), max_size=len(sizes)))
    return [
        PoolRange(position, UUID(int=position), first, first + size - 1)
        for position, (size, first) in enumerate(zip(sizes, firsts, strict=True), 1)
    ]


def _left(pool: list[PoolRange]) -> int:
    return sum(part.grams_left for part in pool)


@given(pools(), st.integers(1, 200) | st.integers(1, 10**14))
def test_all_or_nothing_and_never_more_than_the_pool(pool: list[PoolRange], grams: int) -> None:
    before, left = deepcopy(pool), _left(pool)
    taken = allocate(pool, grams)
    if grams > left:
        assert taken is None
        assert pool == before, "who gets nothing changes nothing"
        return
    assert taken is not None
    assert sum(part.grams for part in taken) == grams
    assert _left(pool) == left - grams >= 0


@given(pools(), st.lists(st.integers(1, 60), max_size=30))
def test_serials_run_on_without_gap_or_overlap(pool: list[PoolRange], asked: list[int]) -> None:
    before = deepcopy(pool)
    taken = [part for grams in asked for part in allocate(pool, grams) or []]
    for was, now in zip(before, pool, strict=True):
        of_batch = [part for part in taken if part.batch_id == was.batch_id]
        expected = was.next_serial
        for part in of_batch:
            assert part.serial_from == expected
            assert part.serial_to >= part.serial_from
            expected = part.serial_to + 1
        assert now.next_serial == expected <= was.serial_to + 1
        assert now.serial_to == was.serial_to


@given(pools(), st.integers(1, 10**13))
def test_a_batch_is_finished_before_the_next_is_begun(pool: list[PoolRange], grams: int) -> None:
    taken = allocate(pool, grams)
    if taken is None:
        return
    assert [part.batch_id for part in taken] == sorted({part.batch_id for part in taken})
    for earlier, _ in pairwise(taken):
        finished = next(part for part in pool if part.batch_id == earlier.batch_id)
        assert finished.grams_left == 0


def test_grams_that_cross_a_batchs_end_are_two_ranges() -> None:
    pool = [_range(1, 91, 100), _range(2, 1, 50, OTHER)]
    assert allocate(pool, 12) == [SerialRange(ONE, 91, 100), SerialRange(OTHER, 1, 2)]
    assert [part.grams_left for part in pool] == [0, 48]


def test_fifty_claims_of_20_kg_empty_a_tonne() -> None:
    pool = [_range(1, 1, 1_000_000)]
    taken = [allocate(pool, 20_000) for _ in range(51)]
    assert taken[49] == [SerialRange(ONE, 980_001, 1_000_000)]
    assert taken[50] is None
    assert sum(part.grams for parts in taken if parts for part in parts) == 1_000_000


def test_empty_pool_gives_nothing() -> None:
    assert allocate([], 1) is None
    assert allocate([_range(1, 101, 100)], 1) is None


def test_the_last_gram_is_given() -> None:
    pool = [_range(1, 100, 100)]
    assert allocate(pool, 1) == [SerialRange(ONE, 100, 100)]
    assert allocate(pool, 1) is None


@given(st.integers(0, 10**9), st.integers(1, 100))
def test_a_share_is_rounded_up_and_never_more_than_all(footprint_g: int, share_pct: int) -> None:
    grams = offset_grams(footprint_g, share_pct=share_pct, grams=None)
    assert footprint_g * share_pct <= grams * 100 < footprint_g * share_pct + 100
    assert 0 <= grams <= footprint_g


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_grams_asked_for_are_cut_at_the_footprint(footprint_g: int, grams: int) -> None:
    assert offset_grams(footprint_g, share_pct=None, grams=grams) == min(grams, footprint_g)


@given(st.integers(0, 10**9))
def test_without_a_word_everything_is_offset(footprint_g: int) -> None:
    assert offset_grams(footprint_g, share_pct=None, grams=None) == footprint_g


def test_one_percent_of_one_gram_is_a_gram() -> None:
    assert offset_grams(1, share_pct=1, grams=None) == 1
