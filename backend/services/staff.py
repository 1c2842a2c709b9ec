"""Staff accounts: passwords (argon2id), sign-in with a brake, and the record of what staff did."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from typing import Any

from pwdlib import PasswordHash

from backend.auth import Principal
from backend.errors import TooManySignIns, WrongCredentials
from backend.models import Staff, StaffAction
from backend.services.sessions import Sessions, SignedIn

FAILURE_WINDOW_S = 300
ACCOUNTS_WATCHED_MAX = 10_000
HASHES_AT_ONCE_MAX = 2  # argon2id takes 64 MiB and a core for as long as it runs

PASSWORDS = PasswordHash.recommended()


class StaffDoor:
    """Signs staff in. Failures are counted per account, known or not, so a guess learns nothing from the brake."""

    def __init__(self, sessions: Sessions, *, failures_max: int) -> None:
        self._sessions = sessions
        self._failures_max = failures_max
        self._failures: OrderedDict[str, list[float]] = OrderedDict()
        self._hashing = asyncio.Semaphore(HASHES_AT_ONCE_MAX)
        # Checked when there is no such account, so that both answers take the same time.
        self._nobody = PASSWORDS.hash("nobody has this password")

    async def sign_in(self, username: str, password: str) -> tuple[Staff, SignedIn]:
        """Raises WrongCredentials (one message for both mistakes) or TooManySignIns."""
        name = username.casefold()
        recent = [at for at in self._failures.get(name, []) if at > time.monotonic() - FAILURE_WINDOW_S]
        if len(recent) >= self._failures_max:
            raise TooManySignIns(retry_after_s=FAILURE_WINDOW_S)
        # Counted before the password is looked at, or guesses that come at one moment would count as one.
        self._failures[name] = [*recent, time.monotonic()]
        self._failures.move_to_end(name)
        if len(self._failures) > ACCOUNTS_WATCHED_MAX:
            self._failures.popitem(last=False)
        staff = await Staff.get_or_none(username=name, disabled_at=None)
        async with self._hashing:
            is_right = await asyncio.to_thread(
                PASSWORDS.verify, password, staff.password_hash if staff else self._nobody
            )
        if staff is None or not is_right:
            raise WrongCredentials
        self._failures.pop(name, None)
        return staff, await self._sessions.open_for_staff(staff.id, staff.role)


async def record(
    staff: Principal,
    action: str,
    subject: str,
    *,
    reason: str | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Keep what a staff member did; call inside the transaction that does it."""
    await StaffAction.create(
        staff_id=staff.id, action=action, subject=subject, reason=reason, before=before, after=after
    )
