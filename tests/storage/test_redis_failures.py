"""Counts of failed sign-ins: shared through Redis, kept by the process while Redis is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from backend.outside.embedded import EmbeddedServers
from backend.storage.redis import Redis, connect
from backend.storage.redis_failures import FailureCounts

NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture
async def redis(servers: EmbeddedServers) -> AsyncIterator[Redis]:
    client = connect(f"{servers.redis_url}?db=6", timeout_ms=500)
    await client.flushdb()
    yield client
    await client.aclose()


async def test_a_limit_is_reached_by_so_many_failures_and_another_process_sees_it(redis: Redis) -> None:
    here, there = FailureCounts(redis, window_s=60), FailureCounts(redis, window_s=60)
    for _ in range(3):
        assert await there.wait_s({"lin": 3, "source": 9}) == 0
        await here.count(["lin", "source"])
    assert 55 <= await there.wait_s({"lin": 3, "source": 9}) <= 60
    assert await there.wait_s({"source": 4}) == 0
    await there.forget(["lin"])
    assert await here.wait_s({"lin": 1}) == 0


@pytest.mark.parametrize("is_away", [False, True])
async def test_what_was_right_is_taken_back_and_never_below_nothing(redis: Redis, is_away: bool) -> None:
    counts = FailureCounts(connect(NOWHERE, timeout_ms=50) if is_away else redis, window_s=60)
    for _ in range(2):
        await counts.count(["lin"])
    for _ in range(3):
        await counts.take_back(["lin"])
    await counts.count(["lin"])
    assert await counts.wait_s({"lin": 2}) == 0
    assert await counts.wait_s({"lin": 1}) > 0


async def test_failing_on_does_not_prolong_the_wait(redis: Redis) -> None:
    counts = FailureCounts(redis, window_s=1)
    await counts.count(["lin"])
    await asyncio.sleep(0.6)
    await counts.count(["lin"])
    await asyncio.sleep(0.6)
    assert await counts.wait_s({"lin": 1}) == 0


async def test_no_name_and_no_address_stands_in_redis(redis: Redis) -> None:
    await FailureCounts(redis, window_s=60).count(["account lin 203.0.113.7"])
    for key in await redis.keys("*"):
        assert "lin" not in key
        assert "203.0.113.7" not in key


async def test_a_process_counts_by_itself_while_redis_is_away() -> None:
    away = connect(NOWHERE, timeout_ms=50)
    counts = FailureCounts(away, window_s=60)
    for _ in range(3):
        assert await counts.wait_s({"lin": 3}) == 0
        await counts.count(["lin"])
    assert await counts.wait_s({"lin": 3}) > 0
    await counts.forget(["lin"])
    assert await counts.wait_s({"lin": 1}) == 0
    await away.aclose()
