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
from backend.errors import ProviderUnknown, RefreshTokenInvalid
from backend.models import RefreshToken, Session, StaffSession
from backend.models.keys import uuid7
from backend.services.identity import guests
from backend.services.identity.ways_in import Attempt, GuestOf, WayIn
from backend.services.security.records import record_security
from backend.storage.database import Database
from backend.storage.redis import REDIS_ERRORS
from backend.storage.redis_session_keys import SessionKeys
from backend.storage.statements import write

log = structlog.get_logger(__name__)

SOURCE_CHARS_MAX = 64
DEVICE_CHARS_MAX = 200


class SignedIn(msgspec.Struct, frozen=True):
    principal: Principal
    nickname: str | None
    access_token: str
    refresh_token: str


class Place(msgspec.Struct, frozen=True):
    """Where staff sign in: the source of the request, and what the browser says it is."""

    source: str
    device: str


NOWHERE = Place("", "")


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

    async def sign_in(self, provider: str, attempt: Attempt) -> SignedIn:
        """Sign a citizen in by one of the ways that are open here.

        Raises ProviderUnknown, or what the way in raises for the attempt.
        """
        way = self._ways.get(provider)
        if way is None:
            raise ProviderUnknown(provider=provider)
        found = await way.identify(attempt)
        if found.guest is not None:
            return await self._create_for_guest(found.guest)
        signed_in = await self._create(found.provider, found.subject, nickname=found.nickname)
        if found.session_key is not None:
            await self._keep_key(signed_in.principal.id, found.session_key)
        return signed_in

    async def _create(self, provider: str, subject: str, *, nickname: str | None) -> SignedIn:
        session_id, refresh_token = uuid7(), _new_token()
        values = (
            provider,
            subject,
            uuid7(),
            nickname,
            session_id,
            hash_of_token(refresh_token),
            datetime.now(UTC) + self._refresh_life,
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

    async def _keep_key(self, citizen_id: UUID, session_key: str) -> None:
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

    async def end(self, staff_id: UUID, session_id: UUID) -> bool:
        """End one session of a member of staff; False when there is no such open session of theirs."""
        if not await Session.exists(id=session_id, principal_id=staff_id, revoked_at=None):
            return False
        await self._revoke(session_id, "signed_out")
        return True

    async def end_all(self, staff_id: UUID, *, but: UUID | None = None) -> int:
        """End the sessions of a member of staff, all or all but one; how many there were."""
        found = await Session.filter(principal_id=staff_id, revoked_at=None).values_list("id", flat=True)
        ended: list[UUID] = [each for each in found if each != but]  # type: ignore[misc]
        for session_id in ended:
            await self._revoke(session_id, "signed_out")
        return len(ended)

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
