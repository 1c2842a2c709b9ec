"""Grams as people read them: rounded as pages and refusals write them (backend.texts.mass), and exact."""

from __future__ import annotations

from backend.texts.mass import KG_G, TONNE_G, TONNES_FROM_G, mass, mass_parts

__all__ = ["KG_G", "TONNES_FROM_G", "TONNE_G", "kilograms", "mass", "mass_parts"]


def kilograms(grams: int, thousands: str = "") -> str:
    """Kilograms to the gram: what a certificate or a conclusion says is exact."""
    return f"{grams // KG_G:{thousands}}.{grams % KG_G:03d}"
