"""`python -m loadtests.earlier REVISION`: scans a second, memory, lone scans; now and earlier, in turns.

The earlier commit is taken out of git into var/earlier, gets an environment from its own lock there, and runs its own
bench with its own servers and databases. Ends with status 1 when a bench fails or the ratio of the scans is below
--least. A smoke run compares this checkout with its last commit, judges nothing, and shares its environment.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from loadtests.earlier_trees import (
    EARLIER,
    ROOT,
    NotRunnable,
    checked_out,
    environment_of,
    shares_environment,
)
from loadtests.machine import memory_mb
from loadtests.rig import WIDTH, new_parser, parse
from loadtests.targets import server_processes

BENCH = ("loadtests.bench", "--only", "scans", "--open-seconds", "0")
RATE = re.compile(r"^round \d+ of \d+: scans ([\d,]+) a second(, disturbed)?\s*$", re.MULTILINE)
ROW = re.compile(
    r"^│ scans: the product +│ +1 │[^│]+│[^│]+│ +([\d.]+) │ +([\d.]+) │ +(\d+) │ +(\d+) │", re.MULTILINE
)
LONE_S_MAX = 3.0
"""Seconds in which one client scans again and again, each time after its answer."""
SMOKE_S_MAX = 120
"""A smoke run ends with its last scan, and one after another they may take long on a machine that others use."""
LOOK_S = 0.2
SAID_LINES_MAX = 30


class BenchFailed(Exception):
    """A bench that found something lost, or did not run; says what it said."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two that are compared: a tree, the Python of its environment, options of its bench."""

    name: str
    tree: Path
    python: str
    options: tuple[str, ...]

    @property
    def lone_options(self) -> tuple[str, ...]:
        """The same with one client, and no longer than such a run needs."""
        if "--smoke" in self.options:
            return (*self.options, "--connections", "1", "--seconds", str(SMOKE_S_MAX))
        found = list(self.options)
        if "--seconds" in found:
            at = found.index("--seconds") + 1
            found[at] = str(min(LONE_S_MAX, float(found[at])))
        return (*found, "--connections", "1")


@dataclass(frozen=True, slots=True)
class Lone:
    """One client alone, scan after scan: what each waits, and the CPU it takes besides the client's."""

    p50_ms: float
    p99_ms: float
    cpu_us: int


@dataclass(frozen=True, slots=True)
class Round:
    """What one run of a side's bench measured."""

    rate: float
    is_disturbed: bool
    memory_mb: tuple[float, ...]
    """The highest resident memory of each server process, shared pages included, the largest first."""
    lone: Lone


def last_rate(said: str) -> tuple[float, bool]:
    """Scans a second in what a bench said, and whether strangers disturbed it; its last try counts.

    Raises BenchFailed when there is none.
    """
    found = RATE.findall(said)
    if not found:
        raise BenchFailed(f"no rate in what it said:\n{_end_of(said)}")
    rate, disturbed = found[-1]
    return float(rate.replace(",", "")), bool(disturbed)


def lone_scans(said: str) -> Lone:
    """The row of one connection in the table that a bench ended with. Raises BenchFailed when there is none."""
    found = ROW.search(said)
    if found is None:
        raise BenchFailed(f"no row of lone scans in what it said:\n{_end_of(said)}")
    p50_ms, p99_ms, server_us, databases_us = found.groups()
    return Lone(float(p50_ms), float(p99_ms), int(server_us) + int(databases_us))


class MemoryWatch:
    """Looks at the server processes under another process until it is left; the same look for both sides."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look_on, daemon=True)
        self._peaks: dict[int, float] = {}

    def __enter__(self) -> MemoryWatch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    @property
    def peaks_mb(self) -> tuple[float, ...]:
        return tuple(sorted(self._peaks.values(), reverse=True))

    def _look_on(self) -> None:
        while not self._is_over.wait(LOOK_S):
            for pid in server_processes(self._pid):
                try:
                    self._peaks[pid] = max(self._peaks.get(pid, 0.0), memory_mb(pid, "VmHWM"))
                except OSError:  # it has just ended
                    continue


def measure(side: Side) -> Round:
    """Run a side's bench, with as many clients as it takes and with one. Raises BenchFailed."""
    said, peaks_mb = _run(side, side.options)
    alone, _ = _run(side, side.lone_options)
    return Round(*last_rate(said), peaks_mb, lone_scans(alone))


