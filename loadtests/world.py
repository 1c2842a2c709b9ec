"""The event that is scanned: the same in every database and in the twin's memory, so all get the same requests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from backend.catalogue import load_catalogue
from backend.launcher import migrate
from backend.ledger.facts.pools import CreditBatchFacts
from backend.outside.embedded import EmbeddedServers
from backend.settings import Settings, load_settings
from backend.storage.redis import connect

EVENT_ID = UUID("01990000-0000-7000-8000-0000000be9c4")
BATCH_ID = UUID("01990000-0000-7000-8000-0000000ba7c4")
STAFF_ID = UUID("01990000-0000-7000-8000-00000057aff0")
EVENT_CODE = "BENCH"
JOIN_POINTS = 10
# One batch of ten million tonnes: nobody in a run finds the pool empty.
QUANTITY_T = 10_000_000
POOL_G = QUANTITY_T * 1_000_000
BATCH = CreditBatchFacts(BATCH_ID, "cdcer", "龙泉山城市森林公园造林管护", "BENCH-2024")
# Not secret: they guard a database that exists for the length of a run. Production mode wants 32 bytes.
KEYS = {
    "TIANFU_TOKEN_KEYS": "bench:not-a-secret-only-for-load-tests-0123456789",
    "TIANFU_CODE_KEYS": "b:not-a-secret-only-for-load-tests-9876543210",
    "TIANFU_LOG_KEYS": "bench:bG9hZC10ZXN0LXNlZWQtdGhhdC1pcy1ub3Qtc2VjcmU=",
    "TIANFU_SECRET_KEYS": "bench:not-a-secret-only-for-load-tests-5647382910",
}
REDIS_DBS = {
    "scans": 7,
    "orm": 8,
    "actions": 9,
    "city": 10,
    "partners": 11,
    "flash": 12,
    "badges": 13,
    "devices": 14,
}


def event_row() -> dict[str, Any]:
    """The event's row, as a statement would return it: two days at an exhibition, from this morning on."""
    start = datetime.now(UTC).replace(hour=1, minute=0, second=0, microsecond=0)
    return {
        "id": EVENT_ID,
        "code": EVENT_CODE,
        "slug": "bench",
        "name_zh": "压力测试展会",
        "name_en": "Load test fair",
        "kind": "exhibition",
        "city": "成都",
        "starts_at": start,
        "ends_at": start + timedelta(days=1, hours=9),
        "boundary": "extended",
        "state": "running",
        "factor_set": load_catalogue().default_factor_set,
        "profile": "{}",
        "join_points": JOIN_POINTS,
        "revision": 1,
        "created_by": STAFF_ID,
    }


@dataclass(frozen=True, slots=True)
class World:
    """A database with the event, and how server processes reach it."""

    name: str
    settings: Settings

    @property
    def environment(self) -> dict[str, str]:
        return KEYS | {
            "TIANFU_ENVIRONMENT": "production",
            "TIANFU_PUBLIC_URL": "http://127.0.0.1",
            "TIANFU_DATABASE_URL": self.settings.database_url,
            "TIANFU_REDIS_URL": self.settings.redis_url,
        }


async def make_world(servers: EmbeddedServers, name: str, citizens: list[UUID], badges: int) -> World:
    """A fresh database from the migrations, filled by its owner; what an earlier run left is dropped."""
    database = f"bench_{name}"
    admin = await asyncpg.connect(servers.admin_url)
    try:
        await admin.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        await admin.execute(f"CREATE DATABASE {database} OWNER tianfu_owner")
    finally:
        await admin.close()
    settings = replace(
        load_settings(KEYS, environment="production"),
        database_url=servers.app_url.replace("/tianfu?", f"/{database}?"),
        owner_database_url=servers.owner_url.replace("/tianfu?", f"/{database}?"),
        redis_url=f"{servers.redis_url}?db={REDIS_DBS[name]}",
    )
    await _forget_counts(settings)
    await migrate(settings, None)
    owner = await asyncpg.connect(settings.owner_database_url)
    try:
        await _fill(owner, citizens, badges)
    finally:
        await owner.close()
    admin = await asyncpg.connect(servers.admin_url.replace("/postgres?", f"/{database}?"))
    try:
        # The filling must not be paid for by the first scans.
        await admin.execute("VACUUM (ANALYZE)")
        await admin.execute("CHECKPOINT")
    finally:
        await admin.close()
    return World(name, settings)


async def _forget_counts(settings: Settings) -> None:
    # An earlier run counted the same event; its higher revisions would stand against this one's.
    redis = connect(settings.redis_url, timeout_ms=1000)
    try:
        await redis.flushdb()
    finally:
        await redis.aclose()


async def _fill(owner: asyncpg.Connection, citizens: list[UUID], badges: int) -> None:
    await owner.execute(
        "INSERT INTO staff (id, username, role, password_hash) VALUES ($1, 'bench', 'operator', '-')",
        STAFF_ID,
    )
    event = event_row()
    marks = ", ".join(f"${place}" for place in range(1, len(event) + 1))
    await owner.execute(f"INSERT INTO events ({', '.join(event)}) VALUES ({marks})", *event.values())  # noqa: S608
    await owner.execute(
        "INSERT INTO credit_batches (id, product, project_name, vintage, quantity_t, assigned_g, retirement_ref,"
        " retired_on) VALUES ($1, $2, $3, 2024, $4, $5, $6, '2026-01-15')",
        BATCH_ID,
        BATCH.product,
        BATCH.project_name,
        QUANTITY_T,
        POOL_G,
        BATCH.retirement_ref,
    )
    await owner.execute(
        "INSERT INTO pools (event_id, position, batch_id, serial_from, serial_to, next_serial)"
        " VALUES ($1, 1, $2, 1, $3, 1)",
        EVENT_ID,
        BATCH_ID,
        POOL_G,
    )
    await owner.execute(
        "INSERT INTO badges (event_id, serial) SELECT $1, generate_series(1, $2::int)", EVENT_ID, badges
    )
    await owner.execute("INSERT INTO citizens (id) SELECT unnest($1::uuid[])", citizens)
    await owner.execute("INSERT INTO accounts (id, kind) SELECT unnest($1::uuid[]), 'citizen'", citizens)


def twin_environment() -> dict[str, str]:
    """For a server that has no database: it must not find one by chance."""
    return KEYS | {
        "TIANFU_ENVIRONMENT": "production",
        "TIANFU_PUBLIC_URL": "http://127.0.0.1",
        "TIANFU_DATABASE_URL": "postgresql://nobody@nowhere.invalid/nothing",
        "TIANFU_REDIS_URL": "redis://nowhere.invalid",
    }
