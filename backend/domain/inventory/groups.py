"""The groups and sources of an inventory, and which of them no claim may leave out.

An event has the nine groups of the measurement methodology of Net Zero Carbon Events (2023-12); MEE announcement 2019
No. 19 names the sources that an event in China counts. The year of a venue, an enterprise or an institution has the six
categories of ISO 14064-1:2018. Each source of activity data belongs to one group and is told in one of a few units.
"""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

Group = Literal[
    "production_and_materials",
    "freight",
    "food_and_beverage",
    "travel",
    "accommodation",
    "local_transport",
    "energy",
    "waste",
    "digital",
    "direct",
    "imported_energy",
    "transport",
    "purchased_goods",
    "use_of_products",
    "other_indirect",
]
Source = Literal[
    "electricity",
    "heat",
    "fuel",
    "refrigerants",
    "crew_travel",
    "performer_travel",
    "lodging",
    "shuttles",
    "freight",
    "build_and_dismantling",
    "catering",
    "waste",
    "water",
    "printed_matter",
    "online_audience",
    "process",
    "company_vehicles",
    "business_travel",
    "commuting",
    "goods_and_services",
    "products_in_use",
    "other_emissions",
]
Phase = Literal["planned", "actual"]
"""Pre-accounting before the event, and what really was."""

GROUPS: tuple[Group, ...] = (
    "production_and_materials",
    "freight",
    "food_and_beverage",
    "travel",
    "accommodation",
    "local_transport",
    "energy",
    "waste",
    "digital",
)
"""Of an event."""
PHASES: tuple[Phase, ...] = get_args(Phase)
MANDATORY: tuple[Group, ...] = (
    "travel",
    "accommodation",
    "local_transport",
    "energy",
    "food_and_beverage",
    "waste",
)
"""No claim is made without these; the others may be declared as none, with the reason."""


class SourceRule(msgspec.Struct, frozen=True):
    """The group of a source, the units its quantities are told in, the usual one first, and the roles that its usual
    factors play in a factor set."""

    group: Group
    units: tuple[str, ...]
    roles: tuple[str, ...] = ()


_VEHICLES = ("hsr", "train", "flight_domestic", "flight_long_haul", "coach", "taxi", "petrol_car")
SOURCES: dict[str, SourceRule] = {
    "electricity": SourceRule("energy", ("kWh", "MWh"), ("grid", "grid_national")),
    "heat": SourceRule("energy", ("kWh", "MWh")),
    "fuel": SourceRule("energy", ("L", "m3", "kg")),
    "refrigerants": SourceRule("energy", ("kg", "g")),
    "crew_travel": SourceRule("travel", ("pkm", "vkm"), _VEHICLES),
    "performer_travel": SourceRule("travel", ("pkm", "vkm"), _VEHICLES),
    "lodging": SourceRule("accommodation", ("room_night",), ("hotel_room_night",)),
    "shuttles": SourceRule("local_transport", ("vkm", "pkm", "L"), ("petrol_car", "coach")),
    "freight": SourceRule("freight", ("t*km", "vkm", "L")),
    "build_and_dismantling": SourceRule("production_and_materials", ("kg", "t", "m3", "item")),
    "catering": SourceRule(
        "food_and_beverage", ("meal", "kg"), ("meal_mixed", "meal_vegetarian", "meal_vegan")
    ),
    "waste": SourceRule("waste", ("kg", "t"), ("waste_treatment",)),
    "water": SourceRule("production_and_materials", ("m3", "L")),
    "printed_matter": SourceRule("production_and_materials", ("kg", "sheet", "item")),
    "online_audience": SourceRule("digital", ("kWh", "person")),
}

PEOPLE_SOURCES: dict[str, Group] = {
    "travel_intercity": "travel",
    "airport_transfer": "travel",
    "travel_local": "local_transport",
    "lodging": "accommodation",
    "meals": "food_and_beverage",
    "venue_energy": "energy",
    "materials": "production_and_materials",
    "waste": "waste",
}
"""The group of each source of an attendee's footprint."""

PER_HEAD: dict[Group, str] = {
    "energy": "venue_energy",
    "production_and_materials": "materials",
    "waste": "waste",
    "food_and_beverage": "meals",
}
"""Sources of a footprint that share out what the organiser may have measured: each is counted once."""

