"""Staff sign in with their password: braked after failures, with a lane of its own for devices that are known.

Failures are counted after a wrong password and not before, per account and source, so that strangers close nobody
else's way in. The counts are the same for accounts that exist and for names that nobody has.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from backend.errors import TooManySignIns, WrongCredentials
from backend.models import Staff
from backend.services.identity.known_devices import KnownDevices
from backend.services.identity.password_hashing import Lane, hash_of_nobody, verify
from backend.services.identity.sessions import Sessions, SignedIn
from backend.storage.redis_failures import FailureCounts

FAILURE_WINDOW_S = 300
SOURCE_FAILURES = 10
"""One source may fail so many times as often over all accounts as on one of them."""
ACCOUNT_FAILURES = 10
"""Strangers from everywhere may fail so many times as often on one account as one of them."""


class Knock(msgspec.Struct, frozen=True):
    """Who knocks: a name and a password, from where, with the tokens of the devices that the caller says it is."""

    username: str
    password: str
    source: str
    device_tokens: Sequence[str] = ()

    @property
    def name(self) -> str:
        return self.username.casefold()


class StaffSignedIn(msgspec.Struct, frozen=True):
    staff: Staff
    session: SignedIn
    device_token: str


class StaffAuthenticator:
    """Signs staff in."""

    def __init__(
        self, sessions: Sessions, failures: FailureCounts, devices: KnownDevices, *, failures_max: int
    ) -> None:
        self._sessions = sessions
        self._failures = failures
        self._devices = devices
        self._failures_max = failures_max
        self._strangers, self._known = Lane(), Lane()
        self._nobody = hash_of_nobody()

    async def sign_in(self, knock: Knock) -> StaffSignedIn:
        """Check a password. Raises WrongCredentials (one message for both mistakes), TooManySignIns."""
        staff = await Staff.get_or_none(username=knock.name, disabled_at=None)
        device_id = self._device_of(knock, staff)
        await self.check_password(knock, staff, device_id)
        assert staff is not None
        session = await self._sessions.create_for_staff(staff.id, staff.role)
        token = self._devices.token(staff.id, device_id, datetime.now(UTC))
        return StaffSignedIn(staff, session, token)

    async def check_password(self, knock: Knock, staff: Staff | None, device_id: UUID | None) -> None:
        """Raises WrongCredentials, TooManySignIns: after failures, and while others' passwords take all places."""
        limits = self._limits(knock, staff, device_id)
        lane = self._known if device_id is not None else self._strangers
        lane.enter(knock.source)
        try:
            async with lane:
                # Asked when it is this one's turn, or guesses sent at one moment would all pass.
                if wait_s := await self._failures.wait_s(limits):
                    raise TooManySignIns(retry_after_s=wait_s)
                is_right = await verify(knock.password, staff.password_hash if staff else self._nobody)
                if staff is None or not is_right:
                    await self._failures.count(list(limits))
                    raise WrongCredentials
        finally:
            lane.leave(knock.source)
        # What others did stays counted.
        await self._failures.forget([next(iter(limits))])

    def _device_of(self, knock: Knock, staff: Staff | None) -> UUID | None:
        if staff is None:
            return None
        now = datetime.now(UTC)
        found = (self._devices.read(token, staff.id, now) for token in knock.device_tokens)
        return next((device for device in found if device is not None), None)

    def _limits(self, knock: Knock, staff: Staff | None, device_id: UUID | None) -> dict[str, int]:
        """What is counted when this fails, the caller's own count first: its name, and how many are too many."""
        if staff is not None and device_id is not None:
            return {f"device {staff.id} {device_id}": self._failures_max}
        return {
            f"account {knock.name} {knock.source}": self._failures_max,
            f"source {knock.source}": SOURCE_FAILURES * self._failures_max,
            f"account {knock.name}": ACCOUNT_FAILURES * self._failures_max,
        }
