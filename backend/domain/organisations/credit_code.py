"""Unified social credit codes of organisations (GB 32100-2015), with the check of their last character (ISO 7064)."""

from __future__ import annotations

import re

from backend.domain.folding import typed_token

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Thirty-one characters: without I, O, S, V, Z."""
CHARS = 18
_FORM = re.compile(rf"[{ALPHABET}]{{{CHARS}}}")
_PROVISIONAL = re.compile(r"N-[0-9A-Z]{8}")
_WEIGHTS = tuple(3**place % 31 for place in range(CHARS - 1))


def check_character(first: str) -> str:
    """The eighteenth character of a code from its first seventeen."""
    total = sum(ALPHABET.index(sign) * weight for sign, weight in zip(first, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def spelled_code(typed: str) -> str:
    """A code as it is kept, from what people type: any case, full width, spaces and dashes between."""
    folded = typed_token(typed).upper()
    if _PROVISIONAL.fullmatch(folded):
        return folded
    return re.sub(r"[\s-]", "", folded)


def is_valid(code: str) -> bool:
    """Whether a spelled code has the form of one and the right last character."""
    return _FORM.fullmatch(code) is not None and check_character(code[:-1]) == code[-1]


def is_provisional(code: str) -> bool:
    """Whether a code stands for an organisation that has not told its own yet."""
    return _PROVISIONAL.fullmatch(code) is not None
