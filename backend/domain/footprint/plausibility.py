"""What a journey cannot be: further than the globe allows, over the sea by rail, or two things at once.

Distances are compared with the great circle between the two cities. Terrain is the landmass of each city: people
reach a city of another one by plane alone, or, across a strait with a ferry, by what the ferry takes.

A table of vehicles says how far each goes and what it crosses; each `Reason` has its sentence in the texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from backend.domain.catalogue.factors import City, FactorSet, find_city
from backend.domain.footprint.inputs import (
    FIELDS_OF_2026_2,
    LOCAL_KM_MAX,
    EventProfile,
    Journey,
    LocalMode,
    Mode,
)
from backend.domain.footprint.travel import great_circle_km
from backend.errors.events.journeys import (
    DaysBeyondEvent,
    DistanceImplausible,
    JourneyContradictory,
    JourneyFieldsUnused,
    LocalDistanceImplausible,
    ModeImplausible,
    NightsBeyondEvent,
)

Reason = Literal["own_city", "sea", "no_high_speed_rail", "too_near", "too_far"]


class Vehicle(NamedTuple):
    """Kilometres one way between which somebody takes it at all, and the water that it crosses."""

    km_min: int
    km_max: int
    crosses: Literal["nothing", "by_train_ferry", "by_ferry", "everything"]


# The upper ends are a little above the longest through services: Kunming–Harbin by high-speed rail, Moscow–Beijing by
# train and on to the Atlantic. The shortest flights that are sold go about 60 km.
VEHICLES: dict[Mode, Vehicle] = {
    "hsr": Vehicle(0, 5_000, "nothing"),
    "train": Vehicle(0, 15_000, "by_train_ferry"),
    "plane": Vehicle(60, 20_100, "everything"),
    "coach": Vehicle(0, 6_000, "by_ferry"),
    "car": Vehicle(0, 12_000, "by_ferry"),
    "bev": Vehicle(0, 12_000, "by_ferry"),
    "taxi": Vehicle(0, 1_000, "by_ferry"),
    "motorbike": Vehicle(0, 12_000, "by_ferry"),
}
MODE_KM: dict[Mode, tuple[int, int]] = {
    mode: (vehicle.km_min, vehicle.km_max) for mode, vehicle in VEHICLES.items()
}
# Kilometres in a day within the city. Walking and cycling: what the strong do on a long day; the others: to the end of
# the longest lines and back again several times.
LOCAL_KM: dict[LocalMode, int] = {
    "walk": 60,
    "bike": 200,
    "metro": 300,
    "bus": 400,
    "car": LOCAL_KM_MAX,
    "bev": LOCAL_KM_MAX,
    "taxi": LOCAL_KM_MAX,
}
NIGHTS_BESIDES_MAX = 7
"""A week around the event. Who stays longer stays for other reasons, and those nights are no part of attending."""

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
    if declared.mode is not None:
        _check_mode(home, here, declared, declared.mode)
    _check_local(declared)
    if declared.nights is not None and declared.nights > profile.event_days + NIGHTS_BESIDES_MAX:
        raise NightsBeyondEvent(
            nights=declared.nights,
            event_days=profile.event_days,
            nights_max=profile.event_days + NIGHTS_BESIDES_MAX,
        )


def possible_modes(home: City | None, here: City, km: float | None) -> tuple[Mode, ...]:
    """Vehicles that go from one city to the other over so many kilometres; what is not known forbids nothing."""
    return tuple(mode for mode in VEHICLES if why_not(mode, home, here, km) is None)


def why_not(mode: Mode, home: City | None, here: City, km: float | None) -> Reason | None:
    """What speaks against a vehicle between two cities; None where nothing does."""
    vehicle = VEHICLES[mode]
    if home is not None and home == here:
        return "own_city" if mode == "plane" else None
    if home is not None and not _is_crossed(vehicle, home, here):
        return "sea"
    if mode == "hsr" and home is not None and not _has_high_speed_rail(home, here):
        return "no_high_speed_rail"
    if km is not None and km < vehicle.km_min:
        return "too_near"
    return "too_far" if km is not None and km > vehicle.km_max else None


def plausible_km(home: City, here: City) -> tuple[int, int]:
    """The least and the most kilometres one way between two cities."""
    crow_km = great_circle_km(home, here)
    return max(0, int(NEARER_SHARE * crow_km - NEARER_KM)), int(FARTHER_TIMES * crow_km + FARTHER_KM)


def _is_crossed(vehicle: Vehicle, home: City, here: City) -> bool:
    if home.landmass == here.landmass or vehicle.crosses == "everything":
        return True
    has_train_ferry = here.landmass == home.train_ferry_to or home.landmass == here.train_ferry_to
    has_car_ferry = here.landmass == home.car_ferry_to or home.landmass == here.car_ferry_to
    if vehicle.crosses == "by_train_ferry":
        return has_train_ferry
    return vehicle.crosses == "by_ferry" and (has_train_ferry or has_car_ferry)


def _has_high_speed_rail(home: City, here: City) -> bool:
    return home.high_speed_rail == here.high_speed_rail != ""


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
    reason = why_not(mode, home, here, km)
    if reason is not None:
        raise ModeImplausible(
            mode=mode,
            where=declared.from_city if declared.from_city is not None else f"{km:g} km",
            possible=", ".join(possible_modes(home, here, km)),
            reason=reason,
            km_min=VEHICLES[mode].km_min,
            km_max=VEHICLES[mode].km_max,
        )


def _check_local(declared: Journey) -> None:
    mode, km = declared.told("local_mode"), declared.told("local_km_per_day")
    if mode is not None and km is not None and km > LOCAL_KM[mode]:
        raise LocalDistanceImplausible(mode=mode, km=f"{km:g}", km_max=LOCAL_KM[mode])
