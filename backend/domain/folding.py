"""What a person typed, folded for comparison: two spellings that a reader takes for one fold to the same text.

Width and compatibility forms (Unicode NFKC), case, dashes of all kinds, digits of all scripts, spaces and signs that
nobody sees make no difference. A folded text has no space, so that a space may part two of them; it is never shown.
"""

from __future__ import annotations

import unicodedata

INVISIBLE_KINDS = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
# Unicode calls these letters or marks, and draws nothing: joiners, variation selectors, fillers, an empty pattern.
INVISIBLE_SIGNS = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2065\u2800\u3164\uffa0"
    + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)
# Dashes besides those that Unicode counts as such: the minus sign, the hyphen bullet, a modifier.
DASHES = frozenset("\u2212\u2043\u02d7")


def folded(text: str) -> str:
    """The text for comparison. Folding twice changes nothing."""
    plain = _without_signs(unicodedata.normalize("NFKC", _without_signs(text)))
    return _without_signs(
        unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", plain.casefold()).upper())
    )


def _without_signs(text: str) -> str:
    return "".join(map(_sign, text))


def _sign(sign: str) -> str:
    """One character as it counts: a dash is a hyphen, a digit is an ASCII one, what nobody sees is nothing."""
    if sign.isascii() and sign.isprintable() and sign != " ":
        return sign
    kind = unicodedata.category(sign)
    if kind in INVISIBLE_KINDS or sign in INVISIBLE_SIGNS:
        return ""
    if kind == "Pd" or sign in DASHES:
        return "-"
    return str(unicodedata.decimal(sign)) if kind == "Nd" else sign
