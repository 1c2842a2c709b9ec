"""Invented sign-in codes use up neither a provider's quota nor our connections to it.

Wrong codes are counted by their source and over all, in Redis for all processes (storage.redis_failures). A right code
takes one wrong one of its source back, and a source that was wrong too often is still tried once a while: thirty wrong
codes in a second do not close a stadium behind one address for minutes. When too many are wrong over all, a source that
was wrong even once waits, and whoever was not is served as ever.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TypeVar

from backend.errors import Refusal
from backend.errors.identity import SignInBusy, TooManyWrongSignInCodes
from backend.storage.redis_failures import FailureCounts
from backend.storage.redis_quotas import Quota, Quotas

WRONG_WINDOW_S = 300
WRONG_PER_SOURCE_MAX = 30
PROBE_S = 10
"""So often a source that waits is tried all the same: a right code opens it for one wrong one more."""
WRONG_OVER_ALL_MAX = 3000
"""In five minutes. WeChat's smallest documented quota of a call is 5,000 a minute."""
AT_ONCE_MAX = 48
"""Of one process, under the client's 64 connections: the others are for messages and pictures."""
AT_ONCE_PER_SOURCE_MAX = 32
Found = TypeVar("Found")


class ProviderThrottle:
    """Bounds what is asked of one provider."""

    def __init__(
        self, provider: str, failures: FailureCounts, probes: Quotas, wrong: tuple[type[Refusal], ...]
    ) -> None:
        """`wrong` are the refusals that say that a code was invented."""
        self._provider = provider
        self._failures = failures
        self._probes = probes
        self._wrong = wrong
        self._under_way = 0
        self._sources: Counter[str] = Counter()

    async def ask(self, source: str, asking: Callable[[], Awaitable[Found]]) -> Found:
        """The provider's answer. Raises SignInBusy and TooManyWrongSignInCodes before anything was asked."""
        if self._under_way >= AT_ONCE_MAX or self._sources[source] >= AT_ONCE_PER_SOURCE_MAX:
            raise SignInBusy
        self._under_way += 1
        self._sources[source] += 1
        try:
            return await self._braked(source, asking)
        finally:
            self._under_way -= 1
            self._sources[source] -= 1
            if not self._sources[source]:
                del self._sources[source]

    async def _braked(self, source: str, asking: Callable[[], Awaitable[Found]]) -> Found:
        own, over_all = f"sign-in {self._provider} {source}", f"sign-in {self._provider}"
        is_flooded = await self._failures.wait_s({over_all: WRONG_OVER_ALL_MAX}) > 0
        wait_s = await self._failures.wait_s({own: 1 if is_flooded else WRONG_PER_SOURCE_MAX})
        counted = [own, over_all]
        if wait_s > 0:
            probe_s = wait_s if is_flooded else await self._probes.take([Quota(own, PROBE_S, 1)])
            if probe_s > 0:
                raise TooManyWrongSignInCodes(retry_after_s=min(wait_s, probe_s))
            counted = [over_all]  # or each wrong probe would have to be made good as well
        try:
            found = await asking()
        except self._wrong:
            await self._failures.count(counted)
            raise
        await self._failures.take_back([own])
        return found
