"""Footprint of one attendance at an event, line by line.

Each line is activity × factor, rounded up to a whole gram: a footprint may be overstated by less than
one gram per line, never understated. Inputs that the attendee did not declare are filled in, and each line
says which those are and from which catalogue entries it was computed.

Boundary: `core` is travel, local transport and lodging (DB5101/T 41-2018, chapter 7); `extended` adds meals,
venue energy, materials and waste (MEE announcement 2019 No. 19). Factor sources stand in the factor rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, localcontext

import msgspec

from backend.domain.catalogue.factors import City, Factor, FactorSet, find_city
from backend.domain.catalogue.formula import ARITHMETIC
from backend.domain.catalogue.refusals import OverrideNotUsable
from backend.domain.footprint.as_made import add_made_journey
from backend.domain.footprint.inputs import (
    Basis,
    Boundary,
    Diet,
    EventProfile,
    Footprint,
    FootprintLine,
    Journey,
    Mode,
)
from backend.domain.footprint.lines import FOOTPRINT_ROLES, Sheet, per_unit_g
from backend.domain.footprint.plausibility import check_journey
from backend.domain.footprint.travel import Trip, great_circle_km, plan_trip, vehicle_factor

__all__ = [
    "FOOTPRINT_ROLES",
    "Basis",
    "Boundary",
    "Diet",
    "EventProfile",
    "Footprint",
    "FootprintLine",
    "Journey",
    "Mode",
    "check_profile",
    "footprint",
    "great_circle_km",
]


def footprint(
    profile: EventProfile,
    factor_set: FactorSet,
    factors: Mapping[str, Factor],
    cities: Mapping[str, City],
    journey: Journey | None,
    ticket_category: str | None = None,
    rail_km: Mapping[tuple[str, str], int] | None = None,
) -> Footprint:
    """The footprint of one attendance; grams, with a line per source.

    Under the journey rules of 2026.2 the journey's lines and days are those of `as_made` and `stay`, and what cannot
    be is refused (`plausibility`).

    Under those of 2026.1, filled in when not declared: the distance by ticket category (`province`, `national`,
    `international`; anything else, and no category, means a local attendee, because an undeclared journey must not
    be charged); mode by distance (up to 150 km coach, up to 1,000 km high-speed rail, above that plane; from
    another country plane); nights = event days − 1, or 0 for locals; 1 person per room, 4 stars, mixed
    diet unless the organiser says otherwise; 3 meals per event day. Days in town are nights + 1, and never
    fewer than the event days for locals, who come every day.

    Raises `UnknownCity` or a `JourneyRefusal` (422). `cities` is keyed by `city_key`, `rail_km` by two Chinese names
    in their order.
    """
    declared = journey if journey is not None else Journey()
    sheet = Sheet(profile, factor_set, factors)
    check_journey(profile, factor_set, cities, declared)
    with localcontext(ARITHMETIC):
        here = find_city(cities, profile.city)
        if factor_set.journey_rules == "2026.1":
            _add_simple(sheet, here, cities, declared, ticket_category, rail_km or {})
        else:
            _add_made(sheet, here, cities, declared, ticket_category, rail_km or {})
        basis = _basis(declared)
        uncertainty = sheet.entry(f"uncertainty_{basis}").value
    return Footprint(
        total_g=sum(line.emission_g for line in sheet.lines),
        basis=basis,
        uncertainty_pct=int(uncertainty),
        factor_set=factor_set.id,
        lines=_marked(sheet.lines, profile.neutralises),
        boundary=profile.boundary,
    )


def _add_made(
    sheet: Sheet,
    here: City,
    cities: Mapping[str, City],
    declared: Journey,
    ticket_category: str | None,
    rail_km: Mapping[tuple[str, str], int],
) -> None:
    stay = add_made_journey(sheet, here, cities, declared, ticket_category, rail_km)
    is_infant = declared.told("age_group") == "infant"
    if stay.hotel_nights and not is_infant:
        silent = tuple(name for name in stay.defaults if name == "nights")
        _add_lodging(sheet, sheet.profile, declared, stay.hotel_nights, silent)
    if sheet.profile.boundary == "extended":
        silent = tuple(name for name in stay.defaults if name == "days_attended")
        _add_extended(sheet, sheet.profile, here, declared, stay.days, silent)


def _add_simple(
    sheet: Sheet,
    here: City,
    cities: Mapping[str, City],
    declared: Journey,
    ticket_category: str | None,
    rail_km: Mapping[tuple[str, str], int],
) -> None:
    profile = sheet.profile
    trip = plan_trip(sheet, here, cities, declared, ticket_category, rail_km)
    is_local = trip.distance == 0
    nights = declared.nights if declared.nights is not None else 0 if is_local else profile.usual_nights
    silent_nights = ("nights",) if declared.nights is None else ()
    days_in_town = max(nights + 1, profile.event_days) if is_local else nights + 1
    if not is_local:
        _add_travel(sheet, here, trip, declared)
    _add_local(sheet, here, days_in_town, silent_nights)
    if nights:
        _add_lodging(sheet, profile, declared, nights, silent_nights)
    if profile.boundary == "extended":
        _add_extended(sheet, profile, here, declared, profile.event_days)


def _marked(lines: list[FootprintLine], neutralises: tuple[str, ...]) -> tuple[FootprintLine, ...]:
    if not neutralises:
        return tuple(lines)
    return tuple(
        msgspec.structs.replace(line, neutralised_by_organiser=True) if line.source in neutralises else line
        for line in lines
    )


def check_profile(
    profile: EventProfile, factor_set: FactorSet, factors: Mapping[str, Factor], cities: Mapping[str, City]
) -> None:
    """Check that an organiser's profile can be computed. Raises `UnknownCity` or `OverrideNotUsable` (422)."""
    find_city(cities, profile.city)
    for role, factor_id in profile.overrides.items():
        if role not in factor_set.roles:
            raise OverrideNotUsable(role=role, factor=factor_id)
        unit = factor_set.factor(role, factors).unit
        # The same spelling, not only the same dimension: lines show a factor per unit as it is written.
        if factor_id not in factors or factors[factor_id].unit != unit:
            raise OverrideNotUsable(role=role, factor=factor_id)


