"""What a journey cannot be: further than the globe allows, over the sea by rail, or two things at once.

Distances are compared with the great circle between the two cities. Terrain is the landmass of each city: people
reach a city of another one by plane alone, or, across a strait with a train ferry, by train and by road.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from backend.domain.catalogue.factors import City, FactorSet, find_city
from backend.domain.footprint.inputs import FIELDS_OF_2026_2, EventProfile, Journey, Mode
from backend.domain.footprint.travel import great_circle_km
from backend.errors.events.journeys import (
    DaysBeyondEvent,
    DistanceImplausible,
    JourneyContradictory,
    JourneyFieldsUnused,
    ModeImplausible,
)

# Kilometres one way between which somebody takes the vehicle at all. The upper ends are a little above the longest
# through services: Kunming–Harbin by high-speed rail, Moscow–Beijing by train and on to the Atlantic.
MODE_KM: dict[Mode, tuple[int, int]] = {
    "hsr": (0, 5_000),
    "train": (0, 15_000),
    "plane": (60, 20_100),
    "coach": (0, 6_000),
    "car": (0, 12_000),
    "bev": (0, 12_000),
    "taxi": (0, 1_000),
    "motorbike": (0, 12_000),
}
# High-speed trains run in the mainland and to Hong Kong; Macau's station stands at its border.
HSR_COUNTRIES = ("CN",)

# Cities are points: a suburb is nearer than its city's centre, and a way round a mountain range three times as far.
NEARER_SHARE, NEARER_KM = 0.9, 20
FARTHER_TIMES, FARTHER_KM = 3, 200


def check_journey(
    profile: EventProfile, factor_set: FactorSet, cities: Mapping[str, City], declared: Journey
) -> None:
    """Check that a journey can have been made. Raises `UnknownCity` or a `JourneyRefusal`, both 422."""
    if factor_set.journey_rules == "2026.1":
        told = [name for name in FIELDS_OF_2026_2 if declared.told(name) is not None]
        if told:
            raise JourneyFieldsUnused(fields=", ".join(told), factor_set=factor_set.id)
        return
    _check_stay(profile, declared)
    here = find_city(cities, profile.city)
    home = find_city(cities, declared.from_city) if declared.from_city is not None else None
    if home is not None:
        _check_distance(home, here, declared)
    if declared.mode is not None and home != here:
        _check_mode(home, here, declared, declared.mode)


def possible_modes(home: City | None, here: City, km: float | None) -> tuple[Mode, ...]:
    """Vehicles that go from one city to the other over so many kilometres; what is not known forbids nothing."""
    return tuple(
        mode
        for mode in get_args(Mode)
        if (home is None or _is_reached(mode, home, here))
        and (km is None or MODE_KM[mode][0] <= km <= MODE_KM[mode][1])
    )


def plausible_km(home: City, here: City) -> tuple[int, int]:
    """The least and the most kilometres one way between two cities."""
    crow_km = great_circle_km(home, here)
    return max(0, int(NEARER_SHARE * crow_km - NEARER_KM)), int(FARTHER_TIMES * crow_km + FARTHER_KM)


def _is_reached(mode: Mode, home: City, here: City) -> bool:
    if mode == "plane":
        return True
    if home.landmass != here.landmass:
        by_ferry = here.landmass == home.train_ferry_to or home.landmass == here.train_ferry_to
        return by_ferry and mode != "hsr"
    return mode != "hsr" or (home.country in HSR_COUNTRIES and here.country in HSR_COUNTRIES)


def _check_stay(profile: EventProfile, declared: Journey) -> None:
    days, nights, free = declared.told("days_attended"), declared.nights, declared.told("free_nights")
    if days is not None and days > profile.event_days:
        raise DaysBeyondEvent(days=days, event_days=profile.event_days)
    if declared.told("home_every_night"):
        if nights:
            raise JourneyContradictory(fields="home_every_night, nights")
        if not declared.return_trip:
            raise JourneyContradictory(fields="home_every_night, return_trip")
    if free is not None and nights is not None and free > nights:
        raise JourneyContradictory(fields="free_nights, nights")
    if declared.told("cabin") is not None and declared.mode not in (None, "plane"):
        raise JourneyContradictory(fields="cabin, mode")


def _check_distance(home: City, here: City, declared: Journey) -> None:
    if declared.distance_km is None:
        return
    km_min, km_max = plausible_km(home, here)
    if not km_min <= declared.distance_km <= km_max:
        raise DistanceImplausible(
            from_city=declared.from_city,
            city=here.name["zh-CN"],
            km=declared.distance_km,
            km_min=km_min,
            km_max=km_max,
        )


def _check_mode(home: City | None, here: City, declared: Journey, mode: Mode) -> None:
    km = declared.distance_km
    if km is None and home is not None:
        km = great_circle_km(home, here)
    if km == 0:
        return
    possible = possible_modes(home, here, km)
    if mode not in possible:
        where = declared.from_city if declared.from_city is not None else f"{km:g} km"
        raise ModeImplausible(mode=mode, where=where, possible=", ".join(possible))
