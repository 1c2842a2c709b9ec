"""Codes that are sent to an address to sign in with: six digits, five minutes, five tries, once. No storage here.

What is kept of an address and of a code are keyed digests: who has a copy of the tables can try neither all phone
numbers nor all six digits, because the key is in no database.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from backend.domain.folding import folded

DIGITS = 6
LIFE = timedelta(minutes=5)
TRIES_MAX = 5
AGAIN_S = 60
"""So long one waits before the next code to the same address."""
PURPOSE = b"tianfu sign-in codes and addresses"
DIGEST_BYTES = 32


class SignInDigests:
    """Digests addresses and codes. The first key digests; what another of the keys digested is still recognised."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        assert keys
        # Of their own, since the keys encrypt too.
        self._keys = [hmac.digest(key, PURPOSE, "sha256") for key in keys.values()]

    def subjects(self, provider: str, address: str) -> list[str]:
        """What stands for an address in the tables, under each key, the first key's first."""
        return [_digest(key, "address", provider, address).hex() for key in self._keys]

    def of_code(self, challenge: str, code: str) -> bytes:
        """What is kept of the code of a challenge."""
        return _digest(self._keys[0], "code", challenge, code)

    def is_code(self, kept: bytes, challenge: str, code: str) -> bool:
        """Whether this is the code of a challenge, compared in constant time."""
        found = [hmac.compare_digest(kept, _digest(key, "code", challenge, code)) for key in self._keys]
        return any(found)


def typed_code(text: str) -> str | None:
    """The six digits that somebody typed, in whatever width and with whatever between them; None for anything else."""
    plain = folded(text).replace("-", "")
    return plain if len(plain) == DIGITS and plain.isascii() and plain.isdecimal() else None


def is_open(now: datetime, *, expires_at: datetime, used_at: datetime | None, failures: int) -> bool:
    """Whether a code may still be tried: not used, not past its end, not tried too often."""
    return used_at is None and now < expires_at and failures < TRIES_MAX


def _digest(key: bytes, *parts: str) -> bytes:
    return hashlib.blake2b(_joined(parts), key=key, digest_size=DIGEST_BYTES).digest()


def _joined(parts: Sequence[str]) -> bytes:
    # None of the parts holds a NUL, so no two lists are joined alike.
    return "\0".join(parts).encode()
