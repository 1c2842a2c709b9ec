"""Secrets at rest: encrypted with AES-256-GCM under keys of the settings.

The first key encrypts, all decrypt, so that operators can exchange keys. `belongs_to` is bound in without being stored:
a ciphertext copied into another row cannot be decrypted there.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
# Keys are derived for this use alone: the same secret of the settings may serve another one.
_PURPOSE = b"tianfu secrets at rest, AES-256-GCM"


class CannotDecrypt(Exception):
    """The key is missing, or the ciphertext is not this secret's."""


class Encrypted(msgspec.Struct, frozen=True):
    """A nonce and its ciphertext, and the id of the key."""

    key_id: str
    text: bytes


class Encryptor:
    """Encrypts and decrypts small secrets."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._ciphers = {key_id: AESGCM(_derived(secret)) for key_id, secret in keys.items()}
        self._first = next(iter(keys))

    def encrypt(self, secret: bytes, belongs_to: str) -> Encrypted:
        nonce = os.urandom(NONCE_BYTES)
        text = self._ciphers[self._first].encrypt(nonce, secret, belongs_to.encode())
        return Encrypted(self._first, nonce + text)

    def encrypt_text(self, secret: str, belongs_to: str) -> str:
        """A secret as Redis keeps it: the id of the key, a point, and the ciphertext in base64."""
        encrypted = self.encrypt(secret.encode(), belongs_to)
        return f"{encrypted.key_id}.{base64.b64encode(encrypted.text).decode()}"

    def decrypt_text(self, text: str, belongs_to: str) -> str | None:
        """The secret of such a text; None where it cannot be decrypted."""
        key_id, _, rest = text.partition(".")
        try:
            return self.decrypt(Encrypted(key_id, base64.b64decode(rest, validate=True)), belongs_to).decode()
        except (CannotDecrypt, binascii.Error, ValueError):
            return None

    def decrypt(self, encrypted: Encrypted, belongs_to: str) -> bytes:
        """The secret. Raises CannotDecrypt."""
        cipher = self._ciphers.get(encrypted.key_id)
        if cipher is None:
            raise CannotDecrypt(f"there is no key {encrypted.key_id!r}")
        try:
            return cipher.decrypt(
                encrypted.text[:NONCE_BYTES], encrypted.text[NONCE_BYTES:], belongs_to.encode()
            )
        except (InvalidTag, ValueError):  # ValueError: shorter than a nonce
            raise CannotDecrypt("it was encrypted with another key, or for another row") from None


def _derived(secret: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret)
