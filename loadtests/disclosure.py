"""How long the release of a month takes, and the platform's figures, over many events and people.

    python -m loadtests.disclosure [--events 1000] [--people 1000]

`--people` come to each event; each is offset, logs an act and earns points. Rows are written by the database itself.
Exit status 1 when the release takes longer than RELEASE_S_MAX or more memory than MEMORY_MB_MAX (which a smoke run does
not look at), or when its sums are not the database's.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from datetime import UTC, datetime, timedelta

import asyncpg
import msgspec

from backend.domain.disclosure.periods import period_of
from backend.services.disclosure.period_releases import disclose_period
from backend.services.disclosure.statistics import read_statistics
from backend.storage.database import Database
from backend.storage.statements import read
from loadtests.databases import fresh_database
from loadtests.rig import Rig, new_parser, parse, run

NAME = "disclosure"
SMOKE = {"events": 4, "people": 50}
RELEASE_S_MAX = 60.0
MEMORY_MB_MAX = 64.0
FILL = (
    "ALTER TABLE transfers DISABLE TRIGGER USER",
    "INSERT INTO staff (id, username, role, password_hash) VALUES (gen_random_uuid(), 'organiser', 'organiser', 'x')",
    """INSERT INTO events (id, code, slug, name_zh, name_en, kind, city, starts_at, ends_at, boundary, state,
                           factor_set, profile, join_points, created_by)
       SELECT gen_random_uuid(), translate(lpad(to_hex(n), 5, '0'), 'abcdef', 'ABCDEF'), 'event-' || n, '活动', 'Event',
              (ARRAY['exhibition', 'forum', 'conference', 'tourism'])[1 + n % 4],
              (ARRAY['成都', '绵阳', '乐山', '宜宾', '泸州'])[1 + n % 5], now(), now() + interval '9 hours', 'extended',
              'running', 'sichuan-2026.1', '{}', 10, (SELECT id FROM staff LIMIT 1)
       FROM generate_series(1, $1) n""",
    """INSERT INTO footprints (event_id, digest, total_g, basis, factor_set, body)
       SELECT e.id, sha256((e.slug || '-' || n)::bytea), 10000 + n, 'default', 'sichuan-2026.1', '{}'
       FROM events e, generate_series(0, 19) n WHERE $1 > 0""",
    """INSERT INTO attendances (event_id, citizen_id, id, badge_serial, gate, footprint_digest, offset_status, points,
                                joined_at)
       SELECT e.id, gen_random_uuid(), gen_random_uuid(), n, 1, sha256((e.slug || '-' || n % 20)::bytea), 'allocated',
              10, now() FROM events e, generate_series(1, $1) n""",
    """INSERT INTO offsets (event_id, citizen_id, id, footprint_digest, grams, kind, pay_with, certificate_number,
                            issued_at)
       SELECT event_id, citizen_id, gen_random_uuid(), footprint_digest, 5000, 'partial', 'sponsor',
              'TF-' || event_id || badge_serial, now() FROM attendances WHERE $1 > 0""",
    """INSERT INTO actions (citizen_id, id, method, method_version, factor_set, credited_quantity, tier, occurred_at,
                            day, reduction_g, points, state, event_id, created_at)
       SELECT citizen_id, gen_random_uuid(), 'own_cup', '1', 'sichuan-2026.1', 1, 'E3', now(), current_date, 7, 2,
              'posted', event_id, now() FROM attendances WHERE $1 > 0""",
    """INSERT INTO transfers (citizen_id, id, debit_account, credit_account, points, reason, source_id, balance_after,
                              created_at, expires_on)
       SELECT citizen_id, gen_random_uuid(), '00000000-0000-7000-8000-000000000001', citizen_id, 10, 'event_join', id,
              10, now(), current_date + 365 FROM attendances WHERE $1 > 0""",
    """INSERT INTO tallies (event_id, gate, minute, joined, footprints, footprint_g, offsets, grams, actions, points,
                            revision)
       SELECT a.event_id, 1, date_trunc('minute', now()) + (a.badge_serial % 500) * interval '1 minute', count(*),
              count(*), sum(f.total_g), count(*), 5000 * count(*), count(*), 12 * count(*), 1
       FROM attendances a JOIN footprints f ON f.event_id = a.event_id AND f.digest = a.footprint_digest
       WHERE $1 > 0 GROUP BY 1, 3""",
)
"""Each statement takes one number: how many events, or how many people of each."""


async def fill(owner: asyncpg.Connection, events: int, people: int) -> None:
    """Write the month's rows, and have the database look at its tables."""
    for number, statement in enumerate(FILL):
        if "$1" in statement:
            await owner.execute(statement, events if number == 2 else people)
        else:
            await owner.execute(statement)
    await owner.execute("ANALYZE")


async def measure(rig: Rig, events: int, people: int) -> bool:
    settings = await fresh_database(rig.servers, NAME)
    owner = await asyncpg.connect(settings.owner_database_url)
    try:
        start = time.perf_counter()
        await fill(owner, events, people)
        filled_s = time.perf_counter() - start
        footprint_g = await owner.fetchval("SELECT sum(footprint_g)::bigint FROM tallies")
    finally:
        await owner.close()
    database = Database(settings.database_url, pool_size_max=2)
    await database.open()
    try:
        now = datetime.now(UTC)
        name = period_of("month", now.date()).name
        before_mb = peak_mb()
        start = time.perf_counter()
        number = await disclose_period(database, name, now + timedelta(days=40))
        release_s, grown_mb = time.perf_counter() - start, peak_mb() - before_mb
        (row,) = await read(database, "find_disclosure", number)
        start = time.perf_counter()
        shown = await read_statistics(database)
        figures_s = time.perf_counter() - start
    finally:
        await database.close()
    totals = msgspec.json.decode(row["body"])["content"]["totals"]
    expected = (events * people, footprint_g, events * people * 5000, events * people * 7)
    sums = tuple(totals[each] for each in ("people", "footprint_g", "offset_g", "reduction_g"))
    is_right = sums == expected and (shown.people, shown.footprint_g) == expected[:2]
    rig.say(f"{events:,} events, {events * people:,} attendances, filled in {filled_s:.1f} s")
    rig.say(
        f"release of the month {release_s:.2f} s (at most {RELEASE_S_MAX:.0f}), {grown_mb:.1f} MB more "
        f"(at most {MEMORY_MB_MAX:.0f}), {len(row['body']):,} bytes; figures {figures_s:.2f} s; right: {is_right}"
    )
    is_fast = release_s < RELEASE_S_MAX and grown_mb < MEMORY_MB_MAX
    return is_right and (rig.is_smoke or is_fast)


def peak_mb() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def parser() -> argparse.ArgumentParser:
    made = new_parser(NAME, __doc__)
    made.add_argument("--events", type=int, default=1000)
    made.add_argument("--people", type=int, default=1000)
    return made


def main(arguments: list[str] | None = None) -> int:
    chosen = parse(parser(), arguments, **SMOKE)
    return run(NAME, lambda rig: measure(rig, chosen.events, chosen.people), is_smoke=chosen.smoke)


if __name__ == "__main__":
    sys.exit(main())
