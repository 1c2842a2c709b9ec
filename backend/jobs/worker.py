"""The worker: leases jobs that are due, runs a few at once, and gives back what it cannot finish.

Any number of workers may run: a job is leased to one of them, and a worker that dies loses its leases within
LEASE_S. SIGTERM cancels the jobs under way, which other workers may lease at once.
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from backend.domain.notifications.notices import back_off_s
from backend.errors import Refusal
from backend.jobs.job import Job, Result, WorkerComponents
from backend.jobs.leases import Leases
from backend.jobs.metrics import JOB_SECONDS, JOBS
from backend.models.keys import uuid7
from backend.services.catalogue.administration import learn_published

log = structlog.get_logger(__name__)

LEASE_S = 60.0
POLL_EVERY_S = 1.0
LEARN_EVERY_S = 15.0
AT_ONCE_MAX = 3
RELEASE_S_MAX = 5.0
"""After SIGTERM, time for cancelled jobs to end and for their leases to be given back."""
PULSE_FILE = "worker.pulse"


class LeaseLost(Exception):
    """Another worker may be running the job by now."""


class Worker:
    """Runs the jobs of a schedule until it is stopped."""

    def __init__(
        self,
        components: WorkerComponents,
        jobs: Sequence[Job],
        *,
        lease_s: float = LEASE_S,
        poll_every_s: float = POLL_EVERY_S,
    ) -> None:
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{uuid7()}"
        self._components = components
        self._leases = Leases(jobs, self.owner, lease_s=lease_s)
        self._poll_every_s = poll_every_s
        self._running: dict[str, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self._is_stopping = False
        self._learnt_at = float("-inf")

    def stop(self) -> None:
        """Lease nothing more and cancel the jobs under way. For a signal's handler."""
        self._is_stopping = True
        self._wake.set()

    async def work(self) -> None:
        """Run due jobs until `stop` is called."""
        is_registered = False
        try:
            while not self._is_stopping:
                try:
                    if not is_registered:
                        await self._leases.register(datetime.now(UTC))
                        is_registered = True
                    await self._learn_published()
                    await self._take_due_jobs()
                except Exception as error:  # the database is away: look again
                    log.warning("worker_cannot_look", error=type(error).__name__)
                self._pulse()
                await self._rest()
        finally:
            await self._release_all()

    async def _take_due_jobs(self) -> None:
        while len(self._running) < AT_ONCE_MAX and not self._is_stopping:
            taken = await self._leases.take(frozenset(self._running))
            if taken is None:
                return
            job, failures, has_died = taken
            if has_died:
                log.warning("job_taken_over", job=job.name)
                JOBS.labels(job.name, "died").inc()
            task = asyncio.create_task(self._run(job, failures), name=f"job-{job.name}")
            self._running[job.name] = task
            task.add_done_callback(lambda _, name=job.name: self._forget(name))  # type: ignore[misc]

    async def _learn_published(self) -> None:
        """Load methods and points rules that operators published, so that this process books by the same ones."""
        if time.monotonic() - self._learnt_at < LEARN_EVERY_S:
            return
        await learn_published(self._components.database, self._components.catalogue)
        self._learnt_at = time.monotonic()

    def _forget(self, name: str) -> None:
        del self._running[name]
        self._wake.set()

    async def _rest(self) -> None:
        """Wait until a job has ended, or for a while."""
        if not self._is_stopping:
            self._wake.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), self._poll_every_s)

    def _pulse(self) -> None:
        """Touch the pulse file, database or not: a container's health check looks at its age."""
        path = Path(self._components.settings.var_dir) / PULSE_FILE
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{os.getpid()}\n", encoding="ascii")

    async def _run(self, job: Job, failures: int) -> None:
        began = time.monotonic()
        try:
            result = await self._run_with_lease(job)
        except asyncio.CancelledError:
            JOBS.labels(job.name, "interrupted").inc()
            with suppress(Exception):  # without it the lease runs out by itself
                await self._leases.release(job.name)
            raise
        except LeaseLost:
            log.warning("lease_lost", job=job.name)
            JOBS.labels(job.name, "lost").inc()
        except Exception as error:
            log.exception("job_failed", job=job.name)
            JOBS.labels(job.name, "failed").inc()
            await self._end(job, None, _error_text(error), failures + 1)
        else:
            JOBS.labels(job.name, "done").inc()
            await self._end(job, result or {}, None, 0)
        finally:
            JOB_SECONDS.labels(job.name).observe(time.monotonic() - began)

    async def _run_with_lease(self, job: Job) -> Result | None:
        work = asyncio.ensure_future(job.run(self._components))
        lease = asyncio.create_task(self._keep_lease(job), name=f"lease-{job.name}")
        try:
            done, _ = await asyncio.wait(
                {work, lease}, timeout=job.longest_s, return_when=asyncio.FIRST_COMPLETED
            )
            if work in done:
                return work.result()
            if lease in done:
                raise LeaseLost
            raise TimeoutError(f"took longer than {job.longest_s:.0f} s")
        finally:
            for task in (work, lease):
                task.cancel()
            # A cancelled job may still have to clean up; no other worker may begin before that.
            await asyncio.gather(work, lease, return_exceptions=True)

    async def _keep_lease(self, job: Job) -> None:
        """Prolong the lease; returns when it is lost, or cannot be prolonged before it ends."""
        lease_s = self._leases.lease_s
        # A half, a quarter of sleep and a quarter of waiting for the answer are less than the whole.
        good_until = time.monotonic() + lease_s / 2
        while time.monotonic() < good_until:
            await asyncio.sleep(lease_s / 4)
            asked = time.monotonic()
            try:
                async with asyncio.timeout(lease_s / 4):
                    if not await self._leases.extend(job.name):
                        return
            except Exception as error:  # the database is away; it may be back before the lease ends
                log.warning("lease_not_extended", job=job.name, error=type(error).__name__)
            else:
                good_until = asked + lease_s / 2

    async def _end(self, job: Job, result: Result | None, error: str | None, failures: int) -> None:
        now = datetime.now(UTC)
        next_at = job.rhythm.next_after(now)
        if error is not None:
            spread = random.random()  # noqa: S311 - spreads load, guards nothing
            next_at = min(next_at, now + timedelta(seconds=back_off_s(failures, spread)))
        if result and any(result.values()):
            log.info("job_done", job=job.name, **result)
        try:
            await self._leases.end(job.name, next_at, result, error)
        except Exception as problem:  # the lease runs out, and the job is repeated
            log.warning("job_not_ended", job=job.name, error=type(problem).__name__)

    async def _release_all(self) -> None:
        running = dict(self._running)
        for task in running.values():
            task.cancel()
        if not running:
            return
        await asyncio.wait(running.values(), timeout=RELEASE_S_MAX)
        # A job cancelled before its first step, or while it ended, gave nothing back.
        for name in running:
            with suppress(Exception):
                await self._leases.release(name)


def _error_text(error: Exception) -> str:
    """A refusal in its own words; of any other error the class alone, because its text may hold rows."""
    return f"{error.code}: {error}" if isinstance(error, Refusal) else type(error).__name__
