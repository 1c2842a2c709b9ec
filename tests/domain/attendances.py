"""Attendances that the tests of the footprint share."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from backend.domain.footprint.footprint import EventProfile, Footprint, Journey, footprint
from tests.shipped import shipped_catalogue

SHIPPED = shipped_catalogue()
SET = SHIPPED.factor_sets["sichuan-2026.1"]
TWO_DAYS = EventProfile(
    city="成都",
    starts_day=date(2026, 5, 1),
    ends_day=date(2026, 5, 2),
    factor_set=SET.id,
    boundary="extended",
)
STAY: dict[str, Any] = {"nights": 2, "room_sharing": 1, "hotel_stars": 4, "diet": "mixed", "meals": 3}
RAIL = Journey(distance_km=300, mode="hsr", **STAY)
PLANE = Journey(from_city="北京", distance_km=1700, mode="plane", **STAY)


def reckon(journey: Journey | None, ticket: str | None = None, profile: EventProfile = TWO_DAYS) -> Footprint:
    factor_set = SHIPPED.factor_sets[profile.factor_set]
    return footprint(profile, factor_set, SHIPPED.factors, SHIPPED.cities, journey, ticket)


def grams(result: Footprint) -> list[tuple[str, int]]:
    return [(line.source, line.emission_g) for line in result.lines]


def profile(**changes: Any) -> EventProfile:
    return msgspec.structs.replace(TWO_DAYS, **changes)


def changed(journey: Journey, **changes: Any) -> Journey:
    return msgspec.structs.replace(journey, **changes)
