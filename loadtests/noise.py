"""`python -m loadtests.noise`: how much later a scan is answered while others draw and read files.

People arrive evenly in an open loop, in rounds without and with fifty clients beside them: a third of these take
certificates as PDF, a third as PNG, each one that nobody has asked for before, a third an event's document of two
megabytes. In both a worker runs beside the servers; it signs what is drawn. Shown are the scans' 99th percentiles, how
often one lies above the other, medians of the rounds, and what the server processes used of the processor by scan.
Ends with status 1 when a scan is not answered with 201, or when nothing was drawn or read; with --strict also when
the target is missed.
"""

from __future__ import annotations

import argparse
import http.client
import multiprocessing
import os
import statistics
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event

from loadtests import crowd
from loadtests.badges import token_of
from loadtests.client import open_loop
from loadtests.machine import Use
from loadtests.rig import Rig, new_parser, parse, run
from loadtests.runs import Run, Supply
from loadtests.targets import HOST, Running, Target, running, worker_beside
from loadtests.world import make_world

RATIO_MAX = 1.5
CONNECTIONS = 128
CLIENTS = 50
DOCUMENT_BYTES = 2_000_000
HEARD_S_MAX = 60.0
"""Until the noise is all there: processes that draw have started, each kind was answered once."""
NICENESS = 10
"""The clients of the noise are other people's machines; here they must not take the processor from the servers."""
HEARD_LOOK_S = 0.1
KINDS = ("pdf", "png", "document")


@dataclass(slots=True)
class Found:
    """What the rounds of one kind showed."""

    p99_ms: list[float] = field(default_factory=list)
    server_us: list[float] = field(default_factory=list)
    """What the server processes used of the processor, by scan."""
    unusual: int = 0

    def add(self, done: Run, use: Use) -> None:
        self.p99_ms.append(done.histogram.percentile_ms(99))
        self.server_us.append(use.servers * 1e6 / max(1, sum(done.statuses.values())))
        self.unusual += done.unusual

    def __str__(self) -> str:
        return f"{self.p99_ms[-1]:.1f} ms ({self.server_us[-1]:,.0f} µs of the servers by scan)"

    @property
    def median_ms(self) -> float:
        return statistics.median(self.p99_ms)


def disturb(
    port: int,
    numbers: Sequence[str],
    token: str,
    document: str,
    clients: int,
    heard: Event,
    ending: Event,
    told: Queue[Counter[str]],
) -> None:
    """The noise: a process whose threads ask one after another until it is told to end."""
    os.nice(NICENESS)
    counts: Counter[str] = Counter()
    threads = [
        threading.Thread(
            target=_ask_until,
            args=(port, numbers[number::clients], token, document, KINDS[number % 3], ending, counts),
        )
        for number in range(clients)
    ]
    for thread in threads:
        thread.start()
    while not (ending.wait(HEARD_LOOK_S) or heard.is_set()):
        if not _unheard(counts):
            heard.set()
    for thread in threads:
        thread.join()
    told.put(counts)


def _unheard(counts: Mapping[str, int]) -> list[str]:
    """Kinds of which nothing came."""
    return [kind for kind in KINDS if not counts.get(f"{kind} 200")]


def _ask_until(
    port: int,
    numbers: Sequence[str],
    token: str,
    document: str,
    kind: str,
    ending: Event,
    counts: Counter[str],
) -> None:
    paths = iter(_paths(numbers, document, kind))
    while not ending.is_set():
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection(HOST, port, timeout=30)
            connection.request("GET", next(paths), headers={"Authorization": f"Bearer {token}"})
            answer = connection.getresponse()
            answer.read()
            connection.close()
            counts[f"{kind} {answer.status}"] += 1
            if answer.status in (429, 503):
                ending.wait(float(answer.headers.get("retry-after", "1")))


def _paths(numbers: Sequence[str], document: str, kind: str) -> Iterator[str]:
    while True:
        for language in ("zh-CN", "en"):
            for number in numbers:
                yield (
                    document
                    if kind == "document"
                    else f"/v1/certificates/{number}.{kind}?language={language}"
                )


