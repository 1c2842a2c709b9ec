"""The live picture of an event: read from Redis, from PostgreSQL when Redis has none, fanned out to streams.

However many people watch an event, a process reads and encodes its picture once per change.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog

from backend.auth import Principal
from backend.errors import DatabaseUnavailable, TooManyAtOnce, TooManyStreams
from backend.messages.encoding import encode
from backend.messages.events.events import GateCounts, MinuteCounts, Stats
from backend.models import Gate
from backend.services.caching import ExpiringCache
from backend.services.events.event_cache import EventCache
from backend.storage.database import UNAVAILABLE, Database
from backend.storage.live_counts.cells import COUNTS, Numbers, Picture
from backend.storage.live_counts.publisher import Publisher
from backend.storage.live_counts.stored_counts import picture_of_event
from backend.storage.redis import REDIS_ERRORS, Counts, end_task

log = structlog.get_logger(__name__)

MINUTES_SHOWN = 120
OF_ONE_SESSION_MAX = 8
"""Streams of one sign-in in one process: the screens of a desk, not a flood."""
LOOK_AGAIN_S = 2.0
"""Without a wake-up call the picture is looked at again after this time: calls are lost while Redis is away."""
GATES_KEPT_S = 30.0
EVENTS_KEPT_MAX = 1000


class LiveEvents:
    """Pictures and streams of events for one process."""

    def __init__(
        self, counts: Counts, database: Database, publisher: Publisher, *, interval_ms: int, streams_max: int
    ) -> None:
        self._counts = counts
        self._database = database
        self._publisher = publisher
        self._interval_s = interval_ms / 1000
        self._streams_max = streams_max
        self._streams = 0
        self._sessions: Counter[UUID] = Counter()
        self._hubs: dict[UUID, _Hub] = {}
        self._gates = ExpiringCache("gates", _gates_of, kept_s=GATES_KEPT_S, entries_max=EVENTS_KEPT_MAX)
        self._newest = ExpiringCache(
            "live_counts", self._read, kept_s=self._interval_s, entries_max=EVENTS_KEPT_MAX
        )
        self.is_ending = False

    async def stats(self, event_id: UUID, slug: str) -> Stats:
        """The event in numbers, at most one interval old however many ask.

        Raises DatabaseUnavailable when neither store answers.
        """
        return await self._newest.get((event_id, slug))

    async def _read(self, event: tuple[UUID, str]) -> Stats:
        event_id, slug = event
        now = datetime.now(UTC)
        last = int(now.timestamp()) // 60 * 60
        minutes = range(last - 60 * (MINUTES_SHOWN - 1), last + 60, 60)
        picture, source = None, "live"
        try:
            gates = await self._gates.get(event_id)
            picture = await self._counts.picture(event_id, gates, minutes)
            if picture is None:
                self._publisher.rebuild(event_id)
        except REDIS_ERRORS:
            pass  # told once by the publisher; the numbers come from the database meanwhile
        if picture is None:
            source = "database"
            try:
                picture = await picture_of_event(self._database, event_id, minutes)
            except UNAVAILABLE as error:
                raise DatabaseUnavailable from error
        return _stats(slug, picture, now, source)

    @asynccontextmanager
    async def stream(
        self, event_id: UUID, slug: str, session_id: UUID
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """Pictures as JSON, the first at once, then whenever something changed.

        Raises TooManyStreams; TooManyAtOnce where one session has as many as it may.
        """
        if self._sessions[session_id] >= OF_ONE_SESSION_MAX:
            raise TooManyAtOnce
        if self._streams >= self._streams_max:
            raise TooManyStreams
        self._streams += 1
        self._sessions[session_id] += 1
        hub = self._hubs.get(event_id)
        if hub is None:
            hub = self._hubs[event_id] = _Hub(self, event_id, slug)
        hub.watchers += 1
        try:
            yield hub.pictures()
        finally:
            self._streams -= 1
            self._sessions[session_id] -= 1
            if not self._sessions[session_id]:
                del self._sessions[session_id]
            hub.watchers -= 1
            if hub.watchers == 0:
                self._hubs.pop(event_id, None)
                hub.stop()

    def end(self) -> None:
        """Let every stream come to its end, because the process is stopping."""
        self.is_ending = True
        for hub in self._hubs.values():
            hub.wake()

    async def stop(self) -> None:
        for hub in self._hubs.values():
            hub.stop()

    @asynccontextmanager
    async def wake_ups(self, event_id: UUID) -> AsyncIterator[asyncio.Event]:
        """An event that is set when Redis says that the picture changed; silent while Redis is away."""
        woken = asyncio.Event()
        listener = asyncio.create_task(self._listen(event_id, woken))
        try:
            yield woken
        finally:
            await end_task(listener)

    async def _listen(self, event_id: UUID, woken: asyncio.Event) -> None:
        while True:
            try:
                async with self._counts.changes(event_id) as subscription:
                    while True:
                        message = await subscription.get_message(timeout=LOOK_AGAIN_S)
                        if message is not None:
                            woken.set()
            except (
                Exception
            ) as error:  # a listener that died would leave its watchers with a picture every two seconds
                if not isinstance(error, REDIS_ERRORS):
                    log.exception("listener_failed")
                await asyncio.sleep(LOOK_AGAIN_S)

    @property
    def interval_s(self) -> float:
        return self._interval_s


class _Hub:
    """One event's watchers in this process: the newest picture and its number."""

    def __init__(self, live: LiveEvents, event_id: UUID, slug: str) -> None:
        self.watchers = 0
        self._live, self._event_id, self._slug = live, event_id, slug
        self._picture: bytes = b""
        self._number = 0
        self._changed = asyncio.Condition()
        self._is_stopped = False
        self._task = asyncio.create_task(self._look_loop(), name=f"live-{slug}")

    def stop(self) -> None:
        # The cancellation alone might be lost in a call to Redis, see `end_task`.
        self._is_stopped = True
        self._task.cancel()

    def wake(self) -> None:
        """Have every watcher look again."""
        self._waking = asyncio.create_task(self._wake())

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def pictures(self) -> AsyncIterator[bytes]:
        """Every picture that a watcher has time for: a slow one skips to the newest."""
        seen = 0
        while True:
            async with self._changed:
                await self._changed.wait_for(lambda: self._number > seen or self._live.is_ending)  # noqa: B023
                if self._live.is_ending:
                    return
                seen = self._number
                picture = self._picture
            yield picture

    async def _look_loop(self) -> None:
        last_counts: Any = None
        async with self._live.wake_ups(self._event_id) as woken:
            while not self._is_stopped:
                woken.clear()
                try:
                    stats = await self._live.stats(self._event_id, self._slug)
                except Exception as error:  # a hub that died would leave its watchers waiting for ever
                    log.warning("picture_failed", error=type(error).__name__)
                    await asyncio.sleep(LOOK_AGAIN_S)
                    continue
                counts = (stats.by_gate, stats.by_minute, stats.source, _numbers(stats))
                if counts != last_counts:
                    last_counts = counts
                    async with self._changed:
                        self._picture = encode(stats)
                        self._number += 1
                        self._changed.notify_all()
                await asyncio.sleep(self._live.interval_s)
                try:
                    async with asyncio.timeout(LOOK_AGAIN_S - self._live.interval_s):
                        await woken.wait()
                except TimeoutError:
                    pass


