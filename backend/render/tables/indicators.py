"""Indicators of an evaluation scheme as a table for a spreadsheet, with a row of sums."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from backend.render.tables.cells import BOM, Sheet
from backend.texts import name_of, say

COLUMNS: dict[str, str] = {
    "green_exhibition": "slug kind city state is_demonstration people footprint_g retired_g offset_g actions "
    "reduction_g self_declared_g",
    "green_living": "method actions people reduction_g self_declared_g points",
    "green_enterprise": "code name state events closed people footprint_g retired_g offset_g",
    "low_carbon_city": "city events demonstrations people footprint_g retired_g offset_g actions",
}
TEXTS = frozenset({"slug", "kind", "city", "state", "is_demonstration", "method", "code", "name"})


def indicators_csv(scheme: str, rows: Sequence[Mapping[str, Any]], language: str) -> bytes:
    """One row for each event, method, organisation or city, then the sums."""
    out = io.StringIO()
    sheet = Sheet(out)
    columns = COLUMNS[scheme].split()
    # A citizen who did several acts of daily life is one person: their rows do not add up.
    alone = TEXTS | {"people"} if scheme == "green_living" else TEXTS
    sheet.write([say(language, f"indicator.{name}") for name in columns])
    for row in rows:
        sheet.write([_cell(name, row, language) for name in columns])
    sums = ["" if name in alone else sum(row[name] for row in rows) for name in columns[1:]]
    sheet.write([say(language, "indicator.sum"), *sums])
    return BOM + out.getvalue().encode()


def _cell(name: str, row: Mapping[str, Any], language: str) -> object:
    if name == "name":
        return row["name_zh" if language == "zh-CN" else "name_en"]
    value = row[name]
    if name == "kind":
        return say(language, f"organiser.kind.{value}")
    if name == "method":
        return name_of(language, "method", value)
    if name == "is_demonstration":
        return say(language, "indicator.yes" if value else "indicator.no")
    return value
