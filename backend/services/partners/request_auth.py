"""Authenticates partners' signed requests."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

import msgspec
import structlog

from backend.domain.encryption import CannotDecrypt, Encrypted, Encryptor
from backend.domain.partners.request_signature import CLOCK_SKEW_S_MAX, has_form, is_right
from backend.errors.organisations import OrganisationBlacklisted
from backend.errors.partners import NotSigned, PartnerClock, PartnerClosed, PartnerKeyNotValid, SignatureWrong
from backend.storage.database import Database
from backend.storage.statements import read

log = structlog.get_logger(__name__)


class PartnerCaller(msgspec.Struct, frozen=True):
    """A partner whose signature is right, and the signature."""

    id: UUID
    code: str
    methods: frozenset[str]
    signature: str


class RequestIdentity(msgspec.Struct, frozen=True):
    """What a request claims in its headers, with the key it names; its signature is checked once the body is there."""

    caller: PartnerCaller
    is_open: bool
    key_id: str
    is_key_valid: bool
    entry: tuple[str, str] | None
    """Of the black list: its id and its reason."""
    secret: bytes
    timestamp: str


class PartnerAuthenticator:
    """Identifies a partner by the headers of its request, and verifies the signature over the body."""

    def __init__(self, database: Database, encryptor: Encryptor) -> None:
        self._database = database
        self.encryptor = encryptor

    async def identify(self, headers: Mapping[bytes, bytes]) -> RequestIdentity:
        """Find the identity that the headers claim, before the body is read: no stranger sends a megabyte.

        It asks the database every time, so a key that an operator ends is refused at once.
        Raises NotSigned, PartnerClock, SignatureWrong.
        """
        partner, key_id, timestamp, given = (
            headers.get(name, b"").decode("latin-1")
            for name in (b"x-partner", b"x-key", b"x-timestamp", b"x-signature")
        )
        if not has_form(partner, key_id, timestamp, given):
            raise NotSigned
        now = time.time()
        if abs(now - int(timestamp)) > CLOCK_SKEW_S_MAX:
            raise PartnerClock(
                server_time=datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds"),
                server_s=int(now),
                seconds_max=CLOCK_SKEW_S_MAX,
            )
        rows = await read(self._database, "read_partner_key", partner, key_id)
        if not rows:
            raise SignatureWrong
        row = rows[0]
        try:
            secret = self.encryptor.decrypt(Encrypted(row["sealed_with"], row["sealed"]), key_id)
        except CannotDecrypt as error:
            # Answered like a wrong signature: a demo's key in a production database is no key either.
            log.warning("partner_key_not_decrypted", key=key_id, error=str(error))
            raise SignatureWrong from None
        return RequestIdentity(
            caller=PartnerCaller(
                row["id"], row["code"], frozenset(msgspec.json.decode(row["methods"], type=list[str])), given
            ),
            is_open=row["is_open"],
            key_id=key_id,
            is_key_valid=row["is_key_valid"],
            entry=None if row["entry_id"] is None else (str(row["entry_id"]), row["reason"]),
            secret=secret,
            timestamp=timestamp,
        )

    def verify(self, identity: RequestIdentity, method: str, path: str, body: bytes) -> PartnerCaller:
        """The partner, when the signature is right. What is wrong with its key is told to nobody else.

        Raises SignatureWrong, PartnerKeyNotValid, PartnerClosed, OrganisationBlacklisted.
        """
        caller = identity.caller
        if not is_right(caller.signature, identity.secret, identity.timestamp, method, path, body):
            raise SignatureWrong
        if not identity.is_key_valid:
            raise PartnerKeyNotValid(key=identity.key_id)
        if not identity.is_open:
            raise PartnerClosed
        if identity.entry is not None:
            raise OrganisationBlacklisted(entry=identity.entry[0], reason=identity.entry[1])
        return caller
