"""Ed25519 signatures over the canonical bytes of a document, for anybody to check.

A document says what it is in `type`, so that a signature over a certificate can never be shown as one over a head of
the log, or the other way round.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from backend.domain.certificates.canonical_json import Document, canonical_bytes

ALGORITHM: Final = "Ed25519"
SEED_BYTES = 32
KEY_BYTES = 32
SIGNATURE_BYTES = 64
HEAD_TYPE: Final = "tianfu-log-head-v1"


class Signature(msgspec.Struct, frozen=True):
    """The id of the key that signed, and the 64 bytes in base64."""

    key_id: str
    alg: str
    value: str


def seed_of(text: str) -> bytes:
    """The 32 bytes of a key's seed from base64. Raises ValueError."""
    try:
        seed = b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
    if len(seed) != SEED_BYTES:
        raise ValueError(f"not {SEED_BYTES} bytes")
    return seed


class LogKeys:
    """The log's keys: the first one signs, the public halves of all are published."""

    def __init__(self, seeds: Mapping[str, bytes]) -> None:
        self._keys = {key_id: Ed25519PrivateKey.from_private_bytes(seed) for key_id, seed in seeds.items()}
        self.key_id = next(iter(seeds))
        self.public_keys: dict[str, bytes] = {
            key_id: key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
            for key_id, key in self._keys.items()
        }

    def sign(self, text: bytes) -> bytes:
        return self._keys[self.key_id].sign(text)

    def signature(self, text: bytes) -> Signature:
        return Signature(self.key_id, ALGORITHM, b64encode(self.sign(text)).decode("ascii"))


def is_signed(public_key: bytes, text: bytes, signature: bytes) -> bool:
    """Whether a signature over a text is this key's."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def instant(at: datetime) -> str:
    """The one spelling of an instant in documents: UTC, microseconds, Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def head_document(log: str, size: int, root: bytes, signed_at: datetime) -> Document:
    """The document that a head's signature covers."""
    return {"type": HEAD_TYPE, "log": log, "size": size, "root": root.hex(), "signed_at": instant(signed_at)}


def head_bytes(log: str, size: int, root: bytes, signed_at: datetime) -> bytes:
    """The bytes that a head's signature covers."""
    return canonical_bytes(head_document(log, size, root, signed_at))
