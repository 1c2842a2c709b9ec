"""`python -m loadtests.foreign_keys`: what foreign keys on the tables of the peak would cost.

The writer alone, without HTTP: batches of first scans on the embedded servers, in turn on a database as it is and
on one with the eight foreign keys that docs/decisions/0004 leaves out. Prints scans a second of each round. Ends with
status 1 when a scan is not in the database, or a foreign key is not there.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from backend.catalogue import load_catalogue
from backend.domain.qr_codes import CodeKeys
from backend.ledger.batch import Ledger
from backend.ledger.commands.join_event import JoinEvent, RequestedOffset
from backend.models.keys import uuid7
from backend.services.operations.demo import DEMO_SLUG, ensure_demo
from backend.settings import Settings
from backend.storage.database import Database
from backend.storage.writer import Writer
from loadtests.databases import drop_database, fresh_database
from loadtests.rig import Rig, new_parser, parse, run

NAME = "foreign_keys"
BATCH = 128
BATCHES = 80
ROUNDS = 3
SMOKE = {"batches": 3, "rounds": 1}
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


class NotWhole(Exception):
    """A scan that the writer took is not in the database, or a foreign key is missing there."""


async def scans_per_s(settings: Settings, batches: int, *, with_keys: bool) -> float:
    """First scans a second that the writer alone makes durable, on a fresh database. Raises NotWhole."""
    database = Database(settings.database_url, pool_size_max=2)
    await database.open()
    owner = await asyncpg.connect(settings.owner_database_url)
    writer = Writer(database.connect_writer)
    try:
        await ensure_demo(database, load_catalogue(), CodeKeys(settings.keys("code_keys")))
        if with_keys:
            for change in FOREIGN_KEYS:
                await owner.execute(f"ALTER TABLE {change}")
        commands = await crowd_of(owner, BATCH * batches)
        ledger = Ledger(writer, load_catalogue(), "http://127.0.0.1")
        await ledger.run(commands[:BATCH])
        began = time.perf_counter()
        for first in range(BATCH, len(commands), BATCH):
            await ledger.run(commands[first : first + BATCH])
        seconds = time.perf_counter() - began
        await _check(owner, len(commands), len(FOREIGN_KEYS) if with_keys else 0)
        return (len(commands) - BATCH) / seconds
    finally:
        await writer.close()
        await owner.close()
        await database.close()


async def _check(owner: asyncpg.Connection, scans: int, keys: int) -> None:
    written = await owner.fetchval("SELECT count(*) FROM attendances WHERE badge_serial >= $1", FIRST_SERIAL)
    there = await owner.fetchval(
        "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY ($1::text[]::regclass[])",
        [change.split()[0] for change in FOREIGN_KEYS],
    )
    if written != scans or there < keys:
        raise NotWhole(f"{written:,} of {scans:,} scans are in the database, with {there} foreign keys")


async def crowd_of(owner: asyncpg.Connection, count: int) -> list[JoinEvent]:
    """Citizens with accounts and badges, and a first scan of each."""
    event_id: UUID = await owner.fetchval("SELECT id FROM events WHERE slug = $1", DEMO_SLUG)
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


async def _on_fresh_database(rig: Rig, batches: int, *, with_keys: bool) -> float:
    settings = await fresh_database(rig.servers, NAME)
    try:
        return await scans_per_s(settings, batches, with_keys=with_keys)
    finally:
        await drop_database(rig.servers, NAME)


async def compare(rig: Rig, rounds: int, batches: int) -> bool:
    for number in range(1, rounds + 1):
        try:
            without = await _on_fresh_database(rig, batches, with_keys=False)
            with_keys = await _on_fresh_database(rig, batches, with_keys=True)
        except NotWhole as error:
            rig.say(f"[red]{error}")
            return False
        rig.say(
            f"round {number}: {without:,.0f} scans/s as it is, {with_keys:,.0f} with foreign keys: "
            f"{without / with_keys:.1f} times"
        )
    return True


def parser() -> argparse.ArgumentParser:
    made = new_parser(NAME, __doc__)
    made.add_argument("--rounds", type=int, default=ROUNDS)
    made.add_argument("--batches", type=int, default=BATCHES, help=f"of {BATCH} scans each")
    return made


def main(arguments: list[str] | None = None) -> int:
    chosen = parse(parser(), arguments, **SMOKE)
    return run(NAME, lambda rig: compare(rig, chosen.rounds, chosen.batches), is_smoke=chosen.smoke)


if __name__ == "__main__":
    sys.exit(main())
