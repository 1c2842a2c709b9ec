"""The columns of an import: found by their Chinese or English names, and read row by row with all that is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import msgspec

from backend.domain.imports.cells import cleaned, is_error, is_scientific, quoted
from backend.domain.imports.separated import header_key
from backend.domain.imports.table import FileRefused, Mark, ReadAs, Table, TableRow
from backend.texts import LANGUAGES, both, has_text, say, text_or_nothing

CODE_DIGITS_MIN = 4
ERRORS_NAMED_MAX = 100


class Column(msgspec.Struct, frozen=True):
    """A column by the name in the interface. Codes are texts, whatever they look like."""

    name: str
    family: str
    """The import whose texts under `import_column` hold its other names, parted by a bar, in each language."""
    is_code: bool = False

    @property
    def keys(self) -> frozenset[str]:
        key = f"import_column.{self.family}.{self.name}"
        others = [name for language in LANGUAGES for name in text_or_nothing(language, key).split("|")]
        return frozenset(header_key(name) for name in (self.name, *others) if name)


class RowError(msgspec.Struct, frozen=True):
    """What is wrong in a row; `code` has a text in the import's own family or under `import_row`."""

    row: int
    column: str
    code: str
    facts: dict[str, str] = {}


class Note(msgspec.Struct, frozen=True):
    """What a file was taken with and may not be meant; `code` has a text under `import_note`."""

    code: str
    facts: dict[str, str]


class Reading(msgspec.Struct, frozen=True):
    """How a file was read and what to look at again."""

    read_as: ReadAs
    notes: list[Note] = []


class Line(msgspec.Struct, frozen=True):
    """A row's cleaned texts by column, and what is wrong with them in any import; with errors it must not be used."""

    number: int
    cells: dict[str, str]
    errors: list[RowError]


class Columns(msgspec.Struct, frozen=True, dict=True):
    """The columns that an import knows, and how many rows it takes."""

    known: tuple[Column, ...]
    rows_max: int
    required: frozenset[str] = frozenset()
    first_texts: tuple[str, ...] = ()
    """Of a row before the names of the columns."""

    @property
    def table_rows_max(self) -> int:
        """With the row of names, and the one before it."""
        return self.rows_max + 1 + bool(self.first_texts)

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.known)

    @cached_property
    def keys(self) -> dict[str, Column]:
        return {key: column for column in self.known for key in column.keys}

    @cached_property
    def first_keys(self) -> tuple[str, ...]:
        """What the first row of a file may hold, by which its separator is told."""
        return (*self.keys, *map(header_key, self.first_texts))


class Lines:
    """The rows of a table under its row of names. Raises FileRefused for a table without the import's columns."""

    def __init__(self, table: Table, columns: Columns, *, names_at: int = 0) -> None:
        self._table = table
        self._rows = table.rows[names_at + 1 :]
        self._header = _header(table.rows[names_at] if len(table.rows) > names_at else None, columns)
        self._notes = {column.name: _Codes() for column in self._header if column and column.is_code}
        if not self._rows and table.broken is None:
            raise FileRefused("empty")
        if len(self._rows) > columns.rows_max:
            raise FileRefused("long", rows_max=f"{columns.rows_max:,}")

    def __iter__(self) -> Iterator[Line]:
        for row in self._rows:
            broken = self._table.broken
            if broken is None or row.number < broken.row:
                yield self._line(row)
        if (broken := self._table.broken) is not None:
            yield Line(broken.row, {}, [RowError(broken.row, "?", broken.code)])

    @property
    def reading(self) -> Reading:
        """How the file was read, once all lines were."""
        return Reading(self._table.read_as, self._found_notes())

    def _found_notes(self) -> list[Note]:
        found = []
        for name, codes in self._notes.items():
            if codes.numbers:
                found.append(Note("numbers", {"column": name, "count": str(codes.numbers)}))
            elif codes.may_have_lost_zeros:
                facts = {"column": name, "count": str(codes.short), "digits": str(max(codes.lengths))}
                found.append(Note("zeros", facts))
        return found

    def _line(self, row: TableRow) -> Line:
        errors: list[RowError] = []
        cells: dict[str, str] = {}
        for index, text in enumerate(row.cells):
            column = self._header[index] if index < len(self._header) else None
            mark = row.marks.get(index)
            if column is None:
                if mark is not None or cleaned(text):
                    facts = {"found": str(len(row.cells)), "wanted": str(len(self._header))}
                    errors.append(RowError(row.number, "?", "columns", facts))
                    break
                continue
            text = cells[column.name] = cleaned(text)
            if code := _wrong(column, text, mark):
                errors.append(RowError(row.number, column.name, code, {"text": quoted(text)}))
            elif column.is_code and text:
                self._notes[column.name].add(text, mark)
        for column in self._header[len(row.cells) :]:
            if column is not None:
                cells[column.name] = ""
        return Line(row.number, cells, errors)


