"""A workshop's process as the server sees it: started when there is something to do, replaced when it dies."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec
import structlog

from backend.errors import Busy
from backend.outside.workshop.workbench import DONE, FAILED, LENGTH_BYTES
from backend.tenant import carried

log = structlog.get_logger(__name__)

Job = Callable[[], bytes]
"""A function of a module, with its arguments in a `functools.partial`: it is pickled."""
ANSWER_BYTES_MAX = 128 * 1024 * 1024
HANDED_DOWN = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
"""No setting of ours is among them, for most are secrets."""


class Limits(msgspec.Struct, frozen=True):
    """What one job may take."""

    memory_bytes: int = 1024 * 1024 * 1024
    cpu_s: int = 8
    wall_s: float = 20.0
    """With the wait for one of the machine's places."""
    places: Path | None = None
    """The folder of places that it shares with other workshops of the machine; None: it waits for nobody."""
    is_last: bool = True
    """Scans come first: it has the processor when nobody else wants it, and is refused when its time is up."""


class JobFailed(Exception):
    """A job raised what it should not; the text is its traceback."""


class TooCostly(Busy):
    """A job took more memory or time of the processor than it may."""


class WorkshopProcess:
    """One process with one job at a time."""

    def __init__(self, name: str, limits: Limits) -> None:
        self._name = name
        self._limits = limits
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    async def do(self, job: Job) -> bytes:
        """Raises Busy when the process dies or takes too long, TooCostly, JobFailed."""
        process = self._process = await self._running()
        message = pickle.dumps(carried(job))
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            async with asyncio.timeout(self._limits.wall_s):
                process.stdin.write(len(message).to_bytes(LENGTH_BYTES, "big") + message)
                await process.stdin.drain()
                length = int.from_bytes(await process.stdout.readexactly(LENGTH_BYTES), "big")
                if not 1 <= length <= ANSWER_BYTES_MAX:
                    raise TooCostly
                answer = await process.stdout.readexactly(length)
        except (TimeoutError, asyncio.IncompleteReadError, OSError):
            raise self._refusal(await self.end()) from None
        except BaseException:
            # What is left in the pipes belongs to this job; the next one needs a process without it.
            await self.end()
            raise
        if answer[0] == DONE:
            return answer[1:]
        if answer[0] == FAILED:
            raise JobFailed(answer[1:].decode(errors="replace"))
        await self.end()
        raise TooCostly

    async def end(self) -> int:
        """Kill the process, if there is one. Returns how it ended: a negative signal, or a status."""
        process, self._process = self._process, None
        if process is None:
            return 0
        # One that ended by itself is about to be told so; asked too early, every end would look like a kill.
        with suppress(TimeoutError):
            async with asyncio.timeout(0 if process.stdout and not process.stdout.at_eof() else 1.0):
                return await process.wait()
        with suppress(ProcessLookupError):
            process.kill()
        return await process.wait()

    def _refusal(self, ended: int) -> Busy:
        log.warning("workshop_ended", workshop=self._name, exit_status=ended)
        return TooCostly() if ended == -signal.SIGXCPU else Busy()

    async def _running(self) -> asyncio.subprocess.Process:
        process = self._process
        if process is not None and process.returncode is None:
            return process
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "backend.outside.workshop.workbench",
            str(self._limits.memory_bytes),
            str(self._limits.cpu_s),
            str(int(self._limits.is_last)),
            *([str(self._limits.places)] if self._limits.places else []),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={name: value for name, value in os.environ.items() if name in HANDED_DOWN},
            # Ctrl-C at a terminal is for the server, which ends this process when it is done.
            start_new_session=True,
        )
