# ruff: noqa: S608 - the names come from this file
"""`python -m loadtests.summary`: the account page of people with five thousand entries, in a city's tables.

Open loop, 200 requests a second by default: half of them by people with 5,000 actions over six years, of whom every
second one has given all of them away, the rest by anybody of the city. Prints p50 and p99 from the scheduled moment,
and the plans of the statements behind the page. Ends with status 1 when an answer is not 200 or p99 misses 50 ms.
A smoke run asks for every page, shows the plans, and ends with the audit.
"""

from __future__ import annotations

import argparse
import random
import sys
from datetime import UTC, date, datetime
from uuid import UUID

import asyncpg
from rich.console import Console

from backend.auth import Principal, Tokens
from backend.domain.days import day_of
from backend.ledger.audit.ledger import audit_all
from backend.models.keys import uuid7
from backend.services.account.summary import MONTHS_SHOWN, month_after
from backend.settings import Settings
from backend.storage.sqlfiles import sql
from loadtests import crowd
from loadtests.city import ACTIONS_EACH, CITIZENS, SMOKE_CITIZENS, City, numbers_of, open_city
from loadtests.client import open_loop
from loadtests.databases import settle
from loadtests.http11 import render_get
from loadtests.report import Target, print_targets
from loadtests.rig import Rig, new_parser, parse, run
from loadtests.runs import Run, Supply
from loadtests.targets import HOST, running
from loadtests.targets import Target as Servers
from loadtests.world import World

PEOPLE = 200
ENTRIES = 5_000
CONNECTIONS = 64
WARM_UP_S = 3
SMOKE = {"seconds": 1.0, "rate": 100.0, "citizens": SMOKE_CITIZENS, "plans": True}
SMOKE_PEOPLE = 8
SMOKE_ENTRIES = 40
P99_MS_MAX = 50.0
PATHS = {
    "summary": "/v1/me/summary",
    "actions": "/v1/me/actions",
    "points": "/v1/me/points",
    "entries": "/v1/me/points/entries",
}

# Everything that the ledger would have written for 5,000 actions of ten methods; ids are of their own range, and
# every second person has cancelled all of it. $1 citizen uuid[]  $2 entries int
_N = "unnest($1::uuid[]) WITH ORDINALITY AS c(id, place), generate_series(1, $2::int) AS n"
_DAY = "(date '2026-11-01' - (n * 2200 / $2::int))"
_METHOD = (
    "(ARRAY['metro','bus','bike_share','walk_steps','clean_plate','bike_own','own_bag','own_cup','no_cutlery',"
    "'plant_meal'])[1 + n % 10]"
)
_ID = "('01930000-0000-7000-8000-' || lpad(to_hex(c.place * 65536 + n), 12, '0'))::uuid"
_NOON = f"{_DAY} + time '12:00'"
_LOT = f"(date_trunc('month', {_DAY}) + interval '25 months')::date"
FILL = (
    "INSERT INTO citizens (id) SELECT unnest($1::uuid[]) LIMIT $2::bigint * 1000",
    "INSERT INTO accounts (id, kind, is_proven) SELECT unnest($1::uuid[]), 'citizen', true LIMIT $2::bigint * 1000",
    "UPDATE accounts SET balance = balance - cardinality($1::uuid[]) * $2::int * 10"
    " WHERE id = '00000000-0000-7000-8000-000000000001'",
    "INSERT INTO actions (citizen_id, id, method, method_version, factor_set, credited_quantity, tier, occurred_at,"
    f" day, reduction_g, points, state, created_at, written_at) SELECT c.id, {_ID}, {_METHOD}, '2026.1',"
    f" 'sichuan-2026.1', 1, 'E1', {_NOON}, {_DAY}, 100, 10, 'posted', {_NOON}, {_NOON} FROM {_N} ORDER BY n, c.place",
    "INSERT INTO transfers (citizen_id, id, debit_account, credit_account, points, reason, source_id, balance_after,"
    f" expires_on, created_at, written_at) SELECT c.id, {_ID}, '00000000-0000-7000-8000-000000000001', c.id, 10,"
    f" 'action', {_ID}, n * 10, {_LOT}, {_NOON}, {_NOON} FROM {_N} ORDER BY n, c.place",
    "INSERT INTO action_sums SELECT citizen_id, date_trunc('month', day)::date, method, true, count(*),"
    " sum(reduction_g), sum(points) FROM actions WHERE citizen_id = ANY($1) AND $2::int > 0 GROUP BY 1, 2, 3",
    "INSERT INTO lots SELECT citizen_id, expires_on, sum(points) FROM transfers"
    " WHERE citizen_id = ANY($1) AND $2::int > 0 GROUP BY 1, 2",
    "INSERT INTO claims SELECT citizen_id, id, 'cancelled', reduction_g, id, created_at FROM actions"
    " WHERE citizen_id = ANY($1) AND $2::int > 0 AND get_byte(uuid_send(citizen_id), 15) % 2 = 0",
)


def people(count: int) -> list[UUID]:
    return [UUID(int=(0x01930000_0000_7000_8000 << 48) + number) for number in range(1, count + 1)]


async def settle_people(owner: asyncpg.Connection, ids: list[UUID], entries: int) -> bool:
    """Write the past of those with long accounts, unless an earlier run did; whether anything was written."""
    if await owner.fetchval("SELECT count(*) FROM citizens WHERE id = ANY($1)", ids) == len(ids):
        return False
    async with owner.transaction():
        await owner.execute("SET LOCAL synchronous_commit = off")
        for statement in FILL:
            await owner.execute(statement, ids, entries)
    return True


