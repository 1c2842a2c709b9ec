"""Migrations go up from nothing, down one and up again, at once from several places, and after an interruption."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from backend.outside.embedded import EmbeddedServers
from backend.settings import Settings
from backend.storage import migrate as migrations
from backend.storage.migrate import MIGRATION_LOCK, migrate
from tests.conftest import _admin, settings_for

ROOT = Path(__file__).parents[2]
FILES = sorted(path.stem for path in (ROOT / "backend/migrations").glob("[0-9]*.py"))
FIRST = "0001_people_and_catalogue"


@pytest.fixture
async def empty(servers: EmbeddedServers) -> AsyncIterator[Settings]:
    """Settings of a database with nothing in it."""
    name = f"test_{uuid4().hex[:12]}"
    async with _admin(servers) as admin:
        await admin.execute(f"CREATE DATABASE {name} OWNER tianfu_owner")
        yield settings_for(servers, name)
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def _schema(settings: Settings) -> set[tuple[str, ...]]:
    """Everything that migrations make, in comparable words."""
    connection = await asyncpg.connect(settings.owner_database_url)
    rows = await connection.fetch(
        """SELECT 'column', table_name, column_name, data_type || ' ' || is_nullable || coalesce(column_default, '')
           FROM information_schema.columns WHERE table_schema = 'public'
           UNION SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
           FROM pg_constraint WHERE connamespace = 'public'::regnamespace
           UNION SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
           UNION SELECT 'right', relname, 'acl', relacl::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
               AND relkind = 'r'
           UNION SELECT 'account', id::text, kind, balance::text FROM accounts"""
    )
    await connection.close()
    return {tuple(str(value) for value in row) for row in rows}


async def _recorded(settings: Settings) -> list[str]:
    connection = await asyncpg.connect(settings.owner_database_url)
    rows = await connection.fetch("SELECT name FROM tortoise_migrations ORDER BY name")
    await connection.close()
    return [row["name"] for row in rows]


async def _up(settings: Settings, target: str | None = None) -> None:
    await migrate(settings.owner_database_url, app_role="tianfu_app", target=target)


async def _schema_of_tests(settings: Settings) -> set[tuple[str, ...]]:
    """That of a test's database, without the adults that sign in there by themselves."""
    connection = await asyncpg.connect(settings.owner_database_url)
    await connection.execute(
        "ALTER TABLE citizens ALTER born_month DROP DEFAULT, ALTER age_told_at DROP DEFAULT;"
        "ALTER TABLE accounts ALTER earns_from DROP DEFAULT"
    )
    await connection.close()
    return await _schema(settings)


async def _tables(settings: Settings) -> set[str]:
    connection = await asyncpg.connect(settings.owner_database_url)
    rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    await connection.close()
    return {row["tablename"] for row in rows}


async def test_from_nothing_down_one_and_up_again_gives_the_same_tables(
    empty: Settings, settings: Settings
) -> None:
    await _up(empty)
    assert await _recorded(empty) == FILES
    made = await _schema(empty)
    assert made == await _schema_of_tests(settings)
    await _up(empty, FIRST)
    assert await _recorded(empty) == [FIRST]
    left = await _tables(empty)
    assert "citizens" in left
    assert not {"transfers", "events", "accounts", "tallies"} & left
    await _up(empty)
    assert await _recorded(empty) == FILES
    assert await _schema(empty) == made


async def test_running_again_changes_nothing(settings: Settings, owner: asyncpg.Connection) -> None:
    before = await _schema(settings)
    applied = await owner.fetch("SELECT * FROM tortoise_migrations")
    files = await owner.fetch("SELECT oid, relfilenode FROM pg_class ORDER BY oid")
    await _up(settings)
    assert await _schema(settings) == before
    assert await owner.fetch("SELECT * FROM tortoise_migrations") == applied
    assert await owner.fetch("SELECT oid, relfilenode FROM pg_class ORDER BY oid") == files


@pytest.mark.parametrize("lost", [FILES, FILES[-1:]], ids=["all of them", "the newest"])
async def test_migration_that_was_done_and_not_recorded_may_be_repeated(
    settings: Settings, owner: asyncpg.Connection, lost: list[str]
) -> None:
    before = await _schema(settings)
    await owner.execute("UPDATE accounts SET balance = -7")
    await owner.execute("DELETE FROM tortoise_migrations WHERE name = ANY ($1::text[])", lost)
    await _up(settings)
    assert await _recorded(settings) == FILES
    # What was in the tables is still there.
    assert await owner.fetchval("SELECT balance FROM accounts") == -7
    await owner.execute("UPDATE accounts SET balance = 0")
    assert await _schema(settings) == before


async def _command(settings: Settings) -> tuple[int | None, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TIANFU_")}
    environment |= {
        "TIANFU_ENVIRONMENT": "demo",
        "TIANFU_DATABASE_URL": settings.database_url,
        "TIANFU_OWNER_DATABASE_URL": settings.owner_database_url,
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "backend.cli", "migrate"),
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return process.returncode, out.decode()


async def test_three_runners_at_once_all_succeed(empty: Settings, settings: Settings) -> None:
    ended = await asyncio.gather(*(_command(empty) for _ in range(3)))
    assert [status for status, _ in ended] == [0, 0, 0], [said for _, said in ended]
    assert await _recorded(empty) == FILES
    assert await _schema(empty) == await _schema_of_tests(settings)
    # Each catalogue entry was published once, by whichever came first.
    told = [int(said.split("; ")[1].split()[0]) for _, said in ended]
    connection = await asyncpg.connect(empty.owner_database_url)
    assert await connection.fetchval("SELECT count(*) FROM catalogue_entries") == sum(told) > 0
    await connection.close()


async def test_runner_waits_its_turn_and_gives_up_in_the_end(
    settings: Settings, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "LOCK_WAIT_S", 0.2)
    await owner.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
    with pytest.raises(asyncpg.LockNotAvailableError):
        await _up(settings)
    await owner.execute("SELECT pg_advisory_unlock($1)", MIGRATION_LOCK)
    await _up(settings)


async def test_migrations_run_with_time_outs_so_that_the_door_never_waits_long(
    settings: Settings,
) -> None:
    assert migrations.MIGRATION_SETTINGS["lock_timeout"] == "5s"
    assert migrations.MIGRATION_SETTINGS["statement_timeout"] == "300s"
    connection = await asyncpg.connect(
        settings.owner_database_url, server_settings=migrations.MIGRATION_SETTINGS
    )
    assert await connection.fetchval("SHOW lock_timeout") == "5s"
    assert await connection.fetchval("SHOW statement_timeout") == "5min"
    await connection.close()


async def test_one_role_for_everything_gets_no_grants_and_is_left_to_the_audit(empty: Settings) -> None:
    alone = replace(empty, database_url=empty.owner_database_url)
    await migrate(alone.owner_database_url, app_role="tianfu_owner")
    connection = await asyncpg.connect(empty.owner_database_url)
    granted = await connection.fetchval(
        "SELECT count(*) FROM pg_class WHERE relacl::text LIKE '%tianfu_app%' AND relnamespace = 'public'::regnamespace"
    )
    await connection.close()
    assert granted == 0


def test_every_migration_has_both_its_files_and_can_go_down() -> None:
    sql = ROOT / "backend/migrations/sql"
    assert FILES[0] == FIRST
    for name in FILES:
        for direction in ("up", "down"):
            assert (sql / f"{name}.{direction}.sql").read_text(encoding="utf-8").strip(), (name, direction)
    assert {path.name.split(".")[0] for path in sql.glob("[0-9]*.sql")} == set(FILES)
