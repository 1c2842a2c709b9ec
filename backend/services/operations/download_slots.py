"""Limits how many large answers a process sends at once, and ends those that nobody reads."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from backend.errors import Busy, TooManyAtOnce

AT_ONCE_MAX = 2
KEPT_AT_ONCE_MAX = 16
"""Stored files cost a piece of memory each. They have slots of their own: anyone may ask for them, and a slow reader
must not keep an organiser from printing badges."""
EXPORTS_AT_ONCE_MAX = 4
MADE_FOR_ONE_MAX = 1
KEPT_FOR_ONE_MAX = 4
"""Of one account, however many sessions it has."""
BYTES_PER_S_MAX = 16 * 1024 * 1024
"""Of all large answers of a kind in one process: a twentieth of its time, whoever reads however fast."""
RETRY_S = 10.0


class Pieces(Protocol):
    """An answer in pieces, such as an asynchronous generator."""

    async def __anext__(self) -> bytes: ...

    async def aclose(self) -> None: ...


class Downloads:
    """Slots for large answers in one process."""

    def __init__(self, at_once_max: int = AT_ONCE_MAX, kept_at_once_max: int = KEPT_AT_ONCE_MAX) -> None:
        self._made = Slots(at_once_max, MADE_FOR_ONE_MAX)
        self._kept = Slots(kept_at_once_max, KEPT_FOR_ONE_MAX)
        self._exports = Slots(EXPORTS_AT_ONCE_MAX, MADE_FOR_ONE_MAX)

    def start(self, pieces: Pieces, account: object) -> Download:
        """Take a slot for an answer that is generated. Raises Busy, TooManyAtOnce; then the pieces never begin."""
        return self._made.take(pieces, account)

    def start_export(self, pieces: Pieces, account: object) -> Download:
        """Take a slot for the export of a citizen's data. Raises Busy, TooManyAtOnce; then the pieces never begin."""
        return self._exports.take(pieces, account)

    async def start_kept(self, file: Pieces, account: object = None) -> Download:
        """Take a slot for a file that is open. Raises Busy, TooManyAtOnce; then the file is closed."""
        try:
            return self._kept.take(file, account)
        except (Busy, TooManyAtOnce):
            await file.aclose()
            raise

    @asynccontextmanager
    async def exporting(self, account: object) -> AsyncIterator[None]:
        """A slot while a citizen's export or statement is put together. Raises Busy, TooManyAtOnce."""
        self._exports.occupy(account)
        try:
            yield
        finally:
            self._exports.release(account)


class Slots:
    """At most so many answers of a kind at once, and of one account."""

    def __init__(self, at_once_max: int, for_one_max: int, bytes_per_s_max: int = BYTES_PER_S_MAX) -> None:
        self._at_once_max = at_once_max
        self._for_one_max = for_one_max
        self._bytes_per_s_max = bytes_per_s_max
        self._open: Counter[object] = Counter()
        self._paced_until = 0.0

    def take(self, pieces: Pieces, account: object) -> Download:
        self.occupy(account)
        return Download(self, pieces, account)

    def occupy(self, account: object) -> None:
        if account is not None and self._open[account] >= self._for_one_max:
            raise TooManyAtOnce
        if self._open.total() >= self._at_once_max:
            raise Busy(retry_after_s=RETRY_S)
        self._open[account] += 1

    def release(self, account: object) -> None:
        self._open[account] -= 1
        if not self._open[account]:
            del self._open[account]

    async def pace(self, length: int) -> None:
        """Wait until so many bytes more are within what all of them may send."""
        now = time.monotonic()
        starts = max(now, self._paced_until)
        self._paced_until = starts + length / self._bytes_per_s_max
        if starts > now:
            await asyncio.sleep(starts - now)


class Download:
    """The pieces of an answer. The sender closes it, read to the end or not, and so releases the slot."""

    def __init__(self, slots: Slots, pieces: Pieces, account: object) -> None:
        self._slots = slots
        self._pieces = pieces
        self._account = account
        self._is_open = True

    def __aiter__(self) -> Download:
        return self

    async def __anext__(self) -> bytes:
        piece = await self._pieces.__anext__()
        await self._slots.pace(len(piece))
        return piece

    async def aclose(self) -> None:
        if self._is_open:
            self._is_open = False
            try:
                await self._pieces.aclose()
            finally:
                self._slots.release(self._account)
