"""Which event a code or a slug belongs to. Neither ever changes, so a process asks the database once.

Where a poster hangs and when it is open does change, and is known for two seconds.
"""

from __future__ import annotations

from uuid import UUID

from backend.errors import CodeForeign, EventNotFound
from backend.models import Event
from backend.services.poster_directory import PosterDirectory

EVENTS_KNOWN_MAX = 10_000


class EventDirectory:
    def __init__(self) -> None:
        self._by_code: dict[str, UUID] = {}
        self._by_slug: dict[str, UUID] = {}
        self.posters = PosterDirectory()

    async def of_code(self, event_code: str) -> UUID:
        """The event of a QR code's five characters. Raises CodeForeign."""
        found = self._by_code.get(event_code)
        if found is None:
            event = await Event.get_or_none(code=event_code).only("id")
            if event is None:
                raise CodeForeign
            found = self._keep(self._by_code, event_code, event.id)
        return found

    async def of_slug(self, slug: str) -> UUID:
        """Raises EventNotFound."""
        found = self._by_slug.get(slug)
        if found is None:
            event = await Event.get_or_none(slug=slug).only("id")
            if event is None:
                raise EventNotFound
            found = self._keep(self._by_slug, slug, event.id)
        return found

    def _keep(self, known: dict[str, UUID], name: str, event_id: UUID) -> UUID:
        if len(known) >= EVENTS_KNOWN_MAX:
            known.clear()
        known[name] = event_id
        return event_id
