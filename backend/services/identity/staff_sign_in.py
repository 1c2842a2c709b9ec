"""Staff sign in with their password: braked after failures, with a lane of its own for devices that are known.

An account that has a second factor, or whose role must have one, gets no session for its password alone: what was begun
is finished with the second factor, or with setting one up.

Failures are counted after a wrong password and not before, per account and source, so that strangers close nobody
else's way in. The counts are the same for accounts that exist and for names that nobody has.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from backend.auth import Principal
from backend.domain.folding import folded_words
from backend.errors import TooManySignIns, WrongCredentials
from backend.errors.identity import ChallengeInvalid, SecondFactorWrong
from backend.models import Staff, StaffChallenge
from backend.models.keys import uuid7
from backend.services.identity import challenges
from backend.services.identity.known_devices import KnownDevices
from backend.services.identity.passkeys import new_nonce
from backend.services.identity.password_hashing import Lane, hash_of_nobody, verify
from backend.services.identity.second_factors import Held, Proof, SecondFactors, TotpSetup
from backend.services.identity.sessions import Place, Sessions, SignedIn
from backend.services.identity.staff_accounts import record
from backend.storage.database import Database
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
        return folded_words(self.username)


class StaffSignedIn(msgspec.Struct, frozen=True):
    staff: Staff
    session: SignedIn
    device_token: str


class Begun(msgspec.Struct, frozen=True):
    """The password was right, and more is asked for."""

    token: str
    life_s: int
    held: Held
    passkey_options: dict[str, Any] | None


class StaffAuthenticator:
    """Signs staff in."""

    def __init__(
        self,
        database: Database,
        sessions: Sessions,
        failures: FailureCounts,
        devices: KnownDevices,
        factors: SecondFactors,
        *,
        failures_max: int,
        required_for: Collection[str],
    ) -> None:
        self._database = database
        self._sessions = sessions
        self._failures = failures
        self._devices = devices
        self._factors = factors
        self._failures_max = failures_max
        self.required_for = required_for
        """Roles that need a second factor."""
        self._strangers, self._known = Lane(), Lane()
        self._nobody = hash_of_nobody()

    async def sign_in(self, knock: Knock, place: Place) -> StaffSignedIn | Begun:
        """Check a password. Raises WrongCredentials (one message for both mistakes), TooManySignIns."""
        staff = await Staff.get_or_none(username=knock.name, disabled_at=None)
        device_id = self._device_of(knock, staff)
        await self.check_password(knock, staff, device_id)
        assert staff is not None
        held = await self._factors.of(staff.id)
        if held.is_any or staff.role in self.required_for:
            return await self._begin(staff, held, device_id)
        return await self._open(staff, device_id, place)

    async def _begin(self, staff: Staff, held: Held, device_id: UUID | None) -> Begun:
        passkeys, options, nonce = self._factors.passkeys, None, None
        if held.passkeys and passkeys.is_available:
            nonce = new_nonce()
            options = passkeys.request_options(nonce, [each.id for each in held.passkeys])
        async with self._database.transaction():
            token = await challenges.begin(
                staff.id, "sign_in", datetime.now(UTC), device_id=device_id, nonce=nonce
            )
        return Begun(token, int(challenges.LIVES["sign_in"].total_seconds()), held, options)

    async def _open(self, staff: Staff, device_id: UUID | None, place: Place) -> StaffSignedIn:
        async with self._database.transaction():
            # As it was when the password was checked: hashing takes its time, and others end sessions meanwhile.
            same = Staff.filter(
                id=staff.id, disabled_at=None, role=staff.role, password_hash=staff.password_hash
            )
            if await same.select_for_update().get_or_none() is None:
                raise WrongCredentials
            session = await self._sessions.create_for_staff(staff.id, staff.role, place)
        token = self._devices.token(staff.id, device_id, datetime.now(UTC))
        return StaffSignedIn(staff, session, token)

    async def finish(self, token: str, proof: Proof, place: Place) -> StaffSignedIn:
        """Show a second factor. Raises ChallengeInvalid, SecondFactorWrong, TooManySecondFactors."""
        now = datetime.now(UTC)
        async with self._database.transaction():
            staff, begun = await challenges.find(token, "sign_in", now)
            await challenges.check_tries(begun, now)
            is_right = await self._factors.is_right(staff, begun, proof, now)
            await (challenges.end(begun, now) if is_right else challenges.count_failure(begun))
        if not is_right:
            raise SecondFactorWrong
        return await self._open(staff, begun.device_id, place)

    async def begin_setup(self, token: str) -> TotpSetup:
        """A secret for the authenticator app of an account without a second factor. Raises ChallengeInvalid."""
        async with self._database.transaction():
            staff, begun = await self._find_setup(token)
            return await self._factors.begin_totp(staff, begun)

    async def finish_setup(self, token: str, code: str, place: Place) -> tuple[StaffSignedIn, list[str]]:
        """Show a code of that app: the session, and the recovery codes. Raises ChallengeInvalid, SecondFactorWrong."""
        now, codes = datetime.now(UTC), list[str]()
        async with self._database.transaction():
            staff, begun = await self._find_setup(token)
            is_right = await self._factors.keeps_totp(staff, begun, code, now)
            if is_right:
                await challenges.end(begun, now)
                codes = await self._factors.replace_recovery_codes(staff.id)
                caller = msgspec.convert(
                    {"id": staff.id, "role": staff.role, "session_id": uuid7()}, Principal
                )
                await record(caller, "staff.totp", staff.username)
            else:
                await challenges.count_failure(begun)
        if not is_right:
            raise SecondFactorWrong
        return await self._open(staff, begun.device_id, place), codes

    async def _find_setup(self, token: str) -> tuple[Staff, StaffChallenge]:
        staff, begun = await challenges.find(token, "sign_in", datetime.now(UTC))
        if (await self._factors.of(staff.id)).is_any:
            raise ChallengeInvalid
        return staff, begun

    async def check_password(self, knock: Knock, staff: Staff | None, device_id: UUID | None) -> None:
        """Raises WrongCredentials; TooManySignIns after failures, and while others' passwords take all places."""
        limits = self._limits(knock, staff, device_id)
        lane = self._known if device_id is not None else self._strangers
        # Whoever has many sessions or addresses fills half of the lane of those known, not all of it.
        place = knock.source if device_id is None else f"account {knock.name}"
        lane.enter(place)
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
            lane.leave(place)
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
