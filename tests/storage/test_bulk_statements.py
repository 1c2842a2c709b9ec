"""A row's struct, the statement that takes many of them, and the table say the same."""

from __future__ import annotations

import re
import types
import typing
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import asyncpg
import pytest

from backend.ledger import rows as ledger_rows
from backend.ledger.rows import STATEMENTS, LotRow
from backend.storage.rows import BulkStatement, Row
from backend.storage.sqlfiles import sql

HEADED = re.compile(r"\$(\d+)(?: … \$(\d+))? ([a-z_]+)")
UNNESTED = re.compile(r"unnest\(([^)]*)\)\s*AS new \(([^)]*)\)")
INSERTED = re.compile(r"INSERT INTO (\w+)(?: AS \w+)? \(([^)]*)\)")
UPDATED = re.compile(r"UPDATE (?!SET\b)(\w+) ")
SHORT = {
    "bigint": "bigint",
    "int": "integer",
    "smallint": "smallint",
    "timestamptz": "timestamp with time zone",
}
# Type of a field → types of column that take it; JSON is given as its text.
TAKEN_BY: dict[type, set[str]] = {
    UUID: {"uuid"},
    str: {"text", "jsonb"},
    bytes: {"bytea"},
    int: {"bigint", "integer", "smallint"},
    bool: {"boolean"},
    Decimal: {"numeric"},
    datetime: {"timestamp with time zone"},
    date: {"date"},
}

Column = tuple[str, bool]
"""Its type, and whether it may be null."""


def names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


def parts_of(statement: BulkStatement) -> dict[int, tuple[list[str], list[str]]]:
    """By the number of its first parameter: the types of the arrays that are unnested together, and their names."""
    text = re.sub(r"--.*", "", sql(statement.name))
    found = {}
    for arrays, columns in UNNESTED.findall(text):
        numbered = [re.fullmatch(r"\$(\d+)::(\w+)\[\]", array) for array in names(arrays)]
        numbers = [int(each[1]) for each in numbered if each]
        assert numbers == list(range(numbers[0], numbers[0] + len(names(arrays)))), statement.name
        found[numbers[0]] = ([each[2] for each in numbered if each], names(columns))
    return found


@pytest.fixture(scope="package")
async def columns(tables: asyncpg.Connection) -> dict[str, dict[str, Column]]:
    found: dict[str, dict[str, Column]] = {}
    for row in await tables.fetch(
        """SELECT table_name, column_name, data_type, is_nullable = 'YES' AS is_nullable
           FROM information_schema.columns WHERE table_schema = 'public'"""
    ):
        found.setdefault(row["table_name"], {})[row["column_name"]] = (row["data_type"], row["is_nullable"])
    return found


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: statement.name)
def test_a_statement_takes_the_fields_of_its_rows_in_their_order(statement: BulkStatement) -> None:
    unnested, first = parts_of(statement), 1
    for table in statement.tables:
        assert unnested.pop(first)[1] == list(table.__struct_fields__), table.__name__
        first += len(table.__struct_fields__)
    assert unnested == {}


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: statement.name)
def test_a_statement_writes_the_tables_of_its_rows(statement: BulkStatement) -> None:
    text = re.sub(r"--.*", "", sql(statement.name))
    written = {table for table, _ in INSERTED.findall(text)} | set(UPDATED.findall(text))
    assert written == {table.table for table in statement.tables}
    for name, listed in INSERTED.findall(text):
        # `revision` of a tally is counted by the statement itself.
        given = [column for column in names(listed) if (name, column) != ("tallies", "revision")]
        assert given in [list(t.__struct_fields__) for t in statement.tables if t.table == name], name


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: statement.name)
def test_a_header_counts_the_parameters_of_each_table(statement: BulkStatement) -> None:
    header = " ".join(line for line in sql(statement.name).splitlines() if line.startswith("--"))
    ranges, first = [], 1
    for table in statement.tables:
        last = first + len(table.__struct_fields__) - 1
        ranges.append((str(first), str(last), table.table))
        first = last + 1
    assert HEADED.findall(header) == ranges


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: statement.name)
async def test_a_field_is_what_its_column_holds(
    columns: dict[str, dict[str, Column]], statement: BulkStatement
) -> None:
    unnested, first = parts_of(statement), 1
    for table in statement.tables:
        arrays = unnested[first][0]
        first += len(table.__struct_fields__)
        hints = typing.get_type_hints(table, vars(ledger_rows))
        for field, array in zip(table.__struct_fields__, arrays, strict=True):
            held, is_nullable = columns[table.table][field]
            taken = SHORT.get(array, array)
            assert held == taken or (held, taken) == ("jsonb", "text"), (table.__name__, field)
            args = typing.get_args(hints[field])
            kind = args[0] if isinstance(hints[field], types.UnionType) else hints[field]
            assert held in TAKEN_BY[kind], (table.__name__, field)
            assert is_nullable or type(None) not in args, (table.__name__, field)


def test_every_struct_of_a_row_is_taken_by_a_statement() -> None:
    taken = {table for statement in STATEMENTS for table in statement.tables}
    assert set(Row.__subclasses__()) <= taken
    assert {each for each in vars(ledger_rows).values() if isinstance(each, BulkStatement)} == set(STATEMENTS)


def test_columns_are_those_of_the_rows_and_empty_without_any() -> None:
    citizens, day = [UUID(int=1), UUID(int=2)], date(2026, 11, 1)
    statement = BulkStatement("store_lots", LotRow, LotRow)
    found = statement.columns([LotRow(citizens[0], day, 5), LotRow(citizens[1], day, 7)], [])
    assert found == [tuple(citizens), (day, day), (5, 7), (), (), ()]
    with pytest.raises(ValueError, match="shorter"):
        statement.columns([LotRow(citizens[0], day, 5)])
