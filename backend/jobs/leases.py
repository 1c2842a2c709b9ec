"""Leases of jobs: each job has a row in PostgreSQL, leased to one worker at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from backend.jobs.job import Job, Result
from backend.storage.statements import write

ERROR_CHARS_MAX = 300


class Leases:
    """The jobs of one worker. `owner` names it among all workers that ever ran."""

    def __init__(self, jobs: Sequence[Job], owner: str, *, lease_s: float) -> None:
        self._jobs = {job.name: job for job in jobs}
        self._owner = owner
        self.lease_s = lease_s

    async def register(self, now: datetime) -> None:
        """Create the rows of scheduled jobs where they are missing, and delete those of unknown jobs."""
        jobs = sorted(self._jobs.values(), key=lambda job: job.name)
        await write(
            "register_jobs",
            [job.name for job in jobs],
            [job.rhythm.rendered("zh-CN") for job in jobs],
            [job.rhythm.rendered("en") for job in jobs],
            [job.about.zh for job in jobs],
            [job.about.en for job in jobs],
            [job.rhythm.first_after(now) for job in jobs],
        )
        await write("remove_unknown_jobs", [job.name for job in jobs])

    async def take(self, busy: frozenset[str]) -> tuple[Job, int, bool] | None:
        """Lease a due job: the job, its failures in a row, and whether it died with another worker."""
        names = [name for name in self._jobs if name not in busy]
        rows = await write("take_job", names, self._owner, self.lease_s)
        if not rows:
            return None
        return self._jobs[rows[0]["name"]], rows[0]["failures"], rows[0]["died_with"] is not None

    async def extend(self, name: str) -> bool:
        """Prolong the lease; False when the job is no longer this worker's."""
        return bool(await write("extend_lease", name, self._owner, self.lease_s))

    async def end(self, name: str, next_at: datetime, result: Result | None, error: str | None) -> bool:
        text = None if result is None else json.dumps({name: int(number) for name, number in result.items()})
        short = None if error is None else error[:ERROR_CHARS_MAX]
        return bool(await write("end_job", name, self._owner, next_at, text, short))

    async def release(self, name: str) -> None:
        await write("release_job", name, self._owner)
