"""An authenticator of passkeys in software: keys on the curve P-256, attestation `none` (WebAuthn level 2, §6)."""

from __future__ import annotations

import hashlib
import json
import os
from base64 import urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT_VERIFIED, ATTESTED = 0x05, 0x40


def text(plain: bytes) -> str:
    return urlsafe_b64encode(plain).rstrip(b"=").decode()


class SoftAuthenticator:
    def __init__(self, origin: str, domain: str) -> None:
        self.origin = origin
        self.domain_hash = hashlib.sha256(domain.encode()).digest()
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(32)
        self.count = 0

    def make(self, challenge: str) -> dict[str, Any]:
        numbers = self.key.public_key().public_numbers()
        point = (numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big"))
        key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point[0], -3: point[1]})
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + key
        statement = {
            "fmt": "none",
            "attStmt": {},
            "authData": self._data(PRESENT_VERIFIED | ATTESTED) + attested,
        }
        attestation = text(cbor2.dumps(statement))
        return self._shown({"attestationObject": attestation}, self._client("webauthn.create", challenge))

    def sign(self, challenge: str) -> dict[str, Any]:
        self.count += 1
        client, data = self._client("webauthn.get", challenge), self._data(PRESENT_VERIFIED)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._shown({"authenticatorData": text(data), "signature": text(signature)}, client)

    def _data(self, flags: int) -> bytes:
        return self.domain_hash + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _shown(self, response: dict[str, Any], client: bytes) -> dict[str, Any]:
        response = {"clientDataJSON": text(client), **response}
        return {"id": text(self.id), "rawId": text(self.id), "type": "public-key", "response": response}
