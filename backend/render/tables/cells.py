"""What every table for a spreadsheet needs: a mark of its encoding, and cells that are never run."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from decimal import Decimal
from typing import Final, Protocol

from backend.domain.imports.cells import is_calculated

BOM: Final = b"\xef\xbb\xbf"
"""Without it Excel takes UTF-8 for the machine's own code page, and Chinese turns to noise."""


def harmless(text: str) -> str:
    """A cell that a spreadsheet shows and does not run: what begins like a formula gets an apostrophe before it.

    Names of events and rewards are typed by people, and a table is opened by others.
    """
    return "'" + text if is_calculated(text) else text


class _Out(Protocol):
    def write(self, text: str, /) -> object: ...


class Sheet:
    """Writes the rows of a table for a spreadsheet; every text goes through `harmless`."""

    def __init__(self, out: _Out) -> None:
        self._writer = csv.writer(out, lineterminator="\r\n")

    def write(self, row: Iterable[object]) -> None:
        """Write one row; numbers stay numbers."""
        self._writer.writerow([_cell(each) for each in row])


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    # A number may begin with a minus and is no formula.
    return str(value) if isinstance(value, int | float) else harmless(str(value))
