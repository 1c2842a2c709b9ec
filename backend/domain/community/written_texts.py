"""What is wrong with a text that an operator wrote for everybody to read: markup, hidden signs, the other language."""

from __future__ import annotations

import re
from typing import Literal

from backend.domain.community.knowledge import blocks_of
from backend.errors.fields import FieldError, field_error, pointed

Fault = Literal["markup", "not_this_language"]

_MARKUP = re.compile(r"<\s*[a-zA-Z/!?]|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,8});|javascript\s*:", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
HAN_SHARE = 0.2
"""A Chinese text names CO2 and km, an English one 成都: of the letters of a text, so many decide its language.

A Chinese character counts as three letters: it says about as much.
"""
LETTERS_PER_HAN = 3


def text_fault(text: str, language: str) -> Fault | None:
    """What is wrong with one text; None for a text without letters, such as 0.8."""
    if _MARKUP.search(text):
        return "markup"
    han, latin = len(_HAN.findall(text)) * LETTERS_PER_HAN, len(_LATIN.findall(text))
    if not han + latin:
        return None
    share = han / (han + latin)
    is_chinese = share >= HAN_SHARE
    return None if is_chinese == (language == "zh-CN") else "not_this_language"


def body_differs(zh: str, en: str) -> bool:
    """Whether two bodies have other headings, paragraphs or lists than each other: one of them lacks a part."""
    return [(block.kind, len(block.items)) for block in blocks_of(zh)] != [
        (block.kind, len(block.items)) for block in blocks_of(en)
    ]


def fault_at(texts: dict[str, str], *where: str | int, may_be_a_name: bool = False) -> list[FieldError]:
    """The faults of a text in both languages, at its place in the request.

    What may be a name or a unit, such as kWh, is the same in both languages; a Chinese text under `en` never is.
    """
    found = []
    for language, text in texts.items():
        fault = text_fault(text, language)
        is_name = may_be_a_name and language == "zh-CN" and texts["en"] == text
        if fault == "markup" or (fault is not None and not is_name):
            found.append(field_error(pointed(*where, language), fault))
    return found
