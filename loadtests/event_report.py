"""How long the report of a large event takes: people, journeys, badges and offsets are written by statements.

    python -m loadtests.event_report [--people 100000] [--footprints 5000]

Exit status 1 when the report takes longer than TARGET_S (which a smoke run does not look at), or when its total is not
the database's.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from backend.catalogue import load_catalogue
from backend.domain.footprint.footprint import EventProfile, Journey, Mode, footprint
from backend.messages.encoding import encode
from backend.models import Event
from backend.models.keys import uuid7
from backend.render.sheets.event_report import report_pdf
from backend.services.event_reports.report import compute_report
from backend.storage.database import Database
from loadtests.databases import fresh_database
from loadtests.rig import Rig, new_parser, parse, run

NAME = "event_report"
SMOKE = {"people": 500, "footprints": 40}
TARGET_S = 5.0
MODES: tuple[Mode | None, ...] = ("hsr", "plane", "coach", "bev", "train", None)
"""What people say of how they came."""


def footprints(count: int) -> list[tuple[bytes, int, str, bytes]]:
    """Different footprints (digest, grams, basis, body), as scans would have computed them."""
    catalogue = load_catalogue()
    factor_set = catalogue.factor_sets[catalogue.default_factor_set]
    day = datetime(2026, 5, 1, tzinfo=UTC).date()
    profile = EventProfile("成都", day, day + timedelta(days=1), factor_set.id, boundary="extended")
    found: list[tuple[bytes, int, str, bytes]] = []
    for number in range(count):
        journey = Journey(distance_km=10.0 + number, mode=random.choice(MODES), nights=number % 4)
        computed = footprint(profile, factor_set, catalogue.factors, catalogue.cities, journey)
        body = encode(computed)
        found.append(
            (hashlib.sha256(body + encode(journey)).digest(), computed.total_g, computed.basis, body)
        )
    return found


async def fill(connection: asyncpg.Connection, event_id: UUID, people: int, different: int) -> int:
    """Write an event's crowd; returns the grams that its footprints come to."""
    factor_set = load_catalogue().default_factor_set
    staff_id, batch_id, now = uuid7(), uuid7(), datetime.now(UTC)
    await connection.execute(
        "INSERT INTO staff (id, username, role, password_hash) VALUES ($1, 'organiser', 'organiser', 'x')",
        staff_id,
    )
    await connection.execute(
        """INSERT INTO events (id, code, slug, name_zh, name_en, kind, city, starts_at, ends_at, boundary, state,
                               factor_set, profile, join_points, created_by)
           VALUES ($1, 'AB0YZ', 'large', '大型活动', 'A large event', 'exhibition', '成都', $2, $3, 'extended',
                   'running', $4, '{}', 10, $5)""",
        event_id,
        now,
        now + timedelta(hours=9),
        factor_set,
        staff_id,
    )
    rows = footprints(different)
    await connection.copy_records_to_table(
        "footprints",
        records=[(event_id, digest, grams, basis, factor_set, body) for digest, grams, basis, body in rows],
        columns=["event_id", "digest", "total_g", "basis", "factor_set", "body"],
    )
    attendances, badges, offsets, allocations, total_g, serial = [], [], [], [], 0, 1
    for number in range(1, people + 1):
        digest, grams, _, _ = random.choice(rows)
        citizen_id, offset_id, joined_at = uuid7(), uuid7(), now + timedelta(seconds=number % 30_000)
        total_g += grams
        attendances.append((event_id, citizen_id, uuid7(), number, None, digest, "allocated", 10, joined_at))
        badges.append((event_id, number, random.choice(("local", "province", "national", None))))
        offset_g = max(1, grams // random.choice((1, 1, 2)))
        kind = "full" if offset_g == grams else "partial"
        offsets.append(
            (event_id, citizen_id, offset_id, digest, offset_g, kind, "sponsor", f"TF-{number}", joined_at)
        )
        end = serial + offset_g
        allocations.append((event_id, batch_id, serial, end - 1, offset_g, offset_id, 1, joined_at))
        serial = end
    tonnes = serial // 1_000_000 + 1
    await connection.execute(
        """INSERT INTO credit_batches (id, product, project_name, vintage, quantity_t, assigned_g, retirement_ref,
                                       retirement_key, retired_on)
           VALUES ($1, 'cdcer', 'forest', 2024, $2::bigint, $2::bigint * 1000000, 'R1', 'R1', '2026-01-15')""",
        batch_id,
        tonnes,
    )
    await connection.execute(
        """INSERT INTO pools (event_id, position, batch_id, serial_from, serial_to, next_serial)
           VALUES ($1, 1, $2, 1, $3, $4)""",
        event_id,
        batch_id,
        tonnes * 1_000_000,
        serial,
    )
    await connection.copy_records_to_table(
        "badges", records=badges, columns=["event_id", "serial", "category"]
    )
    await connection.copy_records_to_table(
        "attendances",
        records=attendances,
        columns=[
            *("event_id", "citizen_id", "id", "badge_serial", "gate", "footprint_digest", "offset_status"),
            *("points", "joined_at"),
        ],
    )
    await connection.copy_records_to_table(
        "offsets",
        records=offsets,
        columns=[
            *("event_id", "citizen_id", "id", "footprint_digest", "grams", "kind", "pay_with"),
            *("certificate_number", "issued_at"),
        ],
    )
    await connection.copy_records_to_table(
        "allocations",
        records=allocations,
        columns=[
            *(
                "event_id",
                "batch_id",
                "serial_from",
                "serial_to",
                "grams",
                "offset_id",
                "position",
                "created_at",
            ),
        ],
    )
    await connection.execute("ANALYZE")
    return total_g


async def measure(rig: Rig, people: int, different: int) -> bool:
    settings = await fresh_database(rig.servers, NAME)
    event_id = uuid7()
    owner = await asyncpg.connect(settings.owner_database_url)
    try:
        total_g = await fill(owner, event_id, people, different)
    finally:
        await owner.close()
    database = Database(settings.database_url, pool_size_max=2)
    await database.open()
    try:
        event = await Event.get(id=event_id)
        took: list[float] = []
        for _ in range(3):
            start = time.perf_counter()
            view = await compute_report(database, load_catalogue(), event, datetime.now(UTC))
            took.append(time.perf_counter() - start)
    finally:
        await database.close()
    start = time.perf_counter()
    paper = report_pdf(view, b"", "http://127.0.0.1/events/large/report", "zh-CN")
    paper_s = time.perf_counter() - start
    is_right = (view.attendances, view.footprint.total_g) == (people, total_g)
    runs = " ".join(f"{seconds:.2f}" for seconds in took)
    rig.say(f"{people:,} people, {different:,} different footprints: report {runs} s, target {TARGET_S} s")
    rig.say(
        f"PDF {paper_s:.2f} s, {len(paper):,} bytes; total {view.footprint.total_g:,} g, right: {is_right}"
    )
    return is_right and paper.startswith(b"%PDF") and (rig.is_smoke or max(took) < TARGET_S)


def parser() -> argparse.ArgumentParser:
    made = new_parser(NAME, __doc__)
    made.add_argument("--people", type=int, default=100_000)
    made.add_argument("--footprints", type=int, default=5_000)
    return made


def main(arguments: list[str] | None = None) -> int:
    chosen = parse(parser(), arguments, **SMOKE)
    return run(NAME, lambda rig: measure(rig, chosen.people, chosen.footprints), is_smoke=chosen.smoke)


if __name__ == "__main__":
    sys.exit(main())
