"""Redis: live counts and wake-up calls. It holds nothing that PostgreSQL does not hold as well."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from redis import asyncio as aioredis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from backend.storage.live_counts.cells import NOTHING, CountCell, Numbers, Picture
from backend.storage.sqlfiles import lua

Redis = aioredis.Redis
"""Named here for components and services: only storage knows the library."""
POOL_SIZE_MAX = 16
LISTENING_MAX = 512
"""Events watched at once in one process."""
READY_S = 604_000  # less than the cells live, see lua/apply_cells.lua
CANCEL_AGAIN_S = 0.1
REDIS_ERRORS = (RedisError, OSError, TimeoutError)
"""What it looks like when Redis is away; callers go on without it."""


def connect(url: str, *, timeout_ms: int, pool_size_max: int = POOL_SIZE_MAX) -> aioredis.Redis:
    """A client with deadlines that suit a door, and without the library's ten silent retries."""
    pool = aioredis.BlockingConnectionPool.from_url(
        url,
        max_connections=pool_size_max,
        timeout=timeout_ms / 1000,
        socket_timeout=timeout_ms / 1000,
        socket_connect_timeout=timeout_ms / 1000,
        retry=Retry(NoBackoff(), 0),
        decode_responses=True,
    )
    return aioredis.Redis.from_pool(pool)  # which closes the pool with it


async def end_task(task: asyncio.Task[None]) -> None:
    """Cancel a task that talks to Redis, until it has ended.

    Once is not enough: a call of the library that is cancelled while its answer arrives may return that answer, and
    the cancellation is lost. Of a thousand stops of a server process a few would then wait for ever.
    """
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=CANCEL_AGAIN_S)


class Counts:
    """The live picture of events in Redis. Keys of one event share a hash tag, so a cluster keeps them together."""

    def __init__(self, redis: aioredis.Redis, listening: aioredis.Redis | None = None) -> None:
        self._redis = redis
        # Every subscription holds a connection for as long as a screen watches.
        self._listening = listening or redis
        self._apply = redis.register_script(lua("apply_cells"))
        self._mark_whole = redis.register_script(lua("mark_whole"))

    async def apply(self, event_id: UUID, cells: Sequence[CountCell]) -> bool:
        """Write cells of one event; False when the picture is not whole and has to be rebuilt."""
        values: list[str | int] = [_channel(event_id)]
        for cell in cells:
            values += [cell.gate, cell.minute, cell.revision, *cell.numbers]
        keys = [_key(event_id, "cells"), _key(event_id, "sums"), _key(event_id, "ready")]
        return bool(await self._apply(keys=keys, args=values))

    async def mark_whole(self, event_id: UUID, cells: int) -> bool:
        """Say that every cell of the event has been written; False when Redis has lost some meanwhile."""
        keys = [_key(event_id, "cells"), _key(event_id, "ready")]
        return bool(await self._mark_whole(keys=keys, args=[cells, READY_S]))

    async def picture(self, event_id: UUID, gates: Sequence[int], minutes: Sequence[int]) -> Picture | None:
        """The sums for these gates and minutes (Unix seconds); None when the picture is not whole."""
        fields = ["all", *(f"g{gate}" for gate in gates), *(f"m{minute}" for minute in minutes)]
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.exists(_key(event_id, "ready"))
            pipe.hmget(_key(event_id, "sums"), fields)
            is_whole, texts = await pipe.execute()
        if not is_whole:
            return None
        sums = [_numbers(text) for text in texts]
        by_gate = zip(gates, sums[1:], strict=False)
        by_minute = zip(minutes, sums[1 + len(gates) :], strict=True)
        return Picture(
            total=sums[0],
            by_gate={gate: numbers for gate, numbers in by_gate if numbers != NOTHING},
            by_minute={minute: numbers for minute, numbers in by_minute if numbers != NOTHING},
        )

    @asynccontextmanager
    async def changes(self, event_id: UUID) -> AsyncIterator[aioredis.client.PubSub]:
        """A subscription that gets a message whenever the event's picture changed."""
        async with self._listening.pubsub(ignore_subscribe_messages=True) as subscription:
            await subscription.subscribe(_channel(event_id))
            yield subscription

    async def ping(self) -> bool:
        return bool(await self._redis.ping())


def _key(event_id: UUID, name: str) -> str:
    return f"tianfu:{{{event_id}}}:{name}"


def _channel(event_id: UUID) -> str:
    return f"tianfu:{{{event_id}}}:live"


def _numbers(text: str | None) -> Numbers:
    if text is None:
        return NOTHING
    numbers = tuple(int(part) for part in text.split(","))
    assert len(numbers) == len(NOTHING)
    return numbers  # type: ignore[return-value]
