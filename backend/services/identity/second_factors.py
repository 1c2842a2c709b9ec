"""Second factors as they are kept: an authenticator app's secret (encrypted), recovery codes (hashed), passkeys."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import structlog

from backend.domain.encryption import CannotDecrypt, Encrypted, Encryptor
from backend.domain.identity.second_factors import (
    hash_of_recovery_code,
    matching_step,
    new_recovery_codes,
    new_secret,
    totp_uri,
)
from backend.models import Staff, StaffChallenge, StaffPasskey, StaffRecoveryCode, StaffTotp
from backend.services.identity.passkeys import Passkeys, id_of

log = structlog.get_logger(__name__)


class Proof(msgspec.Struct, frozen=True):
    """What somebody shows as a second factor: one of the three."""

    code: str | None = None
    recovery_code: str | None = None
    passkey: dict[str, Any] | None = None


class Held(msgspec.Struct, frozen=True):
    """The second factors of an account."""

    has_totp: bool
    recovery_codes_left: int
    passkeys: list[StaffPasskey]

    @property
    def is_any(self) -> bool:
        return self.has_totp or bool(self.passkeys)


class TotpSetup(msgspec.Struct, frozen=True):
    """A secret that an authenticator app is to hold; nothing is kept until a code of it was seen."""

    secret: str
    uri: str


class SecondFactors:
    """Call what changes something inside the transaction that holds the account's lock."""

    def __init__(self, encryptor: Encryptor, passkeys: Passkeys) -> None:
        self._encryptor = encryptor
        self.passkeys = passkeys

    async def of(self, staff_id: UUID) -> Held:
        return Held(
            await StaffTotp.exists(staff_id=staff_id),
            await StaffRecoveryCode.filter(staff_id=staff_id, used_at=None).count(),
            await StaffPasskey.filter(staff_id=staff_id).order_by("created_at"),
        )

    async def is_right(self, staff: Staff, begun: StaffChallenge, proof: Proof, now: datetime) -> bool:
        """Whether this proves the second factor. What proved it, proves it once."""
        if proof.code is not None:
            return await self._takes_code(staff.id, proof.code, now)
        if proof.recovery_code is not None:
            code_hash = hash_of_recovery_code(staff.id, proof.recovery_code)
            unused = StaffRecoveryCode.filter(staff_id=staff.id, code_hash=code_hash, used_at=None)
            return bool(await unused.update(used_at=now))
        if proof.passkey is not None and begun.nonce is not None:
            return await self._takes_passkey(staff.id, proof.passkey, begun.nonce, now)
        return False

    async def _takes_code(self, staff_id: UUID, code: str, now: datetime) -> bool:
        kept = await StaffTotp.get_or_none(staff_id=staff_id)
        secret = None if kept is None else self._open(staff_id, kept.sealed_with, kept.sealed)
        if kept is None or secret is None:
            return False
        step = matching_step(secret, "".join(code.split()), now, kept.last_step)
        if step is None:
            return False
        return bool(await StaffTotp.filter(staff_id=staff_id, last_step__lt=step).update(last_step=step))

    async def _takes_passkey(
        self, staff_id: UUID, credential: dict[str, Any], nonce: bytes, now: datetime
    ) -> bool:
        kept = await StaffPasskey.get_or_none(id=id_of(credential), staff_id=staff_id)
        count = None if kept is None else self.passkeys.sign_count(kept, credential, nonce)
        if kept is None or count is None:
            return False
        await StaffPasskey.filter(id=kept.id).update(sign_count=count, last_used_at=now)
        return True

    async def begin_totp(self, staff: Staff, begun: StaffChallenge) -> TotpSetup:
        """A new secret, kept with what was begun until a code of it is shown."""
        secret = new_secret()
        sealed = self._encryptor.encrypt(secret.encode(), totp_owner(staff.id))
        await StaffChallenge.filter(token_hash=begun.token_hash).update(
            sealed=sealed.text, sealed_with=sealed.key_id
        )
        return TotpSetup(secret, totp_uri(secret, staff.username))

    async def keeps_totp(self, staff: Staff, begun: StaffChallenge, code: str, now: datetime) -> bool:
        """Keep the secret that was begun, in the place of an older one, when this is a code of it."""
        if begun.sealed is None or begun.sealed_with is None:
            return False
        secret = self._open(staff.id, begun.sealed_with, begun.sealed)
        step = None if secret is None else matching_step(secret, "".join(code.split()), now, 0)
        if step is None:
            return False
        await StaffTotp.filter(staff_id=staff.id).delete()
        await StaffTotp.create(
            staff_id=staff.id, sealed=begun.sealed, sealed_with=begun.sealed_with, last_step=step
        )
        return True

    async def replace_recovery_codes(self, staff_id: UUID) -> list[str]:
        """Ten new codes, to be shown once; those before are good no more."""
        codes = new_recovery_codes()
        await StaffRecoveryCode.filter(staff_id=staff_id).delete()
        await StaffRecoveryCode.bulk_create(
            [
                StaffRecoveryCode(staff_id=staff_id, code_hash=hash_of_recovery_code(staff_id, code))
                for code in codes
            ]
        )
        return codes

    async def forget(self, staff_id: UUID) -> None:
        for kept in (StaffTotp, StaffRecoveryCode, StaffPasskey):
            await kept.filter(staff_id=staff_id).delete()

    def _open(self, staff_id: UUID, key_id: str, text: bytes) -> str | None:
        try:
            return self._encryptor.decrypt(Encrypted(key_id, text), totp_owner(staff_id)).decode()
        except CannotDecrypt:
            log.error("second_factor_not_decrypted", key_id=key_id)
            return None


def totp_owner(staff_id: UUID) -> str:
    return f"staff totp {staff_id}"
