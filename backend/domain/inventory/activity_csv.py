"""CSV files of activity data: a template with its version in the first row, then columns, then one line a row.

All rows are read and every mistake is named, with its row and column; a file with a mistake gives no line at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from backend.domain.imports.cells import cleaned, day_of_cell, is_calculated, number_of
from backend.domain.imports.columns import Column, Columns, Lines, Reading, codes_by_name
from backend.domain.imports.separated import header_key
from backend.domain.imports.table import FileRefused, Table
from backend.domain.inventory.groups import ALL_SOURCES, PHASES
from backend.domain.inventory.lines import QUALITY_TIERS, Draft, LineError, OwnFactor

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
_PHASE_BY_NAME = codes_by_name("inventory.phase", PHASES)
_SOURCE_BY_NAME = codes_by_name("inventory.source", ALL_SOURCES)
TEXT_CHARS_MAX = {"meter": 80, "note": 500, "factor_source": 300, "factor_id": 100, "factor_unit": 60}
COLUMNS_KNOWN = Columns(
    (
        Column("phase", "inventory"),
        Column("source", "inventory"),
        Column("meter", "inventory", is_code=True),
        Column("quantity", "inventory"),
        Column("unit", "inventory"),
        Column("period_from", "inventory"),
        Column("period_until", "inventory"),
        Column("factor_id", "inventory"),
        Column("factor_value", "inventory"),
        Column("factor_unit", "inventory"),
        Column("factor_source", "inventory"),
        Column("quality", "inventory"),
        Column("document_id", "inventory"),
        Column("note", "inventory"),
    ),
    rows_max=ROWS_MAX,
    required=frozenset(("phase", "source", "quantity", "unit")),
    first_texts=(TEMPLATE,),
)


def template(factor_id: str, starts_on: date, ends_on: date) -> str:
    """An empty template with one example row, which is to be overwritten."""
    example = f"planned,electricity,METER-1,1000,kWh,{starts_on},{ends_on},{factor_id},,,,3,,Main hall"
    return f"{TEMPLATE},{TEMPLATE_VERSION}\r\n{','.join(COLUMNS)}\r\n{example}\r\n"


def read_lines(table: Table) -> tuple[tuple[list[Draft], list[LineError]], Reading]:
    """The lines of a file and all that is wrong in it. Raises FileRefused for what is no such file.

    Ten thousand rows take a tenth of a second of plain Python: not on the event loop.
    """
    _check_template(table)
    lines = Lines(table, COLUMNS_KNOWN, names_at=1)
    drafts: list[Draft] = []
    errors: list[LineError] = []
    for line in lines:
        if line.errors:
            errors += [LineError(each.row, each.column, each.code, each.facts) for each in line.errors]
            continue
        draft, wrong = _draft(line.number, line.cells, has_day_numbers=table.read_as.has_day_numbers)
        errors += wrong
        if draft is not None:
            drafts.append(draft)
    return (drafts, errors), lines.reading


def _check_template(table: Table) -> None:
    first = [cleaned(cell) for cell in table.rows[0].cells] if table.rows else []
    if not first or first[0] != TEMPLATE:
        raise FileRefused("no_template", version=TEMPLATE_VERSION)
    found = first[1] if len(first) > 1 else ""
    if found != TEMPLATE_VERSION:
        raise FileRefused("old_template", found=found[:20], version=TEMPLATE_VERSION)


def _draft(
    row: int, cells: Mapping[str, str], *, has_day_numbers: bool
) -> tuple[Draft | None, list[LineError]]:
    """A row as a line, or what is wrong with its cells; whether its numbers make sense is asked later."""
    errors: list[LineError] = []

    def wrong(column: str, code: str, **facts: str) -> None:
        errors.append(LineError(row, column, code, facts))

    phase = _PHASE_BY_NAME.get(header_key(cells.get("phase", "")), "")
    source = _SOURCE_BY_NAME.get(header_key(cells.get("source", "")), "")
    if not phase:
        wrong("phase", "one_of", known=", ".join(PHASES))
    if not source:
        wrong("source", "one_of", known=", ".join(ALL_SOURCES))
    quantity = number_of(cells.get("quantity", ""))
    if quantity is None:
        wrong("quantity", "number", decimals_max="6")
    days = {
        name: day_of_cell(cells.get(name, ""), may_be_number=has_day_numbers)
        for name in ("period_from", "period_until")
    }
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
        elif name != "factor_unit" and is_calculated(text):
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
    number = number_of(value)
    if number is None:
        return None, [LineError(row, "factor_value", "factor_value")]
    if not unit or not source:
        return None, [LineError(row, "factor_source", "factor_source")]
    return OwnFactor(number, unit, source), []


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
