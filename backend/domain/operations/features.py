"""Features by city and phase: which switch holds, and whom a pilot lets in.

Source: 有序、谨慎监管, orderly and cautious supervision: what is new is opened city by city, in phases, with limits.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Literal
from uuid import UUID

import msgspec

Phase = Literal["off", "pilot", "on"]
Limit = Literal["people_pct", "uses_per_day_max"]


class Feature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What can be switched, and which limits a pilot of it may have."""

    code: str
    name: dict[str, str]
    pilot: tuple[Limit, ...]


class Switch(msgspec.Struct, frozen=True):
    """A phase of a feature in a city; None: in every city that has no switch of its own."""

    feature: str
    city: str | None
    phase: Phase
    people_pct: int | None = None
    uses_per_day_max: int | None = None


class Switches:
    """The switches in force, the newest of each feature and city."""

    def __init__(self, confirmed: Iterable[Switch]) -> None:
        self._by_key = {(each.feature, each.city): each for each in confirmed}

    def of(self, feature: str, city: str) -> Switch:
        """What holds for a feature in a city: its own switch, or else the one for every city, or else it is on."""
        found = self._by_key.get((feature, city)) or self._by_key.get((feature, None))
        return found or Switch(feature, None, "on")


def is_in_pilot(feature: str, person: UUID, people_pct: int) -> bool:
    """Whether somebody is among the share of people that a pilot lets in: the same ones for as long as it lasts, and
    others for another feature.
    """
    digest = sha256(feature.encode() + b"\0" + person.bytes).digest()
    return int.from_bytes(digest[:8], "big") % 100 < people_pct
