"""Passkeys of citizens: made in the account, and good alone to sign in, each answer of a device once.

What a browser is asked is kept nowhere: the challenge that it brings back is sealed by us and says until when it
holds. So strangers who ask for challenges fill no table; a used one is written down when its answer was right.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.domain.encryption import Encryptor
from backend.errors import InvalidBody
from backend.errors.identity import PasskeyNotFound, PasskeyRefused, PasskeysUnavailable
from backend.models import Citizen, CitizenPasskey, SignInChallenge
from backend.models.keys import parse_uuid
from backend.services.identity.erased import hold_citizen
from backend.services.identity.passkeys import PASSKEYS_MAX, Passkeys, check_count, id_of, new_nonce
from backend.services.identity.ways_in import Attempt, Identified, TellOfWay, required
from backend.storage.database import Database

LIFE = timedelta(minutes=5)
SIGN_IN = "passkey sign-in"


class CitizenPasskeys:
    """Asks for passkeys, keeps them, and knows whose they are."""

    def __init__(self, database: Database, encryptor: Encryptor, passkeys: Passkeys, tell: TellOfWay) -> None:
        self._database = database
        self._encryptor = encryptor
        self._passkeys = passkeys
        self._tell = tell

    @property
    def is_available(self) -> bool:
        return self._passkeys.is_available

    def begin_sign_in(self) -> tuple[str, dict[str, Any]]:
        """What a browser signs with any passkey that it holds for this address. Raises PasskeysUnavailable."""
        if not self.is_available:
            raise PasskeysUnavailable(passkeys_max=PASSKEYS_MAX)
        nonce = new_nonce()
        return self._sealed(nonce, SIGN_IN), self._passkeys.request_options(nonce, [])

    async def holder(self, token: str, credential: dict[str, Any]) -> tuple[UUID, bytes]:
        """The citizen whose passkey signed, and its id; once for each challenge. Raises PasskeyRefused."""
        challenge_id, nonce, ends_at = self._opened(token, SIGN_IN)
        passkey = await CitizenPasskey.get_or_none(id=id_of(credential))
        count = None if passkey is None else self._passkeys.sign_count(passkey, credential, nonce)
        if passkey is None or count is None:
            raise PasskeyRefused
        now = datetime.now(UTC)
        try:
            async with self._database.transaction():
                await SignInChallenge.create(
                    id=challenge_id, provider="passkey", expires_at=ends_at, used_at=now
                )
                # Of two answers of one device at one moment the one that counts less is a copy's, or late.
                kept = CitizenPasskey.filter(id=passkey.id, sign_count=passkey.sign_count)
                if not await kept.update(sign_count=count, last_used_at=now):
                    raise PasskeyRefused
        except IntegrityError as error:  # the challenge was used
            raise PasskeyRefused from error
        return passkey.citizen_id, bytes(passkey.id)

    async def list(self, citizen_id: UUID) -> list[CitizenPasskey]:
        return await CitizenPasskey.filter(citizen_id=citizen_id).order_by("created_at")

    async def begin(self, citizen: Principal, account_name: str) -> tuple[str, dict[str, Any]]:
        """What the citizen's browser makes a passkey for. Raises PasskeysUnavailable."""
        known = [bytes(each.id) for each in await self.list(citizen.id)]
        nickname = (await Citizen.get(id=citizen.id)).nickname
        nonce = new_nonce()
        options = self._passkeys.creation_options(citizen.id, nickname or account_name, nonce, known)
        return self._sealed(nonce, _of(citizen)), options

    async def add(
        self, citizen: Principal, token: str, name: str, credential: dict[str, Any]
    ) -> CitizenPasskey:
        """Keep a passkey. Raises PasskeyRefused, PasskeysUnavailable, SessionRevoked."""
        _, nonce, _ = self._opened(token, _of(citizen))
        made = self._passkeys.made(credential, nonce)
        try:
            async with self._database.transaction():
                await hold_citizen(citizen.id)
                check_count(await CitizenPasskey.filter(citizen_id=citizen.id).count())
                passkey = await CitizenPasskey.create(
                    citizen_id=citizen.id, name=name, **msgspec.structs.asdict(made)
                )
                await self._tell("way_in_added", citizen.id, "passkey")
        except IntegrityError as error:  # it is kept already, here or in another account
            raise PasskeyRefused from error
        return passkey

    async def find(self, citizen_id: UUID, passkey_id: str) -> CitizenPasskey:
        """A passkey of the citizen's. Raises PasskeyNotFound."""
        found = await CitizenPasskey.get_or_none(id=id_of({"id": passkey_id}), citizen_id=citizen_id)
        if found is None:
            raise PasskeyNotFound
        return found

    def _sealed(self, nonce: bytes, purpose: str) -> str:
        ends_at = int((datetime.now(UTC) + LIFE).timestamp())
        return self._encryptor.encrypt_text(f"{uuid4().hex} {b64encode(nonce).decode()} {ends_at}", purpose)

    def _opened(self, token: str, purpose: str) -> tuple[UUID, bytes, datetime]:
        """What we sealed for this purpose: the id, the nonce and the end. Raises PasskeyRefused."""
        id_text, _, rest = (self._encryptor.decrypt_text(token, purpose) or "").partition(" ")
        nonce, _, ends_at = rest.partition(" ")
        if not ends_at or int(ends_at) <= datetime.now(UTC).timestamp():
            raise PasskeyRefused
        return parse_uuid(id_text), b64decode(nonce), datetime.fromtimestamp(int(ends_at), UTC)


class PasskeyWay:
    """A passkey that the citizen made in the account before."""

    name = "passkey"

    def __init__(self, passkeys: CitizenPasskeys) -> None:
        self._passkeys = passkeys

    def offered(self) -> Mapping[str, Any]:
        return {}

    async def identify(self, attempt: Attempt) -> Identified:
        token, credential = required(attempt.challenge, "challenge"), required(attempt.passkey, "passkey")
        if "signature" not in credential["response"]:
            raise InvalidBody.at("/passkey/response/signature", "missing")
        citizen_id, passkey_id = await self._passkeys.holder(token, credential)
        return Identified(provider=self.name, subject=passkey_id.hex(), citizen_id=citizen_id)


def _of(citizen: Principal) -> str:
    return f"passkey of {citizen.id}"
