"""Spreadsheets of Excel and others (.xlsx): the stored values of the first sheet that is shown.

A library reads the values. What it leaves out is looked up in the sheet itself before: cells with an error, formulas
without a stored value, and numbers that are shown with leading zeros. It is given only the parts that it needs, with
the sizes that were counted while they were unpacked, so that no archive unpacks to more than it says.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from posixpath import join, normpath
from typing import Any
from xml.etree import ElementTree as Xml

import msgspec
from python_calamine import load_workbook

from backend.domain.imports.separated import strip_row
from backend.domain.imports.table import CELL_CHARS_MAX, FileRefused, Mark, ReadAs, Table, TableRow

UNPACKED_BYTES_MAX = 64 * 1024 * 1024
"""Of all parts that are read: a hundred thousand badges take 25 MB."""
ENTRIES_MAX = 5_000
CELLS_MAX = 4_000_000
"""Of the smallest rectangle that holds every cell with a value: the library takes memory for each of them."""
DIGITS_KEPT = 15
"""Excel keeps so many digits of a number, and puts zeros for the rest."""
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_STYLES, _STRINGS = "xl/styles.xml", "xl/sharedstrings.xml"
_OTHER_KINDS: tuple[tuple[str, str], ...] = (
    ("xl/vbaproject.bin", "macros"),
    ("xl/workbook.bin", "xlsb"),
    ("content.xml", "ods"),
    ("index/document.iwa", "numbers"),
    ("word/document.xml", "document"),
    ("ppt/presentation.xml", "document"),
    ("encryptedpackage", "password"),
)
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c\s*>)", re.DOTALL)
_PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_STYLE = re.compile(rb"\bs=[\"']([0-9]{1,6})[\"']")
_IS_ERROR = re.compile(rb"\bt=[\"']e[\"']")
_HAS_VALUE = re.compile(rb"<(?:\w+:)?(?:v|is)\b")
_HAS_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_ZEROS = re.compile(r"0{2,20}")


class _Sheet(msgspec.Struct):
    """What of a workbook is read."""

    name: str
    path: str
    content: bytes
    zeros: Mapping[int, int]
    """Style → digits that it shows at least."""
    counts_from_1904: bool


def read_spreadsheet(content: bytes, rows_max: int) -> Table:
    """The table of a spreadsheet. Raises FileRefused for other archives and what cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = _Parts(archive)
            sheet = _shown_sheet(parts)
    except (FileRefused, MemoryError):
        raise
    except Exception as error:
        # A broken archive ends in many ways (BadZipFile, zlib.error, ParseError, KeyError, NotImplementedError, …).
        raise FileRefused("xlsx_broken") from error
    marks, widths = _look_at_cells(sheet)
    values = _values(parts, sheet)
    rows: list[TableRow] = []
    for number, cells in enumerate(values, 1):
        row = _row(number, cells, marks.get(number, {}), widths)
        if row is not None:
            rows.append(row)
            if len(rows) > rows_max:  # the import says that there are too many
                break
    return Table(ReadAs("xlsx", sheet=sheet.name, has_day_numbers=not sheet.counts_from_1904), rows)


