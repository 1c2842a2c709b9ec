"""Running one command: in a session of its own, with a limit, and with what it said kept."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, ClassVar

from loadtests.smoke.commands import Step
from loadtests.smoke.documents import ROOT

STEP_S_MAX = 240.0
READY_S_MAX = 90.0
END_S_MAX = 40.0
ASK_S = 0.1
AGAIN_S = 1.0
SAID_LINES_MAX = 60


class Failed(Exception):
    """A command that did not do what it should; says how."""


class Process:
    """A command under way, with its descendants; nothing of it is left when it was stopped."""

    _all: ClassVar[set[Process]] = set()
    _guard = threading.Lock()

    def __init__(self, step: Step, words: list[str], environment: Mapping[str, str], directory: Path) -> None:
        self.step = step
        self._said: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `forget`
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("TIANFU_")}
        self._process = subprocess.Popen(
            words,
            cwd=directory,
            env=inherited | dict(environment),
            stdin=subprocess.PIPE,
            stdout=self._said,
            stderr=self._said,
            start_new_session=True,  # Ctrl-C reaches the whole of it, as at a terminal
        )
        with self._guard:
            self._all.add(self)
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(step.stdin.encode())
            self._process.stdin.close()

    @classmethod
    def kill_all(cls) -> None:
        """Nothing is left running when the run is broken off."""
        with cls._guard:
            left = list(cls._all)
        for process in left:
            process._signal(signal.SIGKILL)

    def said(self) -> str:
        # Read without moving: the program writes through the same open file, where its own position stands.
        found = self._said.fileno()
        lines = os.pread(found, os.fstat(found).st_size, 0).decode("utf-8", "replace").splitlines()
        return "\n".join(f"    {line}" for line in lines[-SAID_LINES_MAX:])

    def await_success(self) -> None:
        """Wait for the end. Raises Failed when it is not status 0."""
        try:
            status = self._process.wait(STEP_S_MAX)
        except subprocess.TimeoutExpired:
            raise Failed(f"was not done after {STEP_S_MAX:.0f} s") from None
        if status:
            raise Failed(f"ended with status {status}")

    def await_answer(self, url: str, seconds_max: float) -> None:
        """Wait until an address answers. Raises Failed when it never does."""
        deadline = time.monotonic() + seconds_max
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise Failed(f"ended by itself with status {self._process.returncode}")
            with suppress(OSError), urllib.request.urlopen(url, timeout=5):  # noqa: S310
                return
            time.sleep(ASK_S)
        raise Failed(f"{url} did not answer within {seconds_max:.0f} s")

    def end(self) -> None:
        """Tell it to end, as a person or a supervisor would. Raises Failed when it does not, or crashes."""
        if self._process.poll() is not None:
            raise Failed(f"ended by itself with status {self._process.returncode}")
        self._signal(self.step.ends_by)
        try:
            status = self._process.wait(END_S_MAX)
        except subprocess.TimeoutExpired:
            raise Failed(f"did not end within {END_S_MAX:.0f} s of {self.step.ends_by.name}") from None
        # make says 2 of whatever was interrupted under it.
        number = self.step.ends_by.value
        usual = {0, -number, 128 + number} | ({2} if self.step.command.startswith("make") else set())
        if status not in usual or "Traceback" in self.said():
            raise Failed(f"ended with status {status} after {self.step.ends_by.name}")

    def forget(self) -> None:
        """Nothing of it stays behind, whatever happened."""
        self._signal(signal.SIGKILL)
        self._process.wait()
        self._said.close()
        with self._guard:
            self._all.discard(self)

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def words_of(step: Step, known: Mapping[str, str]) -> list[str]:
    """The words that start it, with the programs of this environment."""
    words = shlex.split(step.command.format_map(known))
    if words[0] == "python":
        return [sys.executable, *words[1:]]
    if words[0] == "tianfu":
        return [str(Path(sys.executable).parent / "tianfu"), *words[1:]]
    return words


def run_step(
    step: Step,
    known: Mapping[str, str],
    environment: Mapping[str, str],
    directory: Path = ROOT,
    ready_s_max: float = READY_S_MAX,
) -> Process | None:
    """Run a command to its end, or until it is ready when it stays. Raises Failed with what it said."""
    deadline = time.monotonic() + step.again_s
    while True:
        process = Process(step, words_of(step, known), environment, directory)
        try:
            if not step.stays:
                process.await_success()
            elif step.asks:
                process.await_answer(step.asks.format_map(known), ready_s_max)
        except Failed as error:
            told = Failed(f"{error}; it said:\n{process.said()}")
            process.forget()
            if time.monotonic() > deadline:
                raise told from None
            time.sleep(AGAIN_S)
        except BaseException:
            process.forget()
            raise
        else:
            if step.stays:
                return process
            process.forget()
            return None


def end_process(process: Process) -> None:
    """End a command that stayed. Raises Failed with what it said."""
    try:
        process.end()
    except Failed as error:
        raise Failed(f"{error}; it said:\n{process.said()}") from None
    finally:
        process.forget()
