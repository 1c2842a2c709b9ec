"""`python -m loadtests.foreign_keys`: what foreign keys on the tables of the peak would cost.

The writer alone, without HTTP: batches of first scans on the embedded servers, in turn on a database as it is and
on one with the eight foreign keys that docs/decisions/0004 leaves out. Prints scans a second of each round.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import asyncpg
import uvloop

from backend.catalogue import load_catalogue
from backend.domain.qr_codes import CodeKeys
from backend.launcher import migrate
from backend.ledger.batch import Ledger
from backend.ledger.commands.join_event import JoinEvent, RequestedOffset
from backend.models.keys import uuid7
from backend.outside.embedded import EmbeddedServers
from backend.services.operations.demo import DEMO_SLUG, ensure_demo
from backend.settings import Settings, load_settings
from backend.storage.database import Database
from backend.storage.writer import Writer

VAR = Path("var") / "bench"
BATCH = 128
BATCHES = 80
ROUNDS = 3
FIRST_SERIAL = 1_000_000
FOREIGN_KEYS = (
    "attendances ADD FOREIGN KEY (event_id) REFERENCES events (id)",
    "attendances ADD FOREIGN KEY (event_id, badge_serial) REFERENCES badges (event_id, serial)",
    "attendances ADD FOREIGN KEY (event_id, footprint_digest) REFERENCES footprints (event_id, digest)",
    "offsets ADD FOREIGN KEY (event_id, citizen_id) REFERENCES attendances (event_id, citizen_id)",
    "offsets ADD FOREIGN KEY (event_id, footprint_digest) REFERENCES footprints (event_id, digest)",
    "allocations ADD FOREIGN KEY (batch_id) REFERENCES credit_batches (id)",
    "transfers ADD FOREIGN KEY (debit_account) REFERENCES accounts (id)",
    "transfers ADD FOREIGN KEY (credit_account) REFERENCES accounts (id)",
)


async def scans_per_s(settings: Settings, *, with_keys: bool) -> float:
    """First scans a second that the writer alone makes durable, on a fresh database."""
    await migrate(settings, None)
    database = Database(settings.database_url, pool_size_max=2)
    await database.open()
    owner = await asyncpg.connect(settings.owner_database_url)
    writer = Writer(database.connect_writer)
    try:
        await ensure_demo(database, load_catalogue(), CodeKeys(settings.keys("code_keys")))
        if with_keys:
            for change in FOREIGN_KEYS:
                await owner.execute(f"ALTER TABLE {change}")
        commands = await _crowd(owner)
        ledger = Ledger(writer, load_catalogue(), "http://127.0.0.1")
        await ledger.run(commands[:BATCH])
        began = time.perf_counter()
        for first in range(BATCH, len(commands), BATCH):
            await ledger.run(commands[first : first + BATCH])
        return (len(commands) - BATCH) / (time.perf_counter() - began)
    finally:
        await writer.close()
        await owner.close()
        await database.close()


async def _crowd(owner: asyncpg.Connection) -> list[JoinEvent]:
    """Citizens with accounts and badges, and a first scan of each."""
    event_id: UUID = await owner.fetchval("SELECT id FROM events WHERE slug = $1", DEMO_SLUG)
    count = BATCH * BATCHES
    citizens = [uuid7() for _ in range(count)]
    await owner.execute("INSERT INTO accounts (id, kind) SELECT unnest($1::uuid[]), 'citizen'", citizens)
    await owner.execute(
        "INSERT INTO badges (event_id, serial) SELECT $1, generate_series($2::int, $3::int)",
        event_id,
        FIRST_SERIAL,
        FIRST_SERIAL + count - 1,
    )
    await owner.execute("ANALYZE")
    now, ask = datetime.now(UTC), RequestedOffset(100, None, "sponsor")
    return [
        JoinEvent(
            id=uuid7(),
            citizen_id=citizen,
            at=now,
            event_id=event_id,
            badge_serial=FIRST_SERIAL + number,
            gate=None,
            journey=None,
            offset=ask,
        )
        for number, citizen in enumerate(citizens)
    ]


async def _on_fresh_database(servers: EmbeddedServers, *, with_keys: bool) -> float:
    name = "bench_foreign_keys"
    admin = await asyncpg.connect(servers.admin_url)
    try:
        await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await admin.execute(f"CREATE DATABASE {name} OWNER tianfu_owner")
        settings = replace(
            load_settings({}, environment="demo"),
            database_url=servers.app_url.replace("/tianfu?", f"/{name}?"),
            owner_database_url=servers.owner_url.replace("/tianfu?", f"/{name}?"),
            redis_url=servers.redis_url,
        )
        return await scans_per_s(settings, with_keys=with_keys)
    finally:
        await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await admin.close()


async def compare(servers: EmbeddedServers) -> None:
    for number in range(1, ROUNDS + 1):
        without = await _on_fresh_database(servers, with_keys=False)
        with_keys = await _on_fresh_database(servers, with_keys=True)
        print(
            f"round {number}: {without:,.0f} scans/s as it is, {with_keys:,.0f} with foreign keys: "
            f"{without / with_keys:.1f} times"
        )


if __name__ == "__main__":
    VAR.mkdir(parents=True, exist_ok=True)
    with EmbeddedServers(VAR) as running, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(compare(running))
