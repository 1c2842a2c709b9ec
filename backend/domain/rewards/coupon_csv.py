"""Files of coupon codes: CSV with the column `code`, one code a row.

A file is imported whole or not at all: the error names the first broken row, and how many there are.
"""

from __future__ import annotations

import csv
import io
import re

from backend.errors.rewards import (
    CodesFileBroken,
    CodesFileEmpty,
    CodesHeaderMissing,
    CodesNotText,
    CodesRowColumns,
    CodesRowForm,
    CodesRowRepeated,
    TooManyCodes,
)

HEADER = "code"
_FORM = re.compile(r"[!-~]{4,64}")


def read_codes(content: bytes, codes_max: int) -> dict[str, int]:
    """Code → its row in the file, counted from 1 with the header, in the order of the file.

    Empty rows are skipped. Raises a CodesFileBroken that names the first broken row.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CodesNotText(row=content.count(b"\n", 0, error.start) + 1) from None
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    codes: dict[str, int] = {}
    first: CodesFileBroken | None = None
    broken = 0
    has_header = False
    try:
        for cells in lines:
            row = lines.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if not has_header:
                if [cell.strip().lower() for cell in cells] != [HEADER]:
                    raise CodesHeaderMissing
                has_header = True
                continue
            refusal = _look_at(row, cells, codes)
            if refusal is None:
                codes[cells[0].strip()] = row
            else:
                broken += 1
                first = first or refusal
            if len(codes) + broken > codes_max:
                raise TooManyCodes(codes_max=codes_max)
    except csv.Error:
        # A quote that never ends, a cell without end: the rows after it cannot be told apart.
        first, broken = first or CodesFileBroken(row=lines.line_num), broken + 1
    if first is not None:
        first.facts["broken"] = broken
        raise first
    if not has_header:
        raise CodesHeaderMissing
    if not codes:
        raise CodesFileEmpty
    return codes


def _look_at(row: int, cells: list[str], codes: dict[str, int]) -> CodesFileBroken | None:
    if len(cells) != 1:
        return CodesRowColumns(row=row, columns=len(cells))
    code = cells[0].strip()
    if not _FORM.fullmatch(code):
        return CodesRowForm(row=row)
    if code in codes:
        return CodesRowRepeated(row=row, first_row=codes[code])
    return None
