"""Passwords are hashed with argon2id in two lanes, so that a crowd of strangers keeps nobody known from signing in."""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import cache

from pwdlib import PasswordHash

from backend.errors import TooManySignIns

HASHES_AT_ONCE_MAX = 1
"""argon2id takes 64 MiB and a core for as long as it runs: one at a time in each lane leaves room for attendees."""
HASHES_WAITING_MAX = 8
WAITING_PER_SOURCE_MAX = 4
"""One address fills half of a lane at most."""
BUSY_RETRY_S = 5.0

PASSWORDS = PasswordHash.recommended()


@cache
def hash_of_nobody() -> str:
    """Checked when there is no such account, so that both answers take the same time.

    Made once in a process, before the first sign-in: hashing takes a tenth of a second.
    """
    return PASSWORDS.hash("nobody has this password")


class Lane:
    """Places for those who wait, and the place of the one whose password is being hashed."""

    def __init__(self) -> None:
        self._hashing = asyncio.Semaphore(HASHES_AT_ONCE_MAX)
        self._waiting: Counter[str] = Counter()

    async def __aenter__(self) -> None:
        await self._hashing.acquire()

    async def __aexit__(self, *_: object) -> None:
        self._hashing.release()

    def enter(self, source: str) -> None:
        """Take a place. Raises TooManySignIns, which says nothing about the password and counts as no failure."""
        if self._waiting.total() >= HASHES_WAITING_MAX or self._waiting[source] >= WAITING_PER_SOURCE_MAX:
            raise TooManySignIns(retry_after_s=BUSY_RETRY_S)
        self._waiting[source] += 1

    def leave(self, source: str) -> None:
        self._waiting[source] -= 1
        if not self._waiting[source]:
            del self._waiting[source]


async def verify(password: str, password_hash: str) -> bool:
    return await asyncio.to_thread(PASSWORDS.verify, password, password_hash)


async def hashed(password: str) -> str:
    return await asyncio.to_thread(PASSWORDS.hash, password)
