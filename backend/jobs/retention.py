"""Deletes rows past their retention, some thousands at a time, so that no statement runs for long."""

from __future__ import annotations

from backend.jobs.job import Result
from backend.storage.statements import write

ROWS_PER_CHUNK_MAX = 5000
CHUNKS_MAX = 20
REMOVALS = (
    "remove_old_answers",
    "remove_old_tokens",
    "remove_old_sessions",
    "remove_old_tasks",
    "remove_old_notices",
)


async def remove_old_rows() -> Result:
    """Delete expired answers, tokens and sessions, finished tasks, and notices of last year."""
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
