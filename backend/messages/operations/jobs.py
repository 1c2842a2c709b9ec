"""Periodic jobs, waiting tasks and dead letters, as an operator sees them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from backend.messages.shape import Answer, Request, Statement

JobState = Literal["running", "waiting", "failing", "late"]


class JobItem(Answer):
    """A periodic job. `late`: due for more than five minutes without a worker that runs it."""

    name: str
    about: Statement
    rhythm: Statement
    state: JobState
    next_at: datetime
    last_started_at: datetime | None
    last_ended_at: datetime | None
    last_result: dict[str, int] | None
    last_error: str | None
    failures: Annotated[int, Meta(ge=0, description="in a row")]
    runs: Annotated[int, Meta(ge=0)]


class TasksState(Answer):
    waiting: Annotated[int, Meta(ge=0)]
    dead: Annotated[int, Meta(ge=0)]
    due_since: datetime | None


class DeadLetter(Answer):
    """A task that failed for good. It names no citizen."""

    id: str
    kind: str
    created_at: datetime
    failed_at: datetime
    attempts: Annotated[int, Meta(ge=0)]
    error: str


class JobsAnswer(Answer):
    """The jobs, the tasks, and the newest hundred dead letters; `tasks.dead` counts all."""

    jobs: list[JobItem]
    tasks: TasksState
    dead_letters: list[DeadLetter]


class RunRequest(Request):
    reason: Annotated[str, Meta(min_length=1, max_length=400)]
