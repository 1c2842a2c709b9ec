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
    "alert_acknowledgements",
    "certificate_samples",
    "certificate_checks",
    "inspections",
    "inspection_entries",
    "inventory_lines",
    "inventory_people",
    "inventory_absences",
    "inventory_measures",
    "offset_payments",
    "event_steps",
    "event_documents",
    "event_reports",
    "disclosures",
    "credit_scores",
    "plantings",
    "project_activities",
    "project_evidence",
    "surpluses",
    "issuance_budget_changes",
    "pending_points",
    "pending_point_ends",
    "erasures",
    "review_opinions",
    "guardian_consents",
    "security_records",
    "log_signatures",
    "account_moves",
    "merged_accounts",
)
# Tables that the database dates itself, with the column of its clock, which the application may not write.
CLOCKS = {
    "transfers": "written_at",
    "actions": "written_at",
    "attendances": "written_at",
    "offsets": "written_at",
    "consents": "written_at",
    "log_entries": "written_at",
    "staff_actions": "at",
    "security_records": "at",
    "name_reports": "created_at",
}
# Columns that the application may change in tables where it may not change all of them.
MAY_CHANGE = {
    "accounts": "is_proven, erased_at, earns_from",
    "pools": "next_serial",
    "badges": "revoked_at, revoked_why, reissued_as, alias, alias_changed_at",
    "team_members": "left_at",
    "staff": "password_hash, role, disabled_at",
    "name_reports": "decision, decided_at, decided_by, reason, reporter_id, note",
    "credit_objections": "decision, corrected, decision_reason, decided_by, decided_at",
    "demonstration_proposals": "decision, decision_reason, decided_by, decided_at",
    "disclosure_corrections": "decision, decided_by, decided_at, published",
    "issuance_budgets": "total_points, issued_points, closed_at",
    "projects": "barrier, is_demonstration, planned_t",
    "event_budgets": "points_per_kg, points_budget, points_spent",
}


# Of those, tables whose rows go: a report holds somebody's name, which an erasure takes away.
MAY_GO = frozenset({"name_reports"})


# Written by a function of the owner alone.
BY_FUNCTION = frozenset({"account_moves", "merged_accounts"})


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
    assert await tables.fetchval("SELECT has_table_privilege('tianfu_app', $1, 'SELECT')", table)
    if table not in CLOCKS:
        may_add = await tables.fetchval("SELECT has_table_privilege('tianfu_app', $1, 'INSERT')", table)
        assert may_add == (table not in BY_FUNCTION)


@pytest.mark.parametrize(("table", "clock"), CLOCKS.items())
async def test_application_writes_every_column_but_the_clock(
    tables: asyncpg.Connection, table: str, clock: str
) -> None:
    rows = await tables.fetch(
        """SELECT attname, has_column_privilege('tianfu_app', $1::regclass, attname, 'INSERT') AS may
           FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0""",
        table,
    )
    decided = {"decision", "decided_at", "decided_by", "reason"} if table == "name_reports" else set()
    assert {row["attname"] for row in rows if not row["may"]} == {clock} | decided


@pytest.mark.parametrize(("table", "clock"), CLOCKS.items())
async def test_application_backdates_nothing(
    own_application: asyncpg.Connection, owner: asyncpg.Connection, table: str, clock: str
) -> None:
    """The attack: with the application's password, write what should seem to have been there for long."""
    for statement in (
        f"INSERT INTO {table} ({clock}) VALUES (now() - interval '1 year')",
        f"ALTER TABLE {table} ALTER COLUMN {clock} SET DEFAULT '2020-01-01'",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await own_application.execute(statement)
    default = await owner.fetchval(
        "SELECT column_default FROM information_schema.columns WHERE table_name = $1 AND column_name = $2",
        table,
        clock,
    )
    assert default == "clock_timestamp()"


async def test_records_of_180_days_are_the_only_ones_that_go(
    own_application: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    """The attack: empty the record of what one did, with the function that removes old rows."""
    await owner.execute(
        """INSERT INTO security_records (id, at, kind)
           SELECT gen_random_uuid(), now() - days * interval '1 day', 'signed_in'
           FROM unnest(ARRAY[0, 1, 179, 181, 200]) AS days"""
    )
    await own_application.execute("CREATE TEMPORARY TABLE security_records (id uuid, at timestamptz)")
    await own_application.execute("SET search_path = pg_temp, public")
    assert await own_application.fetchval("SELECT remove_old_security_records(1)") == 1
    assert await own_application.fetchval("SELECT remove_old_security_records(100000)") == 1
    assert await own_application.fetchval("SELECT remove_old_security_records(100000)") == 0
    ages = await owner.fetch(
        "SELECT extract(day FROM now() - at)::int AS days FROM security_records ORDER BY 1"
    )
    assert [row["days"] for row in ages] == [0, 1, 179]


async def test_an_account_of_staff_is_never_changed_unrecorded(
    own_application: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    """The attack: with the application's password, make oneself an operator."""
    await own_application.execute(
        """INSERT INTO staff (id, username, role, password_hash)
           VALUES (gen_random_uuid(), 'mallory', 'staff', '')"""
    )
    for statement in (
        "UPDATE staff SET username = 'lin'",
        "DELETE FROM staff",
        "ALTER TABLE staff DISABLE TRIGGER ALL",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await own_application.execute(statement)
    await own_application.execute("UPDATE staff SET password_hash = 'other' WHERE username = 'mallory'")
    await own_application.execute("UPDATE staff SET role = 'operator' WHERE username = 'mallory'")
    rows = await owner.fetch("SELECT kind, actor, subject, reason FROM security_records ORDER BY at")
    assert [(row["kind"], row["subject"], row["reason"]) for row in rows] == [
        ("account_written", "mallory", "created as staff"),
        ("account_written", "mallory", "changed: password_hash"),
        ("account_written", "mallory", "changed: role"),
    ]
    assert all(row["actor"].startswith("tianfu_app") for row in rows)


async def test_serials_are_given_once(own_application: asyncpg.Connection, owner: asyncpg.Connection) -> None:
    """The attack: set a pool back, so that the same grams are given twice."""
    for table, row in GOOD.items():
        columns, places = ", ".join(row), ", ".join(f"${place}" for place in range(1, len(row) + 1))
        await owner.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", *row.values())
        if table == "pools":
            break
    await own_application.execute("UPDATE pools SET next_serial = serial_to + 1")
    with pytest.raises(asyncpg.CheckViolationError) as caught:
        await own_application.execute("UPDATE pools SET next_serial = serial_from")
    assert caught.value.constraint_name == "pools_serials_once"


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
    if table not in MAY_GO:
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
