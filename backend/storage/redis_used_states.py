"""Which sign-ins at other providers were finished: in Redis for all processes, in the process while Redis is away.

Only the marks are kept, under hashes, for as long as a state is good: beginning a sign-in writes nothing.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from contextlib import suppress

from redis import asyncio as aioredis

from backend.storage.redis import REDIS_ERRORS

STATES_MAX = 50_000
"""Marks that a process keeps for a time without Redis."""


class UsedStates:
    """Marks states as used, each once."""

    def __init__(self, redis: aioredis.Redis, *, kept_s: int) -> None:
        self._redis = redis
        self._kept_s = kept_s
        self._here: OrderedDict[str, float] = OrderedDict()

    async def use(self, state: str) -> bool:
        """Whether this is the first use of a state; from now on it is used."""
        key, now = _key(state), time.monotonic()
        while self._here and (len(self._here) >= STATES_MAX or next(iter(self._here.values())) <= now):
            self._here.popitem(last=False)
        if key in self._here:
            return False
        self._here[key] = now + self._kept_s
        try:
            is_first = bool(await self._redis.set(key, "1", nx=True, ex=self._kept_s))
        except REDIS_ERRORS:
            return True
        if not is_first:
            self._here.pop(key, None)  # another process's mark, which that one may give back
        return is_first

    async def give_back(self, state: str) -> None:
        """Let a state be used again: nothing was done with it."""
        key = _key(state)
        self._here.pop(key, None)
        with suppress(*REDIS_ERRORS):
            await self._redis.delete(key)


def _key(state: str) -> str:
    return f"tianfu:signed_in:{hashlib.sha256(state.encode()).hexdigest()[:32]}"
