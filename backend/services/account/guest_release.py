"""Staff release a badge that somebody else bound as a guest: the next phone that shows it is the guest from then on.

What was joined and offset with the badge stays with the badge: it was joined once, and its grams were given once. What
the phone before told of itself goes: consents, journeys, a name on the certificate, notices and objections, and the
holder's link, which that phone has seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.auth import Principal, RevokedSessions
from backend.errors.badges import BadgeNotFound, BadgeNotOfGuest
from backend.ledger.facts.footprints import FootprintBook
from backend.messages.badges import BadgeReleased
from backend.models import Attendance, Badge, CertificateName, Guest
from backend.services.certificates.certificates import close_links
from backend.services.community.consents import withdraw_all
from backend.services.complaints.data_export import forget_complaints
from backend.services.events.events import event_of_staff
from backend.services.events.kept_journeys import forget_journeys, forget_told_lines
from backend.services.identity.staff_accounts import record
from backend.services.notifications.notices import forget_notices
from backend.storage.database import Database
from backend.storage.statements import lock, write


@dataclass(frozen=True, slots=True)
class GuestReleases:
    """Releases badges that guests hold."""

    database: Database
    footprints: FootprintBook
    revoked: RevokedSessions

    async def release(
        self, staff: Principal, slug: str, serial: int, reason: str, now: datetime
    ) -> BadgeReleased:
        """Release a badge, on record; one that is free already stays so.

        Raises EventNotFound, BadgeNotFound, BadgeNotOfGuest.
        """
        event = await event_of_staff(staff, slug)
        badge = await Badge.get_or_none(event_id=event.id, serial=serial)
        if badge is None:
            raise BadgeNotFound
        ended: list[UUID] = []
        async with self.database.transaction():
            held = Guest.filter(
                event_id=event.id, badge_serial=badge.holder_serial or badge.serial, ended_at=None
            )
            known = await held.first()
            if known is None:
                raise BadgeNotOfGuest
            # The person before the badge, as a move and an erasure lock them: else each would wait for the other.
            await lock("lock_citizens", [known.citizen_id])
            # Scans that are under way for the guest end first.
            await lock("lock_accounts", [known.citizen_id])
            guest = await held.filter(citizen_id=known.citizen_id).select_for_update().first()
            if guest is None:
                raise BadgeNotOfGuest
            has_joined = await Attendance.exists(event_id=event.id, citizen_id=guest.citizen_id)
            if guest.bound_at is not None:
                ended = await self._let_go(guest, now)
                after = {"serial": serial, "has_joined": has_joined}
                await record(staff, "badge.release", slug, reason=reason, after=after)
        for session_id in ended:
            self.revoked.add(session_id)
        return BadgeReleased(serial=serial, has_joined=has_joined)

    async def _let_go(self, guest: Guest, now: datetime) -> list[UUID]:
        """Forget the phone and what it told; returns the sessions that end."""
        await withdraw_all(guest.citizen_id, now)
        await forget_journeys(self.database, self.footprints, [guest.citizen_id])
        await forget_told_lines(self.database, [guest.citizen_id])
        await CertificateName.filter(citizen_id=guest.citizen_id).delete()
        await close_links([guest.citizen_id], now)
        await forget_notices(guest.citizen_id)
        await forget_complaints(guest.citizen_id)
        rows = await write("release_guest", guest.event_id, guest.citizen_id, now)
        return [row["id"] for row in rows]