MEASURABLE: tuple[Group, ...] = ("energy", "production_and_materials", "waste")
"""Groups of which an organiser can measure the whole; meals are also eaten elsewhere."""

ASKED_OF_PEOPLE: frozenset[str] = frozenset(
    {"travel", "accommodation", "local_transport", "food_and_beverage"}
)
"""Groups that attendees' journeys can fill. Energy and waste of a venue are read at meters and scales, not asked."""

ENERGY_BY_METER = ("electricity", "heat", "fuel")


class BoundarySet(msgspec.Struct, frozen=True, kw_only=True):
    """What an account is made of. `day_sources` are those whose periods have to hold every day; without one of them
    `metered_group` is not there. Lines of a mandatory group need evidence where no people's shares say how much to
    expect."""

    code: Literal["event", "organisation"]
    standard: str
    groups: tuple[Group, ...]
    mandatory: tuple[Group, ...]
    sources: dict[str, SourceRule]
    metered_group: Group
    day_sources: tuple[str, ...]
    has_people: bool

    @property
    def optional(self) -> tuple[Group, ...]:
        """Groups that may be declared as none, with the reason."""
        return tuple(group for group in self.groups if group not in self.mandatory)


EVENT = BoundarySet(
    code="event",
    standard="MEE announcement 2019 No. 19",
    groups=GROUPS,
    mandatory=MANDATORY,
    sources=SOURCES,
    metered_group="energy",
    day_sources=ENERGY_BY_METER,
    has_people=True,
)

ORGANISATION = BoundarySet(
    code="organisation",
    standard="ISO 14064-1:2018",
    groups=(
        "direct",
        "imported_energy",
        "transport",
        "purchased_goods",
        "use_of_products",
        "other_indirect",
    ),
    mandatory=("direct", "imported_energy"),
    sources={
        "fuel": SourceRule("direct", ("L", "m3", "kg", "t")),
        "company_vehicles": SourceRule("direct", ("L", "vkm", "kWh"), ("petrol_car",)),
        "refrigerants": SourceRule("direct", ("kg", "g")),
        "process": SourceRule("direct", ("t", "kg", "m3")),
        "electricity": SourceRule("imported_energy", ("kWh", "MWh"), ("grid", "grid_national")),
        "heat": SourceRule("imported_energy", ("kWh", "MWh")),
        "business_travel": SourceRule("transport", ("pkm", "vkm"), _VEHICLES),
        "commuting": SourceRule("transport", ("pkm", "vkm"), _VEHICLES),
        "freight": SourceRule("transport", ("t*km", "vkm", "L")),
        "lodging": SourceRule("transport", ("room_night",), ("hotel_room_night",)),
        "catering": SourceRule(
            "purchased_goods", ("meal", "kg"), ("meal_mixed", "meal_vegetarian", "meal_vegan")
        ),
        "goods_and_services": SourceRule("purchased_goods", ("kg", "t", "m3", "item")),
        "printed_matter": SourceRule("purchased_goods", ("kg", "sheet", "item")),
        "water": SourceRule("purchased_goods", ("m3", "L")),
        "waste": SourceRule("purchased_goods", ("kg", "t"), ("waste_treatment",)),
        "products_in_use": SourceRule("use_of_products", ("item", "kWh", "kg")),
        "other_emissions": SourceRule("other_indirect", ("kg", "t", "item")),
    },
    metered_group="imported_energy",
    day_sources=("electricity", "heat"),
    has_people=False,
)
"""The year of a venue, an enterprise or an institution: categories 1 to 6 of ISO 14064-1:2018. Direct emissions and
imported energy are quantified by everybody; of the other indirect ones those that matter, or the reason why not."""

ALL_SOURCES = tuple(dict.fromkeys((*EVENT.sources, *ORGANISATION.sources)))

REDUCTION_WORDS = frozenset(
    {
        "saving",
        "saved",
        "floor",
        "recycled",
        "clean",
        "plant",
        "no",
        "own",
        "invoice",
        "skip",
        "green",
        "stop",
    }
)
"""Parts of the ids of factors that say what an action saves: none of them is the emission of a quantity."""


def is_reduction(factor_id: str) -> bool:
    """Whether a factor of the catalogue says what is saved, so that no emission may be computed with it."""
    return not REDUCTION_WORDS.isdisjoint(factor_id.split("-"))
