"""How far the public log was behind the scans: a worker seals it beside the servers, on the same processors."""

from __future__ import annotations

import asyncio
import time

import asyncpg

from loadtests.report import Target
from loadtests.targets import DidNotStart
from loadtests.world import World

SEALED_S_MAX = 60.0
WAIT_S_MAX = 300.0

_LEFT = """
SELECT count(*) FROM offsets o
WHERE NOT EXISTS (SELECT FROM log_entries l WHERE l.kind = 'offset' AND l.subject = o.certificate_number)
"""
# How long an offset waited for the head over it; how long a head was the newest while offsets waited for the next one.
_WAITED = """
SELECT extract(epoch FROM max(h.signed_at - e.happened_at))::float8 AS waited_s
FROM log_entries e JOIN log_heads h ON h.size = e.sealed_in WHERE e.kind = 'offset'
"""
_GAP = """
SELECT coalesce(max(extract(epoch FROM h.signed_at - greatest(h.before, h.first_at))), 0)::float8 AS gap_s
FROM (
    SELECT signed_at, lag(signed_at) OVER (ORDER BY size) AS before,
           (SELECT min(happened_at) FROM log_entries e WHERE e.sealed_in = s.size) AS first_at
    FROM log_heads s
) h
"""


async def await_sealed(world: World) -> None:
    """Until the log holds every offset of the run."""
    connection = await asyncpg.connect(world.settings.owner_database_url)
    try:
        deadline = time.monotonic() + WAIT_S_MAX
        while left := await connection.fetchval(_LEFT):
            if time.monotonic() > deadline:
                raise DidNotStart(f"the worker left {left:,} offsets out of the log for {WAIT_S_MAX:.0f} s")
            await asyncio.sleep(1)
    finally:
        await connection.close()


async def sealing_targets(world: World) -> list[Target]:
    connection = await asyncpg.connect(world.settings.owner_database_url)
    try:
        waited_s = await connection.fetchval(_WAITED)
        gap_s = await connection.fetchval(_GAP)
    finally:
        await connection.close()
    return [
        Target("longest that a scan waited for its head", waited_s, SEALED_S_MAX, is_least=False, unit=" s"),
        Target("longest without a head while scans waited", gap_s, SEALED_S_MAX, is_least=False, unit=" s"),
    ]
