"""`python -m loadtests.bench`: the product and three baselines, one after another on this machine, one client.

Ends with status 1 when an acknowledged scan is lost or double, or when the audit finds a broken promise; with --smoke
also when a request was answered otherwise than it should be. A target that is missed is shown; it changes the status
only with --strict.
"""

from __future__ import annotations

import argparse
import re
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from rich.console import Console

from backend.ledger.audit.ledger import Finding, audit_all
from loadtests import crowd
from loadtests.client import open_loop, saturate
from loadtests.machine import memory_mb
from loadtests.report import (
    Figures,
    Round,
    Target,
    print_open_loop,
    print_rates,
    print_targets,
    print_unusual,
)
from loadtests.rig import Rig, new_parser, parse, run
from loadtests.runs import Run, Supply
from loadtests.sealing import await_sealed, sealing_targets
from loadtests.targets import HOST, PROCESSES, Running, running, worker_beside
from loadtests.targets import Target as Servers
from loadtests.verify import Acknowledged, Comparison, compare_with_database
from loadtests.world import World, make_world, twin_environment

NAMES = ("bare", "twin", "orm", "scans")
# The fastest of those tried for each kind; the README has the figures.
CONNECTIONS = {"bare": 256, "twin": 64, "orm": 16, "scans": 1024}
OPEN_CONNECTIONS = 256
WARM_UP_S = 1.0
ATTEMPTS_MAX = 2
# People who are there in case the product has become this fast; a run that needs more ends early.
SCANS_PER_S_MAX = 12_000
ORM_SCANS_PER_S_MAX = 1_000
# In a smoke run a round ends when the last of so few people was answered, and the seconds are a limit.
SMOKE = {"seconds": 20.0, "rounds": 1, "connections": 16, "rate": 200.0, "open_seconds": 1.0}
SMOKE_PEOPLE = 400
SMOKE_PEOPLE_OF_ORM = 50
RATIOS = (("bare", 0.2), ("twin", 0.5), ("orm", 15.0))
P99_MS_MAX = 150.0
MEMORY_MB_MAX = 200.0


@dataclass(frozen=True, slots=True)
class Plan:
    seconds: float
    rounds: int
    connections: Mapping[str, int]
    rate: float
    open_s: float
    names: tuple[str, ...]
    with_worker: bool = False
    is_smoke: bool = False

    @property
    def warm_up_s(self) -> float:
        return 0.0 if self.is_smoke else WARM_UP_S

    @property
    def people(self) -> int:
        saturated = self.rounds * (self.seconds + WARM_UP_S) * SCANS_PER_S_MAX
        return int((SMOKE_PEOPLE if self.is_smoke else saturated) + self.rate * self.open_s) + 1

    @property
    def people_of_orm(self) -> int:
        if self.is_smoke:
            return SMOKE_PEOPLE_OF_ORM
        return int(self.rounds * (self.seconds + WARM_UP_S) * ORM_SCANS_PER_S_MAX)


