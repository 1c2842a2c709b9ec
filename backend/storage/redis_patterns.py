"""For how many accounts or days one thing was declared, in Redis: what is lost with it changes no booking."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence

from redis import asyncio as aioredis

from backend.storage.redis import REDIS_ERRORS

AWAY_S = 1.0
"""While Redis is away it is asked once in this time, so that no more requests wait for its deadline."""


class Patterns:
    """Counters under the hash of what they count, so that nobody's history can be read from their names."""

    def __init__(self, redis: aioredis.Redis) -> None:
        self._redis = redis
        self._away_until = 0.0

    async def distinct(self, what: str, members: Sequence[bytes], kept_s: int) -> int:
        """How many accounts, or days, this was counted for, these included; 0 while Redis is away."""
        if not members or time.monotonic() < self._away_until:
            return 0
        key = _key(what)
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.pfadd(key, *members)
                pipe.expire(key, kept_s)
                pipe.pfcount(key)
                *_, count = await pipe.execute()
        except REDIS_ERRORS:
            self._away_until = time.monotonic() + AWAY_S
            return 0
        return int(count)


def _key(what: str) -> str:
    return f"tianfu:pattern:{hashlib.sha256(what.encode()).hexdigest()[:32]}"
