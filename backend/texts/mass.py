"""Grams as people read them. Page scripts write the same (static/js/shared/i18n.js); a test holds the two together."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

KG_G = 1000
TONNE_G = 1_000_000
TONNES_FROM_G = 10 * TONNE_G
"""From ten tonnes on: a person's own sums stay in the kilograms of their lines, an event's become short."""
_CENT = Decimal("0.01")


def mass_parts(grams: int) -> tuple[str, str]:
    """Number and unit: whole grams below a kilogram, kilograms below ten tonnes, then tonnes.

    Kilograms and tonnes have two decimals, rounded half up, thousands apart.
    """
    size = abs(grams)
    if size < KG_G:
        return str(grams), "g"
    unit_g, unit = (TONNE_G, "t") if size >= TONNES_FROM_G else (KG_G, "kg")
    return f"{(Decimal(grams) / unit_g).quantize(_CENT, ROUND_HALF_UP):,}", unit


def mass(grams: int) -> str:
    """`312 g`, `1,312.50 kg`, `13.12 t`."""
    return " ".join(mass_parts(grams))
