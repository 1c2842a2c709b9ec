"""Yearly figures on minors' data as a table for a spreadsheet."""

from __future__ import annotations

import io

from backend.messages.minors import MinorsReport
from backend.render.tables.cells import BOM, Sheet
from backend.texts import say

COLUMNS = ("year", "as_of", "figure", "band", "count")


def minors_csv(report: MinorsReport, language: str) -> bytes:
    """A row for each figure and band of age; a figure that is too small to be told says below which number it is."""
    out = io.StringIO()
    sheet = Sheet(out)
    sheet.write([say(language, f"minors.column.{name}") for name in COLUMNS])
    for item in report.items:
        few = say(language, "minors.few", n=report.hidden_below)
        sheet.write(
            (
                report.year,
                report.as_of.isoformat(),
                say(language, f"minors.figure.{item.figure}"),
                say(language, f"minors.band.{item.band}"),
                few if item.count is None else item.count,
            )
        )
    return BOM + out.getvalue().encode()
