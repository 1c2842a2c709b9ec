"""CSV files of badges: what a row holds, and what may be wrong with it.

A row names a holder by the organiser's own reference. A phone number or identity number is refused: a badge needs
neither, and a carelessly exported file would bring both.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping

import msgspec

from backend.domain.folding import folded
from backend.errors.badges import BadgeAliasMalformed, BadgeFileUnreadable
from backend.texts import both, say

COLUMNS = ("category", "holder_ref", "label", "alias")
CATEGORIES = ("local", "province", "national", "international")
ROWS_MAX = 100_000
ERRORS_NAMED_MAX = 100
LABEL_CHARS_MAX = 40
REF_CHARS_MAX = 40

_REF = re.compile(r"[0-9A-Za-z][0-9A-Za-z._/:#@ -]{0,39}")
_ALIAS = re.compile(r"[0-9A-Z]{4,64}")
_ALIAS_SIGNS = re.compile(r"[:-]+")
_PHONE = re.compile(r"(?<![0-9])(?:\+?86[ -]?)?1[3-9][0-9]{9}(?![0-9])")
_IDENTITY = re.compile(r"(?<![0-9])[1-9][0-9]{5}(?:19|20)[0-9]{2}[01][0-9][0-3][0-9][0-9]{3}[0-9Xx](?![0-9])")
_SERIAL = re.compile(r"[1-9][0-9]{0,9}")
# A spreadsheet that opens the list of badges would calculate these.
_CALCULATED = ("=", "+", "-", "@", "\t", "\r")


class Row(msgspec.Struct, frozen=True):
    """A badge to create. `number` counts the file's rows as a spreadsheet does: the columns' names are row 1."""

    number: int
    category: str | None
    holder_ref: str | None
    label: str | None
    alias: str | None


class RowError(msgspec.Struct, frozen=True):
    """An error in a row; `code` is one of REASONS."""

    row: int
    column: str
    code: str
    facts: dict[str, str] = {}

    def reason(self, language: str) -> str:
        return say(language, f"badge_file.{self.code}", **self.facts)


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


def read_badges(content: bytes) -> BadgeFile:
    """The badges of a file. Raises BadgeFileUnreadable; errors of rows are collected, and every row is checked.

    A hundred thousand rows take about a second of plain Python: not on the event loop.
    """
    found = _Found()
    for number, cells in _cells(content, COLUMNS):
        if isinstance(cells, RowError):
            found.add_error(cells)
        else:
            found.add(number, cells)
    if not found.rows and not found.errors_total:
        raise _unreadable(COLUMNS, "empty")
    return BadgeFile(found.rows, found.errors, found.errors_total)


def read_serials(content: bytes) -> list[int]:
    """Serials of a file with the one column `serial`, each once. Raises BadgeFileUnreadable."""
    serials: dict[int, None] = {}
    for number, cells in _cells(content, ("serial",)):
        text = "" if isinstance(cells, RowError) else cells["serial"]
        if not _SERIAL.fullmatch(text) or int(text) > 2**31 - 1:
            raise _unreadable(("serial",), "serial", number=number)
        serials[int(text)] = None
    if not serials:
        raise _unreadable(("serial",), "empty")
    return list(serials)


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
        if category and category not in CATEGORIES:
            self.add_error(RowError(number, "category", "category"))
        ref = cells.get("holder_ref", "")
        if ref and (code := _wrong_ref(ref)):
            self.add_error(RowError(number, "holder_ref", code))
        label = unicodedata.normalize("NFC", cells.get("label", ""))
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
    if label.startswith(_CALCULATED):
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


def _cells(content: bytes, known: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str] | RowError]]:
    """The rows that are not empty, by column, with their numbers. Raises BadgeFileUnreadable."""
    reader = csv.reader(io.StringIO(_decoded(content, known), newline=""), strict=True)
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
    except csv.Error as error:
        raise _refused(known, str(error)) from None
    _check_header(header, known)
    number, count = 1, 0
    while True:
        number += 1
        try:
            row = next(reader, None)
        except csv.Error:
            yield number, RowError(number, "?", "unreadable")
            return
        if row is None:
            return
        # A row of empty cells is a badge without details; an empty line is no badge.
        if len(row) <= 1 and not any(cell.strip() for cell in row):
            continue
        count += 1
        if count > ROWS_MAX:
            raise _unreadable(known, "long", rows_max=ROWS_MAX)
        if len(row) != len(header):
            facts = {"found": str(len(row)), "wanted": str(len(header))}
            yield number, RowError(number, "?", "columns", facts)
        else:
            yield number, {name: cell.strip() for name, cell in zip(header, row, strict=True)}


def _decoded(content: bytes, known: tuple[str, ...]) -> str:
    """The text of UTF-8 with or without its mark, or of GB18030, which spreadsheets in China write."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise _unreadable(known, "null")
        return text
    raise _unreadable(known, "encoding")


def _check_header(header: list[str], known: tuple[str, ...]) -> None:
    unknown = [name for name in header if name not in known]
    if unknown:
        raise _unreadable(known, "unknown_columns", columns=", ".join(unknown)[:120])
    if not header or len(set(header)) != len(header):
        raise _unreadable(known, "missing_columns")


def _unreadable(known: tuple[str, ...], code: str, **facts: object) -> BadgeFileUnreadable:
    return _refused(known, " / ".join(both(f"badge_file.whole.{code}", **facts)))


def _refused(known: tuple[str, ...], reason: str) -> BadgeFileUnreadable:
    return BadgeFileUnreadable(columns=", ".join(known), rows_max=ROWS_MAX, reason=reason)
