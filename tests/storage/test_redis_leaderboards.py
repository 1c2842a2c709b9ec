"""Boards in Redis: a draft takes a board's place whole or not at all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from backend.domain.community.periods import Period, month_of, week_of
from backend.settings import Settings
from backend.storage.redis import connect
from backend.storage.redis_leaderboards import CITY, TEAMS, Boards

NOW = datetime(2026, 11, 2, 4, tzinfo=UTC)
WEEK = week_of(date(2026, 11, 2))


def somebody(number: int) -> UUID:
    return UUID(int=number)


@pytest.fixture
async def boards(shared: Settings) -> AsyncIterator[Boards]:
    redis = connect(shared.redis_url, timeout_ms=1000)
    await redis.flushdb()
    yield Boards(redis)
    await redis.aclose()


async def publish(boards: Boards, grams: dict[int, int], period: Period = WEEK, board: str = CITY) -> bool:
    draft = boards.draft(period)
    draft.expect([board])
    await draft.add((board, somebody(number), each) for number, each in grams.items())
    return await draft.publish(NOW)


async def ranks(boards: Boards, start: int = 0, limit: int = 100) -> list[tuple[int, int]]:
    page = await boards.page(WEEK, CITY, start, limit)
    assert page is not None
    return [(item.rank, item.grams) for item in page.items]


async def test_a_board_is_there_once_it_is_published(boards: Boards) -> None:
    assert await boards.page(WEEK, CITY, 0, 10) is None
    draft = boards.draft(WEEK)
    await draft.add([(CITY, somebody(1), 5)])
    assert await boards.page(WEEK, CITY, 0, 10) is None
    assert await draft.publish(NOW)
    page = await boards.page(WEEK, CITY, 0, 10, somebody(1))
    assert page is not None
    assert (page.as_of, page.entries) == (NOW, 1)
    assert page.own is not None
    assert (page.own.rank, page.own.grams, page.own.below) == (1, 5, 0)


async def test_a_new_count_replaces_the_old_one_whole(boards: Boards) -> None:
    await publish(boards, {1: 5, 2: 7})
    await publish(boards, {3: 9})
    assert await ranks(boards) == [(1, 9)]
    await publish(boards, {})
    assert await ranks(boards) == []
    page = await boards.page(WEEK, CITY, 0, 10)
    assert page is not None
    assert page.as_of == NOW


async def test_equal_scores_share_the_rank_of_the_first_wherever_a_page_begins(boards: Boards) -> None:
    grams = dict(enumerate((9, 7, 7, 7, 5, 5, 1)))
    await publish(boards, grams)
    whole = [(1, 9), (2, 7), (2, 7), (2, 7), (5, 5), (5, 5), (7, 1)]
    assert await ranks(boards) == whole
    for start in range(8):
        for limit in (1, 2, 3):
            assert await ranks(boards, start, limit) == whole[start : start + limit]


async def test_grams_beyond_a_tonne_keep_every_gram(boards: Boards) -> None:
    await publish(boards, {1: 9_007_199_254_740_991, 2: 9_007_199_254_740_990})
    assert await ranks(boards) == [(1, 9_007_199_254_740_991), (2, 9_007_199_254_740_990)]


async def test_a_draft_that_redis_lost_takes_nobodys_place(boards: Boards) -> None:
    await publish(boards, {1: 5})
    draft = boards.draft(WEEK)
    await draft.add([(CITY, somebody(2), 6)])
    await boards._redis.flushdb()
    await draft.add([(CITY, somebody(3), 7)])
    assert not await draft.publish(NOW)
    assert await boards.page(WEEK, CITY, 0, 10) is None


async def test_two_counts_at_once_do_not_mix(boards: Boards) -> None:
    first, second = boards.draft(WEEK), boards.draft(WEEK)
    await first.add([(CITY, somebody(1), 5)])
    await second.add([(CITY, somebody(2), 6), (CITY, somebody(3), 7)])
    assert await first.publish(NOW)
    assert await second.publish(NOW)
    assert await ranks(boards) == [(1, 7), (2, 6)]


async def test_weeks_and_months_and_boards_stay_apart(boards: Boards) -> None:
    await publish(boards, {1: 5})
    await publish(boards, {1: 50}, month_of(WEEK.first))
    await publish(boards, {1: 500}, WEEK, TEAMS)
    assert await ranks(boards) == [(1, 5)]
    page = await boards.page(month_of(WEEK.first), CITY, 0, 1)
    assert page is not None
    assert page.items[0].grams == 50


async def test_an_entry_is_taken_off_every_board_at_once(boards: Boards) -> None:
    await publish(boards, {1: 5, 2: 7})
    await publish(boards, {1: 5, 2: 7}, WEEK, TEAMS)
    assert await boards.remove([WEEK, month_of(WEEK.first)], [CITY, TEAMS], somebody(2))
    assert await ranks(boards) == [(1, 5)]
    page = await boards.page(WEEK, CITY, 0, 10, somebody(2))
    assert page is not None
    assert page.own is None


async def test_keys_of_a_period_share_a_hash_tag_and_all_of_them_run_out(boards: Boards) -> None:
    await publish(boards, {1: 5})
    draft = boards.draft(WEEK)
    await draft.add([(CITY, somebody(1), 5)])
    keys = await boards._redis.keys("*")
    assert len(keys) == 3
    for key in keys:
        assert "{board:week:2026-11-02}" in key
        assert await boards._redis.ttl(key) > 0


async def test_without_redis_there_is_no_board_and_no_failure(shared: Settings) -> None:
    redis = connect("redis://127.0.0.1:1/0", timeout_ms=200)
    boards = Boards(redis)
    assert await boards.page(WEEK, CITY, 0, 10) is None
    assert not await boards.remove([WEEK], [CITY], somebody(1))
    await redis.aclose()