def requests_of(ids: list[UUID], settings: Settings, path: str) -> list[bytes]:
    tokens = Tokens(
        settings.keys("token_keys"),
        issuer=settings.issuer,
        audience=settings.audience,
        life_s=crowd.TOKEN_LIFE_S,
    )
    return [
        render_get(
            path,
            HOST,
            {
                "authorization": f"Bearer {tokens.issue(Principal(citizen_id, 'citizen', uuid7()))}",
                "accept": "*/*",
                "user-agent": "loadtests",
            },
        )
        for citizen_id in ids
    ]


async def show_plans(world: World, citizen_id: UUID, console: Console) -> None:
    """What PostgreSQL does for one of them, as the application's role."""
    connection = await asyncpg.connect(world.settings.database_url)
    today = day_of(datetime.now(UTC))
    months: tuple[date, date] = (month_after(today, 1 - MONTHS_SHOWN), month_after(today, 1))
    try:
        for name, values in (
            ("read_account_sums", (today,)),
            ("read_action_totals", ()),
            ("read_points_by_month", months),
        ):
            rows = await connection.fetch(
                f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) {sql(name)}", citizen_id, *values
            )
            console.print(f"\n{name}")
            for row in rows:
                console.print(f"  {row[0]}", highlight=False, markup=False)
    finally:
        await connection.close()


async def measure(rig: Rig, world: World, supply: Supply, rate: float, seconds: float) -> Run:
    rig.await_quiet()
    with running(Servers("summary", ("backend.cli", "serve"), world.environment, rig.processes)) as there:
        if not rig.is_smoke:
            warm_up = int(rate * WARM_UP_S)
            await open_loop(HOST, there.port, supply, rate=rate, count=warm_up, connections=CONNECTIONS)
        watch = rig.watch(there)
        count = int(rate * seconds)
        run = await open_loop(HOST, there.port, supply, rate=rate, count=count, connections=CONNECTIONS)
        use = watch.use()
    rig.say(
        f"{run.counted:,} answers: servers used {use.servers / use.seconds:.2f} cores, PostgreSQL and Redis"
        f" {use.databases / use.seconds:.2f}; strangers had {use.strangers_pct:.0f} % of the machine"
    )
    return run


async def bench(rig: Rig, chosen: argparse.Namespace) -> bool:
    city = City(chosen.citizens, ACTIONS_EACH)
    world = await open_city(rig.servers, city, rig.say)
    ids = people(SMOKE_PEOPLE if rig.is_smoke else PEOPLE)
    owner = await asyncpg.connect(world.settings.owner_database_url)
    try:
        if await settle_people(owner, ids, SMOKE_ENTRIES if rig.is_smoke else ENTRIES):
            await settle(rig.servers, "city")
    finally:
        await owner.close()
    if chosen.plans:
        await show_plans(world, ids[1], rig.console)
    count = int(chosen.rate * (chosen.seconds + WARM_UP_S)) + CONNECTIONS
    anybody = [city.citizen_id(number) for number in numbers_of(city, count)]
    dice = random.Random(3)
    asking = [dice.choice(ids) if number % 2 else anybody[number] for number in range(count)]
    pages = tuple(PATHS) if rig.is_smoke else (chosen.page,)
    requests = [requests_of(asking, world.settings, PATHS[page]) for page in pages]
    supply = Supply([request for together in zip(*requests, strict=True) for request in together])
    run = await measure(rig, world, supply, chosen.rate, chosen.seconds)
    p50, p99 = (run.histogram.percentile_ms(percent) for percent in (50, 99))
    bad = {status: number for status, number in run.statuses.items() if status != 200}
    rig.say(f"p50 {p50:.1f} ms, p99 {p99:.1f} ms, slowest {run.histogram.max_us / 1000:.0f} ms")
    rig.say(f"not 200: {bad or 'none'}, unanswered: {len(run.unanswered)}")
    name = f"p99 of {' and '.join(pages)} at {chosen.rate:,.0f} a second"
    target = Target(name, p99, P99_MS_MAX, is_least=False, digits=1, unit=" ms")
    print_targets(rig.console, [target], are_judged=not rig.is_smoke)
    if rig.is_smoke:
        everybody = run.statuses == {200: int(chosen.rate * chosen.seconds)}
        broken = [finding for finding in await audit_all(world.settings) if finding.is_broken]
        for finding in broken:
            rig.say(f"BROKEN {finding}")
        return everybody and not broken
    return not bad and not run.unanswered and target.is_met


def parser() -> argparse.ArgumentParser:
    made = new_parser("summary", __doc__)
    made.add_argument("--seconds", type=float, default=20, help="length of the open loop")
    made.add_argument("--rate", type=float, default=200, help="arrivals a second")
    made.add_argument("--citizens", type=int, default=CITIZENS, help="of the city around them")
    made.add_argument("--page", choices=tuple(PATHS), default="summary")
    made.add_argument("--plans", action="store_true", help="show the statements' plans first")
    return made


def main(arguments: list[str] | None = None) -> int:
    chosen = parse(parser(), arguments, **SMOKE)
    return run("summary", lambda rig: bench(rig, chosen), is_smoke=chosen.smoke)


if __name__ == "__main__":
    sys.exit(main())
