"""Which names a certificate can show as they are, known without opening a font: a server process draws nothing.

`drawn_characters.txt` holds the ranges of characters that the fonts of pictures and sheets have, in hexadecimal;
scripts/make_fonts.py writes it with the fonts.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path


@cache
def _drawn() -> frozenset[int]:
    text = Path(__file__).with_name("drawn_characters.txt").read_text(encoding="ascii")
    ends = [[int(end, 16) for end in line.split("-")] for line in text.split()]
    return frozenset(point for first, last in ends for point in range(first, last + 1))


def undrawn_sign(name: str) -> str | None:
    """The first sign of a name that would not be drawn as it is, as it is named to people; None where all are."""
    for letter in unicodedata.normalize("NFC", name):
        if letter == " ":
            continue
        if unicodedata.category(letter)[0] in "CMZ":
            return f"U+{ord(letter):04X}"
        if ord(letter) not in _drawn():
            return f"{letter} (U+{ord(letter):04X})"
    return None
