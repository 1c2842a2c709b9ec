"""Units of factors and quantities, and the arithmetic that proves a formula yields grams.

A unit is written as atoms joined by `*` and `/`, read from left to right: `gCO2e/pkm`, `kWh/person/day`.
`1` is the unit of a pure number. Masses and energies that differ by a power of ten share one
dimension, so kgCO2e/kWh times kWh is grams after an exact scale of 1000.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

_THOUSAND = Decimal(1000)
_MILLION = Decimal(1_000_000)

# atom: (scale to the dimension's own unit, dimension). Greenhouse gas and ordinary mass are kept apart:
# 1 kg of paper is not 1 kg of CO2e, and adding them must fail.
_ATOMS: dict[str, tuple[Decimal, str]] = {
    "1": (Decimal(1), ""),
    "%": (Decimal("0.01"), ""),
    "gCO2e": (Decimal(1), "gCO2e"),
    "kgCO2e": (_THOUSAND, "gCO2e"),
    "tCO2e": (_MILLION, "gCO2e"),
    "g": (Decimal(1), "g"),
    "kg": (_THOUSAND, "g"),
    "t": (_MILLION, "g"),
    "kWh": (Decimal(1), "kWh"),
    "MWh": (_THOUSAND, "kWh"),
    "L": (Decimal(1), "L"),
    "m3": (Decimal(1), "m3"),
}
# Things that are counted. A kilometre of a vehicle, of a passenger and of a path are three things:
# only an occupancy (pkm/vkm) may turn one into the other.
_ATOMS |= {
    name: (Decimal(1), name)
    for name in (
        *("km", "pkm", "vkm", "step", "ride", "trip", "day", "year", "night", "room_night", "person"),
        *("meal", "order", "cup", "bag", "pair", "item", "sheet", "box", "pass", "tree", "act"),
    )
}


class UnitError(ValueError):
    """A unit that is not known, or two units that cannot be put together."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A product of dimensions. `scale` converts a value in this unit to the dimensions' own units."""

    scale: Decimal
    powers: tuple[tuple[str, int], ...]

    def __mul__(self, other: Unit) -> Unit:
        return _combine(self, other, 1)

    def __truediv__(self, other: Unit) -> Unit:
        return _combine(self, other, -1)

    def is_like(self, other: Unit) -> bool:
        """Whether values of the two can be added, after scaling."""
        return self.powers == other.powers

    def __str__(self) -> str:
        above = [name for name, power in self.powers for _ in range(power)]
        below = [name for name, power in self.powers for _ in range(-power)]
        text = "/".join(["*".join(above) or "1", *below])
        return text if self.scale == 1 else f"{self.scale.normalize():f} {text}"


def _combine(left: Unit, right: Unit, sign: int) -> Unit:
    powers = dict(left.powers)
    for name, power in right.powers:
        powers[name] = powers.get(name, 0) + sign * power
    scale = left.scale * right.scale if sign > 0 else left.scale / right.scale
    return Unit(scale, tuple(sorted((name, power) for name, power in powers.items() if power)))


@lru_cache(maxsize=512)
def parse_unit(text: str) -> Unit:
    """The unit that a text names. Raises `UnitError` for an atom that is not in the table."""
    unit = Unit(Decimal(1), ())
    sign = 1
    for atom in text.replace("*", " * ").replace("/", " / ").split(" "):
        if atom in ("*", "/"):
            sign = 1 if atom == "*" else -1
            continue
        if atom not in _ATOMS:
            raise UnitError(f"unit {text!r}: {atom!r} is not a known unit")
        scale, dimension = _ATOMS[atom]
        unit = _combine(unit, Unit(scale, ((dimension, 1),) if dimension else ()), sign)
    return unit


ONE = parse_unit("1")
GRAMS = parse_unit("gCO2e")


def in_base(value: Decimal, unit: str) -> Decimal:
    """The value in its dimensions' own units: 0.1404 kgCO2e/kWh becomes 140.4 gCO2e/kWh, exactly."""
    return value * parse_unit(unit).scale
