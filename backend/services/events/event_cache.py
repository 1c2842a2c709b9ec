"""Which event a code or a slug belongs to. Neither ever changes, so a process asks the database once.

An event by its slug is known from when it has begun: until then it may still become somebody's secret again.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.auth import Principal
from backend.domain.events.lifecycle import BEGUN
from backend.errors import CodeForeign
from backend.models import Event
from backend.services.events.events import check_may_run, visible_event

EVENTS_KNOWN_MAX = 10_000


class EventDirectory:
    def __init__(self) -> None:
        self._by_code: dict[str, UUID] = {}
        # As they were when they were read: only what never changes is looked at.
        self._begun: dict[str, Event] = {}

    async def of_code(self, event_code: str) -> UUID:
        """The event of a QR code's five characters. Raises CodeForeign."""
        found = self._by_code.get(event_code)
        if found is None:
            event = await Event.get_or_none(code=event_code).only("id")
            if event is None:
                raise CodeForeign
            _make_room(self._by_code)
            found = self._by_code[event_code] = event.id
        return found

    async def of_slug(self, slug: str, caller: Principal | None = None) -> UUID:
        """An event that `caller` may read about. Raises EventNotFound."""
        return (await self._visible(slug, caller)).id

    async def of_staff(self, slug: str, staff: Principal) -> UUID:
        """An event that `staff` may watch. Raises EventNotFound, for another organiser's too."""
        event = await self._visible(slug, staff)
        check_may_run(staff, event)
        return event.id

    async def _visible(self, slug: str, caller: Principal | None) -> Event:
        found = self._begun.get(slug)
        if found is None:
            found = await visible_event(slug, caller)
            if found.state in BEGUN:
                _make_room(self._begun)
                self._begun[slug] = found
        return found


def _make_room(known: dict[str, Any]) -> None:
    if len(known) >= EVENTS_KNOWN_MAX:
        known.clear()
