"""Staff search, show, revoke, replace and bind an event's badges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.domain.badges.badge_csv import normal_alias
from backend.domain.qr_codes import CodeKeys
from backend.errors import EventClosed
from backend.errors.badges import (
    BadgeAliasMalformed,
    BadgeAliasTaken,
    BadgeInvalid,
    BadgeNotFound,
    BadgeReissued,
    BadgeSerialsUnknown,
)
from backend.messages.badges import BadgeDetail, BadgesReissued, BadgesRevoked
from backend.messages.shape import Page, view_of
from backend.models import Badge, Event
from backend.services.badges.serials import take_serials
from backend.services.identity.staff_accounts import record
from backend.storage.database import Database, constraint_of
from backend.storage.here import run_here

SERIALS_NAMED_MAX = 20
ENDED_STATES = ("closed", "rejected")


class BadgeAdministration:
    """What staff do with badges; `public_base` begins the address in a badge's QR code."""

    def __init__(self, database: Database, keys: CodeKeys, public_base: str) -> None:
        self._database = database
        self._keys = keys
        self._public_base = public_base

    async def search(
        self,
        event: Event,
        *,
        text: str | None = None,
        category: str | None = None,
        state: str | None = None,
        after: int = 0,
        limit: int,
    ) -> Page[BadgeDetail]:
        """Badges by serial. `text` is a serial, a wristband's id, the beginning of a reference or part of a label."""
        serial, alias = -1, None
        if text is not None:
            serial = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
            try:
                alias = normal_alias(text)
            except BadgeAliasMalformed:
                alias = None
        values = (event.id, after, category, state, text, serial, alias, limit + 1)
        rows = await run_here("read_badges", *values)
        views = [self._view(event, row) for row in rows[:limit]]
        return Page(views, str(views[-1].serial) if len(rows) > limit else None)

    async def show(self, event: Event, serial: int) -> BadgeDetail:
        """A badge by its serial. Raises BadgeNotFound."""
        rows = await run_here("read_badges", event.id, serial - 1, None, None, str(serial), serial, None, 1)
        if not rows or rows[0]["serial"] != serial:
            raise BadgeNotFound
        return self._view(event, rows[0])

    async def show_by_alias(self, event: Event, alias: str) -> BadgeDetail:
        """The badge that a wristband or tag is bound to. Raises BadgeAliasMalformed, BadgeNotFound."""
        badge = await find_by_alias(event, alias)
        return await self.show(event, badge.serial)

    async def revoke(self, staff: Principal, event: Event, serial: int, reason: str) -> BadgeDetail:
        """Revoke a badge; revoking it again changes nothing. Raises BadgeNotFound."""
        try:
            await self.revoke_all(staff, event, [serial], reason)
        except BadgeSerialsUnknown:
            raise BadgeNotFound from None
        return await self.show(event, serial)

    async def revoke_all(
        self, staff: Principal, event: Event, serials: Sequence[int], reason: str
    ) -> BadgesRevoked:
        """Revoke every badge that is named, or none. Raises BadgeSerialsUnknown."""
        async with self._database.transaction():
            await run_here("lock_serials", event.id)
            await _find_all(event, serials)
            revoked = await run_here("revoke_badges", event.id, list(serials), reason)
            if revoked:
                after = _named([row["serial"] for row in revoked])
                await record(staff, "badges.revoke", event.slug, reason=reason, after=after)
        return BadgesRevoked(revoked=len(revoked), already_revoked=len(serials) - len(revoked))

    async def reissue(self, staff: Principal, event: Event, serial: int, reason: str) -> BadgeDetail:
        """Replace a badge and answer with the new one. Raises BadgeNotFound, BadgeReissued, BadgeLimit, EventClosed."""
        try:
            made = await self.reissue_all(staff, event, [serial], reason)
        except BadgeSerialsUnknown:
            raise BadgeNotFound from None
        return await self.show(event, made.serial_from)

    async def reissue_all(
        self, staff: Principal, event: Event, serials: Sequence[int], reason: str
    ) -> BadgesReissued:
        """Replace every badge that is named, or none.

        Raises BadgeSerialsUnknown, BadgeReissued, BadgeLimit, EventClosed.
        """
        if event.state in ENDED_STATES:
            raise EventClosed
        async with self._database.transaction():
            first = await take_serials(event.id, len(serials), are_replacements=True)
            for found in await _find_all(event, serials):
                if found["reissued_as"] is not None:
                    raise BadgeReissued(**found)
            await run_here("reissue_badges", event.id, list(serials), first, reason)
            await run_here("store_reissued", event.id, list(serials))
            after = _named(serials) | {"first": first}
            await record(staff, "badges.reissue", event.slug, reason=reason, after=after)
        return BadgesReissued(reissued=len(serials), serial_from=first, serial_to=first + len(serials) - 1)

    async def bind(self, staff: Principal, event: Event, serial: int, alias: str, reason: str) -> BadgeDetail:
        """Bind a wristband or tag to a badge; a revoked badge that had it loses it.

        Raises BadgeNotFound, BadgeInvalid, BadgeAliasMalformed, BadgeAliasTaken.
        """
        wanted = normal_alias(alias)
        try:
            async with self._database.transaction():
                await run_here("lock_serials", event.id)
                badge = await Badge.get_or_none(event_id=event.id, serial=serial)
                if badge is None:
                    raise BadgeNotFound
                if badge.revoked_at is not None:
                    raise BadgeInvalid(serial=serial)
                if badge.alias != wanted:
                    await self._rebind(staff, event, badge, wanted, reason)
        except IntegrityError as error:
            if constraint_of(error) == "badges_alias_unique":
                raise BadgeAliasTaken(serial="?") from error
            raise
        return await self.show(event, serial)

    async def _rebind(self, staff: Principal, event: Event, badge: Badge, alias: str, reason: str) -> None:
        now = datetime.now(UTC)
        other = await Badge.get_or_none(event_id=event.id, alias=alias)
        if other is not None:
            if other.revoked_at is None:
                raise BadgeAliasTaken(serial=other.serial)
            await Badge.filter(event_id=event.id, serial=other.serial).update(
                alias=None, alias_changed_at=now
            )
        await Badge.filter(event_id=event.id, serial=badge.serial).update(alias=alias, alias_changed_at=now)
        before = {"serial": badge.serial, "alias": badge.alias}
        if other is not None:
            before["let_go_by"] = other.serial
        after = {"serial": badge.serial, "alias": alias}
        await record(staff, "badge.bind", event.slug, reason=reason, before=before, after=after)

    def _view(self, event: Event, row: Mapping[str, Any]) -> BadgeDetail:
        code = self._keys.badge(event.code, row["serial"])
        state = "revoked" if row["revoked_at"] is not None else "used" if row["is_used"] else "free"
        return view_of(BadgeDetail, row, code=code, url=f"{self._public_base}/q/{code}", state=state)


async def find_by_alias(event: Event, alias: str) -> Badge:
    """The badge that a wristband or tag is bound to. Raises BadgeAliasMalformed, BadgeNotFound."""
    badge = await Badge.get_or_none(event_id=event.id, alias=normal_alias(alias))
    if badge is None:
        raise BadgeNotFound
    return badge


async def _find_all(event: Event, serials: Sequence[int]) -> list[dict[str, Any]]:
    found = await run_here("find_badges", event.id, list(serials))
    missing = sorted(set(serials) - {row["serial"] for row in found})
    if missing:
        named = ", ".join(str(serial) for serial in missing[:SERIALS_NAMED_MAX])
        raise BadgeSerialsUnknown(serials=named + (" …" if len(missing) > SERIALS_NAMED_MAX else ""))
    return found


def _named(serials: Sequence[int]) -> dict[str, Any]:
    """The serials for the audit trail: all of a few, the number of many."""
    return {"count": len(serials), "serials": list(serials[:SERIALS_NAMED_MAX])}
