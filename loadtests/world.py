"""The event that is scanned: the same in every database and in the twin's memory, so all get the same requests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from backend.catalogue import load_catalogue
from backend.ledger.facts.pools import CreditBatchFacts
from backend.models.events import Event
from backend.outside.embedded import EmbeddedServers
from backend.services.events.events import row_of
from backend.settings import Settings
from loadtests.databases import KEYS, fresh_database, settle

EVENT_ID = UUID("01990000-0000-7000-8000-0000000be9c4")
BATCH_ID = UUID("01990000-0000-7000-8000-0000000ba7c4")
STAFF_ID = UUID("01990000-0000-7000-8000-00000057aff0")
EVENT_CODE = "BENCH"
JOIN_POINTS = 10
# One batch of ten million tonnes: nobody in a run finds the pool empty.
QUANTITY_T = 10_000_000
POOL_G = QUANTITY_T * 1_000_000
BATCH = CreditBatchFacts(BATCH_ID, "cdcer", "龙泉山城市森林公园造林管护", "BENCH-2024")


def event_row() -> dict[str, Any]:
    """The event's row, as a statement would return it: two days at an exhibition, from this morning on.

    Made by the model, so that a column that is added to the table is here too, with its default.
    """
    start = datetime.now(UTC).replace(hour=1, minute=0, second=0, microsecond=0)
    return row_of(
        Event(
            id=EVENT_ID,
            code=EVENT_CODE,
            slug="bench",
            name_zh="压力测试展会",
            name_en="Load test fair",
            kind="exhibition",
            city="成都",
            starts_at=start,
            ends_at=start + timedelta(days=1, hours=9),
            boundary="extended",
            state="running",
            factor_set=load_catalogue().default_factor_set,
            profile={},
            join_points=JOIN_POINTS,
            created_by=STAFF_ID,
            created_at=start,
        )
    )


CITY_BUDGET = """
    WITH opened AS (
        INSERT INTO issuance_budgets (id, sponsor, name_zh, name_en, total_points, opened_at)
        VALUES (gen_random_uuid(), 'city', '城市', 'City', 1000000000000, now()) RETURNING id, total_points
    )
    INSERT INTO issuance_budget_changes (budget_id, sequence, kind, points_before, points_after, reason, at)
    SELECT id, 1, 'open', 0, total_points, 'bench', now() FROM opened
"""


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
    """A fresh database, filled by its owner; what an earlier run left is dropped."""
    settings = await fresh_database(servers, name)
    owner = await asyncpg.connect(settings.owner_database_url)
    try:
        await _fill(owner, citizens, badges)
    finally:
        await owner.close()
    await settle(servers, name)
    return World(name, settings)


async def _fill(owner: asyncpg.Connection, citizens: list[UUID], badges: int) -> None:
    await owner.execute(
        "INSERT INTO staff (id, username, role, password_hash) VALUES ($1, 'bench', 'operator', '-')",
        STAFF_ID,
    )
    event = {name: _for_postgres(value) for name, value in event_row().items()}
    marks = ", ".join(f"${number}" for number in range(1, len(event) + 1))
    await owner.execute(f"INSERT INTO events ({', '.join(event)}) VALUES ({marks})", *event.values())  # noqa: S608
    await owner.execute(
        "INSERT INTO credit_batches (id, product, project_name, vintage, quantity_t, assigned_g, retirement_ref,"
        " retirement_key, retired_on) VALUES ($1, $2, $3, 2024, $4, $5, $6, $6, '2026-01-15')",
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
    # Proven, so that points are booked as they are earned: the most that a scan writes.
    await owner.execute(
        "INSERT INTO accounts (id, kind, is_proven) SELECT unnest($1::uuid[]), 'citizen', true", citizens
    )
    await owner.execute(CITY_BUDGET)


def _for_postgres(value: object) -> object:
    """JSON columns are sent as text."""
    return json.dumps(value) if isinstance(value, dict | list) else value


def twin_environment() -> dict[str, str]:
    """For a server that has no database: it must not find one by chance."""
    return KEYS | {
        "TIANFU_ENVIRONMENT": "production",
        "TIANFU_PUBLIC_URL": "http://127.0.0.1",
        "TIANFU_DATABASE_URL": "postgresql://nobody@nowhere.invalid/nothing",
        "TIANFU_REDIS_URL": "redis://nowhere.invalid",
    }
