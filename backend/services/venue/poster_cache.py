"""Where an event's posters hang and when they are open, asked at every scan of one and so kept for a moment.

A crowd at a poster costs the database two statements every two seconds in each process, and none per scan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from backend.errors import CodeForeign, Refusal
from backend.errors.venue import OutsideWindow
from backend.models import Poster, PosterWindow
from backend.services.caching import ExpiringCache

KEPT_S = 2.0
"""A window that is opened or closed elsewhere is known here after this time."""
EVENTS_KEPT_MAX = 1000
WINDOWS_READ_MAX = 2000

Span = tuple[datetime, datetime]


class KnownPoster(msgspec.Struct, frozen=True):
    gate: int
    windows: Sequence[Span]
    """Those that were not over when they were read, and not closed early, in order."""

    def refusal_at(self, at: datetime) -> Refusal | None:
        """What speaks against a scan at this instant."""
        if any(opens_at <= at < closes_at for opens_at, closes_at in self.windows):
            return None
        following = next((opens_at for opens_at, _ in self.windows if opens_at > at), None)
        if following is None:
            return OutsideWindow()
        return OutsideWindow(opens_at=following)


Posters = Mapping[int, KnownPoster]


class PosterCache:
    """Finds the poster of a scanned code."""

    def __init__(self) -> None:
        self._of_event = ExpiringCache("posters", _read_posters, kept_s=KEPT_S, entries_max=EVENTS_KEPT_MAX)

    async def poster(self, event_id: UUID, number: int) -> KnownPoster:
        """Find the poster of a code whose MAC is right. Raises CodeForeign."""
        # A poster that is not kept was hung up since: its code was signed by us.
        posters = await self._of_event.get(event_id, lambda kept: number in kept)
        found = posters.get(number)
        if found is None:
            raise CodeForeign
        return found

    def forget(self, event_id: UUID) -> None:
        """Have an event whose posters or windows were changed here read again at once."""
        self._of_event.forget(event_id)


async def _read_posters(event_id: UUID) -> Posters:
    spans: dict[int, list[Span]] = {}
    windows = PosterWindow.filter(event_id=event_id, closed_at=None, closes_at__gt=datetime.now(UTC))
    for window in await windows.order_by("opens_at").limit(WINDOWS_READ_MAX):
        spans.setdefault(window.poster, []).append((window.opens_at, window.closes_at))
    posters = await Poster.filter(event_id=event_id)
    return {poster.number: KnownPoster(poster.gate, spans.get(poster.number, ())) for poster in posters}