@dataclass(slots=True)
class Bench:
    """What is shared by the parts of one bench, and what they found."""

    plan: Plan
    rig: Rig
    ids: list[UUID] = field(default_factory=list)
    supplies: dict[str, Supply] = field(default_factory=dict)
    worlds: dict[str, World] = field(default_factory=dict)
    given: dict[str, Acknowledged] = field(default_factory=dict)
    figures: dict[str, Figures] = field(default_factory=lambda: {name: Figures() for name in NAMES})
    open_run: Run | None = None
    is_smooth: bool = True
    """In a smoke run: whether all who should come were answered, and with 201."""
    memory_mb: float = 0.0

    def say(self, sentence: str) -> None:
        """The progress line: one that overwrites itself on a terminal, one after another in a log."""
        console = self.rig.console
        if console.is_terminal:
            console.file.write(f"\r\x1b[K{sentence}")
            console.file.flush()
        else:
            self.rig.say(sentence)

    async def prepare(self) -> None:
        plan = self.plan
        self.say(f"making {plan.people:,} people, their badges and accounts …")
        self.ids = crowd.citizens(plan.people)
        for name in ("orm", "scans"):
            if name in plan.names:
                ids = self.ids[: plan.people_of_orm] if name == "orm" else self.ids
                self.worlds[name] = await make_world(self.rig.servers, name, ids, badges=plan.people)
                self.given[name] = Acknowledged(ids)
        world = self.worlds.get("scans") or await make_world(
            self.rig.servers, "scans", self.ids, badges=plan.people
        )
        requests = crowd.scans(
            self.ids, world.settings, lambda done: self.say(f"signing tokens: {done:,} of {plan.people:,}")
        )
        for name in plan.names:
            # Baselines without a database do not mind meeting somebody twice.
            few = requests[: plan.people_of_orm] if name == "orm" else requests
            supply = Supply(few, is_endless=name in ("bare", "twin") and not plan.is_smoke)
            if plan.is_smoke:
                supply.until = min(len(few), SMOKE_PEOPLE)
            self.supplies[name] = supply

    def servers_of(self, name: str) -> Servers:
        if name == "scans":
            return Servers(name, ("backend.cli", "serve"), self.worlds[name].environment)
        environment = self.worlds[name].environment if name in self.worlds else twin_environment()
        return Servers(name, ("loadtests.baselines", name), environment, self.rig.processes)

    @contextmanager
    def worker_of(self, name: str) -> Iterator[list[int]]:
        """The pid of a worker beside the product's servers, where one is asked for."""
        if not (self.plan.with_worker and name == "scans"):
            yield []
            return
        with worker_beside(self.worlds[name].environment) as pid:
            yield [pid]

    async def _await_sealed(self, name: str, pids: list[int]) -> None:
        if pids:
            self.say("sealing what is left …")
            await await_sealed(self.worlds[name])

    async def measure(self, name: str, number: int) -> None:
        """One round; once more when strangers disturbed it."""
        for _ in range(ATTEMPTS_MAX):
            self.say(f"round {number} of {self.plan.rounds}: {name} …")
            self.rig.await_quiet()
            with running(self.servers_of(name)) as there, self.worker_of(name) as pids:
                found = await self._saturate(name, there, pids)
                await self._await_sealed(name, pids)
            self.figures[name].rounds.append(found)
            self.say(found.sentence(name, number, self.plan.rounds))
            # A second try needs people of its own, who must not be missing in the rounds to come.
            supply = self.supplies[name]
            needed = (self.plan.rounds - number + 2) * found.answers
            if self.plan.is_smoke or not found.is_disturbed:
                return
            if not (supply.is_endless or supply.left > needed):
                return

    async def _saturate(self, name: str, there: Running, others: list[int]) -> Round:
        watch = self.rig.watch(there, others)
        run = await saturate(
            HOST,
            there.port,
            self.supplies[name],
            connections=self.plan.connections[name],
            seconds=self.plan.seconds,
            warm_up_s=self.plan.warm_up_s,
        )
        found = Round(run, watch.use())
        self._keep(name, run)
        if run.unusual:
            self.say("")
            print_unusual(self.rig.console, name, run, there.last_words())
        self._expect(run, self.supplies[name].until)
        if name == "scans":
            self.figures[name].batch_size = _batch_size(there.port)
            self._look_at_memory(there)
        return found

    async def open(self) -> None:
        plan = self.plan
        count = int(plan.rate * plan.open_s)
        self.rig.await_quiet()
        supply = self.supplies["scans"]
        supply.until = len(supply.requests)
        with running(self.servers_of("scans")) as there, self.worker_of("scans") as pids:
            watch = self.rig.watch(there, pids)
            self.open_run = await open_loop(
                HOST,
                there.port,
                supply,
                rate=plan.rate,
                count=count,
                connections=OPEN_CONNECTIONS,
                progress=lambda done: self.say(f"open loop at {plan.rate:,.0f}/s: {done:,} of {count:,}"),
            )
            use = watch.use()
            self._keep("scans", self.open_run)
            self._look_at_memory(there)
            await self._await_sealed("scans", pids)
        self._expect(self.open_run, count)
        self.say("")
        print_open_loop(self.rig.console, self.open_run, plan.rate, use.strangers_pct)

    def _expect(self, run: Run, count: int) -> None:
        """A smoke run is so small that nobody may be refused in it."""
        if self.plan.is_smoke and run.statuses != {201: count}:
            self.is_smooth = False
            self.say(f"[red]{count:,} should have been answered with 201; there were {run.statuses}")

    def _keep(self, name: str, run: Run) -> None:
        if name in self.given:
            self.given[name].add(run)

    def _look_at_memory(self, there: Running) -> None:
        self.memory_mb = max(self.memory_mb, *(memory_mb(pid, "VmHWM") for pid in there.pids))

    def targets(self) -> list[Target]:
        scans, found = self.figures["scans"], []
        for name, least in RATIOS:
            other = self.figures[name]
            if scans.rate and other.rate:
                is_sure = scans.is_sure and other.is_sure
                ratio = scans.rate / other.rate
                found.append(Target(f"scans / {name}", ratio, least, is_least=True, is_sure=is_sure))
        if self.open_run is not None:
            name = f"p99 at {self.plan.rate:,.0f} scans a second"
            p99_ms = self.open_run.histogram.percentile_ms(99)
            found.append(Target(name, p99_ms, P99_MS_MAX, is_least=False, digits=1, unit=" ms"))
        if self.memory_mb:
            name = f"memory, the larger of {PROCESSES} processes, at its highest"
            found.append(Target(name, self.memory_mb, MEMORY_MB_MAX, is_least=False, digits=0, unit=" MB"))
        return found


