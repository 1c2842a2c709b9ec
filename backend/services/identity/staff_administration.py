"""Operators keep the accounts of staff. Nobody does it to their own account, and all of it is recorded.

A new account has no password that anybody knows: its owner sets one through a link that works once.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from backend.auth import Principal
from backend.domain.folding import folded_words
from backend.errors.identity import (
    ChallengeInvalid,
    OwnAccount,
    PasswordLinkInvalid,
    StaffAccountClosed,
    StaffAccountNotFound,
    UsernameTaken,
)
from backend.models import (
    CityMember,
    EventMember,
    OrganisationMember,
    Session,
    Staff,
    StaffPasskey,
    StaffTotp,
)
from backend.models.keys import read_id, uuid7
from backend.services.identity import challenges
from backend.services.identity.password_hashing import hashed
from backend.services.identity.password_policy import allowed_hash
from backend.services.identity.second_factors import SecondFactors
from backend.services.identity.sessions import Sessions
from backend.services.identity.staff_accounts import record
from backend.services.listing import matching
from backend.storage.database import Database


class Account(msgspec.Struct, frozen=True):
    """An account as operators see it."""

    staff: Staff
    has_second_factor: bool
    last_sign_in_at: datetime | None


class PasswordLink(msgspec.Struct, frozen=True):
    account: Account
    url: str
    expires_at: datetime


class StaffAdministration:
    """Accounts of staff, for operators."""

    def __init__(
        self, database: Database, sessions: Sessions, factors: SecondFactors, *, public_base: str
    ) -> None:
        self._database = database
        self._sessions = sessions
        self._factors = factors
        self._public_base = public_base

    async def list_accounts(self, limit: int, cursor: UUID | None, typed: str | None = None) -> list[Account]:
        """Accounts, the newest first, one more than asked for when there are more."""
        query = matching(Staff.all(), typed, "username", "role")
        if cursor is not None:
            query = query.filter(id__lt=cursor)
        return [await self._account(staff) for staff in await query.order_by("-id").limit(limit + 1)]

    async def create(self, caller: Principal, username: str, role: str, reason: str) -> PasswordLink:
        """A new account, and the link that its owner sets a password with. Raises UsernameTaken."""
        name = folded_words(username)
        unknown = await hashed(secrets.token_urlsafe(32))
        async with self._database.transaction():
            if await Staff.exists(username=name):
                raise UsernameTaken(username=name)
            staff = await Staff.create(username=name, role=role, password_hash=unknown)
            await record(caller, "staff.create", name, reason=reason, after={"role": role})
            return await self._link(staff)

    async def give_link(self, caller: Principal, staff_id: str, reason: str) -> PasswordLink:
        """A new link; those before open nothing more, and the old password goes when it is used.

        Raises StaffAccountNotFound, OwnAccount, StaffAccountClosed.
        """
        async with self._database.transaction():
            staff = await self._another(caller, staff_id)
            if staff.disabled_at is not None:
                raise StaffAccountClosed
            await record(caller, "staff.password_link", staff.username, reason=reason)
            return await self._link(staff)

    async def disable(self, caller: Principal, staff_id: str, reason: str) -> Account:
        """Close an account; its sessions and duties end. Raises StaffAccountNotFound, OwnAccount."""

        async def close(staff: Staff) -> None:
            staff.disabled_at = staff.disabled_at or datetime.now(UTC)
            await Staff.filter(id=staff.id).update(disabled_at=staff.disabled_at)
            await _end_duties(caller, staff.id)
            await record(caller, "staff.disable", staff.username, reason=reason)

        return await self._change(caller, staff_id, close)

    async def change_role(self, caller: Principal, staff_id: str, role: str, reason: str) -> Account:
        """Give another role; sessions and duties of the one before end. Raises StaffAccountNotFound, OwnAccount."""

        async def change(staff: Staff) -> None:
            before, staff.role = {"role": staff.role}, role
            await Staff.filter(id=staff.id).update(role=role)
            await _end_duties(caller, staff.id)
            await record(
                caller, "staff.role", staff.username, reason=reason, before=before, after={"role": role}
            )

        return await self._change(caller, staff_id, change)

    async def reset_second_factor(self, caller: Principal, staff_id: str, reason: str) -> Account:
        """Forget the second factors of somebody who lost theirs. Raises StaffAccountNotFound, OwnAccount."""

        async def forget(staff: Staff) -> None:
            await self._factors.forget(staff.id)
            await record(caller, "staff.second_factor_reset", staff.username, reason=reason)

        return await self._change(caller, staff_id, forget)

    async def set_password(self, token: str, password: str) -> None:
        """Set a password through a link, once. Raises PasswordLinkInvalid, what check_password raises."""
        now = datetime.now(UTC)
        async with self._database.transaction():
            try:
                staff, begun = await challenges.find(token, "password", now)
            except ChallengeInvalid:
                raise PasswordLinkInvalid from None
            password_hash = await allowed_hash(password, staff.username)
            await Staff.filter(id=staff.id).update(password_hash=password_hash)
            await challenges.end(begun, now)
            owner = msgspec.convert({"id": staff.id, "role": staff.role, "session_id": uuid7()}, Principal)
            await record(owner, "staff.password", staff.username, reason="link")
            await challenges.end_all(staff.id, now)
            await self._sessions.end_all(staff.id)

    async def _change(
        self, caller: Principal, staff_id: str, change: Callable[[Staff], Awaitable[None]]
    ) -> Account:
        async with self._database.transaction():
            staff = await self._another(caller, staff_id)
            await change(staff)
            await challenges.end_all(staff.id, datetime.now(UTC))
            await self._sessions.end_all(staff.id)
        return await self._account(staff)

    async def _another(self, caller: Principal, staff_id: str) -> Staff:
        wanted = read_id(staff_id, StaffAccountNotFound)
        staff = await Staff.filter(id=wanted).select_for_update().get_or_none()
        if staff is None:
            raise StaffAccountNotFound
        if staff.id == caller.id:
            raise OwnAccount
        return staff

    async def _link(self, staff: Staff) -> PasswordLink:
        now = datetime.now(UTC)
        await challenges.end_others(staff.id, "password", now)
        token = await challenges.begin(staff.id, "password", now)
        # Behind the `#`, where no server and no log sees it.
        url = f"{self._public_base}/staff/password#{token}"
        return PasswordLink(await self._account(staff), url, now + challenges.LIVES["password"])

    async def _account(self, staff: Staff) -> Account:
        has_factor = await StaffTotp.exists(staff_id=staff.id) or await StaffPasskey.exists(staff_id=staff.id)
        last = await Session.filter(principal_id=staff.id).order_by("-created_at").first()
        return Account(staff, has_factor, None if last is None else last.created_at)


async def _end_duties(caller: Principal, staff_id: UUID) -> None:
    """Duties come with the role: another one, or the same one given again, begins with none, and acts for nobody."""
    for duties in (EventMember, CityMember, OrganisationMember):
        await duties.filter(staff_id=staff_id, removed_at=None).update(
            removed_at=datetime.now(UTC), removed_by=caller.id
        )
