"""What a server process does by itself: learn of ended sessions, hold Redis against PostgreSQL.

Each round may be interrupted and repeated; a round that fails is told and tried again at its next time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from backend.models import Event
from backend.services.sessions import Sessions
from backend.storage.live import Publisher

log = structlog.get_logger(__name__)

REVOKED_EVERY_S = 10.0


class Tending:
    """The rounds of one process."""

    def __init__(self, sessions: Sessions, publisher: Publisher, *, reconcile_s: int) -> None:
        self._rounds: tuple[tuple[str, float, Callable[[], Awaitable[None]]], ...] = (
            ("revoked_sessions", REVOKED_EVERY_S, sessions.load_revoked),
            ("reconcile_counts", float(reconcile_s), self._reconcile),
        )
        self._publisher = publisher
        self._tasks: list[asyncio.Task[None]] = []

    async def _reconcile(self) -> None:
        """Have every running event's cells written to Redis again.

        A process that died between COMMIT and telling Redis leaves a cell behind that nobody else would touch.
        """
        for event_id in await Event.filter(state="running").values_list("id", flat=True):
            self._publisher.rebuild(event_id)  # type: ignore[arg-type]

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
