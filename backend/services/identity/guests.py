"""Guests: whoever holds a badge joins its event with it, without an account. The badge is the identity.

The first phone that signs in binds the badge; another one is refused until staff release it. A guest's session is of
that event alone and earns no points. The holder's link of a guest's certificate opens it as well: whoever has it may
give and withdraw consents, take a copy of the data and erase it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from backend.domain.certificates.commitment import opens, secret_of
from backend.domain.certificates.number import event_code_of, read_certificate_number
from backend.domain.qr_codes import CodeKeys
from backend.errors import BadgeBound, BadgeRevoked, BadgeUnknown, EventNotRunning
from backend.errors.badges import BadgeTaken, HolderLinkInvalid, IdentityNeeded
from backend.models import Guest
from backend.models.keys import uuid7
from backend.services.identity.ways_in import Attempt, GuestOf, Identified, required
from backend.storage.database import Database
from backend.storage.statements import read, write

NAME = "badge"


class BadgeWay:
    """A badge's code, or the holder's link of a certificate that a guest got with their badge."""

    name = NAME

    def __init__(
        self, database: Database, codes: CodeKeys, find_event: Callable[[str], Awaitable[UUID]]
    ) -> None:
        self._database = database
        self._codes = codes
        self._find_event = find_event

    def offered(self) -> Mapping[str, Any]:
        return {}

    async def identify(self, attempt: Attempt) -> Identified:
        """The badge, by its signature: an invented code costs no question to the database.

        Raises CodeMalformed, CodeForged, CodeForeign; IdentityNeeded for a code that is no badge's; HolderLinkInvalid.
        """
        text = required(attempt.code, "code")
        link = urlsplit(text)
        if link.fragment.startswith("s=") and "/c/" in link.path:
            return await self._holder(link.path.rpartition("/c/")[2], link.fragment.removeprefix("s="))
        code = self._codes.read(text, datetime.now(UTC))
        if code.badge_serial is None:
            raise IdentityNeeded
        event_id = await self._find_event(code.event_code)
        # Of this event alone: else whom one phone was at two events could be read from the two hashes.
        told = None if attempt.state is None else f"{event_id}\0{attempt.state}"
        device = None if told is None else sha256(told.encode()).digest()
        guest = GuestOf(event_id=event_id, badge_serial=code.badge_serial, device_hash=device)
        return Identified(provider=NAME, subject=f"{event_id}.{code.badge_serial}", guest=guest)

    async def _holder(self, number: str, secret: str) -> Identified:
        known = read_certificate_number(number)
        rows = []
        if known is not None:
            rows = await read(self._database, "find_guest_of_certificate", event_code_of(known), known)
        if not rows or not opens(secret_of(rows[0]), secret):
            raise HolderLinkInvalid
        guest_id: UUID = rows[0]["citizen_id"]
        return Identified(provider=NAME, subject=str(guest_id), guest=GuestOf(citizen_id=guest_id))


async def open_session(guest: GuestOf, session_id: UUID, token_hash: bytes, life: timedelta) -> UUID:
    """A session for a guest; returns the guest's id.

    Raises BadgeUnknown, BadgeRevoked, EventNotRunning, BadgeTaken, BadgeBound, HolderLinkInvalid; UniqueViolationError
    when two phones bind one badge at one moment: ask again.
    """
    expires_at = datetime.now(UTC) + life
    if guest.citizen_id is not None:
        found = await write("open_guest_session", guest.citizen_id, session_id, token_hash, expires_at)
        if not found:
            raise HolderLinkInvalid
        return guest.citizen_id
    values = (
        guest.event_id,
        guest.badge_serial,
        guest.device_hash,
        uuid7(),
        session_id,
        token_hash,
        expires_at,
    )
    rows = await write("sign_in_guest", *values)
    if not rows:
        raise BadgeUnknown
    row = rows[0]
    if row["id"] is None:
        raise _refusal(row)
    guest_id: UUID = row["id"]
    return guest_id


def _refusal(row: Mapping[str, Any]) -> Exception:
    if row["is_revoked"]:
        return BadgeRevoked()
    if row["is_attended"]:
        return BadgeBound()
    return BadgeTaken() if row["has_guest"] else EventNotRunning()


async def export_badge(citizen_id: UUID) -> list[dict[str, Any]]:
    """The badge that a guest holds, as the sign-in that it is, for the export of their data (PIPL art. 45)."""
    held = await Guest.filter(citizen_id=citizen_id, ended_at=None)
    return [
        {"provider": NAME, "subject": f"{each.event_id}.{each.badge_serial}", "created_at": each.bound_at}
        for each in held
    ]
