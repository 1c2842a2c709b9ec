"""What a server process does by itself: learn of ended sessions, hold Redis against PostgreSQL.

Each round may be interrupted and repeated; a round that fails is told and tried again at its next time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog

from backend.models import Event
from backend.services.sessions import Sessions
from backend.storage.database import Database
from backend.storage.live import Publisher
from backend.storage.reads import read

log = structlog.get_logger(__name__)

REVOKED_EVERY_S = 10.0
REMOVE_EVERY_S = 60.0
ROWS_PER_ROUND_MAX = 5000
RECENT = timedelta(minutes=15)


class Tending:
    """The rounds of one process."""

    def __init__(
        self, database: Database, sessions: Sessions, publisher: Publisher, *, reconcile_s: int
    ) -> None:
        self._rounds: tuple[tuple[str, float, Callable[[], Awaitable[None]]], ...] = (
            ("revoked_sessions", REVOKED_EVERY_S, sessions.load_revoked),
            ("reconcile_counts", float(reconcile_s), self._reconcile),
            ("remove_old_rows", REMOVE_EVERY_S, self._remove_old),
        )
        self._publisher = publisher
        self._database = database
        self._has_rebuilt = False
        self._tasks: list[asyncio.Task[None]] = []

    async def _reconcile(self) -> None:
        """Have running events' cells told to Redis again: all of them at first, later those that changed lately.

        A process that died between COMMIT and telling Redis leaves a cell behind that nobody else would touch.
        """
        since = datetime.now(UTC) - RECENT
        for event_id in await Event.filter(state="running").values_list("id", flat=True):
            if self._has_rebuilt:
                await self._publisher.reconcile(event_id, since)  # type: ignore[arg-type]
            else:
                self._publisher.rebuild(event_id)  # type: ignore[arg-type]
        self._has_rebuilt = True

    async def _remove_old(self) -> None:
        """Answers nobody will ask for again, tokens and sessions that have run out; some thousands at a time."""
        for name in ("remove_old_answers", "remove_old_tokens", "remove_old_sessions"):
            rows = await read(self._database, name, ROWS_PER_ROUND_MAX)
            if rows[0]["removed"]:
                log.info(name, rows=rows[0]["removed"])

    def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._repeat(name, every_s, work), name=name)
            for name, every_s, work in self._rounds
        ]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _repeat(self, name: str, every_s: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except Exception as error:  # a round that fails must not end the next ones
                log.warning("round_failed", round=name, error=type(error).__name__)
            await asyncio.sleep(every_s)
