"""Reports about points that are out, as tables for a spreadsheet."""

from __future__ import annotations

import io

from backend.messages.issuance import PointsLiability
from backend.render.tables.cells import BOM, Sheet
from backend.texts import say

COLUMNS = ("expires", "points", "yuan_least", "yuan_mean")


def liability_csv(told: PointsLiability, language: str) -> bytes:
    """A row for each month in which points run out, then the total and what waits."""
    out = io.StringIO()
    sheet = Sheet(out)
    sheet.write([say(language, f"issuance.column.{name}") for name in COLUMNS])
    for month in told.months:
        sheet.write((month.expires_on.isoformat(), month.points, month.yuan_least, month.yuan_mean))
    sheet.write((say(language, "issuance.total"), told.outstanding_points, told.yuan_least, told.yuan_mean))
    sheet.write((say(language, "issuance.waiting"), told.pending_points, None, None))
    return BOM + out.getvalue().encode()
