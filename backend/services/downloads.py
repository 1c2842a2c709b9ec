"""Large answers that are made while they are sent: few at once, in bites, and ended when nobody takes them."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from backend.errors import Busy

AT_ONCE_MAX = 2
RETRY_S = 10.0


class Downloads:
    """Places for large answers in one process."""

    def __init__(self, at_once_max: int = AT_ONCE_MAX) -> None:
        self._at_once_max = at_once_max
        self._open = 0

    def start(self, pieces: AsyncGenerator[bytes, None]) -> Download:
        """Take a place for an answer that comes in pieces. Raises Busy; then the pieces are never begun."""
        if self._open >= self._at_once_max:
            raise Busy(retry_after_s=RETRY_S)
        self._open += 1
        return Download(self, pieces)

    def _give_back(self) -> None:
        self._open -= 1


class Download:
    """Pieces of an answer. Whoever has it closes it, read to its end or not, and so gives the place back."""

    def __init__(self, downloads: Downloads, pieces: AsyncGenerator[bytes, None]) -> None:
        self._downloads = downloads
        self._pieces = pieces
        self._is_open = True

    def __aiter__(self) -> Download:
        return self

    async def __anext__(self) -> bytes:
        return await anext(self._pieces)

    async def aclose(self) -> None:
        if self._is_open:
            self._is_open = False
            try:
                await self._pieces.aclose()
            finally:
                self._downloads._give_back()
