"""Staff search, show, revoke, replace and bind an event's badges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import structs
from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.domain.badges.badge_csv import SERIALS, normal_alias, read_serials
from backend.domain.badges.serials import read_serial
from backend.domain.folding import folded_search
from backend.domain.imports.columns import Reading
from backend.domain.qr_codes import CodeKeys
from backend.errors import EventClosed
from backend.errors.badges import (
    BadgeAliasMalformed,
    BadgeAliasTaken,
    BadgeFileUnreadable,
    BadgeInvalid,
    BadgeNotFound,
    BadgeReissued,
    BadgeSerialsUnknown,
    MiniCodesOff,
)
from backend.messages.badges import BadgeDetail, BadgesReissued, BadgesRevoked
from backend.messages.cursors import read_number
from backend.messages.shape import Page, view_of
from backend.models import Badge, Event
from backend.services.badges.mini_program_codes import MiniCodes
from backend.services.badges.serials import SERIAL_MAX, take_serials
from backend.services.events.events import event_of_staff, lock_row
from backend.services.identity.staff_accounts import record
from backend.services.imports.table_files import TableFiles, file_view
from backend.storage.database import Database, constraint_of
from backend.storage.statements import Rows, lock, read, write

SERIALS_NAMED_MAX = 20
ENDED_STATES = ("closed", "rejected")


class BadgeAdministration:
    """What staff do with badges; `public_base` begins the address in a badge's QR code."""

    def __init__(
        self,
        database: Database,
        keys: CodeKeys,
        public_base: str,
        mini_codes: MiniCodes | None,
        files: TableFiles,
    ) -> None:
        self._database = database
        self._files = files
        self._keys = keys
        self._public_base = public_base
        # None: no mini-program is set up.
        self._mini_codes = mini_codes

    async def search(
        self,
        staff: Principal,
        slug: str,
        *,
        text: str | None = None,
        category: str | None = None,
        state: str | None = None,
        cursor: str | None = None,
        limit: int,
    ) -> Page[BadgeDetail]:
        """Badges by serial. `text` is a serial, a wristband's id, the beginning of a reference or part of a label.

        Raises EventNotFound, InvalidQuery.
        """
        event = await event_of_staff(staff, slug)
        serial, alias = -1, None
        if text is not None:
            serial = read_serial(text) or -1
            try:
                alias = normal_alias(text)
            except BadgeAliasMalformed:
                alias = None
            text = folded_search(text)
            if not text:
                return Page([])
        after = read_number(cursor, SERIAL_MAX) or 0
        values = (event.id, after, category, state, text, serial, alias, limit + 1)
        rows = await read(self._database, "read_badges", *values)
        return Page.of(rows, limit, lambda row: self._view(event, row), lambda row: row["serial"])

    async def show(self, staff: Principal, slug: str, serial: int) -> BadgeDetail:
        """One badge. Raises EventNotFound, BadgeNotFound."""
        return await self._show(await event_of_staff(staff, slug), serial)

    async def _show(self, event: Event, serial: int) -> BadgeDetail:
        rows = await read(
            self._database, "read_badges", event.id, serial - 1, None, None, str(serial), serial, None, 1
        )
        if not rows or rows[0]["serial"] != serial:
            raise BadgeNotFound
        return self._view(event, rows[0])

    async def show_by_alias(self, staff: Principal, slug: str, alias: str) -> BadgeDetail:
        """The badge that a wristband or tag is bound to. Raises EventNotFound, BadgeAliasMalformed, BadgeNotFound."""
        event = await event_of_staff(staff, slug)
        badge = await find_by_alias(event, alias)
        return await self._show(event, badge.serial)

    async def mini_program_code(self, staff: Principal, slug: str, serial: int) -> bytes:
        """A badge as a picture that WeChat draws and opens in the mini-program.

        Raises EventNotFound, BadgeNotFound, MiniCodesOff, what WeChat refuses.
        """
        badge = await self.show(staff, slug, serial)
        if self._mini_codes is None:
            raise MiniCodesOff
        return await self._mini_codes.get(badge.code)

    async def revoke(self, staff: Principal, slug: str, serial: int, reason: str) -> BadgeDetail:
        """Revoke a badge; revoking it again changes nothing. Raises EventNotFound, BadgeNotFound."""
        event = await event_of_staff(staff, slug)
        try:
            await self._revoke(staff, event, [serial], reason)
        except BadgeSerialsUnknown:
            raise BadgeNotFound from None
        return await self._show(event, serial)

    async def revoke_all(self, staff: Principal, slug: str, file: bytes, reason: str) -> BadgesRevoked:
        """End the badges of a file of serials, all that are named or none.

        Raises EventNotFound, BadgeFileUnreadable, BadgeSerialsBroken, BadgeSerialsUnknown.
        """
        event = await event_of_staff(staff, slug)
        serials, reading = await self._serials(staff, file)
        revoked = await self._revoke(staff, event, serials, reason)
        return structs.replace(revoked, file=file_view(reading))

    async def _serials(self, staff: Principal, file: bytes) -> tuple[list[int], Reading]:
        caller = str(staff.id)
        return await self._files.read(file, SERIALS, read_serials, BadgeFileUnreadable, caller)

    async def _revoke(
        self, staff: Principal, event: Event, serials: Sequence[int], reason: str
    ) -> BadgesRevoked:
        async with self._database.transaction():
            await lock("lock_serials", event.id)
            await _find_all(self._database, event, serials)
            revoked = await write("revoke_badges", event.id, list(serials), reason)
            if revoked:
                after = _named([row["serial"] for row in revoked])
                await record(staff, "badges.revoke", event.slug, reason=reason, after=after)
        return BadgesRevoked(revoked=len(revoked), already_revoked=len(serials) - len(revoked))

    async def reissue(self, staff: Principal, slug: str, serial: int, reason: str) -> BadgeDetail:
        """Replace a badge and answer with the new one.

        Raises EventNotFound, BadgeNotFound, BadgeReissued, BadgeLimit, EventClosed.
        """
        event = await event_of_staff(staff, slug)
        try:
            made = await self._reissue(staff, event, [serial], reason)
        except BadgeSerialsUnknown:
            raise BadgeNotFound from None
        return await self._show(event, made.serial_from)

    async def reissue_all(self, staff: Principal, slug: str, file: bytes, reason: str) -> BadgesReissued:
        """Replace the badges of a file of serials, all that are named or none.

        Raises EventNotFound, BadgeFileUnreadable, BadgeSerialsBroken, BadgeSerialsUnknown, BadgeReissued, BadgeLimit,
        EventClosed.
        """
        event = await event_of_staff(staff, slug)
        serials, reading = await self._serials(staff, file)
        reissued = await self._reissue(staff, event, serials, reason)
        return structs.replace(reissued, file=file_view(reading))

    async def _reissue(
        self, staff: Principal, event: Event, serials: Sequence[int], reason: str
    ) -> BadgesReissued:
        if event.state in ENDED_STATES:
            raise EventClosed
        async with self._database.transaction():
            first = await take_serials(self._database, event.id, len(serials), are_replacements=True)
            for found in await _find_all(self._database, event, serials):
                if found["reissued_as"] is not None:
                    raise BadgeReissued(**found)
            await write("reissue_badges", event.id, list(serials), first, reason)
            await write("store_replacement_badges", event.id, list(serials))
            # From here on no scan of an old badge is under way that could still make somebody else its holder; at the
            # end, because scans of the whole event wait.
            await lock_row(event)
            await write("bind_replacement_badges", event.id, list(serials))
            after = _named(serials) | {"first": first}
            await record(staff, "badges.reissue", event.slug, reason=reason, after=after)
        return BadgesReissued(reissued=len(serials), serial_from=first, serial_to=first + len(serials) - 1)

    async def bind(self, staff: Principal, slug: str, serial: int, alias: str, reason: str) -> BadgeDetail:
        """Bind a wristband or tag to a badge; a revoked badge that had it loses it.

        Raises EventNotFound, BadgeNotFound, BadgeInvalid, BadgeAliasMalformed, BadgeAliasTaken.
        """
        event = await event_of_staff(staff, slug)
        wanted = normal_alias(alias)
        try:
            async with self._database.transaction():
                await lock("lock_serials", event.id)
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
        return await self._show(event, serial)

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


async def _find_all(database: Database, event: Event, serials: Sequence[int]) -> Rows:
    found = await read(database, "find_badges", event.id, list(serials))
    missing = sorted(set(serials) - {row["serial"] for row in found})
    if missing:
        named = ", ".join(str(serial) for serial in missing[:SERIALS_NAMED_MAX])
        raise BadgeSerialsUnknown(serials=named + (" …" if len(missing) > SERIALS_NAMED_MAX else ""))
    return found


def _named(serials: Sequence[int]) -> dict[str, Any]:
    """The serials for the audit trail: all of a few, the number of many."""
    return {"count": len(serials), "serials": list(serials[:SERIALS_NAMED_MAX])}
