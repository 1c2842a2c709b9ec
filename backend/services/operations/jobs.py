"""Periodic jobs and single tasks as an operator sees and restarts them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from backend.auth import Principal
from backend.errors.operations import DeadLetterNotFound, JobNotFound
from backend.messages.operations.jobs import DeadLetter, JobItem, JobsAnswer, JobState, TasksState
from backend.messages.shape import Statement, view_of
from backend.models import Job, Notice, Task
from backend.models.keys import read_id
from backend.services.identity.staff_accounts import record
from backend.storage.database import Database
from backend.storage.statements import read, write

LATE_AFTER = timedelta(minutes=5)
DEAD_LETTERS_MAX = 100


async def list_jobs() -> list[JobItem]:
    """Every job that a worker has registered, by name; none before the first worker ran."""
    now = datetime.now(UTC)
    return [_item(row, now) for row in await Job.all().order_by("name")]


async def overview(database: Database) -> JobsAnswer:
    """Jobs, the number of waiting tasks, and the newest dead letters."""
    tasks = (await read(database, "read_outbox"))[0]
    dead = await Task.filter(failed_at__isnull=False).order_by("-failed_at", "-id").limit(DEAD_LETTERS_MAX)
    return JobsAnswer(
        jobs=await list_jobs(),
        tasks=view_of(TasksState, tasks),
        dead_letters=[_dead_letter(row) for row in dead],
    )


async def run_now(database: Database, caller: Principal, name: str, reason: str) -> JobItem:
    """Have a worker run a job at once. Raises JobNotFound."""
    async with database.transaction():
        if not await write("request_job", name):
            raise JobNotFound
        await record(caller, "job.run", name, reason=reason)
    return _item(await Job.get(name=name), datetime.now(UTC))


async def revive(database: Database, caller: Principal, letter_id: str, reason: str) -> None:
    """Have a dead letter tried again from the beginning. Raises DeadLetterNotFound."""
    task_id = read_id(letter_id, DeadLetterNotFound)
    async with database.transaction():
        rows = await write("revive_task", task_id)
        if not rows:
            raise DeadLetterNotFound
        task = rows[0]
        if task["kind"] == "notice":
            # The accept it had used was given back when it died: it uses another one.
            await Notice.filter(citizen_id=task["citizen_id"], id=UUID(task["topic_key"])).update(
                delivery="waiting"
            )
        await record(
            caller,
            "task.revive",
            str(task_id),
            reason=reason,
            before={"kind": task["kind"], "error": task["last_error"]},
        )


async def dismiss(database: Database, caller: Principal, letter_id: str, reason: str) -> None:
    """Remove a dead letter that nobody needs any more. Raises DeadLetterNotFound."""
    task_id = read_id(letter_id, DeadLetterNotFound)
    async with database.transaction():
        rows = await write("dismiss_task", task_id)
        if not rows:
            raise DeadLetterNotFound
        before = {"kind": rows[0]["kind"], "error": rows[0]["last_error"]}
        await record(caller, "task.dismiss", str(task_id), reason=reason, before=before)


def _item(row: Job, now: datetime) -> JobItem:
    return view_of(
        JobItem,
        row,
        about=Statement(zh=row.about_zh, en=row.about_en),
        rhythm=Statement(zh=row.rhythm_zh, en=row.rhythm_en),
        state=_state(row, now),
    )


def _state(row: Job, now: datetime) -> JobState:
    if row.lease_until is not None and row.lease_until > now:
        return "running"
    if row.next_at < now - LATE_AFTER:
        return "late"
    return "failing" if row.failures else "waiting"


def _dead_letter(row: Task) -> DeadLetter:
    return view_of(DeadLetter, row, id=str(row.id), error=row.last_error or "")
