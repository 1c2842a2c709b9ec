"""What every load test runs on: embedded servers that it has for itself, a console, and an exit status."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvloop
from rich.console import Console

from backend.outside.embedded import EmbeddedServers, EmbeddedUnavailable
from loadtests.machine import NotAlone, Watch, alone, await_quiet
from loadtests.targets import PROCESSES, DidNotStart, Running

VAR = Path(__file__).resolve().parent.parent / "var"
QUIET_S_MAX = 30.0
WIDTH = 118


@dataclass(frozen=True, slots=True)
class Rig:
    """The servers of one load test, and whether it measures or only shows that everything works."""

    servers: EmbeddedServers
    console: Console
    is_smoke: bool

    @property
    def processes(self) -> int:
        """Server processes to measure; in a smoke run one, which starts in half the time."""
        return 1 if self.is_smoke else PROCESSES

    def say(self, sentence: str) -> None:
        self.console.print(sentence, highlight=False)

    def await_quiet(self) -> None:
        """Wait for a moment in which nobody else uses the processor, unless speed is not judged anyway."""
        if not self.is_smoke:
            await_quiet(QUIET_S_MAX)

    def watch(self, there: Running, others: Iterable[int] = ()) -> Watch:
        """The clocks of these server processes, of PostgreSQL and of Redis."""
        databases = (self.servers.postgres_pid(), self.servers.redis_pid())
        return Watch([*there.pids, *others], [pid for pid in databases if pid is not None])


def new_parser(name: str, about: str | None) -> argparse.ArgumentParser:
    """A parser for `python -m loadtests.NAME`, which takes --smoke as all of them do."""
    parser = argparse.ArgumentParser(prog=f"python -m loadtests.{name}", description=about)
    parser.add_argument(
        "--smoke",
        action="store_true",
        help="a few seconds with small numbers, to see that everything works; speed is not judged",
    )
    return parser


def parse(
    parser: argparse.ArgumentParser, arguments: list[str] | None, **smoke: object
) -> argparse.Namespace:
    """The chosen options; with --smoke the numbers in `smoke` are the defaults."""
    given = sys.argv[1:] if arguments is None else arguments
    if "--smoke" in given:
        parser.set_defaults(**smoke)
    return parser.parse_args(given)


def run(name: str, measure: Callable[[Rig], Coroutine[Any, Any, bool]], *, is_smoke: bool) -> int:
    """Run one load test on servers of its own; exit status 0 when it found everything right.

    Smoke runs have a directory apart, so that they never drop tables that took minutes to fill. Several
    may run at once, each with its own databases; what measures must be alone on the machine.
    """
    console = Console(width=WIDTH)
    var = VAR / ("smoke" if is_smoke else "bench")
    try:
        with alone(var, name if is_smoke else "bench"), EmbeddedServers(var) as servers:
            is_right = uvloop.run(measure(Rig(servers, console, is_smoke)))
    except (EmbeddedUnavailable, DidNotStart, NotAlone) as error:
        console.print(f"[red]{error}")
        return 1
    return 0 if is_right else 1
