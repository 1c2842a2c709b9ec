"""A reduction in everyday words: its grams divided by one factor of the catalogue, rounded down.

Only factors with a source are used, and each equivalent names its own. Trees appear as the wood that binds the same
carbon dioxide: no source gives a year's uptake that would hold for every tree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_DOWN, Decimal

import msgspec

from backend.domain.catalogue.factors import Factor, FactorSet
from backend.domain.catalogue.units import in_base
from backend.texts import say

_TENTH = Decimal("0.1")


class Likeness(msgspec.Struct, frozen=True):
    """One way to say it, by the factor of a `role` of the set, or by a `factor_id` that plays none.

    The text `likeness.<code>` says it.
    """

    code: str
    unit: str
    role: str | None = None
    factor_id: str | None = None
    per_unit: int = 1
    """How many of `unit` make up one of the factor's own: 1000 litres are a cubic metre."""


LIKENESSES = (
    Likeness(
        "petrol_car_km",
        "km",
        role="petrol_car",
    ),
    Likeness(
        "electricity_kwh",
        "kWh",
        role="grid",
    ),
    Likeness(
        "wood_litres",
        "L",
        factor_id="tree-cubic-metre",
        per_unit=1000,
    ),
)


class Likened(msgspec.Struct, frozen=True):
    kind: Likeness
    value: Decimal
    factor: Factor

    def text(self, language: str) -> str:
        return say(language, f"likeness.{self.kind.code}", value=f"{self.value:,f}")


def in_everyday_life(grams: int, factor_set: FactorSet, factors: Mapping[str, Factor]) -> Iterator[Likened]:
    """Every comparison in which the grams come to at least a tenth of a unit."""
    for kind in LIKENESSES:
        id_ = kind.factor_id if kind.role is None else factor_set.roles.get(kind.role)
        factor = factors.get(id_ or "")
        if factor is None or factor.value == 0:
            continue
        value = grams / in_base(factor.value, factor.unit) * kind.per_unit
        value = value.quantize(_TENTH, ROUND_DOWN)
        if value > 0:
            # A tenth of a unit means nothing in a large number.
            yield Likened(kind, value.quantize(Decimal(1), ROUND_DOWN) if value >= 100 else value, factor)
