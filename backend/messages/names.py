"""Names that others see: one line with something visible in it, and no sign that acts on the text around it.

Control signs, line breaks, marks that turn the direction of writing and signs that nobody sees are refused, and the
refusal names them. Joiners stay where they make one picture or letter of two: 👩‍💻, क्‍ष. The flags of England, Scotland
and Wales are written with tags.
"""

from __future__ import annotations

import re

_FORBIDDEN = (
    r"\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\uffff" + "\U000e0000-\U000e0fff"
)
_JOINERS = r"\u200c\u200d"
# Nothing that is seen: blanks, joiners, variation selectors, marks without a letter before them.
_UNSEEN = rf"\s{_JOINERS}\ufe00-\ufe0f\u0300-\u036f"
# Letters of Latin, Greek, Cyrillic, Han, kana and Hangul are never joined.
_JOINED = r"[^\x00-\u05ff\u2e80-\ud7ff\uf900-\ufaff]"
_FLAG = "(?<=\U0001f3f4)[\U000e0020-\U000e007e]{1,8}\U000e007f"
_SIGNS = rf"(?:[^{_FORBIDDEN}{_JOINERS}]|(?<={_JOINED})[{_JOINERS}](?={_JOINED})|{_FLAG})+"
VISIBLE_PATTERN = rf"^(?![{_UNSEEN}]*$){_SIGNS}$(?!\n)"
_VISIBLE, _BEGINNING = re.compile(VISIBLE_PATTERN), re.compile(_SIGNS)


def is_visible(text: str) -> bool:
    """Whether a text may be a name that others see."""
    return _VISIBLE.match(text) is not None


def unseen_sign(text: str) -> str | None:
    """The first sign for which a name is refused, as U+200B; None for a name in which nothing can be seen."""
    beginning = _BEGINNING.match(text)
    index = 0 if beginning is None else beginning.end()
    return f"U+{ord(text[index]):04X}" if index < len(text) else None
