"""Telling Redis what was committed, without ever making a scan wait for it.

What changed since the last time is kept as the newest cell per event, gate and minute, so a Redis that is
away for an hour costs memory for an hour's cells, not for an hour's scans.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from backend.storage.database import UNAVAILABLE, Database
from backend.storage.live_counts.cells import CountCell, cell_of
from backend.storage.live_counts.stored_counts import cells_of_event
from backend.storage.redis import REDIS_ERRORS, Counts, end_task

log = structlog.get_logger(__name__)

CELLS_PER_CALL_MAX = 500
PAUSE_S = 0.05
RETRY_S = 0.5


class Publisher:
    """One task that carries changed cells to Redis; `publish` only puts them down and returns."""

    def __init__(self, counts: Counts, database: Database) -> None:
        self._counts = counts
        self._database = database
        self._changed: dict[tuple[UUID, int, int], CountCell] = {}
        self._to_rebuild: set[UUID] = set()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._is_away = False

    def start(self) -> None:
        self._task = asyncio.create_task(self._carry_loop(), name="live-publisher")

    async def stop(self) -> None:
        """One last try to carry what is left, then end."""
        if self._task is not None:
            await end_task(self._task)
        try:
            await self._carry()
        except (*REDIS_ERRORS, *UNAVAILABLE):
            log.info("counts_left_to_reconcile", cells=len(self._changed))

    def publish(self, rows: Iterable[Mapping[str, Any]]) -> None:
        for row in rows:
            self._put(cell_of(row))
        self._wake.set()

    async def reconcile(self, event_id: UUID, since: datetime) -> None:
        """Have cells that changed lately told again: a process that died after COMMIT could not tell its own."""
        for cell in await cells_of_event(self._database, event_id, since):
            self._put(cell)
        self._wake.set()

    def rebuild(self, event_id: UUID) -> None:
        """Write every cell of an event again, soon; cells that are newer in Redis stay."""
        self._to_rebuild.add(event_id)
        self._wake.set()

    def _put(self, cell: CountCell) -> None:
        key = (cell.event_id, cell.gate, cell.minute)
        kept = self._changed.get(key)
        if kept is None or kept.revision < cell.revision:
            self._changed[key] = cell

    async def _carry_loop(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._carry()
                if self._is_away:
                    log.info("counts_carried_again")
                self._is_away = False
                # A crowd changes the same few cells hundreds of times a second; twenty pictures of them suffice.
                await asyncio.sleep(PAUSE_S)
            except Exception as error:  # whatever it was: nobody else carries the counts
                if not self._is_away:
                    log.warning("counts_not_carried", error=type(error).__name__)
                self._is_away = True
                self._wake.set()
                await asyncio.sleep(RETRY_S)

    async def _carry(self) -> None:
        changed, self._changed = self._changed, {}
        by_event: defaultdict[UUID, list[CountCell]] = defaultdict(list)
        for cell in changed.values():
            by_event[cell.event_id].append(cell)
        try:
            for event_id, cells in by_event.items():
                if not await self._apply(event_id, cells):
                    self._to_rebuild.add(event_id)
            while self._to_rebuild:
                event_id = self._to_rebuild.pop()
                try:
                    await self._rebuild(event_id)
                except BaseException:
                    self._to_rebuild.add(event_id)
                    raise
        except BaseException:
            # Put back what may not have arrived; what did arrive is harmless to send again.
            for cell in changed.values():
                self._put(cell)
            raise

    async def _rebuild(self, event_id: UUID) -> None:
        cells = await cells_of_event(self._database, event_id)
        await self._apply(event_id, cells)
        if not await self._counts.mark_whole(event_id, len(cells)):
            self._to_rebuild.add(event_id)

    async def _apply(self, event_id: UUID, cells: list[CountCell]) -> bool:
        is_whole = True
        for start in range(0, len(cells), CELLS_PER_CALL_MAX):
            is_whole = await self._counts.apply(event_id, cells[start : start + CELLS_PER_CALL_MAX])
        return is_whole
