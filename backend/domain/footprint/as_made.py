"""Lines of a journey as people make it: the journey rules of 2026.2.

What these rules promise, and property tests hold: with vehicle, factors and purpose of the stay fixed, a longer way,
one more night or a heavier diet is never lighter; a vehicle that is filled in by distance never makes a longer way
lighter than a shorter one; an attendee from the city weighs as much as a visitor with distance 0 and no night.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_UP, Decimal

from backend.domain.catalogue.factors import City, Factor, find_city
from backend.domain.footprint.inputs import Journey, Mode
from backend.domain.footprint.lines import Sheet, per_unit_g
from backend.domain.footprint.plausibility import possible_modes
from backend.domain.footprint.stay import Stay, plan_stay
from backend.domain.footprint.travel import Trip, plan_trip
from backend.domain.footprint.vehicles import OWN_VEHICLES, LocalVehicle, local_rate, trip_rate


def add_made_journey(
    sheet: Sheet,
    here: City,
    cities: Mapping[str, City],
    declared: Journey,
    ticket_category: str | None,
    rail_km: Mapping[tuple[str, str], int],
) -> Stay:
    """Add the lines of travel and local transport; returns the stay. Raises `UnknownCity` (422)."""
    home = find_city(cities, declared.from_city) if declared.from_city is not None else None
    trip = _plan(sheet, here, home, cities, declared, ticket_category, rail_km)
    is_local = trip is None
    stay = plan_stay(sheet, declared, is_local=is_local)
    is_infant = declared.told("age_group") == "infant"
    if trip is not None and not is_infant:
        _add_travel(sheet, here, trip, stay, declared)
    _add_local(sheet, here, trip, stay, declared)
    return stay


def _plan(
    sheet: Sheet,
    here: City,
    home: City | None,
    cities: Mapping[str, City],
    declared: Journey,
    ticket_category: str | None,
    rail_km: Mapping[tuple[str, str], int],
) -> Trip | None:
    """The trip to the city; None for an attendee from there, whose way is the one of every day."""
    if home == here:
        return None
    legs = 2 if declared.return_trip else 1
    told_km = declared.distance_km if home is None else None
    # A way within the kilometres of a day in town is one of these: it gets no second line.
    if told_km is not None and legs * Decimal(str(told_km)) <= _local_km(sheet, declared)[0]:
        return None
    trip = plan_trip(sheet, here, cities, declared, ticket_category, rail_km)
    if declared.mode is None and trip.distance:
        trip = _with_usual_mode(sheet, here, home, cities, declared, trip, rail_km)
    return trip if trip.distance else None


def _with_usual_mode(
    sheet: Sheet,
    here: City,
    home: City | None,
    cities: Mapping[str, City],
    declared: Journey,
    trip: Trip,
    rail_km: Mapping[tuple[str, str], int],
) -> Trip:
    """The trip with the vehicle that people take over such a distance and terrain.

    Up to `coach_km_max` coach, up to `hsr_km_max` high-speed rail, or the train where none runs, beyond it plane. By
    rail no less is charged than the coach would weigh at its longest, so that 151 km are not lighter than 150.
    """
    if trip.mode == "plane":
        return trip
    possible = possible_modes(home, here, None)
    mode: Mode = trip.mode
    if mode not in possible:
        mode = "train" if "train" in possible else "plane"
        retold = Journey(from_city=declared.from_city, distance_km=declared.distance_km, mode=mode)
        trip = plan_trip(sheet, here, cities, retold, None, rail_km)
        trip = trip._replace(defaults=(*trip.defaults, "mode"))
    if mode not in ("hsr", "train"):
        return trip
    coach, bound = sheet.entry("coach"), sheet.entry("coach_km_max")
    least_km = bound.value * per_unit_g(coach) / per_unit_g(sheet.entry(mode))
    if trip.distance >= least_km:
        return trip
    # Whole metres, upwards.
    least_km = least_km.quantize(Decimal("0.001"), ROUND_UP)
    entries = (*trip.entries, coach, bound)
    return trip._replace(distance=least_km, entries=entries, note="least_by_rail")


def _add_travel(sheet: Sheet, here: City, trip: Trip, stay: Stay, declared: Journey) -> None:
    rate = trip_rate(sheet, here, trip, declared)
    ways = (2 if declared.return_trip else 1) * stay.trips
    share_pct = declared.told("event_share_pct")
    share = Decimal(100 if share_pct is None else share_pct) / 100
    silent = ("days_attended",) if stay.trips > 1 and "days_attended" in stay.defaults else ()
    sheet.add(
        "travel_intercity",
        ways * trip.distance * share,
        "pkm",
        rate.grams,
        rate.entries + trip.entries,
        (*trip.defaults, *rate.defaults, *silent),
        note=trip.note,
        share_pct=share_pct,
    )
    if trip.mode != "plane":
        return
    leg_km, energy = sheet.entry("airport_km_per_leg"), sheet.entry("metro_energy")
    for end, grid in (("event", sheet.entry(here.grid_role)), ("home", sheet.entry(trip.home_grid_role))):
        sheet.add(
            "airport_transfer",
            ways * leg_km.value * share,
            "pkm",
            energy.value * per_unit_g(grid),
            (grid, energy, leg_km),
            ("airport_km",),
            note=end,
            share_pct=share_pct,
        )


def _add_local(sheet: Sheet, here: City, trip: Trip | None, stay: Stay, declared: Journey) -> None:
    came_by = trip.mode if trip is not None else declared.mode
    vehicle, silent = _local_vehicle(declared, came_by)
    rate = local_rate(sheet, here, vehicle, declared)
    daily_km, entries = _local_km(sheet, declared)
    days = stay.days_in_town
    if trip is None:
        legs = 2 if declared.return_trip else 1
        daily_km = max(daily_km, legs * Decimal(str(declared.distance_km or 0)))
    elif _is_own_way(declared, came_by, stay):
        # Door to door and home again: on these days the way is counted already.
        days -= stay.trips
    if not days:
        return
    defaults = (*silent, *(("local_km",) if entries else ()), *rate.defaults, *stay.defaults)
    sheet.add("travel_local", days * daily_km, "pkm", rate.grams, rate.entries + entries, defaults)


def _is_own_way(declared: Journey, came_by: str | None, stay: Stay) -> bool:
    told = ("local_mode", "local_km_per_day", "event_share_pct")
    has_way = came_by in OWN_VEHICLES and declared.told("age_group") != "infant"
    return has_way and stay.nights == 0 and all(declared.told(name) is None for name in told)


def _local_vehicle(declared: Journey, came_by: str | None) -> tuple[LocalVehicle, tuple[str, ...]]:
    told: LocalVehicle | None = declared.told("local_mode")
    if told is not None:
        return told, ()
    for vehicle in ("car", "bev", "taxi", "motorbike"):
        if came_by == vehicle:
            return vehicle, ("local_mode",)
    return "metro", ("local_mode",)


def _local_km(sheet: Sheet, declared: Journey) -> tuple[Decimal, tuple[Factor, ...]]:
    """Kilometres a day in town: told, or the factor set's, then with its entry."""
    told = declared.told("local_km_per_day")
    if told is not None:
        return Decimal(str(told)), ()
    entry = sheet.entry("local_km_per_day")
    return entry.value, (entry,)
