"""What the machine did meanwhile, from /proc: CPU by process, memory, and how much went to strangers."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_TICKS_S = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")
QUIET_LOOK_S = 1.0
QUIET_CORES_MAX = 0.15


def children_of(pid: int) -> list[int]:
    """Processes that a process started, and theirs."""
    found: list[int] = []
    for task in (PROC / str(pid) / "task").glob("*/children"):
        try:
            pids = [int(text) for text in task.read_text().split()]
        except OSError:
            continue
        for child in pids:
            found += [child, *children_of(child)]
    return found


def command_of(pid: int) -> str:
    try:
        return (
            (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
        )
    except OSError:
        return ""


def cpu_s(pids: Iterable[int]) -> float:
    """CPU seconds that these processes have used so far."""
    ticks = 0
    for pid in pids:
        try:
            fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / _TICKS_S


def memory_mb(pid: int, name: str = "VmRSS") -> float:
    """Resident memory of a process now, or at its highest (`VmHWM`), shared pages included."""
    for line in (PROC / str(pid) / "status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) / 1024
    return 0.0


def busy_s() -> float:
    """CPU seconds that all processors have been busy since the start of the machine, stolen time included."""
    user, nice, system, _idle, _iowait, irq, softirq, steal, *_ = (
        int(text) for text in (PROC / "stat").read_text().split("\n", 1)[0].split()[1:]
    )
    return (user + nice + system + irq + softirq + steal) / _TICKS_S


@dataclass(frozen=True, slots=True)
class Use:
    """CPU seconds in an interval: the server processes, PostgreSQL with Redis, the generator, and everybody else."""

    seconds: float
    servers: float
    databases: float
    generator: float
    strangers: float

    @property
    def strangers_pct(self) -> float:
        """Share of the machine that others took."""
        return 100 * self.strangers / (self.seconds * (os.cpu_count() or 1))


class Watch:
    """Takes the clocks at its making and again when asked."""

    def __init__(self, servers: list[int], databases: list[int]) -> None:
        self._servers, self._postmasters = servers, databases
        self._began = time.monotonic()
        self._first = self._look()

    def use(self) -> Use:
        now = self._look()
        busy, servers, databases, generator = (b - a for a, b in zip(self._first, now, strict=True))
        strangers = max(0.0, busy - servers - databases - generator)
        return Use(time.monotonic() - self._began, servers, databases, generator, strangers)

    def _look(self) -> tuple[float, float, float, float]:
        databases = [pid for master in self._postmasters for pid in (master, *children_of(master))]
        return busy_s(), cpu_s(self._servers), cpu_s(databases), time.process_time()


def await_quiet(seconds_max: float) -> bool:
    """Wait until the machine has been idle for a second; False when it never was."""
    deadline = time.monotonic() + seconds_max
    while True:
        before = busy_s()
        time.sleep(QUIET_LOOK_S)
        if (busy_s() - before) / QUIET_LOOK_S < QUIET_CORES_MAX:
            return True
        if time.monotonic() > deadline:
            return False


class NotAlone(Exception):
    """Another load test is at work in this checkout."""


@contextmanager
def alone(directory: Path, name: str) -> Iterator[None]:
    """Two of one name at once would measure each other, and drop each other's databases."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / f"{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotAlone("Another load test is running in this checkout; wait for its end.") from None
        yield
