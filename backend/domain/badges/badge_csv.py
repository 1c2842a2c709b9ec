"""CSV files of badges: what a row holds, and what may be wrong with it.

A row names a holder by the organiser's own reference. A phone number or identity number is refused: a badge needs
neither, and a carelessly exported file would bring both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

import msgspec

from backend.domain.badges.serials import SERIAL_MAX, read_serial
from backend.domain.folding import folded
from backend.domain.imports.cells import is_calculated, number_of
from backend.domain.imports.columns import (
    ERRORS_NAMED_MAX,
    Column,
    Columns,
    Lines,
    Reading,
    RowError,
    codes_by_name,
)
from backend.domain.imports.separated import header_key
from backend.domain.imports.table import Table
from backend.errors.badges import BadgeAliasMalformed, BadgeSerialsBroken

CATEGORIES = ("local", "province", "national", "international")
ROWS_MAX = 100_000
_CATEGORY_BY_NAME = codes_by_name("category", CATEGORIES)
BADGES = Columns(
    (
        Column("category", "badges"),
        Column("holder_ref", "badges", is_code=True),
        Column("label", "badges"),
        Column("alias", "badges", is_code=True),
    ),
    rows_max=ROWS_MAX,
)
SERIALS = Columns((Column("serial", "serials"),), rows_max=ROWS_MAX)
LABEL_CHARS_MAX = 40
REF_CHARS_MAX = 40

_REF = re.compile(r"[0-9A-Za-z][0-9A-Za-z._/:#@ -]{0,39}")
_ALIAS = re.compile(r"[0-9A-Z]{4,64}")
_ALIAS_SIGNS = re.compile(r"[:-]+")
_PHONE = re.compile(r"(?<![0-9])(?:\+?86[ -]?)?1[3-9][0-9]{9}(?![0-9])")
_IDENTITY = re.compile(r"(?<![0-9])[1-9][0-9]{5}(?:19|20)[0-9]{2}[01][0-9][0-3][0-9][0-9]{3}[0-9Xx](?![0-9])")


class Row(msgspec.Struct, frozen=True):
    """A badge to create. `number` counts the file's rows as a spreadsheet does: the columns' names are row 1."""

    number: int
    category: str | None
    holder_ref: str | None
    label: str | None
    alias: str | None


class BadgeFile(msgspec.Struct, frozen=True):
    """The rows and errors of a file; rows of a file with errors must not be used."""

    rows: list[Row]
    errors: list[RowError]
    """The first of them, ERRORS_NAMED_MAX at most."""
    errors_total: int


def normal_alias(text: str) -> str:
    """The id of a wristband or tag in one spelling, whichever reader gave it. Raises BadgeAliasMalformed."""
    alias = _ALIAS_SIGNS.sub("", folded(text))
    if not _ALIAS.fullmatch(alias):
        raise BadgeAliasMalformed
    return alias


def read_badges(table: Table) -> tuple[BadgeFile, Reading]:
    """The badges of a file. Raises FileRefused; errors of rows are collected, and every row is checked.

    A hundred thousand rows take about a second of plain Python: not on the event loop.
    """
    lines = Lines(table, BADGES)
    found = _Found()
    for line in lines:
        for error in line.errors:
            found.add_error(error)
        if not line.errors:
            found.add(line.number, line.cells)
    return BadgeFile(found.rows, found.errors, found.errors_total), lines.reading


def read_serials(table: Table) -> tuple[list[int], Reading]:
    """Serials of a file, each once. Raises FileRefused, BadgeSerialsBroken."""
    lines = Lines(table, SERIALS)
    serials: dict[int, None] = {}
    errors: list[RowError] = []
    for line in lines:
        errors += line.errors
        if line.errors or not (text := line.cells["serial"]):
            continue
        serial = _serial_of(text)
        if serial is None:
            errors.append(RowError(line.number, "serial", "serial"))
        else:
            serials[serial] = None
    if errors:
        raise BadgeSerialsBroken.of(errors)
    return list(serials), lines.reading


def _serial_of(text: str) -> int | None:
    """A serial as it is printed, or as a spreadsheet spells its number: 3.0, 1E+03."""
    printed = read_serial(text)
    number = number_of(text) if printed is None else None
    if number is not None and number == int(number) and 1 <= number <= SERIAL_MAX:
        return int(number)
    return printed


class _Found:
    """Collects a file's rows and errors."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.errors: list[RowError] = []
        self.errors_total = 0
        self._seen: dict[tuple[str, str], int] = {}

    def add_error(self, error: RowError) -> None:
        self.errors_total += 1
        if len(self.errors) < ERRORS_NAMED_MAX:
            self.errors.append(error)

    def add(self, number: int, cells: Mapping[str, str]) -> None:
        category = cells.get("category", "")
        if category and category not in CATEGORIES:  # few are written otherwise than their code
            category = _CATEGORY_BY_NAME.get(header_key(category), "")
            if not category:
                self.add_error(RowError(number, "category", "category"))
        ref = cells.get("holder_ref", "")
        if ref and (code := _wrong_ref(ref)):
            self.add_error(RowError(number, "holder_ref", code))
        label = cells.get("label", "")
        if label and (code := _wrong_label(label)):
            self.add_error(RowError(number, "label", code))
        alias = cells.get("alias", "")
        if alias:
            try:
                alias = normal_alias(alias)
            except BadgeAliasMalformed:
                self.add_error(RowError(number, "alias", "alias_form"))
        for column, value in (("holder_ref", ref), ("alias", alias)):
            if value:
                earlier = self._seen.setdefault((column, value), number)
                if earlier != number:
                    self.add_error(RowError(number, column, "repeated", {"earlier": str(earlier)}))
        self.rows.append(Row(number, category or None, ref or None, label or None, alias or None))


def _wrong_ref(ref: str) -> str | None:
    if not _REF.fullmatch(ref):
        return "ref_form"
    return "personal" if _is_personal(ref) else None


def _wrong_label(label: str) -> str | None:
    if len(label) > LABEL_CHARS_MAX:
        return "label_long"
    # A spreadsheet that opens the list of badges would calculate it.
    if is_calculated(label):
        return "calculated"
    # A space as wide as a character is no control sign, and Chinese labels have them.
    if not label.replace("\u3000", " ").isprintable():
        return "label_form"
    return "personal" if _is_personal(label) else None


def _is_personal(text: str) -> bool:
    if len(text) < 11:
        return False
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return _PHONE.search(text) is not None or _IDENTITY.search(text) is not None
