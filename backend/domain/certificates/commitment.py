"""What the log shows of a certificate, and what its holder alone can open.

Every offset has a seed of 32 random bytes. By SHA-256 come from it the salt of the commitment in the log, which
whoever has the number sees, and the salt of the lines and the secret of the holder's link, which the holder sees.
None of them leads to another one.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from backend.domain.certificates.canonical_json import Document

ENTRY_TYPE: Final = "tianfu-certificate-commitment-v1"
SEED_BYTES, SECRET_BYTES = 32, 24
SECRET_CHARACTERS = SECRET_BYTES * 4 // 3
PART_FIELDS = ("batch_id", "serial_from", "serial_to", "grams")


def new_seed() -> bytes:
    return secrets.token_bytes(SEED_BYTES)


def new_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def first_secret(seed: bytes) -> bytes:
    """The secret of the holder's link until the holder asks for another one."""
    return _derived("holder", seed)[:SECRET_BYTES]


def secret_of(row: Mapping[str, Any]) -> bytes:
    """The secret of the holder's link, from a row with `seed` and the `secret` of a link that replaced the first."""
    return row["secret"] or first_secret(row["seed"])


def commitment_salt(seed: bytes) -> bytes:
    return _derived("commitment", seed)


def lines_salt(seed: bytes) -> bytes:
    return _derived("lines", seed)


def _derived(what: str, seed: bytes) -> bytes:
    return sha256(f"tianfu-{what}\0".encode("ascii") + seed).digest()


def holder_link(address: str, secret: bytes) -> str:
    """A certificate's address with the secret behind the `#`: browsers send that part to nobody."""
    return f"{address}#s={urlsafe_b64encode(secret).decode('ascii')}"


def opens(secret: bytes, given: str | None) -> bool:
    """Whether a caller's secret is the certificate's; takes as long for every wrong one."""
    if given is None or len(given) != SECRET_CHARACTERS:
        return False
    return hmac.compare_digest(urlsafe_b64encode(secret), given.encode("ascii", "replace"))


def commitment(salt: bytes, number: str, document_digest: bytes) -> str:
    """SHA-256 over the salt, the number and the SHA-256 of the signed document, in hexadecimal."""
    return sha256(salt + number.encode("ascii") + document_digest).hexdigest()


def entry_document(salt: bytes, document: Document, digest: bytes) -> Document:
    """What the log holds of a certificate whose signed document has this SHA-256.

    The grams by their serials, so that anyone sees that none is given twice; no event, no footprint, no number.
    """
    parts: Sequence[Document] = document["offset"]["allocations"]
    return {
        "type": ENTRY_TYPE,
        "commitment": commitment(salt, document["number"], digest),
        "revision": document["revision"],
        "grams": document["offset"]["grams"],
        "allocations": [{name: part[name] for name in PART_FIELDS} for part in parts],
    }
