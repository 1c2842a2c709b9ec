"""Makes the offsets of attendees who waited for the pool's top-up, in the order in which they asked.

Whole offsets only. If the first in line asks for more than is left, everybody behind waits as well; attendees who scan
meanwhile are served from the pool as before. Each wait ends once, however often a run is repeated.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import msgspec
import structlog

from backend.errors import Refusal
from backend.ledger.commands.offset_changes import SettleOffset
from backend.ledger.queue import LedgerQueue
from backend.messages.events.journeys import SettleAnswer
from backend.models.keys import uuid7
from backend.storage.database import Database
from backend.storage.statements import read

log = structlog.get_logger(__name__)

WAITS_PER_CHUNK = 1000


class SettlingRun(msgspec.Struct):
    """What a run did: offsets made and their grams, waits ended for lack of points, waits left for later."""

    settled: int = 0
    grams: int = 0
    not_paid: int = 0
    left: int = 0


async def settle_waiting(database: Database, queue: LedgerQueue) -> SettlingRun:
    """Settle every wait whose turn has come. May be interrupted anywhere; the next run goes on."""
    run = SettlingRun()
    while True:
        rows = await read(database, "find_waiting_offsets", WAITS_PER_CHUNK)
        if not rows:
            return run
        commands = [
            SettleOffset(
                id=uuid7(), citizen_id=row["citizen_id"], event_id=row["event_id"], at=datetime.now(UTC)
            )
            for row in rows
        ]
        outcomes = await queue.submit_all(commands)
        became: Counter[str] = Counter()
        for outcome in outcomes:
            if isinstance(outcome, Refusal) or outcome.status != 200:
                became["refused"] += 1
                continue
            answer = outcome.answer_as(SettleAnswer)
            became[answer.became] += 1
            run.grams += answer.grams
        run.settled += became["settled"]
        run.not_paid += became["not_paid"]
        if not became["settled"] + became["not_paid"]:
            # Scans were quicker, or nothing can be written now: the next run comes by.
            run.left += len(rows)
            return run
