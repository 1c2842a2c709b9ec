"""Tables of separated values: which sign parts the cells, and the rows up to where the file breaks."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from backend.domain.folding import folded
from backend.domain.imports.encodings import decode_text
from backend.domain.imports.table import (
    CELL_CHARS_MAX,
    COLUMNS_MAX,
    Break,
    FileRefused,
    Mark,
    ReadAs,
    Separator,
    Table,
    TableRow,
)

SIGNS: dict[Separator, str] = {"comma": ",", "semicolon": ";", "tab": "\t"}
_OTHER_SIGNS = ("，", "；", "、", "|", "｜")
_HEAD_CHARS = 64 * 1024
_NO_TEXT = "\ufeff \t\u3000\xa0"


def read_separated(content: bytes, known: Collection[str], rows_max: int) -> Table:
    """The table of a text file. `known` are texts of its first row, by which the separator is told.

    Raises FileRefused for what is no text or no table, and for more than `rows_max` rows that are not empty.
    """
    text, encoding = decode_text(content)
    declared, text = _declared(text)
    separator = declared or _found(text, known)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=SIGNS[separator], strict=True)
    rows: list[TableRow] = []
    widths: list[int] = []
    broken = None
    for number, cells in _numbered(reader):
        if isinstance(cells, Break):
            broken = cells
            break
        row = _row(number, cells)
        if row is not None:
            rows.append(row)
            widths.append(len(cells))
            if len(rows) > rows_max:  # the import says that there are too many
                break
    if broken is None and rows and not text.endswith(("\n", "\r")):
        # The last row of a file that does not end with its line: with fewer cells than all others it was cut off.
        is_cut = len(rows) > 1 and widths[-1] < min(widths[:-1])
        broken = Break(rows[-1].number, "cut") if is_cut else None
    return Table(ReadAs("csv", encoding, separator), rows, broken)


def strip_row(number: int, cells: list[str], marks: dict[int, Mark]) -> TableRow | None:
    """A row without the empty cells at its end; None for one of empty cells. Raises FileRefused for too many."""
    end = len(cells)
    while end and not cells[end - 1].strip(_NO_TEXT) and end - 1 not in marks:
        end -= 1
    if not end:
        return None
    if end > COLUMNS_MAX:
        raise FileRefused("columns_many", row=str(number), columns=f"{end:,}", columns_max=str(COLUMNS_MAX))
    return TableRow(number, cells[:end], marks)


def _row(number: int, cells: list[str]) -> TableRow | None:
    marks: dict[int, Mark] = {
        index: "cell_long" for index, cell in enumerate(cells) if len(cell) > CELL_CHARS_MAX
    }
    return strip_row(number, cells, marks)


def _numbered(reader: Iterator[list[str]]) -> Iterable[tuple[int, list[str] | Break]]:
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield number, _break(number, str(error))
            return
        if cells is None:
            return
        yield number, cells


def _break(number: int, said: str) -> Break:
    if "field limit" in said:
        return Break(number, "cell_long")
    return Break(number, "cut" if "unexpected end" in said else "unreadable")


def _declared(text: str) -> tuple[Separator | None, str]:
    """The separator that the first line `sep=;` declares to Excel, and the text without that line."""
    head = text[:16].lstrip("\ufeff")
    if head[:4].lower() != "sep=" or len(head) < 5:
        return None, text
    rest = text.lstrip("\ufeff")[5:]
    for name, sign in SIGNS.items():
        if head[4] == sign and rest[:1] in ("\r", "\n", ""):
            return name, rest.removeprefix("\r").removeprefix("\n")
    return None, text


def _found(text: str, known: Collection[str]) -> Separator:
    """The sign with which the first row has the most known texts, then the most cells. Raises FileRefused."""
    head = text[:_HEAD_CHARS].lstrip("\ufeff\r\n")
    best: Separator = "comma"
    best_rank = (0, 0)
    for name, sign in SIGNS.items():
        reader = csv.reader(io.StringIO(head, newline=""), delimiter=sign)
        cells = next(islice(_readable(reader), 1), [])
        rank = (sum(header_key(cell) in known for cell in cells), len(cells))
        if rank > best_rank:
            best, best_rank = name, rank
    if best_rank < (1, 2):
        first = head.splitlines()[0] if head else ""
        for sign in _OTHER_SIGNS:
            if any(header_key(cell) in known for cell in first.split(sign)) and sign in first:
                raise FileRefused("separator", sign=sign)
    return best


def _readable(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from (cells for cells in reader if any(cells))
    except csv.Error:
        return


def header_key(text: str) -> str:
    """A column's name for comparison: case, width, spaces, underscores and hyphens make no difference."""
    return folded(text).replace("_", "").replace("-", "")