class _Codes:
    """Counts the codes of a column that are only digits: whether some may have lost their leading zeros."""

    def __init__(self) -> None:
        self.numbers = 0
        self.others = 0
        self.lengths: dict[int, int] = {}

    def add(self, text: str, mark: Mark | None) -> None:
        self.numbers += mark == "number"
        if text.isascii() and text.isdigit():
            self.lengths[len(text)] = self.lengths.get(len(text), 0) + 1
        else:
            self.others += 1

    @property
    def short(self) -> int:
        return sum(self.lengths.values()) - self.lengths[max(self.lengths)]

    @property
    def may_have_lost_zeros(self) -> bool:
        """Most codes have the most digits, a few have fewer, and none begins with a zero."""
        if self.others or len(self.lengths) < 2 or max(self.lengths) < CODE_DIGITS_MIN:
            return False
        return self.short < self.lengths[max(self.lengths)]


def _header(row: TableRow | None, columns: Columns) -> list[Column | None]:
    """The column of each cell of the row of names; None for a name that is empty."""
    found: list[Column | None] = []
    unknown: list[str] = []
    for text in [] if row is None else row.cells:
        key = header_key(text)
        column = columns.keys.get(key)
        if key and column is None:
            unknown.append(quoted(cleaned(text)))
        found.append(column)
    known = ", ".join(columns.names)
    if not any(found):
        raise FileRefused("no_columns", known=known)
    if unknown:
        raise FileRefused("unknown_columns", columns=", ".join(unknown)[:120], known=known)
    names = [column.name for column in found if column is not None]
    repeated = {name for name in names if names.count(name) > 1}
    if repeated:
        raise FileRefused("repeated_columns", columns=", ".join(sorted(repeated)), known=known)
    if missing := columns.required - set(names):
        raise FileRefused("missing_columns", columns=", ".join(sorted(missing)), known=known)
    return found


def _wrong(column: Column, text: str, mark: Mark | None) -> str | None:
    """The code of what no import takes in a cell."""
    if mark in ("error", "formula", "cell_long"):
        return mark
    if not text:
        return None
    if is_error(text):
        return "error"
    if "\0" in text:
        return "control"
    if column.is_code:
        if is_scientific(text):
            return "scientific"
        if mark == "long_number":
            return "digits_lost"
    return None


def reason_of(language: str, family: str, code: str, facts: Mapping[str, str]) -> str:
    """What is wrong in a row, as the import's own family says it, else as every import does."""
    key = f"{family}.{code}"
    return say(language, key if has_text(key) else f"import_row.{code}", **facts)


def codes_by_name(key: str, codes: Iterable[str]) -> dict[str, str]:
    """Codes by what people write for them: the code itself, or its name in a language, under the texts' `key`."""
    return {
        header_key(name): code
        for code in codes
        for name in (code, *(say(language, f"{key}.{code}") for language in LANGUAGES))
    }


def read_as_sentences(read_as: ReadAs) -> tuple[str, str]:
    """How a file was read, for the person who sent it, in Chinese and in English."""
    if read_as.format == "xlsx":
        return both("import_read.xlsx", sheet=read_as.sheet)
    chinese, english = both(f"import_read.{read_as.separator}")
    return (
        say("zh-CN", "import_read.csv", encoding=read_as.encoding, separator=chinese),
        say("en", "import_read.csv", encoding=read_as.encoding, separator=english),
    )
