"""Wrong passwords and guessed codes, counted in Redis for all processes and hosts; in this process while it is away.

A count lasts for one window from its first failure, so nobody prolongs it by failing on. Keys are hashes: neither
names nor addresses stand in Redis.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence

from redis import asyncio as aioredis

from backend.storage.redis import REDIS_ERRORS
from backend.storage.sqlfiles import lua

COUNTS_MAX = 10_000
"""Counts that a process keeps for a time without Redis."""
AWAY_S = 1.0
"""While Redis is away it is asked once in this time, so that no more sign-ins wait for its deadline."""


class FailureCounts:
    """Counts of failures by a name of what failed."""

    def __init__(self, redis: aioredis.Redis, *, window_s: int) -> None:
        self._redis = redis
        self._window_s = window_s
        self._count = redis.register_script(lua("count_failure"))
        self._take_back = redis.register_script(lua("take_back_failure"))
        self._here: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._away_until = 0.0

    async def wait_s(self, limits: Mapping[str, int]) -> float:
        """How long it takes until every count lies below its limit again; 0 when all do now."""
        keys = {_key(name): limit for name, limit in limits.items()}
        if time.monotonic() >= self._away_until:
            try:
                async with self._redis.pipeline(transaction=False) as pipe:
                    for key in keys:
                        pipe.get(key)
                        pipe.ttl(key)
                    found = await pipe.execute()
            except REDIS_ERRORS:
                self._away_until = time.monotonic() + AWAY_S
            else:
                counts = zip(keys.values(), found[::2], found[1::2], strict=True)
                return max(
                    (float(max(left, 1)) for limit, count, left in counts if int(count or 0) >= limit),
                    default=0.0,
                )
        now = time.monotonic()
        waits = (
            self._here.get(key, (0.0, 0))[0] - now
            for key, limit in keys.items()
            if self._counted(key, now) >= limit
        )
        return max(waits, default=0.0)

    async def count(self, names: Sequence[str]) -> None:
        """Count one failure more under each of these names."""
        now = time.monotonic()
        for key in map(_key, names):
            ends_at, count = self._here.get(key, (0.0, 0))
            self._here[key] = (ends_at, count + 1) if ends_at > now else (now + self._window_s, 1)
            self._here.move_to_end(key)
        while len(self._here) > COUNTS_MAX:
            self._here.popitem(last=False)
        try:
            await self._count(keys=[_key(name) for name in names], args=[self._window_s])
        except REDIS_ERRORS:
            self._away_until = now + AWAY_S

    async def take_back(self, names: Sequence[str]) -> None:
        """Uncount one failure under each of these names: what was counted before it was tried was right."""
        for key in map(_key, names):
            ends_at, count = self._here.get(key, (0.0, 0))
            if count:
                self._here[key] = (ends_at, count - 1)
        try:
            await self._take_back(keys=[_key(name) for name in names])
        except REDIS_ERRORS:
            return

    async def forget(self, names: Sequence[str]) -> None:
        for name in names:
            self._here.pop(_key(name), None)
        try:
            await self._redis.delete(*map(_key, names))
        except REDIS_ERRORS:
            return

    def _counted(self, key: str, now: float) -> int:
        ends_at, count = self._here.get(key, (0.0, 0))
        return count if ends_at > now else 0


def _key(name: str) -> str:
    # One hash tag, so that a cluster keeps the counts of one attempt together.
    return f"tianfu:{{failures}}:{hashlib.sha256(name.encode()).hexdigest()[:32]}"
