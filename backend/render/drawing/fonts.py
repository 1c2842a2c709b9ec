"""Our own fonts: which characters they have, how wide a text is, where it may be broken.

Subsets of Noto Sans CJK SC (OFL, see fonts/OFL.txt) made by scripts/make_fonts.py: GB 2312, Latin, and the signs
that our texts use.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageFont

FOLDER = Path(__file__).parent / "fonts"
STAND_IN = "〇"
"""Drawn for a character that the fonts lack: an empty box looks like a broken picture, this like an unread word."""
ELLIPSIS = "…"
SIZE_MIN = 10

# A line never begins with these, nor ends with those (GB/T 15834 and what readers expect of English).
_NOT_FIRST = "，。、；：？！）」』》〉】〕”’…—·％℃,.;:?!)]}%"
_NOT_LAST = "（「『《〈【〔“‘([{"
_WORDS = re.compile(r"\s+|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+|.")


@cache
def font(size: int, is_bold: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FOLDER / f"NotoSansSC-{'Bold' if is_bold else 'Regular'}.otf", size)


@lru_cache(maxsize=20_000)
def has_character(letter: str) -> bool:
    """Whether our fonts have a glyph of their own for a character."""
    probe = font(24)
    return bytes(probe.getmask(letter)) != _missing() or letter == "\ufffe"


@cache
def _missing() -> bytes:
    """What the font draws for a character that no font may have."""
    return bytes(font(24).getmask("\ufffe"))


def drawable(text: str) -> str:
    """The text in characters that will be seen: composed, without what is invisible, 〇 for what is unknown.

    A sequence that makes one picture (an emoji with its skin and its joiners) becomes one 〇.
    """
    letters: list[str] = []
    joins = False
    for letter in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(letter)
        if letter in "\n\t" or kind in ("Zs", "Zl", "Zp"):
            letters.append("\u3000" if letter == "\u3000" else " ")
            joins = False
        elif letter == "\u200d":
            joins = True
        elif kind[0] in "CM" or (kind == "Sk" and not has_character(letter)):
            continue
        elif joins:
            joins = False
        else:
            letters.append(letter if has_character(letter) else STAND_IN)
    return "".join(letters)


def text_width(text: str, size: int, *, is_bold: bool = False) -> float:
    """Pixels a line takes; `text` as `drawable` gives it."""
    return font(size, is_bold).getlength(text)


def fitting_size(text: str, size: int, width: float, *, is_bold: bool = False) -> int:
    """The size up to `size` at which a line is no wider than `width`: a number is made smaller, never cut."""
    natural = text_width(drawable(text), size, is_bold=is_bold)
    return size if natural <= width else max(SIZE_MIN, int(size * width / natural))


def wrap(text: str, size: int, width: float, *, lines_max: int, is_bold: bool = False) -> list[str]:
    """Lines no wider than `width`: Chinese broken between characters, English between words.

    What does not fit in `lines_max` lines ends with an ellipsis.
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(drawable(text).strip(), size, width, is_bold):
        if line and text_width((line + piece).rstrip(), size, is_bold=is_bold) > width:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    if line.strip():
        lines.append(line.rstrip())
    if len(lines) > lines_max:
        rest = lines[lines_max - 1] + " " + lines[lines_max]
        lines = [*lines[: lines_max - 1], shorten(rest, size, width, is_bold=is_bold, is_cut=True)]
    return lines


def shorten(text: str, size: int, width: float, *, is_bold: bool = False, is_cut: bool = False) -> str:
    """One line: as it is when it fits, else its beginning and an ellipsis."""
    text = drawable(text)
    if not is_cut and text_width(text, size, is_bold=is_bold) <= width:
        return text
    while text and text_width(text + ELLIPSIS, size, is_bold=is_bold) > width:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def _pieces(text: str, size: int, width: float, is_bold: bool) -> list[str]:
    """What is never torn apart: a word, a character with the punctuation that belongs to it."""
    pieces: list[str] = []
    for word in _WORDS.findall(text):
        if pieces and (word[0] in _NOT_FIRST or pieces[-1][-1] in _NOT_LAST):
            pieces[-1] += word
        elif text_width(word, size, is_bold=is_bold) > width:
            pieces += list(word)
        else:
            pieces.append(word)
    return pieces
