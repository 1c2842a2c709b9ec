"""A city's tables after some years: a million citizens and ten million actions, filled by COPY in minutes.

    python -m loadtests.city [--citizens 1000000] [--actions 10]

Everything that the ledger would have written is there: accounts, actions, transfers, lots and sums by month, so
`tianfu audit` finds nothing to complain of. The database is kept and used again until its tables change. A smoke run
fills it anew each time and ends with the audit.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import asyncpg

from backend.catalogue import load_catalogue
from backend.domain.account.lots import lot_of
from backend.domain.days import day_of
from backend.ledger.audit.ledger import audit_all
from backend.ledger.state import ISSUANCE_ACCOUNT
from backend.outside.embedded import EmbeddedServers
from loadtests.databases import database_name, drop_database, fresh_database, settings_of, settle
from loadtests.rig import Rig, new_parser, parse, run
from loadtests.world import STAFF_ID, World

NAME = "city"
CITIZENS = 1_000_000
SMOKE_CITIZENS = 1_000
ACTIONS_EACH = 10
ROWS_PER_CHUNK = 4_000
DAYS_BACK = 700
MIGRATIONS = Path(__file__).resolve().parent.parent / "backend" / "migrations" / "sql"
# (method, credited quantity, grams, points, tier): what one of each brings with the catalogue's numbers.
Kind = tuple[str, str, int, int, str]


@dataclass(frozen=True, slots=True)
class City:
    """How many there are, and how each is named: ids in order, so that COPY appends to every index."""

    citizens: int
    actions_each: int

    def citizen_id(self, number: int) -> UUID:
        return UUID(int=(0x01900000_0000_7000_8000 << 48) + number)

    def action_hex(self, number: int, place: int) -> str:
        return f"{(0x01910000_0000_7000_8000 << 48) + number * 4096 + place:032x}"

    def transfer_hex(self, number: int, place: int) -> str:
        return f"{(0x01920000_0000_7000_8000 << 48) + number * 4096 + place:032x}"


def kinds() -> list[Kind]:
    """Actions as the catalogue quantifies them, so that no number here is made up."""
    catalogue = load_catalogue()
    found = []
    for method, quantity, tier in (
        ("metro", "8", "E1"),
        ("bus", "5", "E1"),
        ("bike_share", "3", "E1"),
        ("walk_steps", "7000", "E2"),
        ("clean_plate", "1", "E3"),
        ("own_bag", "1", "E3"),
    ):
        result = catalogue.quantify(method, Decimal(quantity), {}, tier, day=day_of(datetime.now(UTC)))
        found.append((method, quantity, result.reduction_g, result.points, tier))
    return found


async def open_city(servers: EmbeddedServers, city: City, say: Callable[[str], None]) -> World:
    """The filled database: the one that is there when it has these numbers and these tables, or a new one."""
    mark = f"{city.citizens} citizens, {city.actions_each} actions each, tables {_tables_mark()}"
    admin = await asyncpg.connect(servers.admin_url)
    try:
        known = await admin.fetchval(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1",
            database_name(NAME),
        )
        if known == mark:
            say(f"the city is there: {mark}")
            return World(NAME, settings_of(servers, NAME))
        settings = await fresh_database(servers, NAME)
        began = time.monotonic()
        owner = await asyncpg.connect(settings.owner_database_url)
        try:
            await _fill(owner, city, say)
        finally:
            await owner.close()
        say("vacuuming …")
        await settle(servers, NAME)
        actions = city.citizens * city.actions_each
        say(f"the city is filled: {actions:,} actions in {time.monotonic() - began:.0f} s")
        # Written last: a run that broke off leaves no mark, and the next one begins anew.
        await admin.execute(f"COMMENT ON DATABASE {database_name(NAME)} IS '{mark}'")
    finally:
        await admin.close()
    return World(NAME, settings)


BEFORE_BUDGETS = """
    INSERT INTO issuance_budgets (id, sponsor, name_zh, name_en, total_points, issued_points, opened_at, closed_at)
    VALUES ('00000000-0000-7000-8000-000000000026', 'city', '预算制度之前', 'Before budgets', $1, $1, now(), now())
