"""Citizens and staff sign in, refresh their tokens, and sign out.

A refresh token is used once and replaced. One used a second time was copied, so the whole session ends, whoever holds
it now (RFC 9700 §4.14.2).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec
import structlog

from backend.auth import PEOPLE, Principal, RevokedSessions, Tokens, hash_of_token
from backend.errors import ProviderUnknown, RefreshTokenInvalid, SessionRevoked
from backend.models import RefreshToken, Session, StaffSession
from backend.models.keys import uuid7
from backend.services.identity import guests
from backend.services.identity.erased import refuse_erased
from backend.services.identity.ways_in import Attempt, GuestOf, Identified, WayIn
from backend.services.security.records import record_security
from backend.storage.database import Database
from backend.storage.redis import REDIS_ERRORS
from backend.storage.redis_session_keys import SessionKeys
from backend.storage.statements import read, write

log = structlog.get_logger(__name__)

SOURCE_CHARS_MAX = 64
JOIN_TRIES_MAX = 4
DEVICE_CHARS_MAX = 200
CITIZEN_SESSIONS_MAX = 100
"""Sessions of a citizen that are listed, those used last."""


class SignedIn(msgspec.Struct, frozen=True):
    principal: Principal
    nickname: str | None
    access_token: str
    refresh_token: str
    other_access_token: str | None = None
    """Of another account that this way led to before the person was known to have an older one (see WECHAT_UNION)."""


class Place(msgspec.Struct, frozen=True):
    """Where staff sign in: the source of the request, and what the browser says it is."""

    source: str
    device: str


NOWHERE = Place("", "")


class CitizenDevice(msgspec.Struct, frozen=True):
    """A citizen's session that goes on."""

    id: UUID
    device: str
    """As backend.domain.identity.devices keeps it."""
    begun_at: datetime
    last_used_at: datetime
    ends_at: datetime


class OpenSession(msgspec.Struct, frozen=True):
    """A session of staff that goes on."""

    id: UUID
    begun_at: datetime
    ends_at: datetime
    place: StaffSession | None


