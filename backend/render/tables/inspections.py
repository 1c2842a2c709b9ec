"""Inspections as a table for a spreadsheet: a row for each finding and each result."""

from __future__ import annotations

import io
from collections.abc import Sequence

from backend.messages.supervision.inspections import InspectionView
from backend.render.tables.cells import BOM, Sheet
from backend.texts import say

COLUMNS = (
    *("number", "subject", "purpose", "opened_at", "sequence", "kind", "severity", "result"),
    *("text", "document", "sample", "by", "at"),
)


def inspections_csv(inspections: Sequence[InspectionView], language: str) -> bytes:
    """Every entry with the inspection that it is of; an inspection without entries has a row of its own."""
    out = io.StringIO()
    sheet = Sheet(out)
    sheet.write([say(language, f"supervision.column.{name}") for name in COLUMNS])
    for each in inspections:
        head = (each.number, each.event or each.organisation, each.purpose, each.opened_at.isoformat())
        if not each.entries:
            sheet.write((*head, *[None] * 9))
        for entry in each.entries:
            sheet.write(
                (
                    *head,
                    entry.sequence,
                    say(language, f"supervision.entry.{entry.kind}"),
                    entry.severity and say(language, f"supervision.severity.{entry.severity}"),
                    entry.result and say(language, f"supervision.result.{entry.result}"),
                    entry.text,
                    entry.document,
                    entry.sample,
                    entry.by,
                    entry.at.isoformat(),
                )
            )
    return BOM + out.getvalue().encode()
