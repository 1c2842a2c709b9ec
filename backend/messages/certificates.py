"""The transparency log: heads, entries, proofs, public keys. Hashes are hexadecimal, signatures and keys base64."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from backend.messages.shape import Answer, Instant

_HEX = r"^[0-9a-f]{64}$"
Hash = Annotated[str, Meta(pattern=_HEX, description="SHA-256 in hexadecimal")]
Base64 = Annotated[str, Meta(description="base64")]


class SignatureView(Answer):
    """Ed25519 over the canonical JSON of a document."""

    key_id: str
    alg: Literal["Ed25519"]
    value: Base64


class LogHeadView(Answer):
    """The log's size and root at a moment. The signature covers {log, root, signed_at, size, type}, canonical."""

    type: Literal["tianfu-log-head-v1"]
    log: str
    size: Annotated[int, Meta(ge=1)]
    root: Hash
    signed_at: Annotated[str, Meta(description="UTC with microseconds, as it was signed")]
    signature: SignatureView


class LogEntryView(Answer):
    """One leaf: its hash is SHA-256 of a zero byte and the canonical JSON of `document`.

    Of a certificate the document is a commitment, and `subject` is that; no entry shows a certificate's number.
    """

    position: Annotated[int, Meta(ge=0)]
    kind: Literal["offset", "offset_change", "retirement", "report", "disclosure"]
    subject: str
    document: Annotated[
        dict[str, Any] | None,
        Meta(
            description="null where the leaf is a whole certificate: its holder has it; `subject` is the hash"
        ),
    ]
    leaf_hash: Hash
    sealed_in: Annotated[int, Meta(ge=1, description="size of the first head that covers it")]


class InclusionProof(Answer):
    """Proves that an entry is in the log of a size: RFC 9162, 2.1.3."""

    position: Annotated[int, Meta(ge=0)]
    leaf_hash: Hash
    size: Annotated[int, Meta(ge=1)]
    root: Hash
    path: list[Hash]
    head: LogHeadView | None
    """null: the log was never published at this size."""


class ConsistencyProof(Answer):
    """Proves that the log of one size is the beginning of another: RFC 9162, 2.1.4."""

    first: Annotated[int, Meta(ge=0)]
    second: Annotated[int, Meta(ge=0)]
    first_root: Hash
    second_root: Hash
    path: list[Hash]


class LoggedView(Answer):
    """The position of a certificate's document in the log, and its proof."""

    position: Annotated[int, Meta(ge=0)]
    leaf_hash: Hash
    size: Annotated[int, Meta(ge=1)]
    root: Hash
    path: list[Hash]
    head: LogHeadView
    entry: Annotated[
        dict[str, Any] | None,
        Meta(
            description="what the leaf hashes: its `commitment` is SHA-256 over the salt, the number and the SHA-256 "
            "of the document; null: the leaf hashes the document itself"
        ),
    ] = None


class LogKeyView(Answer):
    """A public key: 32 bytes in base64. It signed from `valid_from` until `valid_to`."""

    key_id: str
    alg: Literal["Ed25519"]
    public_key: Base64
    valid_from: Instant | None
    """null: it has signed no head yet."""
    valid_to: Instant | None
    """null: it still signs."""


class LogDescription(Answer):
    """How to check this log; docs/certificates.md describes it step by step."""

    log: str
    tree: Literal["RFC 6962, SHA-256"]
    documents: Literal["RFC 8785, Ed25519 over the canonical bytes"]
    keys: list[LogKeyView]
