"""Books off points on the day they expire, and finds those that expire soon.

Both go through the index of lots by day, some hundred citizens at a time, and may be interrupted anywhere: points
booked off are gone from the lots, and the next run finds what is left.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec

from backend.errors import Refusal
from backend.ledger.commands.expire import Expired, ExpirePoints
from backend.ledger.queue import LedgerQueue
from backend.models.keys import uuid7
from backend.storage.database import Database
from backend.storage.statements import read

CITIZENS_PER_CHUNK = 500
COMMANDS_AT_ONCE_MAX = 100
NOTICE_DAYS = 30
BEFORE_ALL = (date(1970, 1, 1), UUID(int=0))


class ExpiryRun(msgspec.Struct):
    """What a run did: citizens whose points expired, their lots and points, and citizens left for the next run."""

    citizens: int = 0
    lots: int = 0
    points: int = 0
    left: int = 0


class ExpiringLot(msgspec.Struct, frozen=True):
    """Points of a citizen that no longer count from `expires_on` on."""

    citizen_id: UUID
    expires_on: date
    points: int


async def expire_points(database: Database, queue: LedgerQueue, today: date) -> ExpiryRun:
    """Book off all points that expire on `today` or expired before."""
    run = ExpiryRun()
    last = BEFORE_ALL
    while True:
        rows = await read(database, "find_due_lots", today, *last, CITIZENS_PER_CHUNK)
        if not rows:
            return run
        last = (rows[-1]["expires_on"], rows[-1]["citizen_id"])
        # A citizen with two lots that are due stands there twice; one command books off both.
        await _expire_of(queue, sorted({row["citizen_id"] for row in rows}), today, run)


async def _expire_of(queue: LedgerQueue, citizens: Sequence[UUID], today: date, run: ExpiryRun) -> None:
    slots = asyncio.Semaphore(COMMANDS_AT_ONCE_MAX)

    async def expire(citizen_id: UUID) -> None:
        command = ExpirePoints(id=uuid7(), citizen_id=citizen_id, today=today, at=datetime.now(UTC))
        async with slots:
            try:
                outcome = await queue.submit(command)
            except Refusal:  # busy, or the database is away: the next run comes by
                run.left += 1
                return
        expired = outcome.answer_as(Expired)
        run.citizens += expired.lots > 0
        run.lots += expired.lots
        run.points += expired.points

    await asyncio.gather(*(expire(citizen_id) for citizen_id in citizens))


async def find_expiring(
    database: Database, today: date, days: int = NOTICE_DAYS
) -> AsyncIterator[list[ExpiringLot]]:
    """Lots that expire after `today` and within `days` days, some hundred at a time, the soonest first."""
    last = BEFORE_ALL
    last_day = today + timedelta(days=days)
    while True:
        rows = await read(database, "find_expiring_lots", today, last_day, *last, CITIZENS_PER_CHUNK)
        if not rows:
            return
        last = (rows[-1]["expires_on"], rows[-1]["citizen_id"])
        yield [ExpiringLot(row["citizen_id"], row["expires_on"], row["points"]) for row in rows]
