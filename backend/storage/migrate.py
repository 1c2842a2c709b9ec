"""Bringing the tables up to date: one runner at a time, with time-outs, then the application's rights."""

from __future__ import annotations

import asyncpg
from tortoise import Tortoise
from tortoise.migrations.api.migrate import migrate as tortoise_migrate

from backend.migrations import read_sql
from backend.storage.database import dsn_parts, tortoise_config

MIGRATION_LOCK = 7_283_011
LOCK_WAIT_S = 60

# A migration that waits for a lock makes every later query wait behind it: it gives up instead, and is run again.
MIGRATION_SETTINGS = {
    "application_name": "tianfu-migrate",
    "lock_timeout": "5s",
    "statement_timeout": "300s",
}


async def migrate(owner_url: str, *, app_role: str, target: str | None = None) -> None:
    """Run the migrations as the owner (`target`: one to stop at, for going down), then grant rights.

    Raises asyncpg.LockNotAvailableError when another runner holds the lock for more than a minute.
    """
    # The lock is held by a connection of its own: migrations run on the ORM's.
    guard = await asyncpg.connect(
        **dsn_parts(owner_url), server_settings={"lock_timeout": f"{LOCK_WAIT_S}s"}, timeout=10
    )
    try:
        await guard.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
        config = tortoise_config(owner_url, pool_size_max=2, server_settings=MIGRATION_SETTINGS)
        try:
            await tortoise_migrate(config=config, target=f"backend.{target or '__latest__'}")
        finally:
            await Tortoise.close_connections()
        if target is None:
            await grant(guard, app_role)
    finally:
        await guard.close()


async def grant(owner: asyncpg.Connection, app_role: str) -> None:
    """Give the application's role its rights, and no others."""
    if await owner.fetchval("SELECT current_user") == app_role:
        return  # one role for everything: `tianfu audit` reports it, and production refuses to start
    quoted = '"' + app_role.replace('"', '""') + '"'
    async with owner.transaction():
        await owner.execute(read_sql("grants").format(role=quoted))
