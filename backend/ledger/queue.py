"""Group commit: requests wait here while one writer puts them into the database, many in one transaction.

There is no timer: an idle writer takes a lone command at once, a busy one finds many when it comes back.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import asyncpg
import structlog

from backend.errors import (
    Busy,
    DatabaseUnavailable,
    InternalError,
    OutcomeUnknown,
    Refusal,
    Stopping,
    TooManyAtOnce,
)
from backend.ledger import metrics
from backend.ledger.command import Command, Outcome
from backend.storage.writer import CommitUnknown, Conflict, DatabaseAway, Stuck
from backend.tenant import current_tenant

log = structlog.get_logger(__name__)

ATTEMPTS_MAX = 3
RECONNECT_WAIT_S = 0.1
LATE_LOOK_S = 1.0
BULK_SHARE = 4
"""One command in so many of a batch is kept free for those that came many in one request."""
COMMIT_QUESTION_S_MAX = 4.0
"""How long a batch of unknown outcome is asked about before its callers have to ask again."""

Run = Callable[[Sequence[Command]], Awaitable[tuple[list[Outcome], list[asyncpg.Record]]]]
Publish = Callable[[list[asyncpg.Record]], None]
Recount = Callable[[UUID], None]


class _Waiting:
    """A command, the future its caller awaits, and since when it waits (monotonic seconds)."""

    __slots__ = ("command", "future", "since")

    def __init__(self, command: Command, future: asyncio.Future[Outcome], since: float) -> None:
        self.command = command
        self.future = future
        self.since = since

    def resolve(self, outcome: Outcome | Refusal) -> None:
        if self.future.done():  # the caller went away; what was written stays written
            return
        if isinstance(outcome, Refusal):
            self.future.set_exception(outcome)
        else:
            self.future.set_result(outcome)


class BulkRequest:
    """Commands that came in one request, and the one future that their caller waits for."""

    __slots__ = ("done", "left", "outcomes")

    def __init__(self, count: int) -> None:
        self.outcomes: list[Outcome | Refusal | None] = [None] * count
        self.left = count
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class BulkCommand:
    """One command of a bulk request: a thousand futures would cost more than the commands' own decoding."""

    __slots__ = ("_index", "_request", "command", "since")

    def __init__(self, command: Command, since: float, request: BulkRequest, index: int) -> None:
        self.command = command
        self.since = since
        self._request = request
        self._index = index

    def resolve(self, outcome: Outcome | Refusal) -> None:
        request = self._request
        if request.outcomes[self._index] is not None:
            return
        request.outcomes[self._index] = outcome
        request.left -= 1
        if not request.left and not request.done.done():
            request.done.set_result(None)