"""
"""The past of the city was issued before there were budgets."""


def _tables_mark() -> str:
    return max(path.name for path in MIGRATIONS.glob("*.up.sql"))[:4]


async def _fill(owner: asyncpg.Connection, city: City, say: Callable[[str], None]) -> None:
    await owner.execute(
        "INSERT INTO staff (id, username, role, password_hash) VALUES ($1, 'bench', 'operator', '-')",
        STAFF_ID,
    )
    await owner.execute("SET synchronous_commit = off")
    # Balances are copied as they are.
    await owner.execute("ALTER TABLE transfers DISABLE TRIGGER transfers_move_balances")
    chosen = kinds()
    today = day_of(datetime.now(UTC))
    plans = [Plan.of(city, chosen, today, number) for number in range(len(chosen) * DAYS_BACK)]
    tables: tuple[tuple[str, tuple[str, ...], Callable[[City, list[Plan], int], str]], ...] = (
        ("citizens", ("id",), _citizen_lines),
        ("accounts", ("id", "kind", "balance", "is_proven"), _account_lines),
        ("lots", ("citizen_id", "expires_on", "points"), _lot_lines),
        ("action_sums", SUM_COLUMNS, _sum_lines),
        ("transfers", TRANSFER_COLUMNS, _transfer_lines),
        ("actions", ACTION_COLUMNS, _action_lines),
    )
    issued = sum(plans[number % len(plans)].points for number in range(city.citizens))
    await owner.execute("UPDATE accounts SET balance = $2 WHERE id = $1", ISSUANCE_ACCOUNT, -issued)
    await owner.execute(BEFORE_BUDGETS, issued)
    for table, columns, lines in tables:
        began = time.monotonic()
        await owner.copy_to_table(
            table, source=_chunks(city, plans, lines, table, say), columns=columns, format="text"
        )
        say(f"{table}: copied in {time.monotonic() - began:.0f} s")
    await owner.execute("ALTER TABLE transfers ENABLE TRIGGER transfers_move_balances")


@dataclass(frozen=True, slots=True)
class Plan:
    """The history that every citizen of one pattern has: lines with a place for whose they are."""

    actions: list[tuple[str, str, int]]
    """(action columns after the ids, transfer columns after the ids, points)."""
    lots: list[tuple[date, int]]
    sums: list[str]
    points: int

    @classmethod
    def of(cls, city: City, chosen: list[Kind], today: date, number: int) -> Plan:
        actions, lots, sums, points = [], dict[date, int](), dict[tuple[date, str, bool], list[int]](), 0
        for place in range(city.actions_each):
            method, quantity, grams, earned, tier = chosen[(number + place) % len(chosen)]
            day = today - timedelta(
                days=1 + (number * 7 + place * (DAYS_BACK // city.actions_each)) % DAYS_BACK
            )
            at = datetime(day.year, day.month, day.day, 4, tzinfo=UTC) + timedelta(minutes=place)
            stamp = at.strftime("%Y-%m-%d %H:%M:%S+00")
            points += earned
            lot = lot_of(day)
            lots[lot] = lots.get(lot, 0) + earned
            month = sums.setdefault((day.replace(day=1), method, tier != "E5"), [0, 0, 0])
            month[0] += 1
            month[1] += grams
            month[2] += earned
            actions.append(
                (
                    f"{method}\t2026.1\tsichuan-2026.1\t{quantity}\t{quantity}\t{tier}\t{stamp}\t{day}\t{grams}"
                    f"\t{earned}\tposted\t{stamp}\t{stamp}",
                    f"{earned}\taction\t{points}\t{stamp}\t{lot}\t{stamp}",
                    earned,
                )
            )
        kept = [
            f"{month}\t{method}\t{'t' if is_verified else 'f'}\t{count}\t{grams}\t{earned}"
            for (month, method, is_verified), (count, grams, earned) in sums.items()
        ]
        return cls(actions, list(lots.items()), kept, points)


SUM_COLUMNS = ("citizen_id", "month", "method", "is_verified", "actions", "reduction_g", "points")
TRANSFER_COLUMNS = (
    *("citizen_id", "credit_account", "debit_account", "id", "source_id"),
    *("points", "reason", "balance_after", "created_at", "expires_on", "written_at"),
)
ACTION_COLUMNS = (
    *("citizen_id", "id", "method", "method_version", "factor_set", "quantity", "credited_quantity", "tier"),
    *("occurred_at", "day", "reduction_g", "points", "state", "created_at", "written_at"),
)


async def _chunks(
    city: City,
    plans: list[Plan],
    lines: Callable[[City, list[Plan], int], str],
    table: str,
    say: Callable[[str], None],
) -> AsyncIterator[bytes]:
    for start in range(0, city.citizens, ROWS_PER_CHUNK):
        numbers = range(start, min(start + ROWS_PER_CHUNK, city.citizens))
        yield "".join(lines(city, plans, number) for number in numbers).encode("ascii")
        if start % (ROWS_PER_CHUNK * 25) == 0:
            say(f"{table}: {start:,} of {city.citizens:,} citizens")


def _citizen_lines(city: City, plans: list[Plan], number: int) -> str:
    return f"{city.citizen_id(number).hex}\n"


def _account_lines(city: City, plans: list[Plan], number: int) -> str:
    return f"{city.citizen_id(number).hex}\tcitizen\t{plans[number % len(plans)].points}\tt\n"


def _lot_lines(city: City, plans: list[Plan], number: int) -> str:
    citizen = city.citizen_id(number).hex
    return "".join(f"{citizen}\t{lot}\t{points}\n" for lot, points in plans[number % len(plans)].lots)


def _sum_lines(city: City, plans: list[Plan], number: int) -> str:
    citizen = city.citizen_id(number).hex
    return "".join(f"{citizen}\t{line}\n" for line in plans[number % len(plans)].sums)


def _transfer_lines(city: City, plans: list[Plan], number: int) -> str:
    citizen = city.citizen_id(number).hex
    head = f"{citizen}\t{citizen}\t{ISSUANCE_ACCOUNT.hex}"
    return "".join(
        f"{head}\t{city.transfer_hex(number, place)}\t{city.action_hex(number, place)}\t{line}\n"
        for place, (_, line, points) in enumerate(plans[number % len(plans)].actions)
        if points
    )


def _action_lines(city: City, plans: list[Plan], number: int) -> str:
    citizen = city.citizen_id(number).hex
    return "".join(
        f"{citizen}\t{city.action_hex(number, place)}\t{line}\n"
        for place, (line, _, _) in enumerate(plans[number % len(plans)].actions)
    )


def numbers_of(city: City, count: int) -> Iterator[int]:
    """Numbers of `count` citizens, spread over the whole city."""
    step = max(1, city.citizens // count)
    return iter(range(0, step * count, step))


async def fill(rig: Rig, city: City) -> bool:
    if not rig.is_smoke:
        await open_city(rig.servers, city, rig.say)
        return True
    await drop_database(rig.servers, NAME)
    world = await open_city(rig.servers, city, rig.say)
    broken = [finding for finding in await audit_all(world.settings) if finding.is_broken]
    for finding in broken:
        rig.say(f"[red]BROKEN {finding.promise}: {finding.sentence}")
    return not broken


def parser() -> argparse.ArgumentParser:
    made = new_parser(NAME, __doc__)
    made.add_argument("--citizens", type=int, default=CITIZENS)
    made.add_argument("--actions", type=int, default=ACTIONS_EACH, help="actions of each citizen")
    return made


def main(arguments: list[str] | None = None) -> int:
    chosen = parse(parser(), arguments, citizens=SMOKE_CITIZENS)
    return run(NAME, lambda rig: fill(rig, City(chosen.citizens, chosen.actions)), is_smoke=chosen.smoke)


if __name__ == "__main__":
    sys.exit(main())
