"""Books approved actions that the ledger does not have yet, and counts overdue reviews."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import structlog

from backend.errors import Refusal
from backend.ledger.queue import LedgerQueue
from backend.models import Review
from backend.services.actions.reviews import book
from backend.storage.database import Database
from backend.storage.statements import read

log = structlog.get_logger(__name__)

REVIEWS_PER_CHUNK = 200
PATIENCE = timedelta(minutes=1)
"""The deciding process books within this time; after it, that process has died in between."""


class ReviewRun(msgspec.Struct):
    """What a run found: actions booked, refused by a rule, left for the next run; overdue reviews."""

    booked: int = 0
    refused: int = 0
    left: int = 0
    overdue: int = 0


async def book_approved(
    database: Database, queue: LedgerQueue, now: datetime, patience: timedelta = PATIENCE
) -> ReviewRun:
    """Book approved actions that are not booked yet, and count overdue reviews. May be repeated at any time."""
    run = ReviewRun()
    last = datetime(1970, 1, 1, tzinfo=UTC)
    while True:
        rows = await read(database, "find_reviews_to_book", now - patience, last, REVIEWS_PER_CHUNK)
        if not rows:
            break
        last = rows[-1]["decided_at"]
        for review in await Review.filter(id__in=[row["id"] for row in rows]):
            try:
                action = await book(queue, review)
            except Refusal:  # busy, or the database is away: the next run comes by
                run.left += 1
                continue
            run.booked += action is not None
            run.refused += action is None
    run.overdue = await Review.filter(state="pending", expected_by__lt=now).count()
    if run.overdue:
        log.warning("reviews_overdue", reviews=run.overdue)
    return run