def _run(side: Side, options: tuple[str, ...]) -> tuple[str, tuple[float, ...]]:
    """What a bench said, and its server processes' memory."""
    foreign = ("TIANFU_", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    process = subprocess.Popen(
        [side.python, "-m", *BENCH, *options],
        cwd=side.tree,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    with MemoryWatch(process.pid) as memory:
        said, _ = process.communicate()
    if process.returncode:
        raise BenchFailed(
            f"the bench of {side.name} ended with status {process.returncode}:\n{_end_of(said)}"
        )
    if not memory.peaks_mb:
        raise BenchFailed(f"the bench of {side.name} had no server processes:\n{_end_of(said)}")
    return said, memory.peaks_mb


def _end_of(said: str) -> str:
    return "\n".join(f"  {line}" for line in said.splitlines()[-SAID_LINES_MAX:])


def compare(
    sides: tuple[Side, Side], rounds: int, say: Callable[[str], None]
) -> tuple[list[Round], list[Round]]:
    """Rounds in turns, and in every second one the other side first. Raises BenchFailed."""
    found: tuple[list[Round], list[Round]] = ([], [])
    for number in range(1, rounds + 1):
        say(f"round {number} of {rounds}")
        for index in (0, 1) if number % 2 else (1, 0):
            one = measure(sides[index])
            found[index].append(one)
            disturbed = ", disturbed" if one.is_disturbed else ""
            say(
                f"  {sides[index].name}: {one.rate:,.0f} a second{disturbed}; {_megabytes(one)}; {_waited(one)}"
            )
    return found


def _megabytes(one: Round) -> str:
    return " and ".join(f"{each:.0f}" for each in one.memory_mb) + " MB"


def _waited(one: Round) -> str:
    return f"alone p50 {one.lone.p50_ms:.1f}, p99 {one.lone.p99_ms:.1f} ms, CPU {one.lone.cpu_us:,} µs"


def ratios(before: list[Round], after: list[Round]) -> tuple[float, float]:
    """Now by earlier: the medians of scans a second, and of the memory of the larger server process."""
    scans = statistics.median(one.rate for one in after) / statistics.median(one.rate for one in before)
    memory = statistics.median(max(one.memory_mb) for one in after) / statistics.median(
        max(one.memory_mb) for one in before
    )
    return scans, memory


def print_comparison(
    console: Console, sides: tuple[Side, Side], found: tuple[list[Round], list[Round]]
) -> None:
    table = Table(title="Scans, in turns")
    table.add_column("which")
    for heading in ("a second,\nmedian", "rounds", "memory of the larger\nserver process, median", "rounds"):
        table.add_column(heading, justify="right")
    for side, rounds in zip(sides, found, strict=True):
        table.add_row(
            side.name,
            f"{statistics.median(one.rate for one in rounds):,.0f}",
            " ".join(f"{one.rate:,.0f}{'!' * one.is_disturbed}" for one in rounds),
            f"{statistics.median(max(one.memory_mb) for one in rounds):.0f} MB",
            ", ".join(_megabytes(one) for one in rounds),
        )
    scans, memory = ratios(*found)
    table.add_row("ratio", f"{scans:.2f}", "", f"{memory:.2f}", "")
    console.print(table)
    console.print(_lone_table(sides, found))


def _lone_table(sides: tuple[Side, Side], found: tuple[list[Round], list[Round]]) -> Table:
    table = Table(title="One client alone, scan after scan, medians")
    table.add_column("which")
    for heading in ("p50 ms", "p99 ms", "CPU µs of server\nand databases"):
        table.add_column(heading, justify="right")
    before, after = (_lone_medians(rounds) for rounds in found)
    for side, (p50_ms, p99_ms, cpu_us) in zip(sides, (before, after), strict=True):
        table.add_row(side.name, f"{p50_ms:.1f}", f"{p99_ms:.1f}", f"{cpu_us:,.0f}")
    table.add_row("ratio", *(f"{now / max(0.1, then):.2f}" for then, now in zip(before, after, strict=True)))
    return table


def _lone_medians(rounds: list[Round]) -> tuple[float, float, float]:
    return (
        statistics.median(one.lone.p50_ms for one in rounds),
        statistics.median(one.lone.p99_ms for one in rounds),
        statistics.median(one.lone.cpu_us for one in rounds),
    )


def earlier_side(revision: str, options: tuple[str, ...], say: Callable[[str], None]) -> Side:
    """Raises NotRunnable."""
    tree = checked_out(revision)
    return Side(f"{revision} ({tree.name})", tree, str(environment_of(tree, say)), options)


def smoke_side(revision: str, say: Callable[[str], None], directory: Path = EARLIER) -> Side:
    """The last commit; where git cannot give it, this checkout once more. Raises NotRunnable."""
    for each in (revision, "HEAD"):
        try:
            tree = checked_out(each, directory, name="smoke")
        except NotRunnable as error:
            say(f"{each}: {error}")
            continue
        python = sys.executable if shares_environment(tree) else str(environment_of(tree, say))
        return Side(each, tree, python, smoke_options(tree))
    say("So this checkout is compared with itself.")
    return Side("the same", ROOT, sys.executable, smoke_options(ROOT))


def smoke_options(tree: Path) -> tuple[str, ...]:
    """The form of seconds of a tree's bench; one that has none yet gets as short a round as any bench can do."""
    texts = (path.read_text(encoding="utf-8") for path in (tree / "loadtests").glob("*.py"))
    if any('"--smoke"' in text for text in texts):
        return ("--smoke",)
    return ("--rounds", "1", "--seconds", "2")


def parser() -> argparse.ArgumentParser:
    made = new_parser("earlier", __doc__)
    made.add_argument("revision", nargs="?", default="", help="the earlier commit")
    made.add_argument("--rounds", type=int, default=3)
    made.add_argument("--seconds", type=float, default=10)
    made.add_argument("--worker", action="store_true", help="now with a worker that seals the log beside it")
    made.add_argument("--least", type=float, default=0.85, help="the least ratio of scans a second")
    return made


def main(arguments: list[str] | None = None) -> int:
    made = parser()
    chosen = parse(made, arguments, revision="HEAD", rounds=1)
    if not chosen.revision:
        made.error("which earlier commit? Only a smoke run needs none")
    console = Console(width=WIDTH)

    def say(sentence: str) -> None:
        console.print(sentence, highlight=False, markup=False)

    worker = ("--worker",) if chosen.worker else ()
    try:
        if chosen.smoke:
            before, options = smoke_side(chosen.revision, say), smoke_options(ROOT)
        else:
            options = ("--rounds", "1", "--seconds", str(chosen.seconds))
            before = earlier_side(chosen.revision, options, say)
        sides = (before, Side("now", ROOT, sys.executable, (*options, *worker)))
        found = compare(sides, chosen.rounds, say)
    except (NotRunnable, BenchFailed) as error:
        console.print(str(error), style="red", highlight=False, markup=False)
        return 1
    print_comparison(console, sides, found)
    if chosen.smoke:
        return 0
    scans, memory = ratios(*found)
    word = "met" if scans >= chosen.least else "missed"
    say(
        f"now / {chosen.revision}: {scans:.2f} (medians), target \u2265 {chosen.least}: {word}; memory {memory:.2f}"
    )
    return 0 if scans >= chosen.least else 1


if __name__ == "__main__":
    sys.exit(main())
