"""Costly work in a process of its own: bounded, replaced when it dies, in the order of callers and not of jobs."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest

from backend.errors import Busy, TooManyAtOnce
from backend.outside.workshop.places import places_here
from backend.outside.workshop.process import JobFailed, Limits, TooCostly
from backend.outside.workshop.workbench import NICENESS
from backend.outside.workshop.workshop import ANONYMOUS_MAX, OF_ONE_CALLER_MAX, WAITING_MAX, Workshop
from tests.outside import workshop_jobs as jobs

NICEST = 19


@pytest.fixture
async def workshop() -> AsyncIterator[Workshop]:
    made = Workshop("test", Limits(memory_bytes=512 * 1024 * 1024, cpu_s=1, wall_s=3.0, is_last=False))
    yield made
    await made.stop()


async def test_a_job_is_done_in_another_process_that_stays_for_the_next_one(workshop: Workshop) -> None:
    assert workshop.pid is None, "nothing to do, no process"
    assert await workshop.do(partial(jobs.echo, b"one"), "lin") == b"one"
    first = workshop.pid
    assert await workshop.do(partial(jobs.echo, b"x" * 3_000_000), "lin") == b"x" * 3_000_000
    assert first == workshop.pid != os.getpid()


async def test_what_a_library_prints_is_no_answer(workshop: Workshop) -> None:
    assert await workshop.do(jobs.print_and_answer, "lin") == b"answer"
    assert await workshop.do(partial(jobs.echo, b"next"), "lin") == b"next"


async def test_a_job_that_fails_says_why_and_the_process_goes_on(workshop: Workshop) -> None:
    with pytest.raises(JobFailed, match="no ink"):
        await workshop.do(jobs.fail, "lin")
    assert await workshop.do(partial(jobs.echo, b"next"), "lin") == b"next"


@pytest.mark.parametrize("job", [jobs.fill_memory, jobs.spin], ids=["memory", "processor"])
async def test_a_job_that_takes_too_much_is_ended_and_the_next_one_is_done(
    job: Callable[[], bytes],
) -> None:
    # On a busy machine it takes long until a process that lets others go first has used a second.
    workshop = Workshop("test", Limits(memory_bytes=512 * 1024 * 1024, cpu_s=1, wall_s=60.0, is_last=False))
    with pytest.raises(TooCostly):
        await workshop.do(job, "lin")
    assert await workshop.do(partial(jobs.echo, b"next"), "chen") == b"next"
    await workshop.stop()


@pytest.mark.parametrize("job", [jobs.die, partial(jobs.sleep, 30.0)], ids=["dies", "sleeps"])
async def test_a_process_that_dies_or_sleeps_is_replaced(
    workshop: Workshop, job: Callable[[], bytes]
) -> None:
    with pytest.raises(Busy) as refused:
        await workshop.do(job, "lin")
    assert not isinstance(refused.value, TooCostly), "the caller may come again with it"
    assert await workshop.do(partial(jobs.echo, b"next"), "chen") == b"next"


async def test_a_process_killed_between_two_jobs_is_replaced(workshop: Workshop) -> None:
    await workshop.do(partial(jobs.echo, b"one"), "lin")
    assert workshop.pid is not None
    os.kill(workshop.pid, 9)
    await asyncio.sleep(0.1)
    assert await workshop.do(partial(jobs.echo, b"two"), "lin") == b"two"


async def test_the_process_holds_no_secret_and_lets_scans_go_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    workshop = Workshop("test")
    monkeypatch.setenv("TIANFU_CODE_KEYS", "a:secret")
    names = (await workshop.do(jobs.environment, "lin")).decode().split()
    assert not [name for name in names if name.startswith("TIANFU_")]
    # Beside a server that itself lets others go first, or goes before them; nobody is nicer than 19.
    assert int(await workshop.do(jobs.niceness, "lin")) == min(os.nice(0) + NICENESS, NICEST)
    if hasattr(os, "SCHED_IDLE"):
        assert int(await workshop.do(jobs.scheduling_class, "lin")) == os.SCHED_IDLE
    await workshop.stop()


async def test_one_callers_many_jobs_keep_nobody_waiting_but_the_caller(workshop: Workshop) -> None:
    done: list[str] = []

    async def ask(caller: str) -> None:
        await workshop.do(partial(jobs.sleep, 0.05), caller)
        done.append(caller)

    many = [asyncio.create_task(ask("greedy")) for _ in range(OF_ONE_CALLER_MAX)]
    await asyncio.sleep(0)
    others = [asyncio.create_task(ask(f"citizen {number}")) for number in range(3)]
    await asyncio.sleep(0.01)
    with pytest.raises(TooManyAtOnce):
        await workshop.do(partial(jobs.echo, b""), "greedy")
    await asyncio.gather(*many, *others)
    assert done[:4] == ["greedy", "citizen 0", "citizen 1", "citizen 2"]


def at_once(folder: Path) -> int:
    """The most jobs that saw each other's marks."""
    return max(len(path.read_text().splitlines()) for path in folder.glob("*.seen"))


