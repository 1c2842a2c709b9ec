"""Footprint of a period of somebody's life, line by line.

Boundary: energy at home, everyday travel, private journeys between cities, food. Goods, services, and what the
public uses are outside of it. What a person did not tell has no line: it is named as not included, and no average
stands in its place. Food alone may be an assumption about oneself, and is marked as one.

Each line is activity × factor, rounded up to a whole gram. Energy at home is shared equally by the household.
Factors come from the set pinned to the period's programme; their sources stand in the factor rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, localcontext
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from backend.domain.catalogue.factors import City, Factor, FactorSet, find_city
from backend.domain.catalogue.formula import ARITHMETIC
from backend.domain.footprint.inputs import (
    CAR_PERSONS_MAX,
    Basis,
    Boundary,
    EventProfile,
    Footprint,
    Journey,
    Mode,
)
from backend.domain.footprint.lines import Sheet, per_unit_g
from backend.domain.footprint.plausibility import LOCAL_KM, check_journey
from backend.domain.footprint.travel import plan_trip
from backend.domain.footprint.vehicles import LocalVehicle, Rate, local_rate, trip_rate
from backend.errors.fields import field_error
from backend.errors.neutrality import PeriodJourneyWithin, PeriodQuantityImplausible

Quality = Literal["evidenced", "declared", "assumed"]
"""Whether a picture of the meter or bill was sent (nobody has examined it), one's own word, or an assumption."""
EverydayMode = Literal["metro", "bus", "car", "bev", "taxi", "motorbike", "ebike", "bike", "walk"]
Food = Literal["high_meat", "medium_meat", "low_meat", "vegetarian", "vegan"]

BOUNDARY: Boundary = "personal_life"
SOURCES = ("home_electricity", "home_gas", "home_heat", "everyday_travel", "private_journey", "food")
"""What the boundary includes where it is told, in the order of the lines."""
OUTSIDE = ("goods", "services")
"""What no period includes."""
MEALS_A_DAY = 3
HOUSEHOLD_MAX = 20
EVERYDAY_MAX, JOURNEYS_MAX = 9, 200
FIELDS = {"home_electricity": "electricity_kwh", "home_gas": "gas_m3", "home_heat": "heat_kwh"}
DAILY_MAX = {"home_electricity": 200, "home_gas": 50, "home_heat": 500}
"""Of a household, in kWh, m³ and kWh: several times what a large one uses in its coldest month."""
EVERYDAY_KM: Mapping[str, int] = {str(mode): km for mode, km in LOCAL_KM.items()} | {
    "motorbike": LOCAL_KM["car"],
    "ebike": LOCAL_KM["bike"],
}
"""Kilometres in a day, by vehicle."""
CEILING_G_PER_MONTH = 1_500_000
"""What one person may take from a programme's pool without staff looking: twice nine tonnes a year, which is about what
is emitted per head in China. A period that lasts longer has more."""


class Reading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a household used in the period, by its meter or bills."""

    quantity: Annotated[float, Meta(ge=0, le=1_000_000)]
    photo: (
        Annotated[
            str,
            Meta(
                pattern="^[0-9a-f]{64}$", description="sha256 of a photo of the meter or bill (/v1/me/photos)"
            ),
        ]
        | None
    ) = None


class EverydayTravel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Kilometres with one vehicle in and around one's city, over the whole period."""

    mode: EverydayMode
    distance_km: Annotated[float, Meta(ge=0, le=250_000)]
    persons: (
        Annotated[int, Meta(ge=1, le=CAR_PERSONS_MAX, description="in the car, oneself included")] | None
    ) = None


