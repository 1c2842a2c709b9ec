"""Districts, teams and names on leaderboards: what other citizens get to see."""

from __future__ import annotations

import hashlib
from typing import Literal
from uuid import UUID

import msgspec

from backend.domain.folding import folded_code
from backend.texts import both

TeamKind = Literal["company", "school", "community"]
TEAM_KINDS: tuple[TeamKind, ...] = ("company", "school", "community")

MEMBERS_SHOWN_MIN = 5
"""A sum over fewer people says too much about each of them, and so does a list of them."""
MEMBERS_MAX = 10_000
TEAMS_OWNED_MAX = 5

# Crockford's alphabet: nothing that is read as something else. 32^10 codes: a guess a second for a year finds one
# of ten thousand teams with a chance of 1 in 3,000; CodeThrottle allows far fewer.
JOINING_CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
JOINING_CODE_CHARS = 10

MASK_ZH, MASK_EN = "＊＊", "**"


class District(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A district of the city. `gb_code` is its number in GB/T 2260; the new areas have none."""

    code: str
    name: dict[str, str]
    gb_code: str | None = None


def read_joining_code(text: str) -> str:
    """A joining code in its stored form, however a citizen typed it: by the fold of all codes."""
    return folded_code(text)


def shown_name(citizen_id: UUID, nickname: str | None, *, shows_name: bool) -> tuple[str, str]:
    """A citizen's name on leaderboards in both languages: the first character of the nickname, never its length.

    Without a nickname, or if the citizen wishes, four digits that stay the same and lead nowhere.
    """
    first = (nickname or "").strip()[:1]
    if shows_name and first.isprintable() and first:
        return first + MASK_ZH, first + MASK_EN
    digest = hashlib.blake2b(citizen_id.bytes, digest_size=8, person=b"tianfu-board").digest()
    number = f"{int.from_bytes(digest, 'big') % 10_000:04}"
    return both("citizen.unnamed", number=number)
