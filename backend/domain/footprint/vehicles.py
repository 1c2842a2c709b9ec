"""Grams per passenger-kilometre of vehicles, to the city and within it, under the journey rules of 2026.2."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, NamedTuple

from backend.domain.catalogue.factors import City, Factor
from backend.domain.footprint.inputs import Journey
from backend.domain.footprint.lines import Sheet, per_unit_g
from backend.domain.footprint.travel import Trip

# Vehicles that stay with their passengers: who came in one gets about in it.
OWN_VEHICLES = ("car", "bev", "taxi", "motorbike")
LocalVehicle = Literal["car", "bev", "taxi", "motorbike", "bus", "metro", "bike", "walk"]


class Rate(NamedTuple):
    """`grams` per passenger-kilometre, the entries they come from, and what was filled in."""

    grams: Decimal
    entries: tuple[Factor, ...]
    defaults: tuple[str, ...] = ()


def trip_rate(sheet: Sheet, here: City, trip: Trip, declared: Journey) -> Rate:
    """Of the vehicle that an attendee came with."""
    if trip.mode == "plane":
        return _plane(sheet, declared, is_foreign=trip.is_foreign)
    if trip.mode in OWN_VEHICLES:
        return _own_vehicle(sheet, trip.mode, declared, (here.grid_role, trip.home_grid_role))
    entry = sheet.entry(trip.mode)
    return Rate(per_unit_g(entry), (entry,))


def local_rate(sheet: Sheet, here: City, vehicle: LocalVehicle, declared: Journey) -> Rate:
    """Of getting about in the event's city."""
    if vehicle in OWN_VEHICLES:
        return _own_vehicle(sheet, vehicle, declared, (here.grid_role,))
    if vehicle in ("bike", "walk"):
        entry = sheet.entry("no_engine")
        return Rate(per_unit_g(entry), (entry,))
    grid, energy = sheet.entry(here.grid_role), sheet.entry(f"{vehicle}_energy")
    return Rate(energy.value * per_unit_g(grid), (grid, energy))


def _plane(sheet: Sheet, declared: Journey, *, is_foreign: bool) -> Rate:
    role = "flight_long_haul" if is_foreign else "flight_domestic"
    plane = sheet.entry(f"{role}_rf" if sheet.profile.radiative_forcing else role)
    cabin = declared.told("cabin")
    if cabin in (None, "economy"):
        return Rate(per_unit_g(plane), (plane,), ("cabin",) if cabin is None else ())
    times = sheet.entry(f"cabin_{cabin}_{'international' if is_foreign else 'domestic'}")
    return Rate(per_unit_g(plane) * times.value, (plane, times))


def _own_vehicle(sheet: Sheet, vehicle: str, declared: Journey, grid_roles: tuple[str, ...]) -> Rate:
    persons = declared.told("car_persons")
    if vehicle == "motorbike" or (vehicle == "taxi" and persons is None):
        entry = sheet.entry(vehicle)
        return Rate(per_unit_g(entry), (entry,), ("car_persons",) if vehicle == "taxi" else ())
    seats = sheet.entry("car_occupancy") if persons is None else None
    shared_by = Decimal(persons) if seats is None else seats.value
    if vehicle == "bev":
        # It charges somewhere on the way, so the dirtiest grid of the ends is taken.
        grid = max((sheet.entry(role) for role in grid_roles), key=per_unit_g)
        energy, charger = sheet.entry("bev_energy"), sheet.entry("charging_efficiency")
        grams = energy.value * per_unit_g(grid) / (charger.value * shared_by)
        entries: tuple[Factor, ...] = (grid, energy, charger)
    else:
        car = sheet.entry("petrol_car" if vehicle == "car" else "taxi_vehicle")
        grams, entries = per_unit_g(car) / shared_by, (car,)
    if seats is not None:
        return Rate(grams, (*entries, seats), ("car_persons",))
    return Rate(grams, entries)
