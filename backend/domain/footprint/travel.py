"""An attendee's trip: distance, vehicle and the grid of the far end, declared or filled in."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_UP, Decimal
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from backend.domain.catalogue.factors import City, Factor, find_city
from backend.domain.footprint.inputs import Journey, Mode
from backend.domain.footprint.lines import Sheet, per_unit_g

_PROFILE_KM = {name: f"profile_km_{name}" for name in ("province", "national", "international")}
# An attendee who names one of these but no distance came from elsewhere, so the profile follows the vehicle.
# A car proves nothing: attendees drive to an event in their own city.
_MODE_PROFILE = {"plane": "national", "hsr": "province", "train": "province", "coach": "province"}

_RAIL: tuple[Mode, ...] = ("hsr", "train")

_EARTH_RADIUS_KM = 6371.0088
_ZERO = Decimal(0)


class Trip(NamedTuple):
    """How an attendee came. `distance` is one way in km, 0 for an attendee from the event's city."""

    distance: Decimal
    mode: Mode
    is_foreign: bool
    home_grid_role: str
    entries: tuple[Factor, ...]
    defaults: tuple[str, ...]
    note: str | None = None


def plan_trip(
    sheet: Sheet,
    here: City,
    cities: Mapping[str, City],
    declared: Journey,
    ticket_category: str | None,
    rail_km: Mapping[tuple[str, str], int],
) -> Trip:
    """The trip of an attendance. Raises `UnknownCity` (422).

    A declared distance is taken as it is. Otherwise, by rail, it is the line's published distance where there is
    one; otherwise the great circle with an uplift for detours, on whole kilometres rounded up; otherwise the
    distance that is assumed for the ticket category.
    """
    home = find_city(cities, declared.from_city) if declared.from_city is not None else None
    home_grid_role = home.grid_role if home is not None else "grid_national"
    category = ticket_category
    if category not in _PROFILE_KM and declared.mode is not None:
        category = _MODE_PROFILE.get(declared.mode)
    is_foreign = home.country != here.country if home is not None else category == "international"

    if declared.distance_km is None and home is not None:
        return _computed_trip(sheet, home, here, declared.mode, is_foreign, rail_km)
    entries: tuple[Factor, ...] = ()
    defaults: tuple[str, ...] = ()
    distance = _ZERO
    if declared.distance_km is not None:
        distance = Decimal(str(declared.distance_km))
    else:
        defaults = ("distance_km",)
        if category in _PROFILE_KM:
            entries = (sheet.entry(_PROFILE_KM[category]),)
            distance = entries[0].value
    mode = declared.mode
    if mode is None:
        mode, defaults = _default_mode(sheet, distance, is_foreign), (*defaults, "mode")
    return Trip(distance, mode, is_foreign, home_grid_role, entries, defaults)


def _computed_trip(
    sheet: Sheet,
    home: City,
    here: City,
    mode: Mode | None,
    is_foreign: bool,
    rail_km: Mapping[tuple[str, str], int],
) -> Trip:
    crow_km = Decimal(str(great_circle_km(home, here))) if home != here else _ZERO
    defaults: tuple[str, ...] = ()
    if mode is None:
        # The bounds between vehicles are kilometres of road and rail, so the detour counts.
        mode = _default_mode(sheet, crow_km * sheet.entry("ground_uplift").value, is_foreign)
        defaults = ("mode",)
    line_km = rail_km.get(rail_key(home.name["zh-CN"], here.name["zh-CN"])) if mode in _RAIL else None
    if line_km is not None:
        return Trip(Decimal(line_km), mode, is_foreign, home.grid_role, (), defaults, "rail_distance")
    entries: tuple[Factor, ...] = (sheet.entry("air_uplift" if mode == "plane" else "ground_uplift"),)
    if mode == "plane" and is_foreign:
        # The long-haul factor already contains its publisher's 8 % uplift on the great circle.
        entries = ()
    distance = crow_km * entries[0].value if entries else crow_km
    return Trip(distance.to_integral_value(ROUND_UP), mode, is_foreign, home.grid_role, entries, defaults)


def rail_key(one: str, other: str) -> tuple[str, str]:
    """Two cities' Chinese names in one order: a line is as long back as there."""
    return (one, other) if one < other else (other, one)


def _default_mode(sheet: Sheet, ground_km: Decimal, is_foreign: bool) -> Mode:
    if is_foreign or ground_km > sheet.entry("hsr_km_max").value:
        return "plane"
    return "hsr" if ground_km > sheet.entry("coach_km_max").value else "coach"


def vehicle_factor(sheet: Sheet, here: City, trip: Trip) -> tuple[Decimal, tuple[Factor, ...]]:
    """Grams per passenger-kilometre of the trip's vehicle, and the entries they come from."""
    if trip.mode == "plane":
        plane = sheet.entry("flight_long_haul" if trip.is_foreign else "flight_domestic")
        return per_unit_g(plane), (plane,)
    if trip.mode == "car":
        car, seats = sheet.entry("petrol_car"), sheet.entry("car_occupancy")
        return per_unit_g(car) / seats.value, (car, seats)
    if trip.mode == "bev":
        # It charges somewhere on the way, so the dirtier grid of the two ends is taken.
        grid = max(sheet.entry(here.grid_role), sheet.entry(trip.home_grid_role), key=per_unit_g)
        names = ("bev_energy", "charging_efficiency", "car_occupancy")
        energy, charger, seats = (sheet.entry(name) for name in names)
        grams = energy.value * per_unit_g(grid) / (charger.value * seats.value)
        return grams, (grid, energy, charger, seats)
    entry = sheet.entry(trip.mode)
    return per_unit_g(entry), (entry,)


def great_circle_km(a: City, b: City) -> float:
    """Shortest distance over the sphere, in km (haversine, mean radius 6,371.0088 km)."""
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    half = sin((lat_b - lat_a) / 2) ** 2
    half += cos(lat_a) * cos(lat_b) * sin(radians(b.lon - a.lon) / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * asin(min(1.0, sqrt(half)))
