"""Limits how many large answers a process sends at once, and ends those that nobody reads."""

from __future__ import annotations

from typing import Protocol

from backend.errors import Busy

AT_ONCE_MAX = 2
KEPT_AT_ONCE_MAX = 16
"""Stored files cost a piece of memory each. They have slots of their own: anyone may ask for them, and a slow reader
must not keep an organiser from printing badges."""
RETRY_S = 10.0


class Pieces(Protocol):
    """An answer in pieces, such as an asynchronous generator."""

    async def __anext__(self) -> bytes: ...

    async def aclose(self) -> None: ...


class Downloads:
    """Slots for large answers in one process."""

    def __init__(self, at_once_max: int = AT_ONCE_MAX, kept_at_once_max: int = KEPT_AT_ONCE_MAX) -> None:
        self._made = Slots(at_once_max)
        self._kept = Slots(kept_at_once_max)

    def start(self, pieces: Pieces) -> Download:
        """Take a slot for an answer that is generated. Raises Busy; then the pieces never begin."""
        return self._made.take(pieces)

    async def start_kept(self, file: Pieces) -> Download:
        """Take a slot for a file that is open. Raises Busy; then the file is closed."""
        try:
            return self._kept.take(file)
        except Busy:
            await file.aclose()
            raise


class Slots:
    """At most so many answers of a kind at once."""

    def __init__(self, at_once_max: int) -> None:
        self._at_once_max = at_once_max
        self._open = 0

    def take(self, pieces: Pieces) -> Download:
        if self._open >= self._at_once_max:
            raise Busy(retry_after_s=RETRY_S)
        self._open += 1
        return Download(self, pieces)

    def release(self) -> None:
        self._open -= 1


class Download:
    """The pieces of an answer. The sender closes it, read to the end or not, and so releases the slot."""

    def __init__(self, slots: Slots, pieces: Pieces) -> None:
        self._slots = slots
        self._pieces = pieces
        self._is_open = True

    def __aiter__(self) -> Download:
        return self

    async def __anext__(self) -> bytes:
        return await self._pieces.__anext__()

    async def aclose(self) -> None:
        if self._is_open:
            self._is_open = False
            try:
                await self._pieces.aclose()
            finally:
                self._slots.release()
