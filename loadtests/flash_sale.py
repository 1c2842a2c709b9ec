"""`python -m loadtests.flash_sale`: everybody buys at one moment, and there are few pieces.

Real server processes; every buyer is signed in, has the points, and comes in the first milliseconds. An answer's
latency counts from that moment, waiting for a connection included. Ends with status 1 when more or fewer pieces were
sold than there were, when a code was given twice, or when the audit finds a broken promise. A target that is missed
is shown; it changes the status only with --strict.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
from rich.console import Console

from backend.auth import Principal, Tokens
from backend.domain.account.lots import lot_of
from backend.domain.days import day_of
from backend.ledger.audit.ledger import Finding, audit_all
from backend.ledger.state import ISSUANCE_ACCOUNT
from backend.models.keys import uuid7
from backend.outside.embedded import EmbeddedServers
from loadtests import crowd
from loadtests.city import BEFORE_BUDGETS
from loadtests.client import open_loop
from loadtests.http11 import render_post
from loadtests.report import STRANGERS_PCT_MAX, Target, print_targets
from loadtests.rig import Rig, new_parser, parse, run
from loadtests.runs import Run, Supply
from loadtests.targets import HOST, running
from loadtests.targets import Target as Servers
from loadtests.world import World, make_world

REWARD_ID = UUID("01990000-0000-7000-8000-0000f1a5ba1e")
SLUG = "flash"
COST_POINTS = 100
POINTS_EACH = 250
SECONDS_MAX = 3.0
SMOKE = {"buyers": 100, "pieces": 10, "connections": 32, "rounds": 1, "strict": False}
ARRIVALS_PER_S = 1_000_000.0
"""All are there within five milliseconds."""


@dataclass(frozen=True, slots=True)
class Sale:
    """What the database says was sold."""

    pieces: int
    codes: int
    left: int


async def give_points(owner: asyncpg.Connection, citizens: list[UUID]) -> None:
    """Points for everybody, earned by an action of today, so that the audit finds where they came from."""
    now = datetime.now(UTC)
    day = day_of(now)
    actions = [uuid7() for _ in citizens]
    async with owner.transaction():
        await owner.execute(
            "INSERT INTO actions (citizen_id, id, method, method_version, factor_set, credited_quantity, tier,"
            " occurred_at, day, reduction_g, points, state, created_at)"
            " SELECT c, a, 'bus', '1', 'bench', 1, 'E1', $3, $4, 80, $5, 'posted', $3"
            " FROM unnest($1::uuid[], $2::uuid[]) AS new (c, a)",
            citizens,
            actions,
            now,
            day,
            POINTS_EACH,
        )
        await owner.execute(
            "INSERT INTO action_sums SELECT c, $2, 'bus', true, 1, 80, $3 FROM unnest($1::uuid[]) AS c",
            citizens,
            day.replace(day=1),
            POINTS_EACH,
        )
        await owner.execute(
            "INSERT INTO transfers (citizen_id, id, debit_account, credit_account, points, reason, source_id,"
            " balance_after, created_at, expires_on)"
            " SELECT c, gen_random_uuid(), $3, c, $4, 'action', a, $4, $5, $6"
            " FROM unnest($1::uuid[], $2::uuid[]) AS new (c, a)",
            citizens,
            actions,
            ISSUANCE_ACCOUNT,
            POINTS_EACH,
            now,
            lot_of(day),
        )
        await owner.execute(
            "INSERT INTO lots SELECT c, $2, $3 FROM unnest($1::uuid[]) AS c",
            citizens,
            lot_of(day),
            POINTS_EACH,
        )
        await owner.execute(BEFORE_BUDGETS, POINTS_EACH * len(citizens))
        await owner.execute(
            "UPDATE accounts SET balance = balance - $2 WHERE id = $1",
            ISSUANCE_ACCOUNT,
            POINTS_EACH * len(citizens),
        )


async def put_on_sale(owner: asyncpg.Connection, pieces: int) -> None:
    """A ticket with a coupon code for each piece, one for each person."""
    await owner.execute(
        "INSERT INTO rewards (id, slug, kind, name_zh, name_en, about_zh, about_en, cost_points, stock, stock_left,"
        " per_person_max, has_codes, is_open)"
        " VALUES ($1, $2, 'ticket', '限量门票', 'Ticket', '-', '-', $3, $4, $4, 1, true, true)",
        REWARD_ID,
        SLUG,
        COST_POINTS,
        pieces,
    )
    await owner.execute(
        "INSERT INTO reward_codes (reward_id, code) SELECT $1, 'TICKET-' || n FROM generate_series(1, $2::int) AS n",
        REWARD_ID,
        pieces,
    )


def purchases(ids: list[UUID], world: World) -> list[bytes]:
    """One request for each buyer, rendered ahead."""
    settings = world.settings
    tokens = Tokens(
        settings.keys("token_keys"),
        issuer=settings.issuer,
        audience=settings.audience,
        life_s=crowd.TOKEN_LIFE_S,
    )
    requests = []
    for citizen_id in ids:
        headers = {
            "authorization": f"Bearer {tokens.issue(Principal(citizen_id, 'citizen', uuid7()))}",
            "idempotency-key": str(uuid7()),
            "accept": "*/*",
            "accept-language": "zh-CN",
            "user-agent": "loadtests",
        }
        body = f'{{"cost_points":{COST_POINTS}}}'.encode("ascii")
        requests.append(render_post(f"/v1/rewards/{SLUG}/redemptions", HOST, headers, body))
    return requests


async def make_sale(servers: EmbeddedServers, buyers: int, pieces: int) -> tuple[World, list[bytes]]:
    """A fresh database with the buyers and the reward, and what each buyer will send."""
    ids = crowd.citizens(buyers)
    world = await make_world(servers, "flash", ids, badges=1)
    owner = await asyncpg.connect(world.settings.owner_database_url)
    try:
        await give_points(owner, ids)
        await put_on_sale(owner, pieces)
        await owner.execute("ANALYZE")
    finally:
        await owner.close()
    return world, purchases(ids, world)


async def look(world: World) -> Sale:
    owner = await asyncpg.connect(world.settings.owner_database_url)
    try:
        row = await owner.fetchrow(
            "SELECT count(*) AS pieces, count(DISTINCT coupon_code) AS codes,"
            " (SELECT stock_left FROM rewards WHERE id = $1) AS left FROM redemptions WHERE reward_id = $1",
            REWARD_ID,
        )
        return Sale(row["pieces"], row["codes"], row["left"])
    finally:
        await owner.close()


async def sell(rig: Rig, buyers: int, pieces: int, connections: int) -> tuple[Target, bool]:
    """One sale; whether it was in time, and whether everything is right."""
    world, requests = await make_sale(rig.servers, buyers, pieces)
    rig.await_quiet()
    with running(Servers("flash", ("backend.cli", "serve"), world.environment, rig.processes)) as there:
        watch = rig.watch(there)
        run = await open_loop(
            HOST,
            there.port,
            Supply(requests),
            rate=ARRIVALS_PER_S,
            count=buyers,
            connections=connections,
            is_poisson=False,
        )
        strangers_pct = watch.use().strangers_pct
    sale = await look(world)
    findings = await audit_all(world.settings)
    last_s = run.histogram.max_us / 1e6
    target = Target(
        f"last of {buyers:,} answers",
        last_s,
        SECONDS_MAX,
        is_least=False,
        unit=" s",
        # Strangers can only have made it slower: in time in spite of them is in time.
        is_sure=strangers_pct <= STRANGERS_PCT_MAX or last_s < SECONDS_MAX,
    )
    _print(rig.console, run, sale, findings, strangers_pct)
    is_right = (
        run.statuses == {201: pieces, 409: buyers - pieces}
        and not run.unanswered
        and sale == Sale(pieces, pieces, 0)
        and not any(finding.is_broken for finding in findings)
    )
    return target, is_right


def _print(console: Console, run: Run, sale: Sale, findings: list[Finding], strangers_pct: float) -> None:
    histogram = run.histogram
    times = ", ".join(f"p{percent} {histogram.percentile_ms(percent) / 1000:.2f}" for percent in (50, 90, 99))
    statuses = ", ".join(f"{count:,} × {status}" for status, count in sorted(run.statuses.items()))
    console.print(
        f"{histogram.count:,} buyers at one moment: answers in s from then on: {times}, last "
        f"{histogram.max_us / 1e6:.2f}; {statuses}, unanswered {len(run.unanswered)}; "
        f"strangers {strangers_pct:.0f} % of the machine",
        highlight=False,
    )
    console.print(
        f"sold {sale.pieces} pieces with {sale.codes} different codes, {sale.left} left", highlight=False
    )
    for finding in findings:
        if finding.is_broken:
            console.print(f"  [red]BROKEN [/]{finding.promise}: {finding.sentence}", highlight=False)
    if not any(finding.is_broken for finding in findings):
        console.print(f"  [green]ok     [/]{len(findings)} promises of the audit", highlight=False)


async def sales(rig: Rig, rounds: int, buyers: int, pieces: int, connections: int) -> tuple[bool, bool]:
    """Several sales; whether everything is right, and whether each was in time."""
    targets: list[Target] = []
    is_right = True
    for _ in range(rounds):
        target, is_whole = await sell(rig, buyers, pieces, connections)
        targets.append(target)
        is_right &= is_whole
    print_targets(rig.console, targets, are_judged=not rig.is_smoke)
    return is_right, all(target.is_met for target in targets)


def parser() -> argparse.ArgumentParser:
    made = new_parser("flash_sale", __doc__)
    made.add_argument("--buyers", type=int, default=5000)
    made.add_argument("--pieces", type=int, default=100)
    made.add_argument("--connections", type=int, default=1024, help="connections that the buyers share")
    made.add_argument("--rounds", type=int, default=3, help="sales, each on a fresh database")
    made.add_argument("--strict", action="store_true", help="status 1 also when the target is missed")
    return made


def main(arguments: list[str] | None = None) -> int:
    chosen = parse(parser(), arguments, **SMOKE)

    async def measure(rig: Rig) -> bool:
        is_right, is_met = await sales(rig, chosen.rounds, chosen.buyers, chosen.pieces, chosen.connections)
        return is_right and (is_met or not chosen.strict)

    return run("flash_sale", measure, is_smoke=chosen.smoke)


if __name__ == "__main__":
    sys.exit(main())
