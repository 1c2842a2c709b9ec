"""Digests that tell whether a request repeats an earlier one. They are keyed: a request may declare a journey or name
a partner's customer, and what only hashes such things is found by trying them. The key is in no database.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

PURPOSE = b"tianfu request digests"
DIGEST_BYTES = 32


class RequestDigests:
    """Digests requests. The first key is used; what was digested with another of them is still recognised."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        assert keys
        # Of their own, since the keys encrypt too.
        self._key, *self._others = (hmac.digest(key, PURPOSE, "sha256") for key in keys.values())

    def of(self, said: bytes) -> tuple[bytes, tuple[bytes, ...]]:
        """The digest of what a request says, and what it was under the other keys."""
        earlier = [_keyed(key, said) for key in self._others]
        # Of the version before, which used no key.
        earlier.append(hashlib.sha256(said).digest())
        return _keyed(self._key, said), tuple(earlier)


def _keyed(key: bytes, said: bytes) -> bytes:
    return hashlib.blake2b(said, key=key, digest_size=DIGEST_BYTES).digest()