def _add_travel(sheet: Sheet, here: City, trip: Trip, declared: Journey) -> None:
    legs = 2 if declared.return_trip else 1
    factor_g, entries = vehicle_factor(sheet, here, trip)
    sheet.add(
        "travel_intercity",
        legs * trip.distance,
        "pkm",
        factor_g,
        entries + trip.entries,
        trip.defaults,
        note=trip.note,
    )
    if trip.mode != "plane":
        return
    leg_km, energy = sheet.entry("airport_km_per_leg"), sheet.entry("metro_energy")
    # Two lines, rounded apart: the two ends have different grids.
    for end, grid in (("event", sheet.entry(here.grid_role)), ("home", sheet.entry(trip.home_grid_role))):
        sheet.add(
            "airport_transfer",
            legs * leg_km.value,
            "pkm",
            energy.value * per_unit_g(grid),
            (grid, energy, leg_km),
            ("airport_km",),
            note=end,
        )


def _add_local(sheet: Sheet, here: City, days: int, silent: tuple[str, ...]) -> None:
    grid, energy = sheet.entry(here.grid_role), sheet.entry("metro_energy")
    daily = sheet.entry("local_km_per_day")
    factor_g = energy.value * per_unit_g(grid)
    sheet.add(
        "travel_local", days * daily.value, "pkm", factor_g, (grid, energy, daily), ("local_km", *silent)
    )


def _add_lodging(
    sheet: Sheet, profile: EventProfile, declared: Journey, nights: int, silent: tuple[str, ...]
) -> None:
    sharing = declared.room_sharing if declared.room_sharing is not None else profile.room_sharing
    stars = declared.hotel_stars if declared.hotel_stars is not None else profile.hotel_stars
    room, star = sheet.entry("hotel_room_night"), sheet.entry(f"hotel_star_{stars}")
    defaults = [*silent]
    defaults += ["room_sharing"] if declared.room_sharing is None else []
    defaults += ["hotel_stars"] if declared.hotel_stars is None else []
    room_nights = Decimal(nights) / sharing
    sheet.add(
        "lodging", room_nights, "room_night", per_unit_g(room) * star.value, (room, star), tuple(defaults)
    )


def _add_extended(
    sheet: Sheet,
    profile: EventProfile,
    here: City,
    declared: Journey,
    days: int,
    silent: tuple[str, ...] = (),
) -> None:
    meal = sheet.entry(f"meal_{declared.diet if declared.diet is not None else profile.diet}")
    per_day = sheet.entry("meals_per_event_day")
    eaten = declared.meals if declared.meals is not None else profile.meals
    meals = Decimal(eaten) if eaten is not None else days * per_day.value
    entries = (meal,) if eaten is not None else (meal, per_day)
    defaults = tuple(name for name in ("diet", "meals") if getattr(declared, name) is None)
    if eaten is None:
        defaults += silent
    age_group = declared.told("age_group")
    if age_group == "infant":
        meals = Decimal(0)
    elif age_group == "child":
        portion = sheet.entry("child_meal_share")
        meals, entries = meals * portion.value, (*entries, portion)
    if meals:
        sheet.add("meals", meals, "meal", per_unit_g(meal), entries, defaults)

    grid, assumed = sheet.entry(here.grid_role), sheet.entry("venue_energy")
    metered = profile.venue_kwh_per_person_day
    kwh = days * (assumed.value if metered is None else metered)
    entries, defaults = ((grid, assumed), ("venue_kwh",)) if metered is None else ((grid,), ())
    sheet.add("venue_energy", kwh, "kWh", per_unit_g(grid), entries, defaults + silent)

    materials = sheet.entry("materials")
    sheet.add("materials", Decimal(1), "person", per_unit_g(materials), (materials,), ("materials",))
    treatment, mass = sheet.entry("waste_treatment"), sheet.entry("waste_mass")
    sheet.add("waste", days * mass.value, "kg", per_unit_g(treatment), (treatment, mass), ("waste", *silent))


def _basis(declared: Journey) -> Basis:
    if declared == Journey():
        return "default"
    # An attendee who stays no night shares no room: there is nothing left to ask.
    nights = 0 if declared.told("home_every_night") else declared.nights
    room_sharing = 1 if nights == 0 else declared.room_sharing
    taps = (declared.mode, nights, room_sharing, declared.diet)
    has_origin = declared.from_city is not None or declared.distance_km is not None
    return "declared" if has_origin and None not in taps else "partial"
