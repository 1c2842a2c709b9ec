"""A job is done by one worker at a time, is taken over from a dead one, and may be interrupted anywhere."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from backend.domain.operations.schedules import DAY_S, Every, Rhythm
from backend.errors import Busy
from backend.jobs.job import Job, Result, WorkerComponents
from backend.jobs.metrics import JOBS
from backend.jobs.worker import Worker
from backend.models import Job as JobRow
from backend.settings import Settings
from backend.storage.statements import write

ROOT = Path(__file__).parents[2]
Run = Callable[[WorkerComponents], Awaitable[Result | None]]


DAILY = Every(DAY_S)


def a_job(run: Run, name: str = "try_it", rhythm: Rhythm = DAILY, **changes: Any) -> Job:
    return Job(name=name, rhythm=rhythm, run=run, **changes)


@asynccontextmanager
async def working(
    components: WorkerComponents, *jobs: Job, lease_s: float = 60, count: int = 1
) -> AsyncIterator[list[Worker]]:
    """Workers that work while the block runs."""
    workers = [Worker(components, jobs, lease_s=lease_s, poll_every_s=0.02) for _ in range(count)]
    tasks = [asyncio.create_task(worker.work()) for worker in workers]
    try:
        yield workers
    finally:
        for worker in workers:
            worker.stop()
        await asyncio.gather(*tasks)


async def until(is_so: Callable[[], bool | Awaitable[bool]], wait_s: float = 10) -> None:
    async with asyncio.timeout(wait_s):
        while True:
            found = is_so()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.01)


async def row_of(name: str = "try_it") -> JobRow:
    return await JobRow.get(name=name)


async def has_ended(name: str = "try_it") -> bool:
    return (await JobRow.get_or_none(name=name, last_ended_at__isnull=False)) is not None


class Counting:
    """A job that counts its runs and how many of them are under way at once."""

    def __init__(self, takes_s: float = 0.0) -> None:
        self.runs = self.at_once = self.at_once_max = self.interrupted = 0
        self.takes_s = takes_s

    async def __call__(self, components: WorkerComponents) -> Result:
        self.runs += 1
        self.at_once += 1
        self.at_once_max = max(self.at_once, self.at_once_max)
        try:
            await asyncio.sleep(self.takes_s)
        except asyncio.CancelledError:
            self.interrupted += 1
            raise
        finally:
            self.at_once -= 1
        return {"runs": self.runs}


# Taking


async def test_job_that_is_due_is_done_once_by_many_workers(components: WorkerComponents) -> None:
    run = Counting(takes_s=0.2)
    async with working(components, a_job(run), count=4):
        await until(has_ended)
        await asyncio.sleep(0.2)
    assert (run.runs, run.at_once_max) == (1, 1)
    row = await row_of()
    assert (row.runs, row.failures, row.last_error, row.leased_by) == (1, 0, None, None)
    assert row.last_result == {"runs": 1}
    assert row.next_at == Every(DAY_S).next_after(datetime.now(UTC))


async def test_lease_is_taken_by_one_of_many_who_ask_at_one_moment(components: WorkerComponents) -> None:
    workers = [Worker(components, [a_job(Counting())]) for _ in range(8)]
    await workers[0]._leases.register(datetime.now(UTC))
    for _ in range(10):
        taken = await asyncio.gather(*(worker._leases.take(frozenset()) for worker in workers))
        assert len([each for each in taken if each is not None]) == 1
        await JobRow.filter(name="try_it").update(lease_until=None, leased_by=None)


async def test_some_jobs_are_done_at_once_and_the_others_wait(components: WorkerComponents) -> None:
    runs = [Counting(takes_s=0.3) for _ in range(4)]
    jobs = [a_job(run, name) for run, name in zip(runs, ("a", "b", "c", "d"), strict=True)]
    async with working(components, *jobs):
        await until(lambda: sum(run.at_once for run in runs) == 3)
        await until(lambda: all(run.runs == 1 and run.at_once == 0 for run in runs))


async def test_job_repeats_by_its_rhythm(components: WorkerComponents) -> None:
    run = Counting()
    async with working(components, a_job(run, rhythm=Every(1))):
        await until(lambda: run.runs >= 3)


async def test_job_that_is_wanted_while_it_runs_is_done_once_more(components: WorkerComponents) -> None:
    run = Counting(takes_s=0.3)
    async with working(components, a_job(run)):
        await until(lambda: run.at_once == 1)
        await write("request_job", "try_it")
        await until(lambda: run.runs == 2 and run.at_once == 0)
        await asyncio.sleep(0.2)
    assert (run.runs, run.at_once_max) == (2, 1)


# Failing


async def test_a_failure_is_reported_and_tried_again_later_and_a_success_clears_it(
    components: WorkerComponents,
) -> None:
    errors: list[Exception | None] = [Busy(), ValueError("holds a row"), None]

    async def run(components: WorkerComponents) -> None:
        if error := errors.pop(0):
            raise error

    async with working(components, a_job(run)):
        await until(has_ended)
        row = await row_of()
        assert (row.failures, row.last_error) == (1, f"busy: {Busy()}")
        # In half a minute or so, not tomorrow.
        assert timedelta(seconds=10) < row.next_at - datetime.now(UTC) < timedelta(seconds=46)
        await JobRow.filter(name="try_it").update(next_at=datetime.now(UTC))
        await until(lambda: len(errors) == 1)
        await until(lambda: _is_free("try_it"))
        row = await row_of()
        # What a foreign error says may hold somebody's row.
        assert (row.failures, row.last_error) == (2, "ValueError")
        await JobRow.filter(name="try_it").update(next_at=datetime.now(UTC))
        await until(lambda: errors == [])
        await until(lambda: _is_free("try_it"))
    row = await row_of()
    assert (row.failures, row.last_error) == (0, None)


async def _is_free(name: str) -> bool:
    return (await row_of(name)).leased_by is None


async def test_job_that_takes_too_long_is_ended(components: WorkerComponents) -> None:
    run = Counting(takes_s=60)
    async with working(components, a_job(run, longest_s=0.1)):
        await until(has_ended)
    assert run.interrupted == 1
    assert (await row_of()).last_error == "TimeoutError"


async def test_one_job_that_fails_does_not_keep_the_others_and_both_are_counted(
    components: WorkerComponents,
) -> None:
    good = Counting()
    before = [JOBS.labels(*labels)._value.get() for labels in (("bad", "failed"), ("good", "done"))]

    async def bad(components: WorkerComponents) -> None:
        raise RuntimeError

    async with working(components, a_job(bad, "bad"), a_job(good, "good")):
        await until(lambda: has_ended("bad"))
        await until(lambda: has_ended("good"))
    after = [JOBS.labels(*labels)._value.get() for labels in (("bad", "failed"), ("good", "done"))]
    assert (good.runs, after) == (1, [count + 1 for count in before])


# Leases


async def test_lease_is_prolonged_for_as_long_as_the_job_runs(components: WorkerComponents) -> None:
    run = Counting(takes_s=1.5)
    async with working(components, a_job(run), lease_s=0.4, count=2):
        await until(has_ended)
    assert (run.runs, run.at_once_max) == (1, 1)


async def test_job_whose_lease_somebody_else_took_ends_at_once(components: WorkerComponents) -> None:
    run = Counting(takes_s=60)
    async with working(components, a_job(run), lease_s=0.4):
        await until(lambda: run.at_once == 1)
        await JobRow.filter(name="try_it").update(
            leased_by="another", lease_until=datetime.now(UTC) + timedelta(60)
        )
        await until(lambda: run.interrupted == 1)
    # It is the other one's now, and this one wrote nothing about it.
    row = await row_of()
    assert (row.leased_by, row.last_ended_at) == ("another", None)


async def test_stopped_worker_gives_its_job_back_and_the_next_one_does_it_at_once(
    components: WorkerComponents,
) -> None:
    slow, quick = Counting(takes_s=60), Counting()
    async with working(components, a_job(slow)):
        await until(lambda: slow.at_once == 1)
    assert slow.interrupted == 1
    row = await row_of()
    assert (row.leased_by, row.failures) == (None, 0)
    async with working(components, a_job(quick)):
        await until(lambda: quick.runs == 1, wait_s=2)


def environment(settings: Settings) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TIANFU_")}
    return clean | {
        "TIANFU_ENVIRONMENT": "demo",
        "TIANFU_DATABASE_URL": settings.database_url,
        "TIANFU_REDIS_URL": settings.redis_url,
        "TIANFU_VAR_DIR": settings.var_dir,
        "PYTHONPATH": str(ROOT),
    }


async def start(settings: Settings, *command: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *command),
        cwd=ROOT,
        env=environment(settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_job_of_a_killed_worker_is_taken_over_when_its_lease_has_run_out(
    settings: Settings, components: WorkerComponents
) -> None:
    process = await start(settings, "tests.jobs.napping", "try_it")
    assert process.stdout is not None
    assert await asyncio.wait_for(process.stdout.readline(), 30) == b"begun\n"
    run = Counting()
    async with working(components, a_job(run), lease_s=1):
        await asyncio.sleep(1.5)
        assert run.runs == 0  # it prolongs its lease
        process.kill()
        await process.wait()
        await until(lambda: run.runs == 1, wait_s=5)
        await until(has_ended)
    row = await row_of()
    assert (row.runs, row.failures, row.last_error) == (2, 0, None)


async def test_sigterm_ends_the_command_within_seconds_and_frees_its_jobs(
    settings: Settings, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    settings = replace(settings, var_dir=str(tmp_path))
    process = await start(settings, "backend.cli", "worker")
    try:
        await until(lambda: (tmp_path / "worker.pulse").exists(), wait_s=30)

        async def has_run() -> bool:
            ended = await owner.fetchval("SELECT count(*) FROM jobs WHERE last_ended_at IS NOT NULL")
            return bool(ended >= 3)

        await until(has_run, wait_s=30)
        process.send_signal(signal.SIGTERM)
        _, told = await asyncio.wait_for(process.communicate(), 8)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
    assert process.returncode == 0, told.decode()
    assert b"worker_ended" in told
    assert await owner.fetchval("SELECT count(*) FROM jobs WHERE leased_by IS NOT NULL") == 0
    assert await owner.fetchval("SELECT count(*) FROM jobs WHERE failures > 0") == 0


async def test_database_that_is_away_at_the_start_is_waited_for(
    components: WorkerComponents, owner: asyncpg.Connection
) -> None:
    await owner.execute("ALTER TABLE jobs RENAME TO jobs_away")
    run = Counting()
    async with working(components, a_job(run)):
        await asyncio.sleep(0.3)
        await owner.execute("ALTER TABLE jobs_away RENAME TO jobs")
        await until(lambda: run.runs == 1)


@pytest.mark.parametrize("change", ["rhythm", "nothing"])
async def test_job_is_due_sooner_when_its_rhythm_was_made_faster(
    components: WorkerComponents, change: str
) -> None:
    run = Counting()
    async with working(components, a_job(run)):
        await until(has_ended)
    rhythm: Rhythm = Every(60) if change == "rhythm" else Every(DAY_S)
    async with working(components, a_job(run, rhythm=rhythm)):
        await asyncio.sleep(0.3)
    assert run.runs == (2 if change == "rhythm" else 1)
