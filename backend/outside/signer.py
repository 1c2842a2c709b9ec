"""Asks the process that has the log's key to sign a certificate, over a Unix socket of this user's alone.

A request is a line of JSON, `{"sign": "<document in base64>"}` or `{"keys": true}`; the answer is one too. A server
process holds no key, so whoever reads its memory can neither sign elsewhere nor sign a head of the log.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from hashlib import sha256
from pathlib import Path

import msgspec
import structlog

from backend.errors.certificates import SignerUnavailable

log = structlog.get_logger(__name__)

WAIT_S_MAX = 2.0
LINE_BYTES_MAX = 1_048_576
SIGNED_MAX = 4096
"""Signatures that a process remembers: the same document has the same one."""


class SignRequest(msgspec.Struct, omit_defaults=True):
    """What is asked of the signer."""

    sign: bytes | None = None
    keys: bool = False


class SignAnswer(msgspec.Struct, omit_defaults=True):
    """What the signer says; neither a signature nor keys: it refused."""

    key_id: str = ""
    signature: bytes | None = None
    keys: dict[str, bytes] | None = None


class SignedBy(msgspec.Struct, frozen=True):
    """A signature, and whose it is."""

    key_id: str
    signature: bytes


class Signer:
    """The signer as a server process sees it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._signed: OrderedDict[bytes, SignedBy] = OrderedDict()

    async def sign(self, document: bytes) -> SignedBy:
        """The signature over a certificate's canonical bytes. Raises SignerUnavailable."""
        digest = sha256(document).digest()
        known = self._signed.get(digest)
        if known is not None:
            self._signed.move_to_end(digest)
            return known
        answer = await self._ask(SignRequest(sign=document))
        if answer.signature is None:
            log.error("signer_refused")
            raise SignerUnavailable
        found = self._signed[digest] = SignedBy(answer.key_id, answer.signature)
        if len(self._signed) > SIGNED_MAX:
            self._signed.popitem(last=False)
        return found

    async def public_keys(self) -> dict[str, bytes]:
        """The public halves of its keys, the one that signs first. Raises SignerUnavailable."""
        return (await self._ask(SignRequest(keys=True))).keys or {}

    async def _ask(self, request: SignRequest) -> SignAnswer:
        try:
            async with asyncio.timeout(WAIT_S_MAX):
                reader, writer = await asyncio.open_unix_connection(self._path, limit=LINE_BYTES_MAX)
                try:
                    writer.write(msgspec.json.encode(request) + b"\n")
                    return msgspec.json.decode(await reader.readline(), type=SignAnswer)
                finally:
                    writer.close()
        except (OSError, ValueError) as error:  # msgspec's errors are ValueErrors, a time-out is an OSError
            log.warning("signer_away", error=type(error).__name__)
            raise SignerUnavailable from None
