"""The lines of a footprint: one per source, each rounded up."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_UP, Decimal

from msgspec import UNSET, UnsetType

from backend.domain.catalogue.factors import Factor, FactorSet, Gas, SourceKind
from backend.domain.catalogue.units import parse_unit
from backend.domain.footprint.inputs import EventProfile, FootprintLine

# Every role that a factor set must fill for a footprint, with its unit. Cities add the role of their grid.
FOOTPRINT_ROLES: dict[str, str] = {
    "grid_national": "kgCO2e/kWh",
    "hsr": "gCO2e/pkm",
    "train": "gCO2e/pkm",
    "flight_domestic": "gCO2e/pkm",
    "flight_long_haul": "gCO2e/pkm",
    "coach": "gCO2e/pkm",
    "taxi": "gCO2e/pkm",
    "motorbike": "gCO2e/pkm",
    "petrol_car": "gCO2e/vkm",
    "bev_energy": "kWh/vkm",
    "charging_efficiency": "1",
    "car_occupancy": "pkm/vkm",
    "metro_energy": "kWh/pkm",
    "local_km_per_day": "pkm/day",
    "airport_km_per_leg": "pkm/trip",
    "air_uplift": "1",
    "ground_uplift": "1",
    "coach_km_max": "km",
    "hsr_km_max": "km",
    "profile_km_province": "km",
    "profile_km_national": "km",
    "profile_km_international": "km",
    "hotel_room_night": "kgCO2e/room_night",
    "hotel_star_2": "1",
    "hotel_star_3": "1",
    "hotel_star_4": "1",
    "hotel_star_5": "1",
    "meal_mixed": "gCO2e/meal",
    "meal_vegetarian": "gCO2e/meal",
    "meal_vegan": "gCO2e/meal",
    "meals_per_event_day": "meal/day",
    "venue_energy": "kWh/day",
    "materials": "gCO2e/person",
    "waste_mass": "kg/day",
    "waste_treatment": "gCO2e/kg",
    "uncertainty_default": "%",
    "uncertainty_partial": "%",
    "uncertainty_declared": "%",
}

# What the journey rules of 2026.2 need besides.
ROLES_OF_2026_2: dict[str, str] = {
    "flight_domestic_rf": "gCO2e/pkm",
    "flight_long_haul_rf": "gCO2e/pkm",
    "taxi_vehicle": "gCO2e/vkm",
    "cabin_premium_domestic": "1",
    "cabin_business_domestic": "1",
    "cabin_first_domestic": "1",
    "cabin_premium_international": "1",
    "cabin_business_international": "1",
    "cabin_first_international": "1",
    "bus_energy": "kWh/pkm",
    "no_engine": "gCO2e/pkm",
    "child_meal_share": "1",
    "whole_event_days_max": "day",
}

_WEAKEST_LAST: tuple[SourceKind, ...] = ("published", "calculated", "assumption")
_ZERO = Decimal(0)
_GRAM = Decimal(1)
# Quotients (a third of a room, grams of a kWh through a charger) are cut upwards here. A millionth of a
# room-night is 0.05 g, so `quantity` × `factor_g` as shown still rounds up to the grams as shown.
_FINEST = Decimal("0.000001")


def per_unit_g(entry: Factor) -> Decimal:
    """Grams of CO2e per the unit below the line, as the entry writes that unit."""
    return entry.value * parse_unit(entry.unit.partition("/")[0]).scale


class Sheet:
    """Collects a footprint's lines, with the factor set they are computed from."""

    __slots__ = ("factor_set", "factors", "lines", "overrides", "profile")

    def __init__(self, profile: EventProfile, factor_set: FactorSet, factors: Mapping[str, Factor]) -> None:
        self.profile = profile
        self.overrides = profile.overrides
        self.factor_set = factor_set
        self.factors = factors
        self.lines: list[FootprintLine] = []

    def entry(self, role: str) -> Factor:
        replaced = self.overrides.get(role)
        return self.factors[replaced if replaced is not None else self.factor_set.roles[role]]

    def _gas_of(self, entries: tuple[Factor, ...]) -> Gas | UnsetType:
        # Footprints stored under older rules keep their bytes.
        if self.factor_set.journey_rules == "2026.1":
            return UNSET
        return next((entry.gas for entry in entries if entry.gas is not None), UNSET)

    def add(
        self,
        source: str,
        quantity: Decimal,
        unit: str,
        factor_g: Decimal,
        entries: tuple[Factor, ...],
        defaults: tuple[str, ...] = (),
        note: str | None = None,
        share_pct: int | None = None,
    ) -> None:
        """Add a line. `entries` are all the catalogue entries used, the one that decides the factor first."""
        quantity, factor_g = _round_up(quantity), _round_up(factor_g)
        self.lines.append(
            FootprintLine(
                source=source,
                quantity=quantity,
                unit=unit,
                factor_id=entries[0].id,
                factor_g=factor_g,
                emission_g=int((quantity * factor_g).quantize(_GRAM, ROUND_UP)),
                source_kind=max((entry.source_kind for entry in entries), key=_WEAKEST_LAST.index),
                factor_ids=tuple(entry.id for entry in entries),
                defaults=defaults,
                note=note,
                gas=self._gas_of(entries),
                event_share_pct=UNSET if share_pct is None else share_pct,
            )
        )


def _round_up(value: Decimal) -> Decimal:
    # Adding zero after `normalize` turns 2E+1 back into 20, so that every value is written plainly.
    return value.quantize(_FINEST, ROUND_UP).normalize() + _ZERO
