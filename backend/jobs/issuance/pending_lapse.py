"""Points that waited too long for a first proven act lapse and return to their budgets.

It may be broken off anywhere: what lapsed waits no longer, and the next run finds what is left.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime

import msgspec

from backend.errors import Refusal
from backend.ledger.commands.lapse_pending import Lapsed, LapsePending
from backend.ledger.queue import LedgerQueue
from backend.models.keys import uuid7
from backend.storage.database import Database
from backend.storage.statements import read

CITIZENS_PER_CHUNK = 100


class LapseRun(msgspec.Struct):
    """What a run did: citizens, their points, and citizens left for the next run."""

    citizens: int = 0
    points: int = 0
    left: int = 0


async def lapse_pending(database: Database, queue: LedgerQueue, today: date) -> LapseRun:
    """Let lapse all that has waited until `today`."""
    run = LapseRun()
    while True:
        rows = await read(database, "find_lapsed", today, CITIZENS_PER_CHUNK)
        commands = [
            LapsePending(
                id=uuid7(),
                citizen_id=row["citizen_id"],
                at=datetime.now(UTC),
                sources=tuple(zip(row["reasons"], row["sources"], strict=True)),
            )
            for row in rows
        ]
        outcomes = await asyncio.gather(*(queue.submit(each) for each in commands), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                if not isinstance(outcome, Refusal):
                    raise outcome
                run.left += 1  # busy, or the database is away: the next run comes by
            else:
                run.citizens += 1
                run.points += outcome.answer_as(Lapsed).points
        if run.left or len(rows) < CITIZENS_PER_CHUNK:
            return run
