"""How many citizens a device acts for in a day, in Redis: nothing that is lost with it changes what was booked."""

from __future__ import annotations

import hashlib
import time
from datetime import date
from uuid import UUID

from redis import asyncio as aioredis

from backend.storage.redis import REDIS_ERRORS

KEPT_S = 2 * 24 * 3600
AWAY_S = 1.0
"""While Redis is away it is asked once in this time, so that no more requests wait for its deadline."""


class DeviceVelocity:
    """Distinct citizens by device and day.

    The key is a hash of day and device, so days cannot be joined to a device's history; a HyperLogLog counts
    without keeping whom it counted, takes 12 KiB at most and is exact for numbers as small as these.
    """

    def __init__(self, redis: aioredis.Redis) -> None:
        self._redis = redis
        self._away_until = 0.0

    async def citizens(self, device: str, citizen_id: UUID, day: date) -> int:
        """Citizens this device acted for on the day, this one included; 0 while Redis is away."""
        if time.monotonic() < self._away_until:
            return 0
        key = f"tianfu:device:{hashlib.sha256(f'{day}|{device}'.encode()).hexdigest()[:32]}"
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.pfadd(key, citizen_id.bytes)
                pipe.expire(key, KEPT_S)
                pipe.pfcount(key)
                *_, count = await pipe.execute()
        except REDIS_ERRORS:
            self._away_until = time.monotonic() + AWAY_S
            return 0
        return int(count)
