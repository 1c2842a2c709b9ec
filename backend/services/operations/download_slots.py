"""Large answers, made or read while they are sent: few at once, in chunks, and ended when nobody takes them."""

from __future__ import annotations

from typing import Protocol

from backend.errors import Busy

AT_ONCE_MAX = 2
KEPT_AT_ONCE_MAX = 16
"""Files that are only read cost a piece of memory each. They have places of their own: anyone may ask for them, and
whoever reads them slowly must not keep an organiser from printing badges."""
RETRY_S = 10.0


class Pieces(Protocol):
    """An answer in pieces; an asynchronous generator is one."""

    async def __anext__(self) -> bytes: ...

    async def aclose(self) -> None: ...


class Downloads:
    """Places for large answers in one process."""

    def __init__(self, at_once_max: int = AT_ONCE_MAX, kept_at_once_max: int = KEPT_AT_ONCE_MAX) -> None:
        self._made = Places(at_once_max)
        self._kept = Places(kept_at_once_max)

    def start(self, pieces: Pieces) -> Download:
        """Take a place for an answer that is made. Raises Busy; then the pieces are never begun."""
        return self._made.take(pieces)

    async def start_kept(self, file: Pieces) -> Download:
        """Take a place for a file that is open. Raises Busy; then the file is closed."""
        try:
            return self._kept.take(file)
        except Busy:
            await file.aclose()
            raise


class Places:
    """So many answers of a kind at once."""

    def __init__(self, at_once_max: int) -> None:
        self._at_once_max = at_once_max
        self._open = 0

    def take(self, pieces: Pieces) -> Download:
        if self._open >= self._at_once_max:
            raise Busy(retry_after_s=RETRY_S)
        self._open += 1
        return Download(self, pieces)

    def give_back(self) -> None:
        self._open -= 1


class Download:
    """Pieces of an answer. Whoever has it closes it, read to its end or not, and so gives the place back."""

    def __init__(self, places: Places, pieces: Pieces) -> None:
        self._places = places
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
                self._places.give_back()
