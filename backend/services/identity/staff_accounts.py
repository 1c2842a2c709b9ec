"""Staff accounts: passwords (argon2id), throttled sign-in, and the audit trail of what staff did."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from pwdlib import PasswordHash

from backend.auth import Principal
from backend.errors import TooManySignIns, WrongCredentials
from backend.models import Session, Staff, StaffAction
from backend.services.identity.sessions import Sessions, SignedIn

FAILURE_WINDOW_S = 300
ACCOUNTS_WATCHED_MAX = 10_000
PASSWORD_CHARS_MIN = 12
HASHES_AT_ONCE_MAX = 1
"""argon2id takes 64 MiB and a core for as long as it runs: one at a time leaves a core to attendees' requests."""
HASHES_WAITING_MAX = 8
BUSY_RETRY_S = 5.0

PASSWORDS = PasswordHash.recommended()


class StaffAccountError(ValueError):
    """An account that cannot be created or changed, said in one sentence."""


def _hashed(password: str) -> str:
    if len(password) < PASSWORD_CHARS_MIN:
        raise StaffAccountError(f"A password has {PASSWORD_CHARS_MIN} characters or more.")
    return PASSWORDS.hash(password)


async def create_account(username: str, role: str, password: str) -> None:
    """Create an account. Raises StaffAccountError for a name that is taken or a password that is too short."""
    name = username.casefold()
    if not name or await Staff.exists(username=name):
        raise StaffAccountError(f"There is an account {name!r} already.")
    await Staff.create(username=name, role=role, password_hash=_hashed(password))


async def set_password(username: str, password: str) -> None:
    """Change a password and end the account's sessions. Raises StaffAccountError."""
    staff = await _account(username)
    await Staff.filter(id=staff.id).update(password_hash=_hashed(password))
    await _end_sessions(staff)


async def close_account(username: str) -> None:
    """Disable an account and end its sessions. Raises StaffAccountError for an unknown name."""
    staff = await _account(username)
    await Staff.filter(id=staff.id).update(disabled_at=datetime.now(UTC))
    await _end_sessions(staff)


async def _account(username: str) -> Staff:
    staff = await Staff.get_or_none(username=username.casefold())
    if staff is None:
        raise StaffAccountError(f"There is no account {username.casefold()!r}.")
    return staff


async def _end_sessions(staff: Staff) -> None:
    # Server processes look for ended sessions every few seconds.
    await Session.filter(principal_id=staff.id, revoked_at=None).update(
        revoked_at=datetime.now(UTC), revoked_why="signed_out"
    )


@cache
def _hash_of_nobody() -> str:
    """Made once in a process, before the first sign-in: hashing takes a tenth of a second."""
    return PASSWORDS.hash("nobody has this password")


class StaffAuthenticator:
    """Signs staff in. Failures are counted per account, known or not, so a guess learns nothing from the throttle."""

    def __init__(self, sessions: Sessions, *, failures_max: int) -> None:
        self._sessions = sessions
        self._failures_max = failures_max
        self._failures: OrderedDict[str, list[float]] = OrderedDict()
        self._hashing = asyncio.Semaphore(HASHES_AT_ONCE_MAX)
        self._waiting = 0
        # Checked when there is no such account, so that both answers take the same time.
        self._nobody = _hash_of_nobody()

    async def sign_in(self, username: str, password: str) -> tuple[Staff, SignedIn]:
        """Check a password. Raises WrongCredentials (one message for both mistakes), TooManySignIns."""
        name = username.casefold()
        recent = [at for at in self._failures.get(name, []) if at > time.monotonic() - FAILURE_WINDOW_S]
        if len(recent) >= self._failures_max:
            raise TooManySignIns(retry_after_s=FAILURE_WINDOW_S)
        # Counted before the password is checked, or guesses sent at one moment would count as one.
        self._failures[name] = [*recent, time.monotonic()]
        self._failures.move_to_end(name)
        if len(self._failures) > ACCOUNTS_WATCHED_MAX:
            self._failures.popitem(last=False)
        staff = await Staff.get_or_none(username=name, disabled_at=None)
        is_right = await self._verify(password, staff.password_hash if staff else self._nobody)
        if staff is None or not is_right:
            raise WrongCredentials
        self._failures.pop(name, None)
        return staff, await self._sessions.create_for_staff(staff.id, staff.role)

    async def _verify(self, password: str, password_hash: str) -> bool:
        if self._waiting >= HASHES_WAITING_MAX:
            raise TooManySignIns(retry_after_s=BUSY_RETRY_S)
        self._waiting += 1
        try:
            async with self._hashing:
                return await asyncio.to_thread(PASSWORDS.verify, password, password_hash)
        finally:
            self._waiting -= 1


async def record(
    staff: Principal,
    action: str,
    subject: str,
    *,
    reason: str | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Record what a member of staff did; call it inside the transaction that does it."""
    await StaffAction.create(
        staff_id=staff.id, action=action, subject=subject, reason=reason, before=before, after=after
    )


async def usernames(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names of members of staff by their ids."""
    wanted = set(ids)
    return {row.id: row.username for row in await Staff.filter(id__in=wanted)} if wanted else {}
