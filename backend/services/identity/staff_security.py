"""What members of staff do about their own account: password, second factors, sessions.

What makes an account weaker or opens it elsewhere asks for the password again: a session alone may be somebody else's.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from backend.auth import Principal
from backend.errors import WrongCredentials
from backend.errors.identity import (
    LastSecondFactor,
    PasskeyNotFound,
    PasskeyRefused,
    PresentPasswordWrong,
    SecondFactorWrong,
    StaffSessionNotFound,
)
from backend.models import Staff, StaffPasskey
from backend.models.keys import read_id
from backend.services.identity import challenges
from backend.services.identity.passkeys import check_count, id_of, new_nonce
from backend.services.identity.password_policy import allowed_hash
from backend.services.identity.second_factors import Held, SecondFactors, TotpSetup
from backend.services.identity.sessions import OpenSession, Sessions
from backend.services.identity.staff_accounts import record
from backend.services.identity.staff_sign_in import Knock, StaffAuthenticator
from backend.storage.database import Database


class Security(msgspec.Struct, frozen=True):
    """How an account is kept, as its owner sees it."""

    staff: Staff
    held: Held
    is_required: bool
    has_passkeys_here: bool


class StaffSecurity:
    """The caller's own account."""

    def __init__(
        self,
        database: Database,
        sessions: Sessions,
        authenticator: StaffAuthenticator,
        factors: SecondFactors,
    ) -> None:
        self._database = database
        self._sessions = sessions
        self._authenticator = authenticator
        self._factors = factors

    async def show(self, caller: Principal) -> Security:
        staff = await Staff.get(id=caller.id)
        held = await self._factors.of(caller.id)
        is_required = staff.role in self._authenticator.required_for
        return Security(staff, held, is_required, self._factors.passkeys.is_available)

    async def change_password(self, caller: Principal, present: str, password: str) -> None:
        """Change the password and end all other sessions. Raises PresentPasswordWrong, what check_password raises."""
        staff = await self._confirmed(caller, present)
        password_hash = await allowed_hash(password, staff.username)
        async with self._database.transaction():
            # Hashing takes its time: another may have changed it, and ended this session, meanwhile.
            if not await Staff.filter(id=staff.id, password_hash=staff.password_hash).update(
                password_hash=password_hash
            ):
                raise PresentPasswordWrong
            await challenges.end_all(staff.id, datetime.now(UTC))
            await record(caller, "staff.password", staff.username)
            await self._sessions.end_all(staff.id, but=caller.session_id)

    async def begin_totp(self, caller: Principal, present: str) -> tuple[str, TotpSetup]:
        """A secret for an authenticator app, and what it is confirmed with. Raises PresentPasswordWrong."""
        staff, now = await self._confirmed(caller, present), datetime.now(UTC)
        async with self._database.transaction():
            token = await challenges.begin(staff.id, "totp", now)
            _, begun = await challenges.find(token, "totp", now)
            return token, await self._factors.begin_totp(staff, begun)

    async def confirm_totp(self, caller: Principal, token: str, code: str) -> list[str]:
        """Keep that app by a code of it; new recovery codes. Raises ChallengeInvalid, SecondFactorWrong."""
        now, codes = datetime.now(UTC), list[str]()
        async with self._database.transaction():
            staff, begun = await challenges.find(token, "totp", now)
            is_right = staff.id == caller.id and await self._factors.keeps_totp(staff, begun, code, now)
            if is_right:
                await challenges.end(begun, now)
                codes = await self._factors.replace_recovery_codes(staff.id)
                await record(caller, "staff.totp", staff.username)
            else:
                await challenges.count_failure(begun)
        if not is_right:
            raise SecondFactorWrong
        return codes

    async def new_recovery_codes(self, caller: Principal, present: str) -> list[str]:
        """Ten new codes instead of those before. Raises PresentPasswordWrong."""
        staff = await self._confirmed(caller, present)
        async with self._database.transaction():
            await Staff.filter(id=staff.id).select_for_update().get()
            codes = await self._factors.replace_recovery_codes(staff.id)
            await record(caller, "staff.recovery_codes", staff.username)
        return codes

    async def begin_passkey(self, caller: Principal, present: str) -> tuple[str, dict[str, Any]]:
        """What the browser makes a passkey for. Raises PresentPasswordWrong, PasskeysUnavailable."""
        staff = await self._confirmed(caller, present)
        nonce, held = new_nonce(), await self._factors.of(staff.id)
        known = [each.id for each in held.passkeys]
        options = self._factors.passkeys.creation_options(staff.id, staff.username, nonce, known)
        async with self._database.transaction():
            return await challenges.begin(staff.id, "passkey", datetime.now(UTC), nonce=nonce), options

    async def add_passkey(
        self, caller: Principal, token: str, name: str, credential: dict[str, Any]
    ) -> tuple[StaffPasskey, list[str]]:
        """Keep a passkey; recovery codes with it when there were none.

        Raises ChallengeInvalid, PasskeyRefused, PasskeysUnavailable.
        """
        now = datetime.now(UTC)
        async with self._database.transaction():
            staff, begun = await challenges.find(token, "passkey", now)
            if staff.id != caller.id or begun.nonce is None:
                raise PasskeyRefused
            made = self._factors.passkeys.made(credential, begun.nonce)
            if await StaffPasskey.exists(id=made.id):
                raise PasskeyRefused
            check_count(await StaffPasskey.filter(staff_id=staff.id).count())
            passkey = await StaffPasskey.create(staff_id=staff.id, name=name, **msgspec.structs.asdict(made))
            await challenges.end(begun, now)
            held = await self._factors.of(staff.id)
            codes = [] if held.recovery_codes_left else await self._factors.replace_recovery_codes(staff.id)
            await record(caller, "staff.passkey", staff.username, after={"name": name})
        return passkey, codes

    async def remove_passkey(self, caller: Principal, present: str, passkey_id: str) -> None:
        """Raises PresentPasswordWrong, PasskeyNotFound; LastSecondFactor for roles that need one."""
        staff, wanted = await self._confirmed(caller, present), id_of({"id": passkey_id})
        async with self._database.transaction():
            await Staff.filter(id=staff.id).select_for_update().get()
            held = await self._factors.of(staff.id)
            passkey = next((each for each in held.passkeys if each.id == wanted), None)
            if passkey is None:
                raise PasskeyNotFound
            is_last = not held.has_totp and len(held.passkeys) == 1
            if is_last and staff.role in self._authenticator.required_for:
                raise LastSecondFactor
            await StaffPasskey.filter(id=wanted).delete()
            await record(caller, "staff.passkey_removed", staff.username, before={"name": passkey.name})

    async def sessions(self, caller: Principal) -> list[OpenSession]:
        return await self._sessions.of_staff(caller.id)

    async def end_session(self, caller: Principal, session_id: str) -> None:
        """End one of the caller's own sessions, this one too. Raises StaffSessionNotFound."""
        if not await self._sessions.end(caller.id, read_id(session_id, StaffSessionNotFound)):
            raise StaffSessionNotFound

    async def end_other_sessions(self, caller: Principal) -> None:
        await self._sessions.end_all(caller.id, but=caller.session_id)

    async def _confirmed(self, caller: Principal, password: str) -> Staff:
        """The account, once its password was typed again; wrong ones are counted for this session."""
        staff = await Staff.get(id=caller.id)
        knock = Knock(staff.username, password, f"session {caller.session_id}")
        try:
            await self._authenticator.check_password(knock, staff, caller.session_id)
        except WrongCredentials:
            raise PresentPasswordWrong from None
        return staff
