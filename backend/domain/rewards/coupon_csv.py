"""Files of coupon codes: a table with the column `code`, one code a row.

A file is imported whole or not at all: every broken row is named.
"""

from __future__ import annotations

import re

from backend.domain.imports.columns import Column, Columns, Lines, Reading, RowError
from backend.domain.imports.table import Table
from backend.errors.rewards import CodesFileBroken

HEADER = "code"
_FORM = re.compile(r"[!-~]{4,64}")


def codes_columns(codes_max: int) -> Columns:
    """The one column of a file of codes."""
    return Columns((Column(HEADER, "codes", is_code=True),), rows_max=codes_max)


def read_codes(table: Table, codes_max: int) -> tuple[dict[str, int], Reading]:
    """Code → its row in the file, in the order of the file; rows count from 1 with the header.

    Raises FileRefused, and a CodesFileBroken that names every broken row.
    """
    lines = Lines(table, codes_columns(codes_max))
    codes: dict[str, int] = {}
    errors: list[RowError] = []
    for line in lines:
        if line.errors:
            errors += line.errors[:1]
            continue
        code = line.cells[HEADER]
        if not _FORM.fullmatch(code):
            errors.append(RowError(line.number, HEADER, "form"))
        elif code in codes:
            errors.append(RowError(line.number, HEADER, "repeated", {"earlier": str(codes[code])}))
        else:
            codes[code] = line.number
    if errors:
        raise CodesFileBroken.of(errors)
    return codes, lines.reading