async def test_workshops_of_one_machine_do_so_many_jobs_at_once_in_turn(tmp_path: Path) -> None:
    limits = Limits(places=tmp_path / "places")
    workshops = [Workshop(f"test {number}", limits) for number in range(2 * places_here() + 1)]
    for workshop in workshops:  # their processes are there
        await workshop.do(partial(jobs.echo, b""), "lin")
    done: list[int] = []

    async def ask(number: int, caller: str) -> None:
        await workshops[number].do(partial(jobs.mark, str(tmp_path), 0.2), caller)
        done.append(number)

    many = [asyncio.create_task(ask(0, f"citizen {n}")) for n in range(6)]
    await asyncio.sleep(0.05)
    others = [asyncio.create_task(ask(number, "chen")) for number in range(1, len(workshops))]
    await asyncio.gather(*many, *others)
    assert at_once(tmp_path) <= places_here()
    assert done[-1] == 0, "who has many stands behind the others after each"
    for workshop in workshops:
        await workshop.stop()


async def test_a_process_that_dies_leaves_its_place(tmp_path: Path) -> None:
    limits = Limits(places=tmp_path)
    workshops = [Workshop("test", limits) for _ in range(places_here())]
    for workshop in workshops:
        with pytest.raises(Busy):
            await workshop.do(jobs.die, "lin")
        assert await workshop.do(partial(jobs.echo, b"next"), "chen") == b"next"
        await workshop.stop()


async def test_anonymous_callers_leave_places_for_who_is_signed_in(workshop: Workshop) -> None:
    anonymous = [
        asyncio.ensure_future(
            workshop.do(partial(jobs.echo, b""), f"certificate {number}", is_anonymous=True)
        )
        for number in range(ANONYMOUS_MAX)
    ]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await workshop.do(partial(jobs.echo, b""), "certificate more", is_anonymous=True)
    signed_in = [
        asyncio.ensure_future(workshop.do(partial(jobs.echo, b""), f"citizen {number}"))
        for number in range(WAITING_MAX - ANONYMOUS_MAX)
    ]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await workshop.do(partial(jobs.echo, b""), "citizen more")
    await asyncio.gather(*anonymous, *signed_in)
    assert await workshop.do(partial(jobs.echo, b"room again"), "citizen more") == b"room again"


async def test_who_hangs_up_keeps_the_place_until_the_job_is_done(workshop: Workshop) -> None:
    pid = await workshop.do(partial(jobs.process_id, 0.0), "lin")
    impatient = asyncio.ensure_future(workshop.do(partial(jobs.process_id, 0.3), "lin"))
    await asyncio.sleep(0.05)
    impatient.cancel()
    began = time.monotonic()
    assert await workshop.do(partial(jobs.process_id, 0.0), "chen") == pid
    assert time.monotonic() - began > 0.1


async def test_stopping_ends_what_is_under_way() -> None:
    workshop = Workshop("test", Limits(is_last=False))
    pid = int(await workshop.do(partial(jobs.process_id, 0.0), "lin"))
    waiting = asyncio.ensure_future(workshop.do(partial(jobs.sleep, 30.0), "lin"))
    await asyncio.sleep(0.05)
    await workshop.stop()
    assert waiting.cancelled() or waiting.done()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
