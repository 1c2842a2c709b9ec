"""The figures as tables, and whether they reach what is promised."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from loadtests.machine import Use
from loadtests.runs import Run

STRANGERS_PCT_MAX = 10.0
"""Above this the machine was not ours, and the round says more about the neighbours."""

ABOUT = {
    "bare": "empty endpoint",
    "twin": "scan without database",
    "orm": "one ORM transaction each",
    "scans": "the product",
    "actions": "the product, small tables",
    "city": "the product, a city's tables",
}


@dataclass(frozen=True, slots=True)
class Round:
    """One saturation run of one kind of server processes."""

    run: Run
    use: Use

    @property
    def answers(self) -> int:
        return sum(self.run.statuses.values())

    @property
    def is_disturbed(self) -> bool:
        return self.use.strangers_pct > STRANGERS_PCT_MAX

    def sentence(self, name: str, number: int, rounds: int) -> str:
        """The progress line of a round; `loadtests.earlier` reads that of an earlier commit."""
        disturbed = ", disturbed" if self.is_disturbed else ""
        return f"round {number} of {rounds}: {name} {self.run.rate:,.0f} a second{disturbed}"

    def cpu_us(self, seconds: float) -> float:
        """CPU microseconds per answer."""
        return 1e6 * seconds / max(1, self.answers)


@dataclass(slots=True)
class Figures:
    """All rounds of one kind."""

    rounds: list[Round] = field(default_factory=list)
    batch_size: float = 0.0

    @property
    def that_count(self) -> list[Round]:
        """The rounds that nobody disturbed; all of them when there is none."""
        return [one for one in self.rounds if not one.is_disturbed] or self.rounds

    @property
    def is_sure(self) -> bool:
        return any(not one.is_disturbed for one in self.rounds)

    @property
    def rate(self) -> float:
        return statistics.median(one.run.rate for one in self.that_count) if self.rounds else 0.0


@dataclass(frozen=True, slots=True)
class Target:
    """A promise: a figure that should be at least, or at most, so much."""

    name: str
    figure: float
    bound: float
    is_least: bool
    digits: int = 2
    unit: str = ""
    is_sure: bool = True
    """False when a figure behind it was only measured while strangers held the machine: a baseline that was
    slowed down would let the product look good."""

    @property
    def is_met(self) -> bool:
        is_reached = self.figure >= self.bound if self.is_least else self.figure < self.bound
        return self.is_sure and is_reached

    @property
    def verdict(self) -> str:
        return "[yellow]disturbed" if not self.is_sure else "[green]met" if self.is_met else "[red]missed"


def print_rates(console: Console, figures: dict[str, Figures], connections: Mapping[str, int]) -> None:
    table = Table(title="Saturation: two server processes, median of the rounds")
    table.add_column("what")
    for heading in ("connec-\ntions", "a second", "rounds", "p50 ms", "p99 ms"):
        table.add_column(heading, justify="right")
    for heading in ("server", "databases", "client"):
        table.add_column(f"CPU µs\n{heading}", justify="right")
    table.add_column("strangers", justify="right")
    for name, found in figures.items():
        if not found.rounds:
            continue
        rounds = found.that_count
        strangers = max(one.use.strangers_pct for one in rounds)
        table.add_row(
            f"{name}: {ABOUT[name]}",
            str(connections[name]),
            f"{found.rate:,.0f}",
            " ".join(f"{one.run.rate:,.0f}{'!' * one.is_disturbed}" for one in found.rounds),
            f"{_median(one.run.histogram.percentile_ms(50) for one in rounds):.1f}",
            f"{_median(one.run.histogram.percentile_ms(99) for one in rounds):.1f}",
            f"{_median(one.cpu_us(one.use.servers) for one in rounds):.0f}",
            f"{_median(one.cpu_us(one.use.databases) for one in rounds):.0f}",
            f"{_median(one.cpu_us(one.use.generator) for one in rounds):.0f}",
            f"{strangers:.0f} %",
        )
    console.print(table)
    if figures["scans"].batch_size:
        console.print(f"Scans in one commit at saturation, on average: {figures['scans'].batch_size:.0f}")
    if any(one.is_disturbed for found in figures.values() for one in found.rounds):
        console.print(
            f"! other programs took more than {STRANGERS_PCT_MAX:.0f} % of the machine; such a round counts only "
            "where there is no other, and then the figure is worth little"
        )


def print_unusual(console: Console, name: str, run: Run, words: str) -> None:
    """A round in which not everybody was booked in; its rate says little."""
    statuses = ", ".join(f"{count:,} × {status}" for status, count in sorted(run.statuses.items()))
    console.print(f"[red]{name}: {statuses}, {len(run.unanswered)} unanswered; the server's last words:")
    console.print(words, markup=False, highlight=False)


def print_open_loop(console: Console, run: Run, rate: float, strangers_pct: float) -> None:
    histogram = run.histogram
    cells = [f"{percent} {histogram.percentile_ms(percent):.1f}" for percent in (50, 90, 99, 99.9)]
    console.print(
        f"\nOpen loop, {rate:,.0f} arrivals a second (Poisson), {histogram.count:,} scans: "
        f"latency from the scheduled moment in ms: p{', p'.join(cells)}, max {histogram.max_us / 1000:.1f}"
    )
    statuses = ", ".join(f"{count:,} × {status}" for status, count in sorted(run.statuses.items()))
    console.print(
        f"Answers: {statuses}; unanswered {len(run.unanswered)}, unsent {run.unsent}; at most "
        f"{run.waiting_max} waited for a connection; strangers {strangers_pct:.0f} % of the machine"
    )


def print_targets(console: Console, targets: list[Target], *, are_judged: bool = True) -> None:
    table = Table(
        title="Targets" if are_judged else "Targets, not judged: so small a run says nothing of speed"
    )
    for heading in ("figure", "measured", "target", ""):
        table.add_column(heading, justify="left" if heading in ("figure", "") else "right")
    for target in targets:
        sign = "≥" if target.is_least else "<"
        table.add_row(
            target.name,
            f"{target.figure:,.{target.digits}f}{target.unit}",
            f"{sign} {target.bound:g}{target.unit}",
            target.verdict if are_judged else "",
        )
    console.print(table)


def _median(numbers: Iterable[float]) -> float:
    return statistics.median(numbers)