async def _gates_of(event_id: UUID) -> list[int]:
    # Codes are made for known gates only; 0 stands for attendees who came with a badge.
    named = await Gate.filter(event_id=event_id).order_by("gate").values_list("gate", flat=True)
    return [0, *named]  # type: ignore[list-item]


def _numbers(stats: Stats) -> tuple[int, ...]:
    return tuple(getattr(stats, name) for name in COUNTS)


async def show_stats(events: EventCache, live: LiveEvents, slug: str, caller: Principal | None) -> Stats:
    """An event in numbers. Raises EventNotFound, DatabaseUnavailable."""
    return await live.stats(await events.of_slug(slug, caller), slug)


def _named(numbers: Numbers) -> dict[str, int]:
    return dict(zip(COUNTS, numbers, strict=True))


def _stats(slug: str, picture: Picture, now: datetime, source: str) -> Stats:
    return Stats(
        event=slug,
        **_named(picture.total),
        by_gate=[GateCounts(gate=gate, **_named(n)) for gate, n in sorted(picture.by_gate.items())],
        by_minute=[
            MinuteCounts(minute=datetime.fromtimestamp(minute, UTC), **_named(n))
            for minute, n in sorted(picture.by_minute.items())
        ],
        as_of=now,
        source=source,  # type: ignore[arg-type]
    )
