"""What a cell of a file means: its text cleaned, its number, its day, and whether a spreadsheet would calculate it."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

_UNSEEN: Final = "\x00 \xa0\u200b\u2060\u3000\ufeff"
_FORMULA_SIGNS: Final = "\t\r\n=+-@＝＋－＠"
_EDGES: Final = "\ufeff\u200b\u200e\u200f\u2060\u00ad"
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")
_SCIENTIFIC: Final = re.compile(r"[+-]?[0-9](?:\.[0-9]+)?[eE][+-][0-9]{2,3}")
_SHORTENED: Final = re.compile(r"[+-]?[0-9]\.[0-9]{5}[0-9]*[eE]\+?[0-9]{1,3}")
_DAY: Final = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_DAY_NUMBER: Final = re.compile(r"[1-9][0-9]{4}")
_EXCEL_FIRST_DAY: Final = date(1899, 12, 30)
QUOTED_CHARS_MAX: Final = 40
ERRORS: Final = frozenset(
    (
        *("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"),
        *("#FIELD!", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#UNKNOWN!", "#GETTING_DATA"),
    )
)


def cleaned(text: str) -> str:
    """A cell's text without spaces and unseen signs around it and byte-order marks in it, composed (NFC)."""
    text = text.strip()
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text.replace("\ufeff", ""))
    while text != (shorter := text.strip().strip(_EDGES)):
        text = shorter
    return text


def quoted(text: str) -> str:
    """The beginning of a cell's text as a sentence shows it, and as PostgreSQL keeps it: without control signs."""
    shown = "".join(sign if sign.isprintable() else "�" for sign in text[:QUOTED_CHARS_MAX])
    return shown + ("…" if len(text) > QUOTED_CHARS_MAX else "")


def is_calculated(text: str) -> bool:
    """Whether a spreadsheet that opens the text in a table would take it for a formula."""
    first = text.lstrip(_UNSEEN)[:1]
    return first != "" and first in _FORMULA_SIGNS


def is_error(text: str) -> bool:
    """Whether a spreadsheet shows an error instead of a value, or hashes because its column is narrow."""
    return text.startswith("#") and (text in ERRORS or (len(text) > 2 and not text.strip("#")))


def is_scientific(text: str) -> bool:
    """1.23457E+15: what a spreadsheet makes of a long number or of a code that looks like one."""
    return _SCIENTIFIC.fullmatch(text) is not None


def number_of(text: str) -> Decimal | None:
    """A number as people and spreadsheets write it, 1E+11 too; None for 3_0.6, 1,5 and what lost its digits."""
    text = unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip()
    if not text.isascii() or not _NUMBER.fullmatch(text) or _SHORTENED.fullmatch(text):
        return None
    return Decimal(text)


def day_of_cell(text: str, *, may_be_number: bool) -> date | None:
    """A day: 2026-11-01, 2026/11/1, 2026年11月1日, or in a spreadsheet Excel's count of days."""
    text = unicodedata.normalize("NFKC", text).strip().removesuffix(" 00:00:00")
    if may_be_number and _DAY_NUMBER.fullmatch(text):
        return _EXCEL_FIRST_DAY + timedelta(days=int(text))
    found = _DAY.fullmatch(text)
    if found is None or (not text.isascii() and "年" not in text):
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None
