# ruff: noqa: S608 - the names come from this file
"""`python -m loadtests.boards`: how long a count of the leaderboards takes in a city of a million citizens.

One citizen in ten agreed to be ranked, as many are in teams, and each of these acted ten times this week. Prints the
seconds of a first count, of one with nothing in Redis, and of a page read meanwhile. Embedded servers, in var/bench.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from collections.abc import Awaitable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import asyncpg
import uvloop

from backend.catalogue import load_catalogue
from backend.domain.community.periods import week_of
from backend.domain.days import day_of
from backend.jobs.community.leaderboards import count_team_days, rebuild_boards, rebuild_period
from backend.launcher import migrate
from backend.outside.embedded import EmbeddedServers
from backend.services.community.community import Community
from backend.settings import load_settings
from backend.storage.database import Database
from backend.storage.redis import Redis, connect
from backend.storage.redis_leaderboards import CITY
from loadtests.machine import cpu_s

VAR = Path("var") / "bench"
DATABASE = "bench_boards"
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
    rows = await admin.fetch("SELECT pid FROM pg_stat_activity WHERE datname = $1", DATABASE)
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


async def measure(servers: EmbeddedServers, citizens: int) -> None:
    at = datetime.now(UTC)
    admin = await asyncpg.connect(servers.admin_url)
    await admin.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    await admin.execute(f"CREATE DATABASE {DATABASE} OWNER tianfu_owner")
    settings = replace(
        load_settings({}, environment="demo"),
        database_url=servers.app_url.replace("/tianfu?", f"/{DATABASE}?"),
        owner_database_url=servers.owner_url.replace("/tianfu?", f"/{DATABASE}?"),
        redis_url=f"{servers.redis_url}?db=7",
    )
    await migrate(settings, None)
    await _fill(settings.owner_database_url, citizens, at)
    database = Database(settings.database_url, pool_size_max=2)
    await database.open()
    redis = connect(settings.redis_url, timeout_ms=settings.redis_timeout_ms)
    await redis.flushdb(asynchronous=True)
    await database.ping()
    community = Community.open(load_catalogue().methods, redis)
    this_week = week_of(day_of(at))
    try:
        await _timed(
            "the teams' days of this week",
            admin,
            redis,
            count_team_days(database, this_week.first, this_week.after),
        )
        ranked, _ = await _timed(
            "this week's boards", admin, redis, rebuild_period(database, community, this_week, at)
        )
        for label, minutes in (("what is missing", 0), ("a minute later", 1), ("five minutes later", 6)):
            done = await _timed(
                label, admin, redis, rebuild_boards(database, community, at + timedelta(minutes=minutes))
            )
            print(f"  {', '.join(done.periods)}; {done.ranked:,} ranked")
        page = await _timed(
            "a page of a hundred", admin, redis, community.boards.page(this_week, CITY, 0, 100, UUID(int=0))
        )
        assert page is not None
        assert page.entries == ranked
        print(f"Redis holds {(await redis.info('memory'))['used_memory_human']}")
    finally:
        await redis.flushdb(asynchronous=True)
        await redis.aclose()
        await database.close()
        await admin.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        await admin.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--citizens", type=int, default=1_000_000)
    chosen = parser.parse_args()
    VAR.mkdir(parents=True, exist_ok=True)
    with EmbeddedServers(VAR) as running, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(measure(running, chosen.citizens))
