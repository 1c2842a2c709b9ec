"""The outbox: single tasks that transactions leave for a worker, done in chunks.

A task that fails is tried again after 30 s, 1, 2, 4 … minutes, ten times in all (about eight hours); then it is a
dead letter, which stays and is shown until an operator has it tried again.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol
from uuid import UUID

import msgspec
import structlog

from backend.domain.notifications.notices import ATTEMPTS_MAX, back_off_s
from backend.jobs.job import Result
from backend.jobs.metrics import TASKS
from backend.messages.shape import view_of
from backend.storage.database import Database
from backend.storage.statements import write

log = structlog.get_logger(__name__)

CHUNK_MAX = 100
CHUNKS_MAX = 200
"""After so many chunks a run ends; the next one begins at once and finds the rest."""
AT_ONCE_MAX = 16
"""While WeChat is waited for, no connection of the pool is held."""
LEASE_S = 300.0
"""Longer than a chunk may take: no other worker may take a task that is still being done."""
FINISH_S_MAX = 4.0
"""When the worker is told to stop, attempts that have begun may end: cut off, a message might be sent twice."""

Outcome = Literal["done", "dead", "again"]


class Task(msgspec.Struct, frozen=True):
    citizen_id: UUID
    id: UUID
    kind: str
    body: Mapping[str, Any]
    attempts: int


class Settled(msgspec.Struct, frozen=True):
    """How an attempt went; `close` gets it back in the transaction that settles the task."""

    outcome: Outcome
    reason: str | None = None
    note: str = ""
    """Of use to the carrier's own `close`."""


class Carrier(Protocol):
    """Does the tasks of one kind."""

    async def carry(self, task: Task) -> Settled:
        """One attempt."""

    async def close(self, task: Task, settled: Settled) -> None:
        """Store the task's end; called inside the transaction that settles the task."""


async def empty_outbox(database: Database, carriers: Mapping[str, Carrier]) -> Result:
    """Do the tasks that are due, chunk by chunk."""
    counts = {"done": 0, "dead": 0, "again": 0}
    for _ in range(CHUNKS_MAX):
        rows = await write("take_tasks", CHUNK_MAX, LEASE_S)
        await _carry_all(database, carriers, [_task(row) for row in rows], counts)
        if len(rows) < CHUNK_MAX:
            break
    return {name: count for name, count in counts.items() if count}


async def _carry_all(
    database: Database, carriers: Mapping[str, Carrier], tasks: Sequence[Task], counts: dict[str, int]
) -> None:
    """Do each task once, some at a time. When cancelled, end the attempts under way and give back the rest."""
    waiting = deque(tasks)

    async def work() -> None:
        while waiting:
            task = waiting.popleft()
            outcome = await _carry_one(database, carriers.get(task.kind), task)
            counts[outcome] += 1
            TASKS.labels(task.kind, outcome).inc()

    workers = [asyncio.create_task(work()) for _ in range(min(AT_ONCE_MAX, len(tasks)))]
    try:
        # Shielded: a cancelled gather cancels what it gathers.
        await asyncio.shield(asyncio.gather(*workers, return_exceptions=True))
    except asyncio.CancelledError:
        rest = list(waiting)
        waiting.clear()
        await asyncio.wait(workers, timeout=FINISH_S_MAX)
        await _give_back(rest)
        raise
    finally:
        for worker in workers:
            worker.cancel()
    for worker in workers:
        worker.result()


async def _give_back(tasks: Sequence[Task]) -> None:
    await write("release_tasks", [task.citizen_id for task in tasks], [task.id for task in tasks])


async def _carry_one(database: Database, carrier: Carrier | None, task: Task) -> Outcome:
    if carrier is None:
        settled = Settled("dead", f"nobody carries the kind {task.kind}")
    elif task.attempts > ATTEMPTS_MAX:
        # Taken more often than it was settled: its worker died each time.
        settled = Settled("dead", "gave up: every attempt was interrupted")
    else:
        settled = await _attempt(carrier, task)
    if settled.outcome == "again" and task.attempts >= ATTEMPTS_MAX:
        settled = Settled("dead", f"gave up after {task.attempts} attempts: {settled.reason}")
    wait_s = back_off_s(task.attempts, random.random())  # noqa: S311 - spreads load, guards nothing
    async with database.transaction():
        rows = await write("settle_task", task.citizen_id, task.id, settled.outcome, wait_s, settled.reason)
        if rows and carrier is not None and settled.outcome != "again":
            await carrier.close(task, settled)
    return settled.outcome


async def _attempt(carrier: Carrier, task: Task) -> Settled:
    try:
        return await carrier.carry(task)
    except Exception as error:  # one task's fault must not keep the others from being done
        log.exception("task_failed", kind=task.kind, id=str(task.id))
        return Settled("again", type(error).__name__)


def _task(row: Mapping[str, Any]) -> Task:
    return view_of(
        Task, row, body=msgspec.json.decode(row["body"]) if isinstance(row["body"], str) else row["body"]
    )
