"""Signatures over HTTP messages (RFC 9421) with digests of their bodies (RFC 9530), by Ed25519."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import SimpleNamespace
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver
from http_message_signatures.algorithms import ED25519

OF_ANSWER: Final = ("@status", "content-type", '"@method";req', '"@path";req', '"@query";req')
"""An answer is bound to what was asked: not to the authority, which a proxy in between may change."""
OF_REQUEST: Final = ("@method", "@target-uri", "content-type")
LABEL: Final = "feed"


class MessageSigner:
    """Signs answers and requests with the first of its keys."""

    def __init__(self, seeds: Mapping[str, bytes], tag: str) -> None:
        keys = {key_id: Ed25519PrivateKey.from_private_bytes(seed) for key_id, seed in seeds.items()}
        self.key_id = next(iter(keys))
        self.public_keys = {
            key_id: key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
            for key_id, key in keys.items()
        }
        self._tag = tag
        self._signer = HTTPMessageSigner(
            signature_algorithm=ED25519, key_resolver=MappingKeyResolver(public_keys={}, private_keys=keys)
        )

    def sign_answer(
        self, *, method: str, target: str, status: int, media_type: str, body: bytes, at: datetime
    ) -> dict[str, str]:
        """Headers of an answer: the digest of its body, and the signature. `target`: path and query as they came."""
        request = SimpleNamespace(method=method, url=f"https://any.invalid{target}", headers={})
        message = SimpleNamespace(status_code=status, headers={"Content-Type": media_type}, request=request)
        return self._sign(message, OF_ANSWER, body, at)

    def sign_request(self, *, url: str, media_type: str, body: bytes, at: datetime) -> dict[str, str]:
        """Headers of a POST to an address."""
        message = SimpleNamespace(method="POST", url=url, headers={"Content-Type": media_type})
        return self._sign(message, OF_REQUEST, body, at)

    def _sign(
        self, message: SimpleNamespace, covered: tuple[str, ...], body: bytes, at: datetime
    ) -> dict[str, str]:
        self._signer.sign(
            message,
            key_id=self.key_id,
            created=at,
            label=LABEL,
            tag=self._tag,
            covered_component_ids=covered,
            body=body,
        )
        names = ("Content-Digest", "Signature-Input", "Signature")
        return {name: message.headers[name] for name in names}
