"""Rows by name: a struct for each table, whose fields are the columns in which a statement takes many rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec

_values_of = msgspec.structs.astuple


class Row(msgspec.Struct, frozen=True, gc=False):
    """One row to add or to change. Its fields are columns of `table`, in the order in which a statement takes them.

    A column of JSON is its text, because that is how the driver takes it.
    """

    table: ClassVar[str]


class BulkStatement:
    """The statement `sql/<subject>/<name>.sql` with the tables it writes, in the order of its parameters.

    Every column is one parameter, an array with a value for each row. How many there are and in which order follows
    from the fields; a test holds the statement's text to them.
    """

    __slots__ = ("_nothing", "name", "tables")

    def __init__(self, name: str, *tables: type[Row]) -> None:
        self.name = name
        self.tables = tables
        self._nothing = tuple(((),) * len(table.__struct_fields__) for table in tables)

    def columns(self, *rows: Sequence[Row]) -> list[Sequence[object]]:
        """The parameters: the columns of every table's rows; empty ones where there is no row."""
        columns: list[Sequence[object]] = []
        for nothing, of_table in zip(self._nothing, rows, strict=True):
            columns += zip(*map(_values_of, of_table), strict=True) if of_table else nothing
        return columns
