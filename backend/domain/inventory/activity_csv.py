"""CSV files of activity data: a template with its version in the first row, then columns, then one line a row.

All rows are read and every mistake is named, with its row and column; a file with a mistake gives no line at all.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from backend.domain.inventory.groups import PHASES, SOURCES
from backend.domain.inventory.lines import QUALITY_TIERS, Draft, LineError, OwnFactor
from backend.errors.inventory import InventoryFileUnreadable

TEMPLATE = "tianfu-inventory"
TEMPLATE_VERSION = "2026"
"""Grows with every change of columns, sources or units; a file made from an earlier template is refused."""
COLUMNS = (
    "phase",
    "source",
    "meter",
    "quantity",
    "unit",
    "period_from",
    "period_until",
    "factor_id",
    "factor_value",
    "factor_unit",
    "factor_source",
    "quality",
    "document_id",
    "note",
)
ROWS_MAX = 10_000
TEXT_CHARS_MAX = {"meter": 80, "note": 500, "factor_source": 300, "factor_id": 100, "factor_unit": 60}
# A spreadsheet that opens the list of lines would calculate these.
_CALCULATED = ("=", "+", "-", "@", "\t", "\r")
_FIRST_ROW = 3


def template(factor_id: str, starts_on: date, ends_on: date) -> str:
    """An empty template with one example row, which is to be overwritten."""
    example = f"planned,electricity,METER-1,1000,kWh,{starts_on},{ends_on},{factor_id},,,,3,,Main hall"
    return f"{TEMPLATE},{TEMPLATE_VERSION}\r\n{','.join(COLUMNS)}\r\n{example}\r\n"


def read_lines(content: bytes) -> tuple[list[Draft], list[LineError]]:
    """The lines of a file and all that is wrong in it. Raises InventoryFileUnreadable for what is no such file.

    Ten thousand rows take a tenth of a second of plain Python: not on the event loop.
    """
    reader = csv.reader(io.StringIO(_decoded(content), newline=""), strict=True)
    drafts: list[Draft] = []
    errors: list[LineError] = []
    try:
        _check_template([cell.strip() for cell in next(reader, [])])
        header = [cell.strip().lower() for cell in next(reader, [])]
        if not {"phase", "source", "quantity", "unit"} <= set(header) <= set(COLUMNS):
            raise InventoryFileUnreadable(why="columns", columns=", ".join(COLUMNS))
        if len(set(header)) != len(header):
            raise InventoryFileUnreadable(why="columns", columns=", ".join(COLUMNS))
        count = 0
        for number, row in enumerate(reader, _FIRST_ROW):
            if not any(cell.strip() for cell in row):
                continue
            count += 1
            if count > ROWS_MAX:
                raise InventoryFileUnreadable(why="long", rows_max=f"{ROWS_MAX:,}")
            if len(row) > len(header) and any(cell.strip() for cell in row[len(header) :]):
                errors.append(LineError(number, "?", "cells", {"wanted": str(len(header))}))
                continue
            cells = dict(zip(header, [cell.strip() for cell in row], strict=False))
            draft, wrong = _draft(number, cells)
            errors += wrong
            if draft is not None:
                drafts.append(draft)
    except csv.Error:
        raise InventoryFileUnreadable(why="quotes") from None
    if not drafts and not errors:
        raise InventoryFileUnreadable(why="empty")
    return drafts, errors


def _decoded(content: bytes) -> str:
    """UTF-8 with or without its mark, or GB18030, which spreadsheets in China write."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InventoryFileUnreadable(why="encoding")


def _check_template(first: list[str]) -> None:
    if not first or first[0] != TEMPLATE:
        raise InventoryFileUnreadable(why="no_template", version=TEMPLATE_VERSION)
    found = first[1] if len(first) > 1 else ""
    if found != TEMPLATE_VERSION:
        raise InventoryFileUnreadable(why="old_template", found=found[:20], version=TEMPLATE_VERSION)


def _draft(row: int, cells: Mapping[str, str]) -> tuple[Draft | None, list[LineError]]:
    """A row as a line, or what is wrong with its cells; whether its numbers make sense is asked later."""
    errors: list[LineError] = []

    def wrong(column: str, code: str, **facts: str) -> None:
        errors.append(LineError(row, column, code, facts))

    phase, source = cells.get("phase", ""), cells.get("source", "")
    if phase not in PHASES:
        wrong("phase", "one_of", known=", ".join(PHASES))
    if source not in SOURCES:
        wrong("source", "one_of", known=", ".join(SOURCES))
    quantity = _number(cells.get("quantity", ""))
    if quantity is None:
        wrong("quantity", "number", decimals_max="6")
    days = {name: _day(cells.get(name, "")) for name in ("period_from", "period_until")}
    for name, day in days.items():
        if day is None:
            wrong(name, "day")
    quality = cells.get("quality", "")
    if quality not in {str(tier) for tier in QUALITY_TIERS}:
        wrong("quality", "one_of", known=", ".join(str(tier) for tier in QUALITY_TIERS))
    document = cells.get("document_id", "")
    if document and not _is_uuid(document):
        wrong("document_id", "document")
    for name, chars_max in TEXT_CHARS_MAX.items():
        text = cells.get(name, "")
        if len(text) > chars_max or not text.replace("\u3000", " ").isprintable():
            wrong(name, "text", chars_max=str(chars_max))
        elif name != "factor_unit" and text.startswith(_CALCULATED):
            wrong(name, "calculated")
    own, own_errors = _own_factor(row, cells)
    errors += own_errors
    if errors or quantity is None or days["period_from"] is None or days["period_until"] is None:
        return None, errors
    return (
        Draft(
            row=row,
            phase=phase,
            source=source,
            quantity=quantity,
            unit=cells.get("unit", ""),
            starts_on=days["period_from"],
            ends_on=days["period_until"],
            quality=int(quality),
            factor_id=cells.get("factor_id") or None,
            own_factor=own,
            meter=cells.get("meter") or None,
            document_id=document or None,
            note=cells.get("note") or None,
        ),
        [],
    )


def _own_factor(row: int, cells: Mapping[str, str]) -> tuple[OwnFactor | None, list[LineError]]:
    value, unit, source = (cells.get(f"factor_{name}", "") for name in ("value", "unit", "source"))
    if not (value or unit or source):
        return None, []
    number = _number(value)
    if number is None:
        return None, [LineError(row, "factor_value", "factor_value")]
    if not unit or not source:
        return None, [LineError(row, "factor_source", "factor_source")]
    return OwnFactor(number, unit, source), []


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and "_" not in text else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.replace("/", "-")) if len(text) == 10 else None
    except ValueError:
        return None


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
