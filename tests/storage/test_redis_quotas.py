"""Quotas: one of each or none, however many ask at one moment; given back; by the process while Redis is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from backend.outside.embedded import EmbeddedServers
from backend.storage.redis import Redis, connect
from backend.storage.redis_quotas import Quota, Quotas

NARROW, WIDE = Quota("narrow", 60, 2), Quota("wide", 3600, 5)


@pytest.fixture
async def redis(servers: EmbeddedServers) -> AsyncIterator[Redis]:
    client = connect(f"{servers.redis_url}?db=3", timeout_ms=1000)
    await client.flushdb()
    yield client
    await client.aclose()


async def test_of_many_at_one_moment_as_many_pass_as_may(redis: Redis) -> None:
    quotas = Quotas(redis)
    waits = await asyncio.gather(*(quotas.take([NARROW, WIDE]) for _ in range(20)))
    assert sum(wait == 0.0 for wait in waits) == NARROW.at_most
    assert all(0 < wait <= NARROW.window_s for wait in waits if wait)


async def test_who_is_refused_for_one_uses_up_no_other(redis: Redis) -> None:
    quotas = Quotas(redis)
    for _ in range(30):
        await quotas.take([NARROW, WIDE])
    others = [await quotas.take([Quota(f"other {n}", 60, 1), WIDE]) for n in range(5)]
    assert [wait == 0.0 for wait in others] == [True, True, True, False, False]


async def test_what_is_given_back_may_be_taken_again(redis: Redis) -> None:
    quotas = Quotas(redis)
    for _ in range(10):
        assert await quotas.take([NARROW, WIDE]) == 0.0
        await quotas.give_back([NARROW, WIDE])
    # More is not given back than was taken.
    for _ in range(5):
        await quotas.give_back([NARROW])
    assert [await quotas.take([NARROW]) == 0.0 for _ in range(3)] == [True, True, False]


async def test_all_processes_count_together_and_each_alone_without_redis(redis: Redis) -> None:
    one, two = Quotas(redis), Quotas(redis)
    assert [await each.take([NARROW]) == 0.0 for each in (one, two, one, two)] == [True, True, False, False]
    away = connect("redis://127.0.0.1:1/0", timeout_ms=50)
    alone = Quotas(away)
    assert [await alone.take([NARROW]) == 0.0 for _ in range(4)] == [True, True, False, False]
    await alone.give_back([NARROW])
    assert await alone.take([NARROW]) == 0.0
    await away.aclose()


async def test_redis_holds_no_name(redis: Redis) -> None:
    await Quotas(redis).take([Quota("codes +8613800138000 203.0.113.9", 60, 1)])
    keys = [str(key) async for key in redis.scan_iter()]
    assert len(keys) == 1
    assert "138" not in keys[0].partition(":")[2].replace(keys[0].rpartition(":")[2], "")
    assert await redis.ttl(keys[0]) > 0
