"""What must never happen is refused by PostgreSQL itself, by a constraint with a name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest

from backend.settings import Settings
from backend.storage.writer import RACES
from tests.storage.rows import GOOD, KEYS, OTHER_BATCH, REFERENCES, REFUSED, Row

ORM_TABLE = "tortoise_migrations"


@pytest.fixture(scope="module")
async def good_rows(shared: Settings) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the owner whose transaction, never committed, has put its good row into every table."""
    connection = await asyncpg.connect(shared.owner_database_url)
    transaction = connection.transaction()
    await transaction.start()
    for table, row in GOOD.items():
        await _insert(connection, table, row)
    yield connection
    await transaction.rollback()
    await connection.close()


@pytest.fixture
async def filled(good_rows: asyncpg.Connection) -> AsyncIterator[asyncpg.Connection]:
    """Every table holds its good row, and what the test adds is gone when it ends."""
    savepoint = good_rows.transaction()
    await savepoint.start()
    yield good_rows
    await savepoint.rollback()


async def _insert(connection: asyncpg.Connection, table: str, row: Row) -> None:
    columns = ", ".join(row)
    places = ", ".join(f"${place}" for place in range(1, len(row) + 1))
    await connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", *row.values())  # noqa: S608


def _table_of(constraint: str) -> str:
    return max((table for table in GOOD if constraint.startswith(f"{table}_")), key=len)


async def test_every_constraint_expected_is_in_the_catalogue_and_no_other(tables: asyncpg.Connection) -> None:
    rows = await tables.fetch(
        """SELECT conname FROM pg_constraint
           WHERE connamespace = 'public'::regnamespace AND contype <> 'n' AND conrelid <> $1::regclass""",
        ORM_TABLE,
    )
    found = {row["conname"] for row in rows}
    expected = {name for name, _ in REFUSED} | KEYS | REFERENCES
    assert expected - found == set(), "missing in the database"
    assert found - expected == set(), "without a test here"


async def test_every_constraint_is_in_force(tables: asyncpg.Connection) -> None:
    not_valid = await tables.fetch(
        "SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND NOT convalidated"
    )
    assert not_valid == []
    disabled = await tables.fetch(
        "SELECT tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid WHERE tgenabled <> 'O'"
    )
    assert disabled == []


async def test_every_table_has_a_good_row_here(tables: asyncpg.Connection) -> None:
    rows = await tables.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert {row["tablename"] for row in rows} == GOOD.keys() | {ORM_TABLE}


@pytest.mark.parametrize(
    ("constraint", "change"),
    REFUSED,
    ids=[f"{name}-{number}" for number, (name, _) in enumerate(REFUSED)],
)
async def test_constraint_refuses_what_must_not_be(
    filled: asyncpg.Connection, constraint: str, change: Row
) -> None:
    table = _table_of(constraint)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as caught:
        await _insert(filled, table, GOOD[table] | change)
    assert caught.value.constraint_name == constraint


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("pools", {"position": 2, "serial_from": 101, "serial_to": 300, "next_serial": 101}),
        ("pools", {"position": 2, "batch_id": OTHER_BATCH, "next_serial": 1}),
        ("credit_batches", {"id": OTHER_BATCH, "vintage": 2025}),
        ("actions", {"state": "posted", "points": 1, "capped_by": None}),
        ("actions", {"state": "posted", "points": 1}),  # trimmed by a cap, and still worth something
        ("attendances", {"badge_serial": None}),
    ],
)
async def test_constraint_lets_pass_what_may_be(filled: asyncpg.Connection, table: str, change: Row) -> None:
    if change.get("batch_id") == OTHER_BATCH:
        other = GOOD["credit_batches"] | {"id": OTHER_BATCH, "vintage": 2023}
        await _insert(filled, "credit_batches", other)
    fresh = {"id": uuid4()} if "id" in GOOD[table] else {}
    fresh |= {"citizen_id": uuid4()} if "citizen_id" in GOOD[table] else {}
    await _insert(filled, table, GOOD[table] | fresh | change)


async def test_many_people_without_a_badge_do_not_share_one(filled: asyncpg.Connection) -> None:
    for _ in range(3):
        row = GOOD["attendances"] | {"citizen_id": uuid4(), "id": uuid4(), "badge_serial": None}
        await _insert(filled, "attendances", row)


async def test_writer_knows_its_races_by_names_that_exist(tables: asyncpg.Connection) -> None:
    rows = await tables.fetch("SELECT conname FROM pg_constraint WHERE contype IN ('u', 'p', 'x')")
    assert {row["conname"] for row in rows} >= RACES


async def test_issuing_account_is_there_from_the_first_migration_on(tables: asyncpg.Connection) -> None:
    rows = await tables.fetch("SELECT id::text, kind, balance FROM accounts WHERE kind = 'issuance'")
    assert [tuple(row) for row in rows] == [("00000000-0000-7000-8000-000000000001", "issuance", 0)]


# Every unique key of a table that grows with people begins with event_id or citizen_id, so that the tables can
# be distributed on them. Accounts and citizens are distributed on their id, which is the citizen's.
GROWS_WITH_PEOPLE = (
    "badges footprints attendances offsets allocations transfers actions idempotency_keys tallies pools gates"
    " journey_revisions offset_waits offset_wait_ends offset_changes offset_releases offset_payments"
    " consents profiles team_members medals passes companions gate_scans presence gate_settings badge_blocks"
    " certificate_names"
)


async def test_keys_of_what_grows_begin_with_the_event_or_the_citizen(tables: asyncpg.Connection) -> None:
    rows = await tables.fetch(
        """SELECT c.relname, i.relname AS index_name, a.attname FROM pg_index x
           JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
           JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[0]
           WHERE x.indisunique AND c.relname = ANY ($1::text[])""",
        GROWS_WITH_PEOPLE.split(),
    )
    assert {row["relname"] for row in rows} == set(GROWS_WITH_PEOPLE.split())
    assert [dict(row) for row in rows if row["attname"] not in ("event_id", "citizen_id")] == []
