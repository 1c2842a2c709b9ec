"""Staff issue an event's next badges."""

from __future__ import annotations

from backend.auth import Principal
from backend.domain.qr_codes import CodeKeys
from backend.errors import EventClosed
from backend.messages.events.events import BadgesRequest, BadgeView
from backend.models import Badge
from backend.services.badges.serials import take_serials
from backend.services.events.events import event_of_staff, lock_event
from backend.services.identity.staff_accounts import record
from backend.storage.database import Database


async def issue_badges(
    database: Database, staff: Principal, slug: str, request: BadgesRequest, keys: CodeKeys, public_base: str
) -> list[BadgeView]:
    """Issue the next `count` badges of an event. Raises EventNotFound, EventClosed, BadgeLimit."""
    async with database.transaction():
        event = await event_of_staff(staff, slug)
        # Before the event's row is locked: scans must not wait for staff who wait for a file's serials.
        first = await take_serials(database, event.id, request.count)
        event = await lock_event(staff, slug)
        if event.state in ("closed", "rejected"):
            raise EventClosed
        serials = range(first, first + request.count)
        await Badge.bulk_create(
            [Badge(event_id=event.id, serial=serial, category=request.category) for serial in serials]
        )
        await record(
            staff,
            "badges.issue",
            slug,
            after={"first": first, "count": request.count, "category": request.category},
        )
    return [badge_view(event.code, serial, request.category, keys, public_base) for serial in serials]


def badge_view(
    event_code: str, serial: int, category: str | None, keys: CodeKeys, public_base: str
) -> BadgeView:
    """A badge with its signed code."""
    code = keys.badge(event_code, serial)
    return BadgeView(serial=serial, code=code, url=f"{public_base}/q/{code}", category=category)  # type: ignore[arg-type]
