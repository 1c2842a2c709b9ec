"""What a key must be outside demo mode: not made of a pattern, and used for one thing only."""

from __future__ import annotations

import binascii
import itertools
import math
from base64 import b64decode
from collections import Counter
from collections.abc import Iterable, Mapping

SIGNS_MIN = 10
"""Different bytes in a key; fewer than one in ten thousand random ones of 32 hexadecimal digits has so few."""
BITS_MIN = 88
"""By how often each byte comes; 32 random hexadecimal digits have 115 or so."""


def weakness(secret: bytes) -> str | None:
    """What gives a key away that nobody drew at random; None for one that may be random."""
    counted = Counter(secret)
    if len(counted) < SIGNS_MIN:
        return f"has only {len(counted)} different characters"
    # Its second half, or more, is its beginning again.
    if any(secret[at:] == secret[: len(secret) - at] for at in range(1, len(secret) // 2 + 1)):
        return "repeats itself"
    if _steps(secret) > len(secret) // 2:
        return "counts up or down"
    bits = -sum(number * math.log2(number / len(secret)) for number in counted.values())
    return None if bits >= BITS_MIN else "is too regular to be random"


def reused(keys: Iterable[tuple[str, Mapping[str, bytes]]]) -> tuple[str, str] | None:
    """Two names of one key, in whatever spelling, as `CODE_KEYS a`; None when each is used once."""
    seen: dict[bytes, str] = {}
    for kind, secrets in keys:
        for key_id, secret in secrets.items():
            name = f"{kind} {key_id}"
            for spelling in _spellings(secret):
                if seen.setdefault(spelling, name) != name:
                    return seen[spelling], name
    return None


def _steps(secret: bytes) -> int:
    apart = Counter(right - left for left, right in itertools.pairwise(secret))
    return max(apart[1], apart[-1])


def _spellings(secret: bytes) -> set[bytes]:
    """The key as it stands, and what it may be the hexadecimal digits or the base64 of."""
    found = {secret}
    for read in (binascii.unhexlify, lambda text: b64decode(text, validate=True)):
        try:
            found.add(read(secret))
        except ValueError:
            continue
    return found
