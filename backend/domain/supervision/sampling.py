"""Draws certificates at random so that anybody who has the seed and their numbers draws the same ones.

Every number is ranked by the SHA-256 of the seed and the number; the lowest ones are drawn. Who chooses the numbers
before the seed is known cannot choose who is drawn.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from hashlib import sha256

SEED_BYTES = 16


def new_seed() -> str:
    return secrets.token_hex(SEED_BYTES)


def rank_of(seed: str, number: str) -> bytes:
    """Where a certificate stands among all; the statement `draw_certificates` computes the same."""
    return sha256(f"{seed}:{number}".encode()).digest()


def drawn(seed: str, numbers: Iterable[str], size: int) -> list[str]:
    """The certificates that a seed draws out of these, in the order of their ranks."""
    return sorted(numbers, key=lambda number: rank_of(seed, number))[:size]
