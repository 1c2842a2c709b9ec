"""A workshop: one process for costly jobs of a kind, and a queue in which every caller has one place.

A caller who asks for more stands behind their own first job, so that nobody's many keep another's one waiting.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from backend.errors import Busy, TooManyAtOnce
from backend.outside.workshop.process import Job, Limits, WorkshopProcess

WAITING_MAX = 64
ANONYMOUS_MAX = 48
"""Whoever is signed in finds a place, however many ask without being it."""
OF_ONE_CALLER_MAX = 4
WAIT_S_MAX = 8.0
"""With the job itself it is less than a proxy waits for an answer."""
IDLE_S_MAX = 60.0


class Workshop:
    """Does jobs one after another in a process of its own, which ends when there has been nothing to do for a while."""

    def __init__(self, name: str, limits: Limits | None = None) -> None:
        self._process = WorkshopProcess(name, limits or Limits())
        self._turn = asyncio.Lock()
        self._lines: dict[str, _Line] = {}
        self._waiting = self._anonymous = 0
        self._tasks: set[asyncio.Task[bytes]] = set()
        self._idle: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int | None:
        """The process's id; None while there is none."""
        return self._process.pid

    async def do(self, job: Job, caller: str, *, is_anonymous: bool = False) -> bytes:
        """What a job gives, when it is the caller's turn.

        `caller` is an account, or what an anonymous caller asks about. A caller who hangs up keeps the place until
        the job is done. Raises TooManyAtOnce, Busy, TooCostly, JobFailed.
        """
        task = asyncio.create_task(self._do(job, caller, is_anonymous))
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return await asyncio.shield(task)

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._idle is not None:
            self._idle.cancel()
        await self._process.end()

    async def _do(self, job: Job, caller: str, is_anonymous: bool) -> bytes:
        async with self._place(caller, is_anonymous):
            if self._idle is not None:
                self._idle.cancel()
            try:
                return await self._process.do(job)
            finally:
                self._idle = asyncio.get_running_loop().call_later(IDLE_S_MAX, self._rest)

    @asynccontextmanager
    async def _place(self, caller: str, is_anonymous: bool) -> AsyncIterator[None]:
        line = self._lines.setdefault(caller, _Line())
        if line.jobs >= OF_ONE_CALLER_MAX:
            raise TooManyAtOnce
        if self._waiting >= WAITING_MAX or (is_anonymous and self._anonymous >= ANONYMOUS_MAX):
            self._leave(caller, line)
            raise Busy
        line.jobs += 1
        self._waiting += 1
        self._anonymous += is_anonymous
        try:
            await self._await_turn(line)
            try:
                yield
            finally:
                self._turn.release()
                line.first.release()
        finally:
            line.jobs -= 1
            self._waiting -= 1
            self._anonymous -= is_anonymous
            self._leave(caller, line)

    async def _await_turn(self, line: _Line) -> None:
        """Both locks are fair: first come, first served."""
        try:
            async with asyncio.timeout(WAIT_S_MAX):
                await line.first.acquire()
                try:
                    await self._turn.acquire()
                except BaseException:
                    line.first.release()
                    raise
        except TimeoutError:
            raise Busy from None

    def _leave(self, caller: str, line: _Line) -> None:
        if not line.jobs:
            self._lines.pop(caller, None)

    def _forget(self, task: asyncio.Task[bytes]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # its caller may have hung up, and nobody else asks

    def _rest(self) -> None:
        if not self._waiting:
            task = asyncio.get_running_loop().create_task(self._end_idle())
            self._tasks.add(task)
            task.add_done_callback(self._forget)

    async def _end_idle(self) -> bytes:
        async with self._turn:
            await self._process.end()
        return b""


class _Line:
    """One caller's jobs: the first of them stands in the queue."""

    def __init__(self) -> None:
        self.first = asyncio.Lock()
        self.jobs = 0
