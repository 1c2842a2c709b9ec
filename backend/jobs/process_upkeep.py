"""What every server process does in the background: load ended sessions and new catalogue versions, reconcile Redis.

Each round may be interrupted and repeated; a failed round is logged and tried again at its next time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog

from backend.catalogue import Catalogue
from backend.models import Event
from backend.services.catalogue.administration import learn_published
from backend.services.community.editions import Editions
from backend.services.identity.sessions import Sessions
from backend.services.operations.features import Features
from backend.services.security.records import SecurityNotes
from backend.storage.database import Database
from backend.storage.live_counts.publisher import Publisher

log = structlog.get_logger(__name__)

REVOKED_EVERY_S = 1.0
"""Whoever leaves, or is sent away, is out of every process within two seconds; the index that is read is small."""
FEATURES_EVERY_S = 1.0
"""A feature that is switched off is off in every process within two seconds."""
CONTENT_EVERY_S = 1.0
"""An article that was corrected is read in every process within two seconds."""
NOTES_EVERY_S = 1.0
PUBLISHED_EVERY_S = 15.0
RECENT = timedelta(minutes=15)


class ProcessUpkeep:
    """The background rounds of one process."""

    def __init__(
        self,
        database: Database,
        sessions: Sessions,
        publisher: Publisher,
        catalogue: Catalogue,
        security: SecurityNotes,
        features: Features,
        editions: Editions,
        *,
        reconcile_s: int,
    ) -> None:
        self._rounds: tuple[tuple[str, float, Callable[[], Awaitable[None]]], ...] = (
            ("revoked_sessions", REVOKED_EVERY_S, sessions.load_revoked),
            ("feature_switches", FEATURES_EVERY_S, features.load),
            ("published_content", CONTENT_EVERY_S, editions.load),
            ("published_versions", PUBLISHED_EVERY_S, self._learn_published),
            ("security_notes", NOTES_EVERY_S, security.flush),
            ("reconcile_counts", float(reconcile_s), self._reconcile),
        )
        self._security = security
        self._catalogue = catalogue
        self._database = database
        self._publisher = publisher
        self._has_rebuilt = False
        self._tasks: list[asyncio.Task[None]] = []

    async def _learn_published(self) -> None:
        """Load new versions; they take effect on a later day, so some seconds of delay change nothing."""
        new = await learn_published(self._database, self._catalogue)
        if new:
            log.info("catalogue_learnt", entries=new)

    async def _reconcile(self) -> None:
        """Write running events' counts to Redis again: all of them at first, later those changed lately.

        A process that died between COMMIT and writing to Redis leaves a count behind that nothing else corrects.
        """
        since = datetime.now(UTC) - RECENT
        for event_id in await Event.filter(state="running").values_list("id", flat=True):
            if self._has_rebuilt:
                await self._publisher.reconcile(event_id, since)  # type: ignore[arg-type]
            else:
                self._publisher.rebuild(event_id)  # type: ignore[arg-type]
        self._has_rebuilt = True

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
        try:
            await self._security.flush(is_last=True)
        except Exception as error:  # what is left to stop is stopped all the same
            log.warning("security_notes_lost", error=type(error).__name__)

    async def _repeat(self, name: str, every_s: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except Exception as error:  # a round that fails must not end the next ones
                log.warning("round_failed", round=name, error=type(error).__name__)
            await asyncio.sleep(every_s)
