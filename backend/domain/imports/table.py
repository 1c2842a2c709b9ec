"""A table as a file holds it: rows of texts, and how the file was read."""

from __future__ import annotations

from typing import Literal

import msgspec

CELL_CHARS_MAX = 32_767
"""As long as a cell of Excel may be."""
COLUMNS_MAX = 200

Encoding = Literal["UTF-8", "UTF-16LE", "UTF-16BE", "GB18030"]
Separator = Literal["comma", "semicolon", "tab"]
Mark = Literal["number", "long_number", "formula", "error", "cell_long"]


class ReadAs(msgspec.Struct, frozen=True):
    """How a file was read, which is told to the person who sent it."""

    format: Literal["csv", "xlsx"]
    encoding: Encoding | None = None
    separator: Separator | None = None
    sheet: str | None = None
    """The name of the spreadsheet's sheet; other sheets are not read."""
    has_day_numbers: bool = False
    """A number where a day is wanted counts days from 1899-12-30, as Excel does."""


class TableRow(msgspec.Struct, frozen=True, array_like=True):
    """A row with a cell that is not empty. `number` counts as a spreadsheet does, from 1 with the columns' names."""

    number: int
    cells: list[str]
    marks: dict[int, Mark] = {}
    """What a cell's text does not say: that a spreadsheet holds a number there, or something that cannot be used."""


class Break(msgspec.Struct, frozen=True):
    """Where a file stops being a table; `code` has a text under `import_row`."""

    row: int
    code: Literal["unreadable", "cut", "cell_long"]


class Table(msgspec.Struct, frozen=True):
    """The rows of a file up to where it breaks, if it does."""

    read_as: ReadAs
    rows: list[TableRow]
    broken: Break | None = None


class FileRefused(Exception):
    """What a file cannot be read for; `why` has a text under `import_file`, which the facts fill in."""

    def __init__(self, why: str, **facts: str) -> None:
        super().__init__(why)
        self.why = why
        self.facts = facts


def column_letters(index: int) -> str:
    """How a spreadsheet names a column that is counted from 0: A … Z, AA …"""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
