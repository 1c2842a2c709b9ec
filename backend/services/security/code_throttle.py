"""A brake on codes that people guess: a citizen's wrong ones of the last hour, counted over all processes."""

from __future__ import annotations

from uuid import UUID

from backend.errors import Refusal
from backend.storage.redis import Redis
from backend.storage.redis_failures import FailureCounts

WRONG_CODES_MAX = 10
WINDOW_S = 3600


class CodeThrottle:
    """Counts what a citizen enters as codes of one kind, until it is known to be right."""

    def __init__(self, redis: Redis, kind: str, refusal: type[Refusal]) -> None:
        self._counts = FailureCounts(redis, window_s=WINDOW_S)
        self._kind = kind
        self._refusal = refusal

    async def count(self, citizen_id: UUID) -> None:
        """Count an attempt before its code is looked up, or guesses sent at one moment would count as one.

        Raises the refusal of this kind of code for a citizen with too many wrong ones.
        """
        name = self._name(citizen_id)
        await self._counts.count([name])
        wait_s = await self._counts.wait_s({name: WRONG_CODES_MAX + 1})
        if wait_s:
            raise self._refusal(retry_after_s=wait_s)

    async def take_back(self, citizen_id: UUID) -> None:
        """Uncount an attempt whose code was right."""
        await self._counts.take_back([self._name(citizen_id)])

    def _name(self, citizen_id: UUID) -> str:
        return f"{self._kind} code {citizen_id}"
