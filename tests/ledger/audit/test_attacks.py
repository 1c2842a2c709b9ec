"""Whoever has the application's database password: what they do to what was promised fails, or the audit names it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest

from backend.ledger.audit.ledger import audit_all
from backend.models.keys import uuid7
from backend.settings import Settings
from tests.community import id_of
from tests.ledger.stage import assert_every_promise_holds, open_fair
from tests.service import Service

ISSUANCE = "00000000-0000-7000-8000-000000000001"
MILLION = 1_000_000


@pytest.fixture
async def mallory(settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    """A connection as the server processes have it."""
    connection = await asyncpg.connect(settings.database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def citizen_id(service: Service) -> UUID:
    """Somebody who scanned, travelled, and has points and an offset."""
    fair = await open_fair(service, 1, grams=20_000)
    citizen = await service.citizen()
    scanned = await service.scan(fair.badges[0]["code"], citizen, offset={"grams": 10_000})
    assert scanned.json()["offset"]["grams"] == 10_000
    assert (await service.act(citizen, "bike_own", 5)).json()["points"] > 0
    await assert_every_promise_holds(service)
    return await id_of(service, citizen)


async def _named(settings: Settings) -> set[str]:
    return {finding.promise for finding in await audit_all(settings) if finding.is_broken}


async def test_points_cannot_be_written_into_an_account(
    mallory: asyncpg.Connection, owner: asyncpg.Connection, citizen_id: UUID
) -> None:
    before = await owner.fetchval("SELECT balance FROM accounts WHERE id = $1", citizen_id)
    other = uuid7()
    for statement, values in (
        ("UPDATE accounts SET balance = $2 WHERE id = $1", (citizen_id, MILLION)),
        ("INSERT INTO accounts (id, kind, balance) VALUES ($1, 'citizen', $2)", (other, MILLION)),
        ("ALTER TABLE transfers DISABLE TRIGGER transfers_move_balances", ()),
        ("SET session_replication_role = replica", ()),
        ("CREATE OR REPLACE FUNCTION move_balances() RETURNS trigger LANGUAGE sql AS ''", ()),
        ("CREATE OR REPLACE VIEW system_accounts AS SELECT id, balance FROM accounts", ()),
        ("SELECT move_balances()", ()),
    ):
        with pytest.raises(asyncpg.PostgresError) as caught:
            await mallory.execute(statement, *values)
        assert isinstance(caught.value, asyncpg.InsufficientPrivilegeError | asyncpg.FeatureNotSupportedError)
    # The view that the system's accounts are written through shows no citizen's.
    moved = await mallory.execute(
        "UPDATE system_accounts SET balance = $2 WHERE id = $1", citizen_id, MILLION
    )
    assert moved == "UPDATE 0"
    assert await owner.fetchval("SELECT balance FROM accounts WHERE id = $1", citizen_id) == before


async def test_a_table_of_ones_own_in_the_way_is_not_written_instead(
    mallory: asyncpg.Connection, owner: asyncpg.Connection, citizen_id: UUID
) -> None:
    """The owner's functions look for their tables in `public` before anywhere else."""
    before = await owner.fetchval("SELECT balance FROM accounts WHERE id = $1", citizen_id)
    await mallory.execute("CREATE TEMPORARY TABLE accounts (id uuid, kind text, balance bigint)")
    await mallory.execute("SET search_path = pg_temp, public")
    await _forge(mallory, citizen_id, 5)
    assert await owner.fetchval("SELECT balance FROM accounts WHERE id = $1", citizen_id) == before + 5


async def test_a_transfer_that_nothing_earned_is_named(
    settings: Settings, mallory: asyncpg.Connection, citizen_id: UUID
) -> None:
    await _forge(mallory, citizen_id, MILLION)
    await mallory.execute(
        "UPDATE system_accounts SET balance = balance - $2 WHERE id = $1", UUID(ISSUANCE), MILLION
    )
    assert "points have a source" in await _named(settings)


async def test_more_points_than_there_are_cannot_be_spent(
    settings: Settings, mallory: asyncpg.Connection, citizen_id: UUID
) -> None:
    """The attack: fill a lot, and pay with it what the balance does not hold."""
    await mallory.execute("UPDATE lots SET points = points + $2 WHERE citizen_id = $1", citizen_id, MILLION)
    with pytest.raises(asyncpg.CheckViolationError) as caught:
        await _forge(mallory, citizen_id, MILLION, spends=True)
    assert caught.value.constraint_name == "accounts_citizen_not_negative"
    assert "lots equal balances" in await _named(settings)


