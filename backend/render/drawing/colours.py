"""The colours of the pages (static/style.css, its light side), for pictures."""

from __future__ import annotations

Colour = tuple[int, int, int]


def colour(text: str) -> Colour:
    """#rrggbb as numbers."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def between(one: Colour, other: Colour, share: float) -> Colour:
    """`share` of the way from one colour to the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


PAPER = colour("#faf8f3")
CARD = colour("#ffffff")
SUNK = colour("#f1eee6")
INK = colour("#15221e")
SOFT = colour("#55635d")
LINE = colour("#e2ded3")
BRAND = colour("#0b5d4e")
ON_BRAND = colour("#ffffff")
TINT = colour("#e3f0eb")
TINT_INK = colour("#0a4f42")
BAR = colour("#14806b")
BAR_PALE = colour("#a9d5c8")
BAR_TRACK = colour("#ece8de")
GLOW = colour("#a6e6d3")
CREAM = colour("#f4f1e8")