async def bench(plan: Plan, rig: Rig) -> tuple[list[Target], bool]:
    """Run everything; the targets, and whether the ledger is whole."""
    here, console = Bench(plan, rig), rig.console
    await here.prepare()
    for number in range(1, plan.rounds + 1):
        for name in plan.names:
            await here.measure(name, number)
    here.say("")
    print_rates(console, here.figures, plan.connections)
    if "scans" in plan.names and plan.open_s:
        await here.open()
    targets = here.targets()
    if plan.with_worker:
        targets += await sealing_targets(here.worlds["scans"])
    print_targets(console, targets, are_judged=not plan.is_smoke)
    is_whole = here.is_smooth
    for name, world in here.worlds.items():
        is_whole &= await _check(console, name, world, here.given[name])
    return targets, is_whole


async def _check(console: Console, name: str, world: World, given: Acknowledged) -> bool:
    comparison = await compare_with_database(world, given)
    _print_comparison(console, name, comparison)
    findings = await audit_all(world.settings)
    _print_findings(console, name, findings)
    return comparison.is_clean and not any(finding.is_broken for finding in findings)


def _print_comparison(console: Console, name: str, comparison: Comparison) -> None:
    colour = "green" if comparison.is_clean else "red"
    console.print(
        f"\n{name}: {comparison.acknowledged:,} scans acknowledged, {comparison.written:,} in the database: "
        f"[{colour}]{comparison.lost} lost, {comparison.double} double, {comparison.unexplained} unexplained"
    )


def _print_findings(console: Console, name: str, findings: list[Finding]) -> None:
    for finding in findings:
        word = "[red]BROKEN [/]" if finding.is_broken else "[green]ok     [/]"
        # The product's promises are told one by one; a baseline is only to have kept them as well.
        if finding.is_broken or name == "scans":
            console.print(f"  {word}{finding.promise}: {finding.sentence}", highlight=False)
    if name != "scans" and not any(finding.is_broken for finding in findings):
        console.print(f"  [green]ok     [/]{len(findings)} promises of the audit", highlight=False)


def _batch_size(port: int) -> float:
    """Commands per transaction so far, from the servers' own metrics."""
    with urllib.request.urlopen(f"http://{HOST}:{port}/metrics", timeout=5) as answer:
        text = answer.read().decode()
    found = dict(re.findall(r"^tianfu_batch_size_(sum|count)(?:\{\})? ([0-9.e+]+)$", text, re.MULTILINE))
    return float(found["sum"]) / max(1.0, float(found["count"])) if len(found) == 2 else 0.0


def parser() -> argparse.ArgumentParser:
    made = new_parser("bench", __doc__)
    made.add_argument("--seconds", type=float, default=7, help="length of one saturation run")
    made.add_argument("--rounds", type=int, default=3, help="saturation runs of each kind, interleaved")
    made.add_argument("--connections", type=int, help="the same number for all kinds")
    made.add_argument("--rate", type=float, default=1000, help="arrivals a second of the open loop")
    made.add_argument("--open-seconds", type=float, default=20, help="length of the open loop; 0: none")
    made.add_argument("--only", choices=NAMES, action="append", help="this kind alone; may be repeated")
    made.add_argument("--worker", action="store_true", help="a worker beside the product seals the log")
    made.add_argument("--strict", action="store_true", help="status 1 also when a target is missed")
    return made


def main(arguments: list[str] | None = None) -> int:
    chosen = parse(parser(), arguments, **SMOKE)
    plan = Plan(
        seconds=chosen.seconds,
        rounds=chosen.rounds,
        connections=dict.fromkeys(NAMES, chosen.connections) if chosen.connections else CONNECTIONS,
        rate=chosen.rate,
        open_s=chosen.open_seconds,
        names=tuple(chosen.only or NAMES),
        with_worker=chosen.worker,
        is_smoke=chosen.smoke,
    )

    async def measure(rig: Rig) -> bool:
        targets, is_whole = await bench(plan, rig)
        is_missed = chosen.strict and not chosen.smoke and not all(target.is_met for target in targets)
        return is_whole and not is_missed

    return run("bench", measure, is_smoke=chosen.smoke)


if __name__ == "__main__":
    sys.exit(main())
