"""What a password of staff must be: long, not the account's name, and none that breaches are full of.

No rules about kinds of characters: they make passwords that are hard to remember and easy to guess.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from backend.errors.identity import PasswordCommon, PasswordIsName, PasswordTooShort

PASSWORD_CHARS_MIN = 12
NAME_CHARS_MIN = 4
"""A shorter name stands in too many words."""
DIFFERENT_CHARS_MIN = 5
_ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def check_password(password: str, username: str, common: frozenset[str]) -> None:
    """Raises PasswordTooShort, PasswordIsName, PasswordCommon. `common` are known ones, in small letters."""
    if len(password) < PASSWORD_CHARS_MIN:
        raise PasswordTooShort(chars_min=PASSWORD_CHARS_MIN)
    said, name = (unicodedata.normalize("NFKC", text).casefold() for text in (password, username))
    if said == name or said == name[::-1] or (len(name) >= NAME_CHARS_MIN and name in said):
        raise PasswordIsName
    if _is_common(said, common):
        raise PasswordCommon


def _is_common(said: str, common: frozenset[str]) -> bool:
    """One of the known ones; or one with digits and signs around it, or said twice; or a few characters repeated."""
    core, half = _ENDS.sub("", said), said[: len(said) // 2]
    is_repeated = half * 2 == said and half in common
    is_plain = len(set(said)) < DIFFERENT_CHARS_MIN or _is_run(said)
    return said in common or core in common or is_repeated or is_plain


def _is_run(said: str) -> bool:
    """Characters in their order, forwards or backwards, a 0 after a 9 too."""
    steps = {ord(following) - ord(each) for each, following in pairwise(said)}
    return steps <= {1, -9} or steps <= {-1, 9}
