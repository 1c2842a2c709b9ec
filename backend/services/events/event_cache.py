"""The event of a code or a slug. Neither ever changes, so a process asks the database once.

An event is kept by its slug from when it has begun: until then it may still become its organiser's secret again.
"""

from __future__ import annotations

from uuid import UUID

from backend.auth import Principal
from backend.domain.events.lifecycle import BEGUN
from backend.errors import CodeForeign
from backend.models import Event
from backend.services.caching import ExpiringCache
from backend.services.events.events import check_may_run, check_visible, find_event

EVENTS_KEPT_MAX = 10_000


class EventCache:
    """Finds events by what citizens and staff name them by."""

    def __init__(self) -> None:
        self._by_code = ExpiringCache("event_codes", _id_of_code, kept_s=None, entries_max=EVENTS_KEPT_MAX)
        # As they were when they were read: only what never changes is looked at.
        self._begun = ExpiringCache(
            "events", find_event, kept_s=None, entries_max=EVENTS_KEPT_MAX, keeps=_has_begun
        )

    async def of_code(self, event_code: str) -> UUID:
        """Find the event of a QR code's five characters. Raises CodeForeign."""
        return await self._by_code.get(event_code)

    async def of_slug(self, slug: str, caller: Principal | None = None) -> UUID:
        """Find an event that the caller may read about. Raises EventNotFound."""
        return (await self._visible(slug, caller)).id

    async def of_staff(self, slug: str, staff: Principal) -> UUID:
        """Find an event that a staff member may watch. Raises EventNotFound, for another organiser's too."""
        event = await self._visible(slug, staff)
        await check_may_run(staff, event)
        return event.id

    async def _visible(self, slug: str, caller: Principal | None) -> Event:
        event = await self._begun.get(slug)
        await check_visible(event, caller)
        return event


async def _id_of_code(event_code: str) -> UUID:
    event = await Event.get_or_none(code=event_code).only("id")
    if event is None:
        raise CodeForeign
    return event.id


def _has_begun(event: Event) -> bool:
    return event.state in BEGUN
