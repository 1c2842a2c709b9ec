"""How long the account of a large event takes, and whether it is right to the gram.

    python -m loadtests.inventory [--tickets 50000] [--scans 5000] [--lines 100]

People, journeys, badges and lines are written by statements; the account is held against one that is computed here from
the same people, person by person. Exit status 1 when the two differ by a gram, or when the account takes longer than
TARGET_S (which a smoke run does not look at).
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, isqrt
from uuid import UUID

import asyncpg
import msgspec

from backend.catalogue import load_catalogue
from backend.models import Event
from backend.models.keys import uuid7
from backend.services.inventory.account import read_account_view
from backend.storage.database import Database
from backend.storage.statements import snapshot
from loadtests.databases import fresh_database
from loadtests.event_report import footprints
from loadtests.rig import Rig, new_parser, parse, run

NAME = "inventory"
SMOKE = {"tickets": 600, "scans": 80, "lines": 12}
TARGET_S = 5.0
CATEGORIES = ("local", "province", "national", "international")
# (source, grouping, unit, factor, its unit, grams of one unit)
FACTORS = (
    ("electricity", "energy", "kWh", Decimal("0.1404"), "kgCO2e/kWh", Decimal("140.4")),
    ("freight", "freight", "t*km", Decimal("0.0743"), "kgCO2e/t/km", Decimal("74.3")),
    ("crew_travel", "travel", "pkm", Decimal("30.48"), "gCO2e/pkm", Decimal("30.48")),
    ("waste", "waste", "kg", Decimal(400), "gCO2e/kg", Decimal(400)),
    ("catering", "food_and_beverage", "meal", Decimal(1790), "gCO2e/meal", Decimal(1790)),
)
PER_HEAD = {"energy": "venue_energy", "waste": "waste", "food_and_beverage": "meals"}
T_LARGE = {30: 2.042, 40: 2.021, 60: 2.000, 120: 1.980, 1000: 1.962}


class World(msgspec.Struct):
    """Who was there and what was recorded, as the script remembers it."""

    tickets: Counter[str]
    people: list[tuple[str, dict[str, int]]]
    """Category and grams by source of everybody who scanned."""
    lines: list[tuple[str, Decimal, Decimal]]
    """Group, quantity and grams of one unit."""


def by_source(body: bytes) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for line in msgspec.json.decode(body)["lines"]:
        sums[line["source"]] += line["emission_g"]
    return dict(sums)


async def fill(connection: asyncpg.Connection, event_id: UUID, tickets: int, scans: int, lines: int) -> World:
    """Write an event with its tickets as badges, its scans and its lines."""
    factor_set = load_catalogue().default_factor_set
    staff_id, now = uuid7(), datetime.now(UTC)
    await connection.execute(
        "INSERT INTO staff (id, username, role, password_hash) VALUES ($1, 'large', 'organiser', 'x')",
        staff_id,
    )
    await connection.execute(
        """INSERT INTO events (id, code, slug, name_zh, name_en, kind, city, starts_at, ends_at, boundary, state,
                               factor_set, profile, join_points, created_by, neutrality_scope)
           VALUES ($1, 'AB1YZ', 'large', '大型活动', 'A large event', 'exhibition', '成都', $2, $3, 'extended',
                   'running', $4, '{}', 10, $5, 'all')""",
        event_id,
        now - timedelta(days=2),
        now - timedelta(days=1),
        factor_set,
        staff_id,
    )
    rows = footprints(scans)
    await connection.copy_records_to_table(
        "footprints",
        records=[(event_id, digest, grams, basis, factor_set, body) for digest, grams, basis, body in rows],
        columns=["event_id", "digest", "total_g", "basis", "factor_set", "body"],
    )
    categories = [random.choice(CATEGORIES) for _ in range(tickets)]
    await connection.copy_records_to_table(
        "badges",
        records=[(event_id, number, category) for number, category in enumerate(categories, 1)],
        columns=["event_id", "serial", "category"],
    )
    came = random.sample(range(1, tickets + 1), k=scans)
    joined_at = now - timedelta(hours=30)
    await connection.copy_records_to_table(
        "attendances",
        records=[
            (event_id, uuid7(), uuid7(), number, None, row[0], "none", 10, joined_at)
            for number, row in zip(came, rows, strict=True)
        ],
        columns=[
            *("event_id", "citizen_id", "id", "badge_serial", "gate", "footprint_digest", "offset_status"),
            *("points", "joined_at"),
        ],
    )
    recorded = await _write_lines(connection, event_id, staff_id, lines)
    await connection.execute("ANALYZE")
    people = [(categories[number - 1], by_source(row[3])) for number, row in zip(came, rows, strict=True)]
    return World(Counter(categories), people, recorded)


async def _write_lines(
    connection: asyncpg.Connection, event_id: UUID, staff_id: UUID, lines: int
) -> list[tuple[str, Decimal, Decimal]]:
    found, records = [], []
    day = date(2026, 5, 1)
    for number in range(lines):
        source, grouping, unit, value, factor_unit, unit_g = FACTORS[number % len(FACTORS)]
        quantity = Decimal(random.randint(1, 900_000)) / 100
        emission_g = ceil(Fraction(quantity) * Fraction(unit_g))
        found.append((grouping, quantity, unit_g))
        records.append(
            (
                *(event_id, uuid7(), "actual", grouping, source, f"M-{number}", quantity, unit, day, day),
                *(value, factor_unit, "a supplier", unit_g, emission_g, 2, staff_id),
            )
        )
    await connection.copy_records_to_table(
        "inventory_lines",
        records=records,
        columns=[
            *("event_id", "id", "phase", "grouping", "source", "meter", "quantity", "unit", "starts_on"),
            *("ends_on", "factor_value", "factor_unit", "factor_source", "unit_g", "emission_g", "quality"),
            "created_by",
        ],
    )
    return found


def reckon(world: World) -> tuple[int, int, dict[str, int]]:
    """The account person by person, in whole numbers and fractions.

    Returns the estimate, the half-width of its interval, and the grams of the lines that count by group.
    """
    lines: dict[str, int] = defaultdict(int)
    for grouping, quantity, unit_g in world.lines:
        lines[grouping] += ceil(Fraction(quantity) * Fraction(unit_g))
    _, _, sources = _people(world, frozenset())
    dropped = {
        source
        for grouping, source in PER_HEAD.items()
        if grouping in lines and lines[grouping] >= sources.get(source, 0)
    }
    counted = {
        grouping: grams
        for grouping, grams in lines.items()
        if grouping not in PER_HEAD or PER_HEAD[grouping] in dropped
    }
    everything, half, _ = _people(world, frozenset(dropped))
    return everything + sum(counted.values()), half, counted


def _people(world: World, dropped: frozenset[str]) -> tuple[int, int, Mapping[str, int]]:
    sources: dict[str, int] = defaultdict(int)
    variances: list[tuple[Fraction, int]] = []
    for category, tickets in world.tickets.items():
        told = [
            {source: grams for source, grams in person.items() if source not in dropped}
            for where, person in world.people
            if where == category
        ]
        missing = tickets - len(told)
        own: dict[str, int] = defaultdict(int)
        for person in told:
            for source, grams in person.items():
                own[source] += grams
        for source, grams in own.items():
            sources[source] += grams + ceil(Fraction(missing * grams, len(told)))
        totals = [sum(person.values()) for person in told]
        mean = Fraction(sum(totals), len(totals))
        spread = sum((total - mean) ** 2 for total in totals) / (len(totals) - 1)
        variances.append((Fraction(tickets * missing * spread) / len(totals), len(totals) - 1))
    total = sum(variance for variance, _ in variances)
    degrees = total**2 / sum(variance**2 / each for variance, each in variances)
    known = [each for each in T_LARGE if each <= degrees]
    square = Fraction(str(T_LARGE[known[-1]])) ** 2 * total
    half = isqrt(ceil(square))
    return sum(sources.values()), half if half * half >= square else half + 1, sources


async def measure(rig: Rig, tickets: int, scans: int, lines: int) -> bool:
    settings = await fresh_database(rig.servers, NAME)
    event_id = uuid7()
    owner = await asyncpg.connect(settings.owner_database_url)
    try:
        world = await fill(owner, event_id, tickets, scans, lines)
    finally:
        await owner.close()
    catalogue = load_catalogue()
    database = Database(settings.database_url, pool_size_max=2)
    await database.open()
    took: list[float] = []
    try:
        event = await Event.get(id=event_id)
        for _ in range(3):
            start = time.perf_counter()
            async with snapshot(database) as look:
                view = await read_account_view(look, catalogue, event, "actual", datetime.now(UTC))
            took.append(time.perf_counter() - start)
    finally:
        await database.close()
    estimate_g, half_g, _ = reckon(world)
    is_right = (view.estimate_g, view.high_g) == (estimate_g, estimate_g + half_g)
    runs = " ".join(f"{seconds:.2f}" for seconds in took)
    rig.say(f"{tickets:,} tickets, {scans:,} scans, {lines} lines: account {runs} s, target {TARGET_S} s")
    rig.say(f"{view.estimate_g:,} g ± {view.high_g - view.estimate_g:,} g, right to the gram: {is_right}")
    return is_right and (rig.is_smoke or max(took) < TARGET_S)


def parser() -> argparse.ArgumentParser:
    made = new_parser(NAME, __doc__)
    made.add_argument("--tickets", type=int, default=50_000)
    made.add_argument("--scans", type=int, default=5_000)
    made.add_argument("--lines", type=int, default=100)
    return made


def main(arguments: list[str] | None = None) -> int:
    chosen = parse(parser(), arguments, **SMOKE)
    return run(
        NAME, lambda rig: measure(rig, chosen.tickets, chosen.scans, chosen.lines), is_smoke=chosen.smoke
    )


if __name__ == "__main__":
    sys.exit(main())
