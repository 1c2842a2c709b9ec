"""What a person typed, folded for comparison: two spellings that a reader takes for one fold to the same text.

Width and compatibility forms (Unicode NFKC), case, dashes of all kinds, digits of all scripts, spaces and signs that
nobody sees make no difference. A folded text has no space, so that a space may part two of them; it is never shown.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

INVISIBLE_KINDS = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
# Unicode calls these letters or marks, and draws nothing: joiners, variation selectors, fillers, an empty pattern.
INVISIBLE_SIGNS = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2065\u2800\u3164\uffa0"
    + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)
# Dashes besides those that Unicode counts as such: the minus sign, the hyphen bullet, a modifier.
DASHES = frozenset("\u2212\u2043\u02d7")


def _counting_as() -> dict[int, str]:
    """Each character that counts as another one, or as nothing, up to the last that Unicode gives a meaning here."""
    counting: dict[int, str] = {}
    for point in (*range(0x20000), *range(0xE0000, 0xE0200)):
        sign = chr(point)
        kind = unicodedata.category(sign)
        if kind in INVISIBLE_KINDS or sign in INVISIBLE_SIGNS:
            counting[point] = ""
        elif sign != "-" and (kind == "Pd" or sign in DASHES):
            counting[point] = "-"
        elif kind == "Nd" and not sign.isascii():
            counting[point] = str(unicodedata.decimal(sign))
    return counting


_COUNTING_AS = _counting_as()
_SEEN_AS = _COUNTING_AS | dict.fromkeys(
    (point for point in _COUNTING_AS if unicodedata.category(chr(point)) in ("Zs", "Zl", "Zp")), " "
)
_SEEN_AS |= dict.fromkeys(map(ord, "\t\n\v\f\r\x85"), " ")


_READ_AS = str.maketrans("OIL", "011")
MIDDLE_DOTS = (
    "\u00b7\u2022\u2027\u2219\u22c5\u25cf\u30fb\u0387\u16eb\u2e31\u2e33\ua78f\u2024\u2218\u25e6\u25aa"
)
"""Signs that stand between the parts of a name, whichever a keyboard has: a letter between two names is none."""
_PARTING = str.maketrans("", "", MIDDLE_DOTS + ".-'")
_HYPHENS = str.maketrans("", "", "-")


def folded(text: str) -> str:
    """The text for comparison. Folding twice changes nothing."""
    plain = _without_signs(unicodedata.normalize("NFKC", _without_signs(text)))
    return _without_signs(
        unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", plain.casefold()).upper())
    )


def seen(text: str) -> str:
    """The text as it is read: no width, every blank one space, every dash a hyphen, no sign that nobody sees.

    Letters keep their case.
    """
    if text.isascii() and text.isprintable():
        return text
    plain = unicodedata.normalize("NFKC", text.translate(_SEEN_AS)).translate(_SEEN_AS)
    # A letter and its accent meet once the sign between them is gone.
    return unicodedata.normalize("NFC", plain)


def folded_code(text: str) -> str:
    """A code that we draw in Crockford's alphabet, as it was meant: without hyphens, O read as 0, I and L as 1."""
    return _joined(folded(text), _HYPHENS).translate(_READ_AS)


def folded_words(text: str) -> str:
    """Words for comparison, one space between them: a user name may have several."""
    return " ".join(seen(seen(text).casefold()).split())


def folded_search(text: str) -> str:
    """What somebody looks for among names and references: no dots between names and no hyphens either.

    A column is made the same by the SQL that compares it (storage/sql/gates/find_gate_badges.sql).
    """
    return _joined(folded(text), _PARTING)


def typed_token(text: str) -> str:
    """A token of letters, digits, hyphens and underscores that was copied or typed: its case counts, blanks do not."""
    return unicodedata.normalize("NFC", seen(text).replace(" ", ""))


def _joined(parted: str, signs: Mapping[int, int | None]) -> str:
    """A folded text without some signs; a letter and its accent meet once the sign between them is gone."""
    joined = parted.translate(signs)
    return joined if joined == parted else folded(joined)


def _without_signs(text: str) -> str:
    return text.translate(_COUNTING_AS)
