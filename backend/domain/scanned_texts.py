"""Finds the code in what a scanner, a phone or WeChat hands over, without looking at any key.

Harmless and read past: full-width signs, signs that nobody sees, AIM and ECI marks, percent-encoding, an address's
query, fragment and trailing slash, a sentence around the code, spaces and line breaks within it, the same code twice,
Caps Lock, and keyboards that are set to another language (backend.domain.keyboards). The page /scanner reads alike:
tests/domain/scanned_texts.json holds what both must find.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import ascii_letters
from typing import Literal
from urllib.parse import unquote

import msgspec

from backend.domain.folding import seen
from backend.domain.keyboards import UNDERSCORE_IN_CHINESE, with_y_for_z, written_back

TEXT_LENGTH_MAX = 1024
KEYED_LENGTH_MAX = 160
"""A hand scanner types a code or an address, so a longer text is not tried for every keyboard."""
TRIES_MAX = 2
"""Codes that one text may stand for: a forger gets one bit of the 72 for nothing, no more."""
DECODINGS_MAX = 3
"""Percent-encoded once by a browser, once more by WeChat, and once by whoever made the address."""

Trouble = Literal["malformed", "two_codes", "keyboard", "other_code"]
"""No code at all; two different ones; one that a keyboard spoilt; a code of somebody else, on a beer mat."""

_EVENT = r"[0-9A-Za-z][0-9A-HJKMNP-TV-Z]{5}"
CODE = rf"(?:[BSW]{_EVENT}\.[0-9a-z]{{1,6}}|[VTP]{_EVENT}\.[0-9a-z]{{1,6}}\.[0-9a-z]{{1,7}})\.[A-Za-z0-9_-]{{12}}"
_CODE = re.compile(CODE)
_CODE_IN_ANY_CASE = re.compile(CODE, re.IGNORECASE)
# A code stands alone, after /q/, after an AIM mark (]Q1) or an ECI mark (\000026), or directly after another code.
_FOUND = re.compile(
    r"(?:(?<![A-Za-z0-9_./\\-])|(?<=/[qQ]/)|(?<=\][A-Za-z][0-9A-Za-z])|(?<=\\[0-9]{6}))"
    rf"((?:{CODE})+)"
    r"(?=$|[^A-Za-z0-9_./-]|[./]+(?:$|[^A-Za-z0-9_./-])|[hH][tT][tT][pP][sS]?://)"
)
_MARK = re.compile(r"^\][A-Za-z][0-9A-Za-z](?:\\[0-9]{6})?")
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]{1,20}:(?:\S|$)|www\.)", re.IGNORECASE)
_SPOILT_ADDRESS = re.compile(r"https?[^a-z:./ ]")
_SWAPPED_CASE = str.maketrans(ascii_letters, ascii_letters.swapcase())


class ScannedText(msgspec.Struct, frozen=True):
    """What a text holds: the codes that it may stand for, the likeliest first, or the trouble with it."""

    codes: tuple[str, ...] = ()
    trouble: Trouble | None = None


def read_scanned(text: str) -> ScannedText:
    """The codes that a text may stand for, TRIES_MAX at most. Only a right MAC says that one of them is meant."""
    if len(text) > TEXT_LENGTH_MAX:
        return ScannedText(trouble="malformed")
    plain = _decoded(text)
    for meant in (plain, plain.translate(_SWAPPED_CASE)):
        found = _codes_in(meant)
        if found:
            return _of_codes(found, with_y_for_z(found[0]))
    others: dict[str, None] = {}
    for meant in _from_other_keyboards(text):
        found = _codes_in(meant)
        if len(found) > 1:
            return ScannedText(trouble="two_codes")
        others.update(dict.fromkeys(found))
    if others:
        return ScannedText(codes=tuple(others)[:TRIES_MAX])
    return ScannedText(trouble=_trouble(plain))


def without_marks(text: str) -> str:
    """The text without what a scanner adds: signs that nobody sees, and an AIM mark at its start."""
    return _MARK.sub("", seen(text[:TEXT_LENGTH_MAX]).strip())


def _of_codes(found: list[str], other: str | None) -> ScannedText:
    if len(found) > 1:
        return ScannedText(trouble="two_codes")
    return ScannedText(codes=(found[0],) if other is None else (found[0], other))


def _codes_in(text: str) -> list[str]:
    """The different codes in a text; spaces and line breaks within a code are looked past where there is none else."""
    if text.count(".") < 2:
        return []
    for searched in (text, text.replace(" ", "")):
        found = [code for run in _FOUND.findall(searched) for code in _CODE.findall(run)]
        if found:
            return list(dict.fromkeys(found))
    return []


def _from_other_keyboards(text: str) -> Iterator[str]:
    if len(text) > KEYED_LENGTH_MAX:
        return
    keyed = seen(text.replace(UNDERSCORE_IN_CHINESE, "_"))
    for meant in (keyed, *written_back(keyed)):
        plain = _decoded(meant)
        yield plain
        yield plain.translate(_SWAPPED_CASE)


def _decoded(text: str) -> str:
    """The text without its percent-encoding and what nobody sees. A lone % stays."""
    plain = seen(text)
    for _ in range(DECODINGS_MAX):
        if "%" not in plain:
            break
        decoded = seen(unquote(plain, errors="replace"))
        if decoded == plain:
            break
        plain = decoded
    return plain.strip()


def _trouble(plain: str) -> Trouble:
    """What to tell the person who scanned a text in which there is no code."""
    squeezed = plain.replace(" ", "")
    if _CODE_IN_ANY_CASE.search(squeezed) and not _CODE.search(squeezed):
        return "keyboard"
    if _SPOILT_ADDRESS.match(plain):
        return "keyboard"
    is_like_a_code = plain[:1] in "BVTSWPbvtswp" and len(squeezed) >= 12 and " " not in plain
    if is_like_a_code and not squeezed.isascii():
        return "keyboard"
    if "/q/" not in plain.lower() and _ADDRESS.match(plain):
        return "other_code"
    return "malformed"