async def test_serials_given_twice_fail_and_serials_left_out_are_named(
    settings: Settings, mallory: asyncpg.Connection, citizen_id: UUID
) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as caught:
        await mallory.execute("UPDATE pools SET next_serial = next_serial - 1")
    assert caught.value.constraint_name == "pools_serials_once"
    await mallory.execute("UPDATE pools SET next_serial = next_serial + 1")
    assert "serials have no gap and no overlap" in await _named(settings)


async def test_an_offset_of_long_ago_is_named(
    settings: Settings, mallory: asyncpg.Connection, citizen_id: UUID
) -> None:
    await mallory.execute(
        """INSERT INTO offsets (event_id, citizen_id, id, footprint_digest, grams, kind, pay_with,
                                certificate_number, issued_at, seed)
           SELECT event_id, $1, $2, footprint_digest, grams, kind, pay_with, 'TF-AB0YZ-0000-0000-0000',
                  now() - interval '1 year', seed FROM offsets""",
        uuid7(),
        uuid7(),
    )
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await mallory.execute("UPDATE offsets SET issued_at = now() - interval '1 year'")
    assert {"nothing is backdated", "offsets equal allocations"} <= await _named(settings)


@pytest.mark.parametrize(
    ("table", "told"), [("actions", "created_at"), ("attendances", "joined_at"), ("transfers", "created_at")]
)
async def test_what_is_told_to_be_of_long_ago_is_named(
    settings: Settings,
    mallory: asyncpg.Connection,
    owner: asyncpg.Connection,
    citizen_id: UUID,
    table: str,
    told: str,
) -> None:
    columns = await owner.fetchval(
        "SELECT string_agg(column_name, ', ') FROM information_schema.columns WHERE table_name = $1"
        " AND column_name <> ALL (ARRAY['id', 'citizen_id', 'badge_serial', 'written_at', $2])",
        table,
        told,
    )
    await mallory.execute(
        f"INSERT INTO {table} (id, citizen_id, {told}, {columns})"  # noqa: S608 - names of columns
        f" SELECT $1, $2, now() - interval '1 day', {columns} FROM {table} LIMIT 1",
        uuid7(),
        uuid7(),
    )
    assert "nothing is backdated" in await _named(settings)


async def test_a_consent_cannot_be_rewritten_and_a_backdated_one_is_named(
    settings: Settings, mallory: asyncpg.Connection, citizen_id: UUID
) -> None:
    given = "INSERT INTO consents (citizen_id, scope, revision, is_granted, policy_version, decided_at)"
    await mallory.execute(f"{given} VALUES ($1, 'leaderboard', 1, false, '1', now())", citizen_id)
    assert await _named(settings) == set()
    for statement in (
        "UPDATE consents SET is_granted = true",
        "DELETE FROM consents",
        "UPDATE consents SET decided_at = now() - interval '1 year'",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await mallory.execute(statement)
    long_ago = datetime(2025, 1, 1, tzinfo=UTC)
    await mallory.execute(f"{given} VALUES ($1, 'leaderboard', 2, true, '1', $2)", citizen_id, long_ago)
    assert await _named(settings) == {"nothing is backdated"}


async def test_a_record_cannot_be_deleted_and_an_operator_of_ones_own_is_on_record(
    mallory: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    await mallory.execute(
        "INSERT INTO staff (id, username, role, password_hash) VALUES ($1, 'mallory', 'operator', 'x')",
        uuid7(),
    )
    for statement in (
        "DELETE FROM security_records",
        "UPDATE security_records SET subject = 'lin'",
        "TRUNCATE security_records",
        "DROP TABLE security_records",
        "ALTER TABLE staff DISABLE TRIGGER staff_changes_recorded",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await mallory.execute(statement)
    assert await mallory.fetchval("SELECT remove_old_security_records(1000)") == 0
    row = await owner.fetchrow("SELECT subject, reason FROM security_records WHERE kind = 'account_written'")
    assert dict(row) == {"subject": "mallory", "reason": "created as operator"}


async def _forge(mallory: asyncpg.Connection, citizen_id: UUID, points: int, *, spends: bool = False) -> None:
    sides = [UUID(ISSUANCE), citizen_id]
    if spends:
        sides = [citizen_id, UUID("00000000-0000-7000-8000-000000000002")]
    await mallory.execute(
        """INSERT INTO transfers (citizen_id, id, debit_account, credit_account, points, reason, source_id,
                                  balance_after, created_at, expires_on, budget_id)
           SELECT $1, $2, $3, $4, $5, $6, $7, $5, now(), '2028-12-01',
                  CASE WHEN $6 = 'action' THEN (SELECT id FROM issuance_budgets LIMIT 1) END""",
        *(citizen_id, uuid7(), *sides, points, "redemption" if spends else "action", uuid7()),
    )
