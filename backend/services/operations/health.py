"""How a server process is: whether it can take requests, and what it stands on."""

from __future__ import annotations

import asyncio

from backend.ledger.queue import LedgerQueue
from backend.messages.operations.health import Readiness
from backend.storage.database import UNAVAILABLE, Database
from backend.storage.redis import REDIS_ERRORS, Counts

READY_CHECK_S_MAX = 2.0


async def readiness(database: Database, counts: Counts, queue: LedgerQueue) -> Readiness:
    """Ready when PostgreSQL answers. Redis may be away: scans go on without it, so it is named and not counted."""
    is_database_there, is_redis_there = True, True
    try:
        async with asyncio.timeout(READY_CHECK_S_MAX):
            await database.ping()
    except UNAVAILABLE:
        is_database_there = False
    try:
        await counts.ping()
    except REDIS_ERRORS:
        is_redis_there = False
    return Readiness(
        status="ok" if is_database_there else "away",
        database="ok" if is_database_there else "away",
        redis="ok" if is_redis_there else "away",
        queue_length=queue.length,
    )