class PrivateJourney(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A journey to another city that is not counted at an event."""

    day: date
    from_city: Annotated[str, Meta(min_length=1, max_length=40)]
    to_city: Annotated[str, Meta(min_length=1, max_length=40)]
    mode: Mode
    return_trip: bool = True


class PeriodInputs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that a person tells of a period; what is null, or not in a list, is not included."""

    household: Annotated[int, Meta(ge=1, le=HOUSEHOLD_MAX, description="persons who share the home")] = 1
    electricity_kwh: Reading | None = None
    gas_m3: Reading | None = None
    heat_kwh: Reading | None = None
    everyday: Annotated[tuple[EverydayTravel, ...], Meta(max_length=EVERYDAY_MAX)] = ()
    journeys: Annotated[tuple[PrivateJourney, ...], Meta(max_length=JOURNEYS_MAX)] = ()
    food: Food | None = None
    is_food_assumed: Annotated[
        bool, Meta(description="the pattern was not kept account of: an assumption about oneself")
    ] = True

    @property
    def readings(self) -> dict[str, Reading]:
        """What was told of energy at home, by the source of its line."""
        told: dict[str, Reading | None] = {source: getattr(self, name) for source, name in FIELDS.items()}
        return {source: reading for source, reading in told.items() if reading is not None}

    def quality(self, source: str) -> Quality:
        """How well a source is known; every line of it is as good."""
        if source == "food" and self.is_food_assumed:
            return "assumed"
        reading = self.readings.get(source)
        return "evidenced" if reading is not None and reading.photo is not None else "declared"


class LifePeriod(msgspec.Struct, frozen=True):
    """The days of a period, both inclusive, in the city of its programme."""

    starts_on: date
    ends_on: date
    city: str
    days_with_meals_elsewhere: int = 0
    """Days whose meals are counted at events."""

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days + 1

    @property
    def months(self) -> int:
        return 12 * (self.ends_on.year - self.starts_on.year) + self.ends_on.month - self.starts_on.month + 1

    @property
    def ceiling_g(self) -> int:
        """Grams that one person may take from the programme's pool without staff looking."""
        return self.months * CEILING_G_PER_MONTH


def period_footprint(
    period: LifePeriod,
    inputs: PeriodInputs,
    factor_set: FactorSet,
    factors: Mapping[str, Factor],
    cities: Mapping[str, City],
    rail_km: Mapping[tuple[str, str], int],
) -> Footprint:
    """The footprint of what was told of a period; grams, with a line per source, vehicle or journey.

    Raises PeriodQuantityImplausible, PeriodJourneyWithin, `UnknownCity` or a `JourneyRefusal` (all 422).
    """
    profile = EventProfile(period.city, period.starts_on, period.ends_on, factor_set.id)
    sheet = Sheet(profile, factor_set, factors)
    with localcontext(ARITHMETIC):
        here = find_city(cities, period.city)
        _add_home(sheet, here, period, inputs)
        _add_everyday(sheet, here, period, inputs.everyday)
        for at, journey in enumerate(inputs.journeys):
            _add_journey(sheet, period, cities, rail_km, journey, at)
        _add_food(sheet, period, inputs)
        basis: Basis = "partial" if not_included(inputs) or inputs.is_food_assumed else "declared"
        uncertainty = sheet.entry(f"uncertainty_{basis}").value
    return Footprint(
        total_g=sum(line.emission_g for line in sheet.lines),
        basis=basis,
        uncertainty_pct=int(uncertainty),
        factor_set=factor_set.id,
        lines=tuple(sheet.lines),
        boundary=BOUNDARY,
    )


def not_included(inputs: PeriodInputs) -> tuple[str, ...]:
    """Sources within the boundary of which nothing was told."""
    told = {
        **dict.fromkeys(inputs.readings),
        "everyday_travel": inputs.everyday,
        "private_journey": inputs.journeys,
        "food": inputs.food,
    }
    return tuple(
        source
        for source in SOURCES
        if source not in told or (source not in inputs.readings and not told[source])
    )


def _add_home(sheet: Sheet, here: City, period: LifePeriod, inputs: PeriodInputs) -> None:
    roles = {"home_electricity": here.grid_role, "home_gas": "natural_gas", "home_heat": "heat"}
    for source, reading in inputs.readings.items():
        quantity_max = DAILY_MAX[source] * period.days
        if reading.quantity > quantity_max:
            raise _implausible(f"/{FIELDS[source]}/quantity", quantity_max)
        entry = sheet.entry(roles[source])
        share = Decimal(str(reading.quantity)) / inputs.household
        sheet.add(source, share, "m3" if source == "home_gas" else "kWh", per_unit_g(entry), (entry,))


def _add_everyday(sheet: Sheet, here: City, period: LifePeriod, everyday: Sequence[EverydayTravel]) -> None:
    for at, each in enumerate(everyday):
        quantity_max = EVERYDAY_KM[each.mode] * period.days
        if each.distance_km > quantity_max:
            raise _implausible(f"/everyday/{at}/distance_km", quantity_max)
        rate = _everyday_rate(sheet, here, each)
        sheet.add(
            "everyday_travel",
            Decimal(str(each.distance_km)),
            "pkm",
            rate.grams,
            rate.entries,
            rate.defaults,
            note=each.mode,
        )


def _implausible(pointer: str, quantity_max: int) -> PeriodQuantityImplausible:
    wrong = field_error(pointer, "out_of_range", min=0, max=quantity_max)
    return PeriodQuantityImplausible(quantity_max=quantity_max, errors=(wrong,))


def _everyday_rate(sheet: Sheet, here: City, travel: EverydayTravel) -> Rate:
    if travel.mode == "ebike":
        entry = sheet.entry("ebike")
        return Rate(per_unit_g(entry), (entry,))
    vehicle: LocalVehicle = travel.mode
    told = Journey() if travel.persons is None else Journey(car_persons=travel.persons)
    return local_rate(sheet, here, vehicle, told)


def _add_journey(
    sheet: Sheet,
    period: LifePeriod,
    cities: Mapping[str, City],
    rail_km: Mapping[tuple[str, str], int],
    journey: PrivateJourney,
    at: int,
) -> None:
    there = find_city(cities, journey.to_city)
    if find_city(cities, journey.from_city) == there:
        raise PeriodJourneyWithin(row=at + 1)
    declared = Journey(from_city=journey.from_city, mode=journey.mode, return_trip=journey.return_trip)
    profile = EventProfile(journey.to_city, journey.day, journey.day, sheet.factor_set.id)
    check_journey(profile, sheet.factor_set, cities, declared)
    trip = plan_trip(sheet, there, cities, declared, None, rail_km)
    rate = trip_rate(sheet, there, trip, declared)
    ways = 2 if journey.return_trip else 1
    sheet.add(
        "private_journey",
        ways * trip.distance,
        "pkm",
        rate.grams,
        rate.entries + trip.entries,
        (*trip.defaults, *rate.defaults),
        note=journey.mode,
    )


def _add_food(sheet: Sheet, period: LifePeriod, inputs: PeriodInputs) -> None:
    days = period.days - period.days_with_meals_elsewhere
    if inputs.food is None or days <= 0:
        return
    entry = sheet.entry(f"meal_{inputs.food}")
    defaults = ("food",) if inputs.is_food_assumed else ()
    sheet.add("food", Decimal(MEALS_A_DAY * days), "meal", per_unit_g(entry), (entry,), defaults)
