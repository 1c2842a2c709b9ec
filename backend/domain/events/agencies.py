"""Agencies that supervise events, and which kinds of events each supervises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from backend.errors.events.lifecycle import AgencyForeign

AgencyCode = Literal[
    "ecology_environment", "culture_tourism", "sport", "government_offices", "forestry_grassland"
]
EVENT_KINDS = ("competition", "conference", "forum", "exhibition", "tourism", "production", "operation")


class Agency(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An agency. `leads`: kinds that go to it when an organiser names none; `kinds`: further ones it may take."""

    code: str
    name: dict[str, str]
    leads: tuple[str, ...]
    kinds: tuple[str, ...]

    def supervises(self, kind: str) -> bool:
        return kind in self.leads or kind in self.kinds


def agency_of(agencies: Mapping[str, Agency], kind: str, wanted: str | None) -> str:
    """The code of the agency that supervises an event. Raises AgencyForeign."""
    if wanted is None:
        return next(each.code for each in agencies.values() if kind in each.leads)
    if not agencies[wanted].supervises(kind):
        fitting = ", ".join(each.code for each in agencies.values() if each.supervises(kind))
        raise AgencyForeign(kind=kind, agencies=fitting)
    return wanted
