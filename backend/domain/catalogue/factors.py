"""Shapes of the catalogue: factors, methods, caps and cities, on which every gram and point rests.

Values come only from the catalogue; these are the shapes they have. All are immutable: a correction is
a new entry in a new factor set, so what was recorded keeps the numbers it was computed with.
Every `name`, `description`, `baseline`, `label` and bilingual `note` is a dict with the keys zh-CN and en.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from backend.domain.catalogue.refusals import UnknownCity

Gas = Literal["CO2", "CO2e"]
JourneyRules = Literal["2026.1", "2026.2"]
SourceKind = Literal["published", "calculated", "assumption"]
Tier = Literal["E1", "E2", "E3", "E4", "E5"]
Period = Literal["trip", "day", "week", "month", "year"]

# E1 partner's interface, E2 WeRun, E3 staff or venue code, E4 photo, E5 self-declared.
TIERS: tuple[Tier, ...] = ("E1", "E2", "E3", "E4", "E5")
EVIDENCE_ROLES: dict[str, str] = {tier: f"evidence_{tier.lower()}" for tier in TIERS}


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The publication that values come from. A reader can look up `found_at`, an address or a document number."""

    id: str
    publisher: str
    title: str
    year: int
    found_at: str
    kind: Literal["official", "standard", "statistics", "research", "scheme", "product"]
    note: str = ""


class Factor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One number with its unit, validity and source.

    `source_kind` says how far it can be trusted: published (read in the source), calculated (arithmetic
    on published values, shown in the note) or assumption (chosen or recalled; an organiser may replace it).
    `gas` is what the publication counts: carbon dioxide alone, or every greenhouse gas; None for a factor that is
    no emission. In sums CO2 counts as so much CO2e: a sum with CO2 in it leaves the other gases of that line out.
    """

    id: str
    value: Decimal
    unit: str
    region: str
    year: int | None
    source_id: str
    source_kind: SourceKind
    name: dict[str, str]
    note: str = ""
    gas: Gas | None = None

    @property
    def emission_unit(self) -> str:
        """The unit with the gas that is counted: kgCO2/kWh where the publication names no other gas."""
        return self.unit.replace("CO2e", self.gas) if self.gas is not None else self.unit

    @property
    def has_radiative_forcing(self) -> bool:
        return "rf" in self.id.split("-")


class FactorSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A version: which factor plays each role. Pinned per event and per record, never edited afterwards.

    `journey_rules` says how a journey becomes lines: 2026.2 knows how people get about, on which days, and what is
    not possible; 2026.1 charges the metro for every day in town.
    """

    id: str
    name: dict[str, str]
    effective_from: date
    roles: dict[str, str]
    note: str = ""
    journey_rules: JourneyRules = "2026.1"

    def factor(self, role: str, factors: Mapping[str, Factor]) -> Factor:
        """The factor that plays a role. Raises `KeyError` when the set lacks it, which loading rules out."""
        return factors[self.roles[role]]


class Cap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The most that counts in a period. `quantity` caps trim, `count` caps are all or nothing.

    `limit` is in the method's unit or in acts. With `per`, each value of that parameter is counted apart.
    A cap on a `trip` looks at one act only.
    """

    name: str
    kind: Literal["quantity", "count"]
    period: Period
    limit: Decimal
    per: str | None = None


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An allowed value of a parameter.

    `role` is what the parameter's name stands for in the formula; `points` is for actions without grams.
    """

    value: str
    name: dict[str, str]
    role: str | None = None
    points: int | None = None


class Parameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A further input. Either `choices`, or a number in `unit` from `at_least` to `at_most`.

    `default` None means that it must be given.
    """

    name: str
    label: dict[str, str]
    choices: tuple[Choice, ...] = ()
    unit: str = "1"
    at_least: Decimal = Decimal(0)
    at_most: Decimal = Decimal(0)
    default: str | None = None


class Method(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one kind of action becomes grams.

    `formula` yields gCO2e from `quantity` (in `unit`), parameters and factor roles; None for acts that
    earn `fixed_points` per unit and no grams. `formula_silent` is used when no quantity is declared, with
    `quantity` 1 in `unit_silent`: a ride of unknown length. `default_quantity` None without a silent
    formula means that the quantity must be declared. An action with another tier of evidence than those in
    `evidence_wanted` is refused; one's own word (E5) stands there only with an `self_declared_reason`.
    """

    code: str
    version: str
    group: Literal["travel", "food", "goods", "home", "office", "nature", "learning"]
    name: dict[str, str]
    description: dict[str, str]
    baseline: dict[str, str]
    unit: str
    unit_name: dict[str, str]
    quantity_max: Decimal
    evidence_wanted: tuple[Tier, ...]
    source_ids: tuple[str, ...]
    caps: tuple[Cap, ...] = ()
    formula: str | None = None
    formula_silent: str | None = None
    unit_silent: str | None = None
    default_quantity: Decimal | None = None
    whole_number: bool = False
    fixed_points: int | None = None
    parameters: tuple[Parameter, ...] = ()
    effective_from: date = date(2026, 1, 1)
    retired_on: date | None = None
    """The first day on which it no longer counts; what was done before may still be logged."""
    self_declared_reason: dict[str, str] | None = None
    """Why there can be no better evidence than the citizen's own word."""

    @property
    def needs_quantity(self) -> bool:
        return self.default_quantity is None and self.formula_silent is None

    def parameter(self, name: str) -> Parameter | None:
        return next((item for item in self.parameters if item.name == name), None)


class PointRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How grams become points, versioned like a factor set."""

    id: str
    effective_from: date
    grams_per_point: int
    points_min: int
    source_id: str
    note: dict[str, str]


class Landmass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Land whose cities are reached from each other without crossing a sea; by city, by region, or else by country."""

    id: str
    name: dict[str, str]
    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    train_ferry_to: str = ""
    car_ferry_to: str = ""


class HighSpeedRail(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lines that a passenger can ride from end to end; "none" is where there are none."""

    id: str
    name: dict[str, str]
    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()


class City(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A city that attendees travel from. `grid_role` is the role of its electricity factor in a factor set."""

    name: dict[str, str]
    country: str
    region: str
    grid_role: str
    lat: float
    lon: float
    landmass: str = ""
    """People reach every city of one landmass over land; across a strait with a train ferry by train, not by HSR."""
    train_ferry_to: str = ""
    car_ferry_to: str = ""
    high_speed_rail: str = ""
    """Cities with the same are reached from each other by high-speed rail; empty where there is none."""
    prefecture: str = ""
    """The Chinese name of the city that a county-level city belongs to; empty for every other one."""
    is_county_level: bool = False


class FactorLine(msgspec.Struct, frozen=True):
    """One line of an explanation: the role of a factor, its value, and how far it can be trusted."""

    role: str
    factor_id: str
    value: Decimal
    unit: str
    source_kind: SourceKind
    name: dict[str, str]


def factor_line(role: str, factor: Factor) -> FactorLine:
    """The line of an explanation for a factor in a role."""
    return FactorLine(role, factor.id, factor.value, factor.emission_unit, factor.source_kind, factor.name)


def city_key(name: str) -> str:
    """The key of a city's name: 成都, 成都市, Chengdu and CHENGDU are one city."""
    key = "".join(name.split()).casefold()
    return key[:-1] if len(key) > 2 and key.endswith("市") else key


def city_name(cities: Mapping[str, City], name: str, language: str) -> str:
    """A city's name in a language; an unknown city keeps the name it was given."""
    found = cities.get(city_key(name))
    return name if found is None else found.name[language]


def find_city(cities: Mapping[str, City], name: str) -> City:
    """The city of a name that is stored or was chosen, in either language. Raises `UnknownCity` (422).

    What a person writes is chosen first (`city_names.Cities`), so that no name of several cities comes here.
    """
    city = cities.get(city_key(name))
    if city is None:
        raise UnknownCity(city=name)
    return city
