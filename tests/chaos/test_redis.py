"""Redis is killed and emptied under load: scans go on, and the counts are right again afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from backend.storage.redis import connect
from tests.chaos.crowd import Crowd, reckon, under_load
from tests.chaos.world import World
from tests.repetitions import times

TURNS = times(2, nightly=3)
RIGHT_AGAIN_S_MAX = 15.0


async def _kill_and_start(world: World, crowd: Crowd) -> None:
    """Away for a while, in which people go on scanning."""
    await asyncio.to_thread(world.servers.kill_redis)
    await crowd.reached(crowd.acknowledged + 50)
    await asyncio.to_thread(world.servers.start_redis)


async def _empty(world: World, crowd: Crowd) -> None:
    redis = connect(world.settings.redis_url, timeout_ms=1000)
    await redis.flushall()
    await redis.aclose()


@pytest.mark.parametrize("harm", [_kill_and_start, _empty])
async def test_scans_go_on_without_redis_and_counts_come_back(
    world: World, harm: Callable[[World, Crowd], Awaitable[None]]
) -> None:
    everything = 2 * len(world.people)
    # People take their time, so that the crowd is still there when Redis is back for the last time.
    async with under_load(world, think_s_max=1.0) as crowd:
        for turn in range(1, TURNS + 1):
            await crowd.reached(turn * everything // (TURNS + 2))
            await harm(world, crowd)
    found = await reckon(crowd)
    assert (found.acknowledged, found.lost, found.double, found.unacknowledged) == (everything, 0, 0, 0)
    # Nobody was refused because of Redis.
    assert crowd.repeats == {}
    await _counts_are_right(world)
    assert await world.broken_promises() == []


async def _counts_are_right(world: World) -> None:
    """The numbers that staff see, from Redis again, are the database's."""
    (true,) = await world.rows(
        """SELECT (SELECT count(*) FROM attendances) AS joined, (SELECT count(*) FROM offsets) AS offsets,
                  (SELECT sum(grams)::bigint FROM offsets) AS grams, (SELECT sum(points)::bigint FROM attendances)
                  AS points"""
    )
    async with asyncio.timeout(RIGHT_AGAIN_S_MAX):
        while True:
            told = await world.stats()
            if told["source"] == "live" and {name: told[name] for name in true.keys()} == dict(true):  # noqa: SIM118
                return
            await asyncio.sleep(0.05)


async def test_stats_without_redis_come_from_the_database(world: World) -> None:
    async with under_load(world):
        pass
    await asyncio.to_thread(world.servers.kill_redis)
    told = await world.stats()
    assert (told["source"], told["joined"]) == ("database", len(world.people))
    await asyncio.to_thread(world.servers.start_redis)
    await _counts_are_right(world)