@contextmanager
def noise(
    rig: Rig, there: Running, numbers: Sequence[str], token: str, document: str, clients: int
) -> Iterator[Counter[str]]:
    """The clients, while it is entered; how often each kind was answered how, once it is left."""
    spawn = multiprocessing.get_context("spawn")
    heard, ending, told = spawn.Event(), spawn.Event(), spawn.Queue()
    words = (there.port, list(numbers), token, document, clients, heard, ending, told)
    process = spawn.Process(target=disturb, args=words, daemon=True)
    process.start()
    heard.wait(HEARD_S_MAX)
    counts: Counter[str] = Counter()
    try:
        yield counts
    finally:
        ending.set()
        counts.update(told.get(timeout=60))
        process.join()
        rig.say(f"  beside them: {', '.join(f'{name}: {count:,}' for name, count in sorted(counts.items()))}")


def put_document(there: Running, token: str) -> str:
    """The address of an event's document that anyone of its staff may read."""
    connection = http.client.HTTPConnection(HOST, there.port, timeout=60)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/pdf"}
    content = b"%PDF-1.7\n" + os.urandom(DOCUMENT_BYTES)
    connection.request("POST", "/v1/events/bench/documents?kind=plan&name=plan.pdf", content, headers)
    answer = connection.getresponse()
    answer.read()
    connection.request("GET", "/v1/events/bench/documents", headers=headers)
    listed = connection.getresponse().read().decode()
    connection.close()
    at = listed.index('"url":"') + len('"url":"')
    return listed[at : listed.index('"', at)]


async def bench(rig: Rig, chosen: argparse.Namespace) -> bool:
    count = int(chosen.rate * chosen.seconds)
    ids = crowd.citizens(count * (2 * chosen.rounds + 1))
    world = await make_world(rig.servers, "noise", ids, badges=len(ids))
    supply = Supply(crowd.scans(ids, world.settings, lambda _: None))
    alone, beside, answered = Found(), Found(), Counter[str]()
    numbers: list[str] = []
    target = Target("noise", ("backend.cli", "serve"), world.environment, rig.processes)
    with running(target) as there, worker_beside(world.environment):
        token = token_of(world)
        document = put_document(there, token)
        numbers += (await _scan(there, supply, chosen, count)).acknowledged.values()  # it warms up
        for number in range(chosen.rounds):
            rig.await_quiet()
            watch = rig.watch(there)
            run_alone = await _scan(there, supply, chosen, count)
            alone.add(run_alone, watch.use())
            with noise(rig, there, numbers, token, document, chosen.clients) as counts:
                watch = rig.watch(there)
                run_beside = await _scan(there, supply, chosen, count)
                beside.add(run_beside, watch.use())
            answered += counts
            numbers = list(run_alone.acknowledged.values())
            rig.say(f"round {number + 1}: p99 {alone} alone, {beside} beside them")
    ratio = beside.median_ms / alone.median_ms
    unheard = _unheard(answered)
    is_right, is_met = alone.unusual + beside.unusual == 0 and not unheard, ratio <= RATIO_MAX
    colour = "green" if is_right and is_met else "red"
    missing = "".join(f"; no {kind} came" for kind in unheard)
    rig.console.print(
        f"[{colour}]p99 of {chosen.rate:.0f} scans a second: {alone.median_ms:.1f} ms alone, {beside.median_ms:.1f} ms"
        f" beside {chosen.clients} who draw and read: {ratio:.2f}, target ≤ {RATIO_MAX};"
        f" {alone.unusual + beside.unusual} scans not answered with 201{missing}",
        highlight=False,
    )
    return is_right and (is_met or not chosen.strict)


async def _scan(there: Running, supply: Supply, chosen: argparse.Namespace, count: int) -> Run:
    return await open_loop(
        HOST, there.port, supply, rate=chosen.rate, count=count, connections=CONNECTIONS, is_poisson=True
    )


def parser() -> argparse.ArgumentParser:
    made = new_parser("noise", __doc__)
    made.add_argument("--rate", type=float, default=200.0, help="scans a second")
    made.add_argument("--seconds", type=float, default=10.0, help="of each round, without and with the noise")
    made.add_argument("--rounds", type=int, default=3)
    made.add_argument("--clients", type=int, default=CLIENTS, help="who draw and read beside the scans")
    made.add_argument("--strict", action="store_true", help="status 1 also when the target is missed")
    return made


def main(arguments: list[str] | None = None) -> int:
    chosen = parse(parser(), arguments, rate=40.0, seconds=1.0, rounds=1, clients=6, strict=False)
    return run("noise", lambda rig: bench(rig, chosen), is_smoke=chosen.smoke)


if __name__ == "__main__":
    sys.exit(main())