class Sessions:
    """Opens, refreshes and ends sessions of citizens and staff."""

    def __init__(
        self,
        database: Database,
        tokens: Tokens,
        revoked: RevokedSessions,
        *,
        ways: Sequence[WayIn],
        session_keys: SessionKeys,
        refresh_token_days: int,
        staff_session_h: int,
    ) -> None:
        self._database = database
        self._tokens = tokens
        self._revoked = revoked
        self._ways = {way.name: way for way in ways}
        self._session_keys = session_keys
        self._refresh_life = timedelta(days=refresh_token_days)
        self._staff_life = timedelta(hours=staff_session_h)

    def ways(self) -> list[WayIn]:
        """The ways that are open here, in the order in which a page offers them."""
        return list(self._ways.values())

    def way(self, provider: str) -> WayIn:
        """One way that is open here. Raises ProviderUnknown."""
        if provider not in self._ways:
            raise ProviderUnknown(provider=provider)
        return self._ways[provider]

    async def sign_in(self, provider: str, attempt: Attempt, device: str = "") -> SignedIn:
        """Sign a citizen in, on a device as backend.domain.identity.devices names it.

        Raises ProviderUnknown, or what the way in raises for the attempt.
        """
        found = await self.way(provider).identify(attempt)
        if found.guest is not None:
            return await self._create_for_guest(found.guest)
        if found.citizen_id is not None:
            return await self._create_for_known(found.citizen_id, device)
        if found.joined is None:
            signed_in = await self._create(found, device)
        else:
            signed_in = await self._create_joined(found, found.joined, device)
        if found.session_key is not None:
            await self.keep_key(signed_in.principal.id, found.session_key)
        return signed_in

    async def _create_for_known(self, citizen_id: UUID, device: str) -> SignedIn:
        session_id, refresh_token = uuid7(), _new_token()
        ends_at = datetime.now(UTC) + self._refresh_life
        values = (citizen_id, session_id, hash_of_token(refresh_token), ends_at, device or None)
        rows = await write("open_session", *values)
        if not rows:
            raise SessionRevoked
        principal = Principal(citizen_id, "citizen", session_id)
        return SignedIn(principal, rows[0]["nickname"], self._tokens.issue(principal), refresh_token)

    async def _create(self, found: Identified, device: str) -> SignedIn:
        session_id, refresh_token = uuid7(), _new_token()
        values = (
            found.provider,
            found.subject,
            uuid7(),
            found.nickname,
            session_id,
            hash_of_token(refresh_token),
            datetime.now(UTC) + self._refresh_life,
            found.sealed and found.sealed.text,
            found.sealed and found.sealed.key_id,
            device or None,
        )
        try:
            rows = await write("sign_in", *values)
        except asyncpg.UniqueViolationError:
            # The same person signed in for the first time on two devices at once: now they are known.
            rows = await write("sign_in", *values)
        principal = Principal(rows[0]["id"], "citizen", session_id)
        return SignedIn(principal, rows[0]["nickname"], self._tokens.issue(principal), refresh_token)

    async def _create_for_guest(self, guest: GuestOf) -> SignedIn:
        session_id, refresh_token = uuid7(), _new_token()
        token_hash = hash_of_token(refresh_token)
        values = (guest, session_id, token_hash, self._refresh_life)
        try:
            guest_id = await guests.open_session(*values)
        except asyncpg.UniqueViolationError:
            # Two phones at one moment: by now one of them holds the badge.
            guest_id = await guests.open_session(*values)
        principal = Principal(guest_id, "guest", session_id)
        return SignedIn(principal, None, self._tokens.issue(principal), refresh_token)

    async def _create_joined(self, found: Identified, joined: tuple[str, str], device: str) -> SignedIn:
        """A session for somebody who comes with a wider identity: it leads to one account, by whichever way they came.

        Where the way led to another account before, that one is not merged behind their back: both stay, this is a
        session of the one that the wider identity is bound to, and it comes with a token for the other.
        """
        for tries_left in reversed(range(JOIN_TRIES_MAX)):
            session_id, refresh_token = uuid7(), _new_token()
            ends_at = datetime.now(UTC) + self._refresh_life
            who = (found.provider, found.subject, *joined, uuid7(), found.nickname)
            token = (session_id, hash_of_token(refresh_token), ends_at, device or None)
            try:
                async with self._database.transaction():
                    rows = await write("sign_in_joined", *who, *token)
                    # Whoever is leaving at this moment would else get an identity back after theirs were deleted.
                    await refuse_erased(rows[0]["id"])
                break
            except (asyncpg.UniqueViolationError, SessionRevoked):
                # The same person came in by two ways at once, or left: now that is known.
                if not tries_left:
                    raise
        principal = Principal(rows[0]["id"], "citizen", session_id)
        other = None
        if rows[0]["other_id"] is not None:
            other = (await self._create(found, device)).access_token
        return SignedIn(
            principal,
            rows[0]["nickname"],
            self._tokens.issue(principal),
            refresh_token,
            other_access_token=other,
        )

    async def keep_key(self, citizen_id: UUID, session_key: str) -> None:
        """Keep WeChat's key of a citizen's session, for the steps that their phone sends."""
        try:
            await self._session_keys.keep(citizen_id, session_key)
        except REDIS_ERRORS as error:
            # The citizen is signed in all the same, and cannot send steps for now. Nothing of the key is logged.
            log.warning("session_key_not_kept", error=type(error).__name__)

    async def create_for_staff(self, staff_id: UUID, role: str, place: Place = NOWHERE) -> SignedIn:
        """A session for a member of staff who showed what was asked for."""
        refresh_token = _new_token()
        async with self._database.transaction():
            session = await Session.create(principal_id=staff_id, role=role)
            await StaffSession.create(
                session_id=session.id,
                staff_id=staff_id,
                source=place.source[:SOURCE_CHARS_MAX],
                device=place.device[:DEVICE_CHARS_MAX],
            )
            await self._keep(session.id, refresh_token, session.created_at + self._staff_life)
        principal = msgspec.convert({"id": staff_id, "role": role, "session_id": session.id}, Principal)
        return SignedIn(principal, None, self._tokens.issue(principal), refresh_token)

    async def refresh(self, refresh_token: str) -> SignedIn:
        """Exchange a refresh token for new tokens. Raises RefreshTokenInvalid; a token used before ends its session."""
        async with self._database.transaction():
            rows = await write("use_refresh_token", hash_of_token(refresh_token))
            row = rows[0] if rows else None
            fresh = _new_token()
            is_good = False
            if row is not None and not (row["was_used"] or row["is_expired"] or row["is_revoked"]):
                ends_at = self._end_of(row)
                is_good = ends_at is None or ends_at > datetime.now(UTC)
                if is_good:
                    await self._keep(row["session_id"], fresh, ends_at)
            elif row is not None and row["was_used"] and not row["is_revoked"]:
                await self._revoke(row["session_id"], "refresh_reused")
                await record_security(
                    "refresh_reused", actor_id=row["principal_id"], subject=f"session {row['session_id']}"
                )
        if row is None or not is_good:
            raise RefreshTokenInvalid
        principal = msgspec.convert(
            {"id": row["principal_id"], "role": row["role"], "session_id": row["session_id"]}, Principal
        )
        return SignedIn(principal, None, self._tokens.issue(principal), fresh)

    def _end_of(self, row: asyncpg.Record) -> datetime | None:
        """When a session ends however often it is refreshed; None for a citizen's and a guest's."""
        if row["role"] in PEOPLE:
            return None
        begun_at: datetime = row["begun_at"]
        return begun_at + self._staff_life

    async def sign_out(self, principal: Principal) -> None:
        """End the caller's session."""
        await self._revoke(principal.session_id, "signed_out")

    async def of_staff(self, staff_id: UUID) -> list[OpenSession]:
        """The open sessions of a member of staff, the newest first."""
        since = datetime.now(UTC) - self._staff_life
        sessions = await Session.filter(principal_id=staff_id, revoked_at=None, created_at__gt=since)
        places = await StaffSession.filter(staff_id=staff_id).in_bulk(
            [each.id for each in sessions], "session_id"
        )
        found = [
            OpenSession(each.id, each.created_at, each.created_at + self._staff_life, places.get(each.id))
            for each in sessions
        ]
        return sorted(found, key=lambda each: each.begun_at, reverse=True)

    async def of_citizen(self, citizen_id: UUID) -> list[CitizenDevice]:
        """The open sessions of a citizen, the one used last first."""
        rows = await read(self._database, "read_open_sessions", citizen_id, CITIZEN_SESSIONS_MAX)
        return [
            CitizenDevice(
                row["id"], row["device"] or "", row["created_at"], row["last_used_at"], row["expires_at"]
            )
            for row in rows
        ]

    async def end(self, principal_id: UUID, session_id: UUID) -> bool:
        """End one session of somebody; False when there is no such open session of theirs."""
        if not await Session.exists(id=session_id, principal_id=principal_id, revoked_at=None):
            return False
        await self._revoke(session_id, "signed_out")
        return True

    async def end_all(self, principal_id: UUID, *, but: UUID | None = None) -> int:
        """End the sessions of somebody, all or all but one; how many there were."""
        found = await Session.filter(principal_id=principal_id, revoked_at=None).values_list("id", flat=True)
        ended: list[UUID] = [each for each in found if each != but]  # type: ignore[misc]
        await Session.filter(id__in=ended, revoked_at=None).update(
            revoked_at=datetime.now(UTC), revoked_why="signed_out"
        )
        for session_id in ended:
            self._revoked.add(session_id)
        return len(ended)

    async def end_by_link(self, guest: Principal) -> None:
        """End the sessions that a holder's link opened for a guest, but for the one that asks."""
        opened = Session.filter(principal_id=guest.id, is_by_link=True, revoked_at=None)
        for session_id in await opened.values_list("id", flat=True):
            if session_id != guest.session_id:
                await self._revoke(session_id, "signed_out")  # type: ignore[arg-type]

    async def load_revoked(self) -> None:
        """Load the sessions that other processes ended while their access tokens are still valid."""
        since = datetime.now(UTC) - timedelta(seconds=self._tokens.life_s + 60)
        ids = await Session.filter(revoked_at__gte=since).values_list("id", flat=True)
        self._revoked.replace(frozenset(ids))  # type: ignore[arg-type]

    async def _revoke(self, session_id: UUID, why: str) -> None:
        await Session.filter(id=session_id, revoked_at=None).update(
            revoked_at=datetime.now(UTC), revoked_why=why
        )
        self._revoked.add(session_id)

    async def _keep(self, session_id: UUID, token: str, ends_at: datetime | None) -> None:
        expires_at = datetime.now(UTC) + self._refresh_life
        await RefreshToken.create(
            token_hash=hash_of_token(token),
            session_id=session_id,
            expires_at=expires_at if ends_at is None else min(expires_at, ends_at),
        )


def _new_token() -> str:
    return secrets.token_urlsafe(32)
