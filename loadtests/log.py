# ruff: noqa: S608 - the names come from this file
"""`python -m loadtests.log`: how fast the log is sealed and how long a proof takes when it holds a million entries.

Fills offsets of one event as the ledger writes them, seals all of them, then asks for proofs at random places. Prints
entries per second, the time of inclusion and consistency proofs (p50, p99, max), and the time of the audit of the log.
Ends with status 1 when the audit finds a fault, an offset is not in the log, or p99 misses 50 ms (which a smoke run
does not look at).
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Awaitable, Callable

import asyncpg

from backend.jobs.log_integration import integrate_log
from backend.ledger.audit.transparency_log import find_log_faults
from backend.services.certificates.transparency_log import (
    find_entry_at,
    log_keys,
    prove_consistency,
    prove_inclusion,
)
from backend.settings import Settings
from backend.storage.database import Database
from backend.storage.statements import read
from loadtests.databases import drop_database, fresh_database
from loadtests.rig import Rig, new_parser, parse, run

NAME = "log"
ENTRIES = 1_000_000
PROOFS = 500
SMOKE = {"entries": 300, "proofs": 10}
PROOF_MS_MAX = 50.0
GRAMS = 20_000

_ID = "('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid"
_EVENT = "'01920000-0000-7000-8000-000000000001'"
_BATCH = "'01930000-0000-7000-8000-000000000001'"
_STAFF = "'01940000-0000-7000-8000-000000000001'"
_BODY = (
    '{"total_g":80000,"basis":"default","uncertainty_pct":50,"factor_set":"sichuan-2026.1","lines":[{"source":'
    '"travel_intercity","quantity":600,"unit":"pkm","factor_id":"hsr","factor_g":133.333,"emission_g":80000,'
    '"source_kind":"published"}],"boundary":"extended"}'
)
FILL = (
    f"INSERT INTO staff (id, username, role, password_hash) VALUES ({_STAFF}, 'bench', 'operator', 'x')",
    f"""INSERT INTO events (id, code, slug, name_zh, name_en, kind, city, starts_at, ends_at, boundary, state,
            factor_set, profile, join_points, created_by)
        VALUES ({_EVENT}, 'BENCH', 'bench', '封存测试', 'Sealing', 'exhibition', '成都', now(),
            now() + interval '1 day', 'extended', 'running', 'sichuan-2026.1', '{{}}', 10, {_STAFF})""",
    f"""INSERT INTO credit_batches (id, product, project_name, vintage, quantity_t, retirement_ref,
            retirement_key, retired_on)
        VALUES ({_BATCH}, 'cdcer', '龙泉山造林', 2024, 10000000, 'BENCH-1', 'BENCH-1', '2026-01-15')""",
    f"""INSERT INTO footprints (event_id, digest, total_g, basis, factor_set, body)
        VALUES ({_EVENT}, '\\x00', 80000, 'default', 'sichuan-2026.1', convert_to('{_BODY}', 'UTF8'))""",
    f"""INSERT INTO attendances (event_id, citizen_id, id, footprint_digest, offset_status, points, joined_at)
        SELECT {_EVENT}, {_ID}, {_ID}, '\\x00', 'allocated', 10, now() FROM generate_series(1, $1::int) n""",
    f"""INSERT INTO offsets (event_id, citizen_id, id, footprint_digest, grams, kind, pay_with, certificate_number,
            issued_at)
        SELECT {_EVENT}, {_ID}, {_ID}, '\\x00', {GRAMS}, 'partial', 'sponsor',
            'TF-BENCH-' || to_char(n, 'FM0000-0000-0000'), now() - interval '1 hour' + n * interval '250 microseconds'
        FROM generate_series(1, $1::int) n""",
    f"""INSERT INTO allocations (event_id, batch_id, serial_from, serial_to, grams, offset_id, position, created_at)
        SELECT {_EVENT}, {_BATCH}, (n - 1) * {GRAMS}::bigint + 1, n * {GRAMS}::bigint, {GRAMS}, {_ID}, 1, now()
        FROM generate_series(1, $1::int) n""",
    "ANALYZE",
)


async def _fill(url: str, entries: int) -> None:
    owner = await asyncpg.connect(url)
    began = time.perf_counter()
    await owner.execute("SET synchronous_commit = off")
    for statement in FILL:
        await owner.execute(statement, *([entries] if "$1" in statement else []))
    await owner.close()
    print(f"filled {entries:,} offsets in {time.perf_counter() - began:.0f} s", flush=True)


async def _measure(label: str, proofs: int, ask: Callable[[], Awaitable[object]]) -> bool:
    times = []
    for _ in range(proofs):
        began = time.perf_counter()
        await ask()
        times.append((time.perf_counter() - began) * 1000)
    times.sort()
    p50, p99 = times[len(times) // 2], times[len(times) * 99 // 100]
    print(f"{label}: p50 {p50:.1f} ms, p99 {p99:.1f} ms, max {times[-1]:.1f} ms", flush=True)
    return p99 < PROOF_MS_MAX


async def _run(settings: Settings, entries: int, proofs: int, is_smoke: bool) -> bool:
    database = Database(settings.database_url, pool_size_max=2)
    await database.open()
    try:
        began, used = time.perf_counter(), time.process_time()
        sealed = await integrate_log(database, log_keys(settings), settings.issuer)
        took = time.perf_counter() - began
        print(
            f"sealed {sealed.entries:,} entries under {sealed.heads} heads in {took:.1f} s: "
            f"{sealed.entries / took:,.0f} entries/s (this process {time.process_time() - used:.1f} s)",
            flush=True,
        )
        size: int = (await read(database, "read_log_head", None))[0]["size"]

        async def inclusion() -> None:
            entry = await find_entry_at(database, random.randrange(size))
            await prove_inclusion(database, settings.issuer, entry)

        async def consistency() -> None:
            await prove_consistency(database, random.randrange(1, size), size)

        is_fast = await _measure("inclusion proofs", proofs, inclusion)
        is_fast &= await _measure("consistency proofs", proofs, consistency)
        began = time.perf_counter()
        found, faults = await find_log_faults(database, settings)
        print(f"audit of {found:,} entries: {len(faults)} faults, {time.perf_counter() - began:.1f} s")
        return (is_fast or is_smoke) and not faults and found == sealed.entries == entries + 1
    finally:
        await database.close()


async def measure(rig: Rig, entries: int, proofs: int) -> bool:
    settings = await fresh_database(rig.servers, NAME)
    try:
        await _fill(settings.owner_database_url, entries)
        return await _run(settings, entries, proofs, rig.is_smoke)
    finally:
        await drop_database(rig.servers, NAME)


def parser() -> argparse.ArgumentParser:
    made = new_parser(NAME, __doc__)
    made.add_argument("--entries", type=int, default=ENTRIES)
    made.add_argument("--proofs", type=int, default=PROOFS, help="of each kind")
    return made


def main(arguments: list[str] | None = None) -> int:
    chosen = parse(parser(), arguments, **SMOKE)
    return run(NAME, lambda rig: measure(rig, chosen.entries, chosen.proofs), is_smoke=chosen.smoke)


if __name__ == "__main__":
    sys.exit(main())
