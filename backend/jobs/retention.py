"""Deletes rows past their retention, some thousands at a time, so that no statement runs for long."""

from __future__ import annotations

from datetime import datetime

from backend.jobs.job import Result
from backend.ledger.facts.footprints import FootprintBook
from backend.services.events.kept_journeys import forget_old_journeys
from backend.storage.database import Database
from backend.storage.statements import write

ROWS_PER_CHUNK_MAX = 5000
CHUNKS_MAX = 20
REMOVALS = (
    "remove_old_answers",
    "remove_old_tokens",
    "remove_old_sessions",
    "remove_old_sign_in_challenges",
    "remove_old_tasks",
    "remove_old_notices",
    "remove_old_complaints",
    "remove_old_places",
    "remove_old_security_records",
    "remove_old_name_reports",
    "remove_old_periods",
)


JOURNEY_DAYS_MAX = 90
PEOPLE_PER_CHUNK_MAX = 200


async def remove_old_journeys(database: Database, footprints: FootprintBook, now: datetime) -> Result:
    """Keep only the sums of journeys to events that ended 90 days ago, some people at a time."""
    removed = 0
    for _ in range(CHUNKS_MAX):
        count = await forget_old_journeys(
            database, footprints, now, days_max=JOURNEY_DAYS_MAX, people_max=PEOPLE_PER_CHUNK_MAX
        )
        removed += count
        if count < PEOPLE_PER_CHUNK_MAX:
            break
    return {"people": removed}


async def remove_old_rows() -> Result:
    """Delete expired answers, tokens and sessions, finished tasks, old notices and what else is past its time."""
    removed: dict[str, int] = {}
    for name in REMOVALS:
        for _ in range(CHUNKS_MAX):
            rows = await write(name, ROWS_PER_CHUNK_MAX)
            count: int = rows[0]["removed"]
            if count:
                removed[name.removeprefix("remove_old_")] = (
                    removed.get(name.removeprefix("remove_old_"), 0) + count
                )
            if count < ROWS_PER_CHUNK_MAX:
                break
    return removed
