"""How much of an event's pool one person may take without a member of staff looking: twice a plausible footprint.

The pool was bought for those who come. Without a ceiling an invented journey empties it; with a tight one somebody who
really came from London waits at the door. So the ceiling is generous for the place that was declared, and knows
nothing of what was declared besides: not the vehicle, not the nights, not the meals.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

import msgspec

from backend.domain.catalogue.factors import City, Factor, FactorSet, find_city
from backend.domain.footprint.footprint import footprint
from backend.domain.footprint.inputs import DISTANCE_KM_MAX, EventProfile, Journey
from backend.domain.footprint.travel import great_circle_km

TIMES_PLAUSIBLE = 2
CHILDREN_PER_ADULT = 2
"""A child who is brought along has half an adult's ceiling: one plausible footprint."""
NIGHTS_BESIDES = 2
MEALS_A_DAY = 3
# Whoever flies could have gone by rail, and the other way round: the dearer of the two is plausible from here on.
PLANE_KM_MIN = 300.0
STEP_KM = 50


def declared_place(journey: Journey | None) -> Journey | None:
    """Of a journey, what its ceiling looks at: the distance in steps of 50 km, rounded up, or else the city.

    Steps keep a crowd's ceilings few, so that each is computed once.
    """
    if journey is None or (journey.from_city is None and journey.distance_km is None):
        return None
    if journey.distance_km is None:
        return Journey(from_city=journey.from_city)
    return Journey(
        distance_km=min(float(DISTANCE_KM_MAX), float(ceil(journey.distance_km / STEP_KM) * STEP_KM))
    )


def offset_ceiling(
    profile: EventProfile,
    factor_set: FactorSet,
    factors: Mapping[str, Factor],
    cities: Mapping[str, City],
    place: Journey | None,
    ticket_category: str | None,
    rail_km: Mapping[tuple[str, str], int],
) -> int:
    """Grams that an adult may take from the pool: twice what the factor set gives for a plausible attendance.

    Plausible is the `declared_place`, by the vehicle that is usual for it or by plane from 300 km on, with
    two nights more than the event has days (nearer than 300 km, also going home every night), every day attended, by
    taxi within the city, and three meals a day. Without either it is the profile of the ticket's category. Under the
    journey rules of 2026.1 everybody gets about by metro. Raises UnknownCity (422).
    """

    def total_g(plausible: Journey | None) -> int:
        return footprint(profile, factor_set, factors, cities, plausible, ticket_category, rail_km).total_g

    days = profile.event_days
    stay = Journey(meals=MEALS_A_DAY * days)
    if factor_set.journey_rules != "2026.1":
        stay = msgspec.structs.replace(stay, local_mode="taxi", days_attended=days)
    if place is None:
        return TIMES_PLAUSIBLE * total_g(stay)
    by_day = msgspec.structs.replace(stay, from_city=place.from_city, distance_km=place.distance_km)
    km = _km(profile, cities, place)
    if km == 0:
        return TIMES_PLAUSIBLE * total_g(by_day)
    away = msgspec.structs.replace(by_day, nights=days + NIGHTS_BESIDES, room_sharing=1)
    ways = [away]
    if km >= PLANE_KM_MIN:
        ways.append(msgspec.structs.replace(away, mode="plane"))
    elif factor_set.journey_rules != "2026.1":
        ways.append(msgspec.structs.replace(by_day, home_every_night=True))
    return TIMES_PLAUSIBLE * max(total_g(way) for way in ways)


def _km(profile: EventProfile, cities: Mapping[str, City], place: Journey) -> float:
    """One way: as declared, otherwise the great circle."""
    if place.from_city is None:
        return place.distance_km or 0.0
    return great_circle_km(find_city(cities, place.from_city), find_city(cities, profile.city))
