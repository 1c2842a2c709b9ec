"""Quotas: so many of something in a window of time, of several kinds at once, counted in Redis for all processes.

One is taken of every quota or of none, in one step: of requests at one moment none passes that is one too many, and
who is refused for one quota uses up no other. While Redis is away each process counts by itself. Keys are hashes:
neither addresses nor sources stand in Redis.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress

import msgspec
from redis import asyncio as aioredis

from backend.storage.redis import REDIS_ERRORS
from backend.storage.sqlfiles import lua

COUNTS_MAX = 20_000
"""Counts that a process keeps for a time without Redis."""


class Quota(msgspec.Struct, frozen=True):
    """So many at most in a window that begins with the first one."""

    name: str
    window_s: int
    at_most: int


class Quotas:
    """Takes from quotas and gives back."""

    def __init__(self, redis: aioredis.Redis) -> None:
        self._take = redis.register_script(lua("take_quota"))
        self._give_back = redis.register_script(lua("take_back_failure"))
        self._here: OrderedDict[str, tuple[float, int]] = OrderedDict()

    async def take(self, quotas: Sequence[Quota]) -> float:
        """Take one of each; 0.0 when they were taken, or the seconds to wait, and then none was."""
        now, keys = time.monotonic(), [_key(quota.name) for quota in quotas]
        limits = [number for quota in quotas for number in (quota.window_s, quota.at_most)]
        try:
            wait_s = float(await self._take(keys=keys, args=limits))
        except REDIS_ERRORS:
            counts = [self._here.get(key, (0.0, 0)) for key in keys]
            wait_s = max(
                (
                    ends_at - now
                    for quota, (ends_at, count) in zip(quotas, counts, strict=True)
                    if ends_at > now and count >= quota.at_most
                ),
                default=0.0,
            )
        if wait_s == 0.0:
            self._count_here(quotas, now)
        return wait_s

    async def give_back(self, quotas: Sequence[Quota]) -> None:
        """Take nothing after all: what it was for was not done."""
        keys = [_key(quota.name) for quota in quotas]
        for key in keys:
            ends_at, count = self._here.get(key, (0.0, 0))
            if count:
                self._here[key] = (ends_at, count - 1)
        with suppress(*REDIS_ERRORS):
            await self._give_back(keys=keys)

    def _count_here(self, quotas: Sequence[Quota], now: float) -> None:
        for quota in quotas:
            key = _key(quota.name)
            ends_at, count = self._here.get(key, (0.0, 0))
            self._here[key] = (ends_at, count + 1) if ends_at > now else (now + quota.window_s, 1)
            self._here.move_to_end(key)
        while len(self._here) > COUNTS_MAX:
            self._here.popitem(last=False)


def _key(name: str) -> str:
    # One hash tag, so that a cluster keeps together what one script takes.
    return f"tianfu:{{quotas}}:{hashlib.sha256(name.encode()).hexdigest()[:32]}"
