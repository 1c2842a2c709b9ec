# ruff: noqa: S608 - the names come from this file
"""`python -m loadtests.boards`: how long a count of the leaderboards takes in a city of a million citizens.

One citizen in ten agreed to be ranked, as many are in teams, and each of these acted ten times this week. Prints the
seconds of a first count, of one with nothing in Redis, and of a page read meanwhile. Ends with status 1 when a page
does not show everybody who is ranked.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID

import asyncpg

from backend.catalogue import load_catalogue
from backend.domain.community.periods import week_of
from backend.domain.days import day_of
from backend.jobs.community.leaderboards import count_team_days, rebuild_boards, rebuild_period
from backend.services.community.community import Community
from backend.storage.database import Database
from backend.storage.redis import Redis, connect
from backend.storage.redis_leaderboards import CITY
from loadtests.databases import database_name, drop_database, fresh_database
from loadtests.machine import cpu_s
from loadtests.rig import Rig, new_parser, parse, run

NAME = "boards"
CITIZENS = 1_000_000
SMOKE_CITIZENS = 8_000
"""There are 400 teams, and none may be empty."""
T = TypeVar("T")

# Citizen n is ranked when n % 10 = 0; took consent back when n % 50 = 7; acted when n % 10 < 2, and half of those are
# in one of 400 teams.
_ID = "('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid"
_TEAM = "('01910000-0000-7000-8000-' || lpad(to_hex(n / 20 % 400), 12, '0'))::uuid"
_ACTIVE = "generate_series(0, $1::int - 1) n, generate_series(0, 9) k WHERE n % 10 < 2"
FILL = (
    f"INSERT INTO citizens (id, nickname) SELECT {_ID}, 'n' || n FROM generate_series(0, $1::int - 1) n",
    f"""INSERT INTO consents (citizen_id, scope, revision, is_granted, policy_version, decided_at)
        SELECT {_ID}, 'leaderboard', r, r = 1, '2026.1', now() FROM generate_series(0, $1::int - 1) n,
            generate_series(1, 2) r WHERE n % 10 = 0 AND r = 1 OR n % 50 = 7""",
    f"""INSERT INTO profiles (citizen_id, district, changed_at)
        SELECT {_ID}, (ARRAY['wuhou', 'jinjiang', 'qingyang', 'jinniu', 'chenghua'])[1 + n / 10 % 5], now()
        FROM generate_series(0, $1::int - 1) n WHERE n % 10 = 0""",
    """INSERT INTO teams (id, code, kind, name, owner_id, members)
       SELECT ('01910000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, lpad(upper(to_hex(n)), 10, '0'),
           'company', 'team', '01900000-0000-7000-8000-000000000000', $1::int / 4000
       FROM generate_series(0, 399) n""",
    f"""INSERT INTO team_members (citizen_id, team_id, joined_at, kind)
        SELECT {_ID}, {_TEAM}, now() - (n % 30) * interval '1 day', 'company'
        FROM generate_series(0, $1::int - 1) n WHERE n % 10 < 2 AND n / 10 % 2 = 0""",
    f"""INSERT INTO actions (citizen_id, id, method, method_version, factor_set, credited_quantity, tier, occurred_at,
            day, reduction_g, points, state, created_at)
        SELECT {_ID}, gen_random_uuid(), 'metro', '2026.1', 'sichuan-2026.1', 1, CASE k WHEN 0 THEN 'E5' ELSE 'E1' END,
            at, (at AT TIME ZONE 'Asia/Shanghai')::date, 100 + n % 977 + k, 10, 'posted', at
        FROM (SELECT n, k, $2::timestamptz + (k * 7 + n % 7) * interval '1 hour' AS at FROM {_ACTIVE}) made""",
    """INSERT INTO action_sums (citizen_id, month, method, is_verified, actions, reduction_g, points)
       SELECT citizen_id, date_trunc('month', day)::date, method, tier <> 'E5', count(*), sum(reduction_g), sum(points)
       FROM actions GROUP BY 1, 2, 3, 4""",
)


async def _timed(label: str, admin: asyncpg.Connection, redis: Redis, work: Awaitable[T]) -> T:
    """Seconds by the clock, and of processor time: the second says what it costs when the machine is busy otherwise."""
    rows = await admin.fetch("SELECT pid FROM pg_stat_activity WHERE datname = $1", database_name(NAME))
    pids = [os.getpid(), (await redis.info("server"))["process_id"], *(row["pid"] for row in rows)]
    began, used = time.perf_counter(), cpu_s(pids)
    result = await work
    print(f"{label}: {time.perf_counter() - began:.1f} s, processors {cpu_s(pids) - used:.1f} s", flush=True)
    return result


async def _fill(url: str, citizens: int, at: datetime) -> None:
    owner = await asyncpg.connect(url)
    began = time.perf_counter()
    await owner.execute("SET synchronous_commit = off")
    for statement in FILL:
        values = [citizens, week_of(day_of(at)).starts_at][
            : statement.count("$1") and 1 + ("$2" in statement)
        ]
        await owner.execute(statement, *values)
    await owner.execute("VACUUM (ANALYZE)")
    rows = await owner.fetchval("SELECT count(*) FROM actions")
    print(f"{citizens:,} citizens, {rows:,} actions this week: filled in {time.perf_counter() - began:.0f} s")
    await owner.close()


async def measure(rig: Rig, citizens: int) -> bool:
    at = datetime.now(UTC)
    settings = await fresh_database(rig.servers, NAME)
    await _fill(settings.owner_database_url, citizens, at)
    admin = await asyncpg.connect(rig.servers.admin_url)
    database = Database(settings.database_url, pool_size_max=2)
    await database.open()
    redis = connect(settings.redis_url, timeout_ms=settings.redis_timeout_ms)
    await database.ping()
    try:
        return await _count(database, admin, redis, at, citizens)
    finally:
        await redis.flushdb(asynchronous=True)
        await redis.aclose()
        await database.close()
        await admin.close()
        await drop_database(rig.servers, NAME)


async def _count(
    database: Database, admin: asyncpg.Connection, redis: Redis, at: datetime, citizens: int
) -> bool:
    """Count the boards as the worker does; whether each showed everybody who is ranked."""
    community = Community.open(load_catalogue(), redis)
    this_week = week_of(day_of(at))
    await _timed(
        "the teams' days of this week",
        admin,
        redis,
        count_team_days(database, this_week.first, this_week.after),
    )
    ranked, _ = await _timed(
        "this week's boards", admin, redis, rebuild_period(database, community, this_week, at)
    )
    # A missing period is counted at once, the present one again after a minute, the others after five.
    is_right = ranked == citizens // 10
    for label, minutes in (("what is missing", 0), ("a minute later", 1), ("five minutes later", 6)):
        later = at + timedelta(minutes=minutes)
        done = await _timed(label, admin, redis, rebuild_boards(database, community, later))
        print(f"  {', '.join(done.periods)}; {done.ranked:,} ranked")
        is_right &= done.ranked > 0
    page = await _timed(
        "a page of a hundred", admin, redis, community.boards.page(this_week, CITY, 0, 100, UUID(int=0))
    )
    print(f"Redis holds {(await redis.info('memory'))['used_memory_human']}")
    return is_right and page is not None and page.entries == ranked


def parser() -> argparse.ArgumentParser:
    made = new_parser(NAME, __doc__)
    made.add_argument("--citizens", type=int, default=CITIZENS)
    return made


def main(arguments: list[str] | None = None) -> int:
    chosen = parse(parser(), arguments, citizens=SMOKE_CITIZENS)
    return run(NAME, lambda rig: measure(rig, chosen.citizens), is_smoke=chosen.smoke)


if __name__ == "__main__":
    sys.exit(main())