class LedgerQueue:
    """Bounded queue and its one writer.

    `run` decides and stores a batch, `publish` announces the changed tallies, `recount` has an event's counts
    published anew after a COMMIT whose own announcement was lost.
    """

    def __init__(
        self,
        run: Run,
        publish: Publish,
        recount: Recount,
        *,
        length_max: int,
        batch_size_max: int,
        wait_ms_max: int,
        per_citizen_max: int = 256,
    ) -> None:
        self._length_metric = metrics.QUEUE_LENGTH.labels(current_tenant().id)
        self._run = run
        self._publish = publish
        self._recount = recount
        self._length_max = length_max
        self._batch_size_max = batch_size_max
        self._wait_s_max = wait_ms_max / 1000
        self._waiting: deque[_Waiting | BulkCommand] = deque()
        self._bulk: deque[_Waiting | BulkCommand] = deque()
        """Commands that came many in one request; those that came alone go first, see _take."""
        self._per_citizen_max = per_citizen_max
        self._by_citizen: Counter[UUID] = Counter()
        self._wake = asyncio.Event()
        self._is_stopping = False
        self._task: asyncio.Task[None] | None = None
        self._watch: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._write_loop(), name="ledger-writer")
        self._watch = asyncio.create_task(self._refuse_late_loop(), name="ledger-watch")

    async def stop(self, drain_s_max: float) -> None:
        """Take nothing more, finish what was accepted, end the writer; what is left over is refused with 503."""
        self._is_stopping = True
        self._wake.set()
        if self._task is not None:
            done, _ = await asyncio.wait({self._task}, timeout=drain_s_max)
            if not done:
                self._task.cancel()
                await asyncio.wait({self._task})
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.wait({self._watch})
        for lane in (self._waiting, self._bulk):
            while lane:
                lane.popleft().resolve(Stopping())

    async def submit(self, command: Command) -> Outcome:
        """The command's outcome, once it is durable. Raises Busy, TooManyAtOnce, Stopping,
        DatabaseUnavailable, OutcomeUnknown.
        """
        if self._is_stopping:
            raise Stopping
        if len(self._waiting) >= self._length_max:
            metrics.REFUSED_BUSY.inc()
            raise _busy()
        if self._by_citizen[command.citizen_id] >= self._per_citizen_max:
            raise TooManyAtOnce
        waiting = _Waiting(command, asyncio.get_running_loop().create_future(), time.monotonic())
        self._waiting.append(waiting)
        self._by_citizen[command.citizen_id] += 1
        self._wake.set()
        try:
            return await waiting.future
        finally:
            self._by_citizen[command.citizen_id] -= 1
            if not self._by_citizen[command.citizen_id]:
                del self._by_citizen[command.citizen_id]

    async def submit_all(self, commands: Sequence[Command]) -> list[Outcome | Refusal]:
        """What became of each command, once all are durable or refused; for callers that bound themselves how
        many they bring. Raises Stopping, Busy, before anything is taken in.
        """
        if self._is_stopping:
            raise Stopping
        if len(self._bulk) + len(commands) > self._length_max:
            metrics.REFUSED_BUSY.inc()
            raise _busy()
        if not commands:
            return []
        request, since = BulkRequest(len(commands)), time.monotonic()
        for index, command in enumerate(commands):
            self._bulk.append(BulkCommand(command, since, request, index))
        self._wake.set()
        await request.done
        return [outcome for outcome in request.outcomes if outcome is not None]

    @property
    def length(self) -> int:
        return len(self._waiting) + len(self._bulk)

    async def _write_loop(self) -> None:
        while True:
            if not self._waiting and not self._bulk:
                if self._is_stopping:
                    return
                self._wake.clear()
                await self._wake.wait()
                continue
            batch = self._take()
            if not batch:
                continue
            try:
                await self._write(batch)
            except asyncio.CancelledError:
                # The drain's time is over with a batch in hand, written or not: its callers ask again.
                for waiting in batch:
                    waiting.resolve(OutcomeUnknown())
                task = asyncio.current_task()
                if task is None or task.cancelling():
                    raise
                # Nobody asked this task to end: something beneath it gave up, and the next batch may do better.
                log.exception("batch_cancelled", commands=len(batch))
            except Exception:  # the writer must outlive whatever happens in one batch
                log.exception("batch_failed", commands=len(batch))
                for waiting in batch:
                    waiting.resolve(InternalError())

    def _take(self) -> list[_Waiting | BulkCommand]:
        """The oldest commands; those that waited too long are refused unwritten.

        A citizen who scans does not wait behind a partner's thousand: bulk requests get the room that is left, and
        a share at least, or they would never be done while a stadium scans.
        """
        self._refuse_late()
        batch: list[_Waiting | BulkCommand] = []
        room = self._batch_size_max
        kept = min(len(self._bulk), room // BULK_SHARE)
        while self._waiting and len(batch) < room - kept:
            batch.append(self._waiting.popleft())
        while self._bulk and len(batch) < room:
            batch.append(self._bulk.popleft())
        self._length_metric.set(self.length)
        return batch

    def _refuse_late(self) -> None:
        too_old = time.monotonic() - self._wait_s_max
        for lane in (self._waiting, self._bulk):
            while lane and lane[0].since < too_old:
                lane.popleft().resolve(_busy())

    async def _refuse_late_loop(self) -> None:
        """The writer may be stuck in a batch: nobody behind it waits for longer than was promised."""
        while True:
            await asyncio.sleep(LATE_LOOK_S)
            self._refuse_late()

    async def _write(
        self, batch: list[_Waiting | BulkCommand], outcome_unknown_since: float | None = None
    ) -> None:
        if len(batch) > 1 and any(waiting.command.is_alone for waiting in batch):
            await self._apart(batch, outcome_unknown_since)
            return
        metrics.BATCH_SIZE.observe(len(batch))
        began = time.monotonic()
        attempt = 0
        while True:
            attempt += 1
            try:
                outcomes, tallies = await self._run([waiting.command for waiting in batch])
            except CommitUnknown:
                # Every command names the row it makes, so running the batch again tells whether it was written.
                outcome_unknown_since = outcome_unknown_since or time.monotonic()
                metrics.COMMIT_UNKNOWN.inc()
            except DatabaseAway as error:
                if outcome_unknown_since is None:
                    if attempt >= ATTEMPTS_MAX:
                        self._refuse(batch, DatabaseUnavailable, error)
                        return
                elif time.monotonic() - outcome_unknown_since > COMMIT_QUESTION_S_MAX:
                    self._refuse(batch, OutcomeUnknown, error)
                    return
                await asyncio.sleep(RECONNECT_WAIT_S * attempt)
            except Stuck as error:
                # Halves would wait for the same row, each as long as the whole.
                self._refuse(batch, OutcomeUnknown if outcome_unknown_since else Busy, error)
                return
            except Conflict as error:
                metrics.CONFLICTS.inc()
                if attempt >= ATTEMPTS_MAX:
                    await self._split(batch, error, outcome_unknown_since)
                    return
            except Exception as error:
                await self._split(batch, error, outcome_unknown_since)
                return
            else:
                metrics.COMMIT_SECONDS.observe(time.monotonic() - began)
                for waiting, outcome in zip(batch, outcomes, strict=True):
                    waiting.resolve(outcome)
                self._publish(tallies)
                if outcome_unknown_since is not None:
                    events = {waiting.command.event_id for waiting in batch}
                    for event_id in events:
                        if event_id is not None:
                            self._recount(event_id)
                return

    async def _apart(self, batch: list[_Waiting | BulkCommand], outcome_unknown_since: float | None) -> None:
        """Write what may share a batch in one, then each that may not: halves would cost everybody some more."""
        together = [waiting for waiting in batch if not waiting.command.is_alone]
        if together:
            await self._write(together, outcome_unknown_since)
        for waiting in batch:
            if waiting.command.is_alone:
                await self._write([waiting], outcome_unknown_since)

    async def _split(
        self, batch: list[_Waiting | BulkCommand], error: Exception, outcome_unknown_since: float | None
    ) -> None:
        """One command spoils its batch: try the halves, so that its neighbours are written and it fails alone."""
        if len(batch) == 1:
            log.error("command_failed", command=type(batch[0].command).__name__, exc_info=error)
            metrics.POISONOUS.inc()
            is_contention = isinstance(error, Conflict)
            batch[0].resolve(_busy() if is_contention else InternalError())
            return
        middle = len(batch) // 2
        await self._write(batch[:middle], outcome_unknown_since)
        await self._write(batch[middle:], outcome_unknown_since)

    def _refuse(self, batch: list[_Waiting | BulkCommand], refusal: type[Refusal], error: Exception) -> None:
        log.warning("batch_refused", code=refusal.code, commands=len(batch), error=str(error))
        for waiting in batch:
            waiting.resolve(refusal())


def _busy() -> Busy:
    """Spread over some seconds, or everybody who is refused now comes back at one moment."""
    return Busy(retry_after_s=random.uniform(1.0, 4.0))  # noqa: S311 - guards nothing
