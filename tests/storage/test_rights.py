# ruff: noqa: S608 - the names come from this file
"""The application's role appends to the ledger and can neither change nor remove a row of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from backend.settings import Settings
from backend.storage.migrate import grant
from tests.storage.rows import GOOD

APPEND_ONLY = (
    "transfers",
    "allocations",
    "offsets",
    "attendances",
    "footprints",
    "actions",
    "staff_actions",
    "catalogue_entries",
    "reversals",
    "claims",
    "donations",
    "partner_items",
    "redemptions",
    "verifications",
    "consents",
    "medals",
    "log_entries",
    "log_nodes",
    "log_keys",
    "log_heads",
    "journey_revisions",
    "offset_waits",
    "offset_wait_ends",
    "offset_changes",
    "offset_releases",
    "inventory_lines",
    "inventory_people",
    "inventory_absences",
    "inventory_measures",
    "offset_payments",
    "event_steps",
    "event_documents",
    "event_reports",
    "projects",
    "plantings",
    "surpluses",
    "issuance_budget_changes",
    "pending_points",
    "pending_point_ends",
)
# Columns that the application may change in tables where it may not change all of them.
MAY_CHANGE = {
    "accounts": "balance, is_proven",
    "pools": "next_serial",
    "badges": "revoked_at, revoked_why, reissued_as, alias, alias_changed_at",
    "team_members": "left_at",
    "issuance_budgets": "total_points, issued_points, closed_at",
    "event_budgets": "points_per_kg, points_budget, points_spent",
}


@pytest.mark.parametrize("table", APPEND_ONLY)
async def test_application_cannot_update_delete_or_truncate(
    application: asyncpg.Connection, tables: asyncpg.Connection, table: str
) -> None:
    column = next(iter(GOOD[table]))
    for statement in (
        f"UPDATE {table} SET {column} = {column}",
        f"UPDATE {table} SET {column} = {column} WHERE false",
        f"DELETE FROM {table}",
        f"DELETE FROM {table} WHERE false",
        f"TRUNCATE {table}",
        f"DROP TABLE {table}",
        f"ALTER TABLE {table} ADD COLUMN note text",
        f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        f"CREATE RULE quiet AS ON INSERT TO {table} DO INSTEAD NOTHING",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await application.execute(statement)
    for right in ("UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"):
        assert not await tables.fetchval("SELECT has_table_privilege('tianfu_app', $1, $2)", table, right)
    for right in ("SELECT", "INSERT"):
        assert await tables.fetchval("SELECT has_table_privilege('tianfu_app', $1, $2)", table, right)


@pytest.mark.parametrize("table", APPEND_ONLY)
async def test_application_cannot_update_a_single_column(tables: asyncpg.Connection, table: str) -> None:
    assert not await tables.fetchval("SELECT has_any_column_privilege('tianfu_app', $1, 'UPDATE')", table)


@pytest.mark.parametrize(("table", "column"), MAY_CHANGE.items())
async def test_application_changes_only_what_moves(
    application: asyncpg.Connection, table: str, column: str
) -> None:
    columns = column.split(", ")
    for each in columns:
        await application.execute(f"UPDATE {table} SET {each} = {each}")
    for other in GOOD[table]:
        if other not in columns:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await application.execute(f"UPDATE {table} SET {other} = {other}")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await application.execute(f"DELETE FROM {table}")


async def test_application_owns_nothing_and_is_nobody_special(tables: asyncpg.Connection) -> None:
    owned = await tables.fetch("SELECT relname FROM pg_class WHERE relowner = 'tianfu_app'::regrole")
    assert owned == []
    role = await tables.fetchrow("SELECT * FROM pg_roles WHERE rolname = 'tianfu_app'")
    assert not any(role[right] for right in ("rolsuper", "rolcreaterole", "rolcreatedb", "rolbypassrls"))
    assert await tables.fetch("SELECT FROM pg_auth_members WHERE member = 'tianfu_app'::regrole") == []


async def test_application_makes_no_tables_and_cannot_become_the_owner(
    application: asyncpg.Connection,
) -> None:
    for statement in (
        "CREATE TABLE mine (x int)",
        "SET ROLE tianfu_owner",
        "SET SESSION AUTHORIZATION postgres",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await application.execute(statement)


@pytest.fixture
async def own_application(settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    """A connection as the server processes have it, to this test's own database."""
    connection = await asyncpg.connect(settings.database_url)
    yield connection
    await connection.close()


async def test_new_table_is_closed_to_the_application_until_it_is_granted(
    own_application: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    await owner.execute("CREATE TABLE novelty (id int PRIMARY KEY)")
    for statement in ("SELECT FROM novelty", "INSERT INTO novelty VALUES (1)", "DELETE FROM novelty"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await own_application.execute(statement)
    # The next migration's grants let it read, and nothing more without a line of their own.
    await grant(owner, "tianfu_app")
    rights = [
        right
        for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
        if await owner.fetchval("SELECT has_table_privilege('tianfu_app', 'novelty', $1)", right)
    ]
    assert rights == []


async def test_grants_take_back_what_was_given_by_hand(
    own_application: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    await owner.execute("GRANT ALL ON transfers TO tianfu_app")
    await owner.execute("GRANT UPDATE (points) ON transfers TO tianfu_app")
    await own_application.execute("DELETE FROM transfers")
    await grant(owner, "tianfu_app")
    for statement in ("DELETE FROM transfers", "UPDATE transfers SET points = 1"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await own_application.execute(statement)
