"""How many photos a citizen has sent in a day, readable or not, in Redis; in the process while Redis is away."""

from __future__ import annotations

import hashlib
from collections import Counter
from contextlib import suppress
from datetime import date
from uuid import UUID

from redis import asyncio as aioredis

from backend.storage.redis import REDIS_ERRORS

KEPT_S = 2 * 24 * 3600
CITIZENS_MAX = 10_000


class PhotoAttempts:
    """Counts attempts by citizen and day. The key is a hash of both, so that days cannot be joined to a history."""

    def __init__(self, redis: aioredis.Redis) -> None:
        self._redis = redis
        self._here: Counter[str] = Counter()

    async def count(self, citizen_id: UUID, day: date) -> int:
        """The citizen's attempts on the day, with this one."""
        key = _key(citizen_id, day)
        if len(self._here) >= CITIZENS_MAX:
            self._here.clear()
        self._here[key] += 1
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.incr(key)
                pipe.expire(key, KEPT_S)
                attempts, _ = await pipe.execute()
        except REDIS_ERRORS:
            return self._here[key]
        return max(int(attempts), self._here[key])

    async def give_back(self, citizen_id: UUID, day: date) -> None:
        """Count one attempt less: nothing was decoded for it."""
        key = _key(citizen_id, day)
        self._here[key] -= 1
        with suppress(*REDIS_ERRORS):
            await self._redis.decr(key)


def _key(citizen_id: UUID, day: date) -> str:
    return f"tianfu:photos:{hashlib.sha256(f'{day}|{citizen_id}'.encode()).hexdigest()[:32]}"