class _Parts:
    """An archive's parts by their names in lower case. No more is unpacked than may be."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        entries = archive.infolist()
        if len(entries) > ENTRIES_MAX:
            raise FileRefused("xlsx_large", megabytes_max=str(UNPACKED_BYTES_MAX // 1024**2))
        self._archive = archive
        self._entries = {entry.filename.replace("\\", "/").lstrip("/").lower(): entry for entry in entries}
        self._left = UNPACKED_BYTES_MAX
        self.taken: dict[str, bytes] = {}
        for name, why in _OTHER_KINDS:
            if name in self._entries:
                raise FileRefused(why)
        if _WORKBOOK not in self._entries:
            raise FileRefused("archive")
        if b"macroenabled" in self.get("[content_types].xml").lower():
            raise FileRefused("macros")

    def get(self, name: str, *, must_be: bool = True) -> bytes:
        """A part; empty when it need not be there. Raises FileRefused, KeyError."""
        name = name.lower()
        if name not in self._entries and not must_be:
            return b""
        entry = self._entries[name]
        if entry.flag_bits & 1:
            raise FileRefused("password")
        too_large = FileRefused("xlsx_large", megabytes_max=str(UNPACKED_BYTES_MAX // 1024**2))
        # The archive says how much a part unpacks to, and may say it wrongly.
        if entry.file_size > self._left:
            raise too_large
        with self._archive.open(entry) as part:
            found = part.read(self._left + 1)
        if len(found) > self._left:
            raise too_large
        self._left -= len(found)
        # Definitions of entities unpack without end; another encoding would hide the cells from us.
        if (
            b"<!DOCTYPE" in found[:4096]
            or found.startswith((b"\xff\xfe", b"\xfe\xff"))
            or b"\0" in found[:64]
        ):
            raise FileRefused("xlsx_broken")
        self.taken[entry.filename.replace("\\", "/").lstrip("/")] = found
        return found


def _shown_sheet(parts: _Parts) -> _Sheet:
    workbook = Xml.fromstring(parts.get(_WORKBOOK))  # noqa: S314 - without definitions of entities, and bounded
    relations = Xml.fromstring(parts.get(_RELATIONS))  # noqa: S314 - likewise
    targets = {
        each.get("Id"): each.get("Target", "")
        for each in relations
        if each.get("Type", "").endswith("/worksheet")
    }
    for sheet in workbook.iter():
        if _name(sheet) != "sheet" or sheet.get("state", "visible") != "visible":
            continue
        target = targets.get(next((value for key, value in sheet.items() if key.endswith("}id")), None))
        if target is None:  # a chart, a macro
            continue
        path = normpath(target.lstrip("/") if target.startswith("/") else join("xl", target))
        content = parts.get(path)
        # The library tells the kind of a file by its relations.
        parts.get("_rels/.rels", must_be=False)
        parts.get(_STRINGS, must_be=False)
        return _Sheet(
            name=sheet.get("name", ""),
            path=path,
            content=content,
            zeros=_zeros(parts.get(_STYLES, must_be=False)),
            counts_from_1904=any(
                _name(each) == "workbookPr" and each.get("date1904") in ("1", "true")
                for each in workbook.iter()
            ),
        )
    raise FileRefused("empty")


def _name(element: Xml.Element) -> str:
    return element.tag.rpartition("}")[2]


def _zeros(styles: bytes) -> dict[int, int]:
    """The styles whose numbers are shown with leading zeros, and with how many digits."""
    if not styles:
        return {}
    root = Xml.fromstring(styles)  # noqa: S314 - without definitions of entities, and bounded
    digits = {
        each.get("numFmtId"): len(each.get("formatCode", ""))
        for each in root.iter()
        if _name(each) == "numFmt" and _ZEROS.fullmatch(each.get("formatCode", ""))
    }
    formats = next((each for each in root if _name(each) == "cellXfs"), ())
    return {
        index: digits[each.get("numFmtId")]
        for index, each in enumerate(formats)
        if each.get("numFmtId") in digits
    }


def _look_at_cells(sheet: _Sheet) -> tuple[dict[int, dict[int, Mark]], dict[tuple[int, int], int]]:
    """Cells that cannot be used, by row and column; and for numbers shown with leading zeros their digits."""
    marks: dict[int, dict[int, Mark]] = {}
    widths: dict[tuple[int, int], int] = {}
    columns: dict[bytes, int] = {}
    last_row = last_column = 0
    for cell in _CELL.finditer(sheet.content):
        attributes, inner = cell.group(1), cell.group(2)
        if not inner:
            continue
        place = _PLACE.search(attributes)
        if place is None:
            raise FileRefused("xlsx_broken")
        letters, row = place.group(1), int(place.group(2))
        column = columns.get(letters)
        if column is None:
            column = columns[letters] = _column_index(letters)
        if row > last_row:
            last_row = row
        if column > last_column:
            last_column = column
        if b"e" in attributes and _IS_ERROR.search(attributes):
            marks.setdefault(row, {})[column] = "error"
        elif b"<v" not in inner and not _HAS_VALUE.search(inner) and _HAS_FORMULA.search(inner):
            marks.setdefault(row, {})[column] = "formula"
        elif sheet.zeros and (style := _STYLE.search(attributes)) and int(style.group(1)) in sheet.zeros:
            widths[row, column] = sheet.zeros[int(style.group(1))]
    if last_row * (last_column + 1) > CELLS_MAX:
        raise FileRefused("xlsx_far", row=f"{last_row:,}", column=next(
            letters.decode() for letters, index in columns.items() if index == last_column
        ))  # fmt: skip
    return marks, widths


def _column_index(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


def _values(parts: _Parts, sheet: _Sheet) -> list[list[Any]]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, part in parts.taken.items():
            archive.writestr(name, part)
    packed.seek(0)
    try:
        with load_workbook(packed) as workbook:
            return workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
    except (MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        # A panic of the library is no Exception.
        raise FileRefused("xlsx_broken") from error


def _row(
    number: int, values: list[Any], marks: Mapping[int, Mark], widths: Mapping[tuple[int, int], int]
) -> TableRow | None:
    found = dict(marks)
    cells = []
    for index, value in enumerate(values):
        if isinstance(value, str) and len(value) <= CELL_CHARS_MAX:  # most cells are
            cells.append(value)
            continue
        text, mark = _text(value, widths.get((number, index), 0))
        if len(text) > CELL_CHARS_MAX:
            text, mark = "", "cell_long"
        if mark is not None:
            found.setdefault(index, mark)
        cells.append(text)
    cells += [""] * (max(found, default=-1) + 1 - len(cells))
    return strip_row(number, cells, found)


def _text(value: object, digits: int) -> tuple[str, Mark | None]:
    """A value as its cell means it, and whether it was a number."""
    if isinstance(value, str):
        return value, None
    if isinstance(value, bool):
        return str(value).upper(), None
    if isinstance(value, float | int):
        return _number(Decimal(repr(value)), digits)
    if isinstance(value, datetime):
        # A day without an hour.
        return value.isoformat(" ").removesuffix(" 00:00:00"), None
    if isinstance(value, date | time):
        return value.isoformat(), None
    return (str(value) if isinstance(value, timedelta) else ""), None


def _number(value: Decimal, digits: int) -> tuple[str, Mark | None]:
    if value != value.to_integral_value():
        return f"{value:f}", "number"
    text = f"{value.to_integral_value():f}"
    if len(text.lstrip("-")) > DIGITS_KEPT:
        return text, "long_number"
    # Shown with leading zeros it is what somebody sees and means; others may have been lost when it was typed.
    return (text.zfill(digits), None) if digits else (text, "number")
