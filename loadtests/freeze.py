"""`python -m loadtests.freeze`: an event is frozen while two hosts' worth of server processes take scans at full load.

Two groups of server processes share a database, as two hosts do, and each is saturated with first scans that offset.
In the middle a regulator freezes the event through one of them. Shown are the time until the freeze is answered, the
time until the last allocation is committed, and how many were committed after the answer: none may be.
Ends with status 1 when one was, when scans stopped, or when an allocation is lost or double; with --strict also when
the last allocation came later than a second after the freeze was sent.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from uuid import uuid4

import asyncpg

from backend.auth import Principal, Tokens
from backend.ledger.audit.ledger import audit_all
from loadtests import crowd
from loadtests.client import saturate
from loadtests.rig import Rig, new_parser, parse, run
from loadtests.runs import Run, Supply
from loadtests.targets import HOST, Running, Target, running
from loadtests.world import EVENT_ID, STAFF_ID, World, make_world

HOSTS = 2
SECONDS = 8.0
SCANS_PER_S_MAX = 12_000
CONNECTIONS = 512
LAST_ALLOCATION_S_MAX = 1.0
POLL_S = 0.002
SMOKE_SECONDS = 3.0
SMOKE_PEOPLE = 20_000
SMOKE_CONNECTIONS = 8


@dataclass
class Watched:
    """What the pool's row said while scans came: where its front stood, and when it moved last."""

    front: int = 0
    moved_at: float = 0.0
    fronts: list[tuple[float, int]] = field(default_factory=list)


async def watch_pool(connection: asyncpg.Connection, seen: Watched) -> None:
    """Look at the front of the pool every two milliseconds: it moves with each batch of scans that is committed."""
    while True:
        asked_at = time.monotonic()
        front = await connection.fetchval("SELECT next_serial FROM pools WHERE event_id = $1", EVENT_ID)
        if front != seen.front:
            seen.front, seen.moved_at = front, asked_at
            seen.fronts.append((asked_at, front))
        await asyncio.sleep(POLL_S)


def freeze(there: Running, world: World) -> tuple[float, float]:
    """When the freeze was sent and when it was answered. Raises SystemExit where it was refused."""
    settings = world.settings
    tokens = Tokens(
        settings.keys("token_keys"), issuer=settings.issuer, audience=settings.audience, life_s=3600
    )
    token = tokens.issue(Principal(STAFF_ID, "regulator", uuid4()))
    connection = http.client.HTTPConnection(HOST, there.port, timeout=30)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    sent_at = time.monotonic()
    connection.request(
        "POST", "/v1/events/bench/freeze", json.dumps({"reason": "load test"}).encode(), headers
    )
    answer = connection.getresponse()
    body = answer.read()
    answered_at = time.monotonic()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"the freeze was refused: {answer.status} {body.decode()}")
    return sent_at, answered_at


async def count(connection: asyncpg.Connection) -> tuple[int, int]:
    """Attendances and allocations of the event."""
    row = await connection.fetchrow(
        """SELECT (SELECT count(*) FROM attendances WHERE event_id = $1) AS attendances,
                  (SELECT count(*) FROM allocations WHERE event_id = $1) AS allocations""",
        EVENT_ID,
    )
    return row["attendances"], row["allocations"]


async def bench(rig: Rig, seconds: float, people: int, connections: int, is_strict: bool) -> bool:
    rig.say(f"making {people:,} people …")
    ids = crowd.citizens(people)
    world = await make_world(rig.servers, "freeze", ids, badges=people)
    requests = crowd.scans(ids, world.settings, lambda _: None)
    share = len(requests) // HOSTS
    supplies = [Supply(requests[number * share : (number + 1) * share]) for number in range(HOSTS)]
    processes = 1 if rig.is_smoke else 2
    rig.await_quiet()
    with ExitStack() as stack:
        hosts = [
            stack.enter_context(
                running(Target(f"host {number}", ("backend.cli", "serve"), world.environment, processes))
            )
            for number in range(1, HOSTS + 1)
        ]
        owner = await asyncpg.connect(world.settings.owner_database_url)
        watcher = await asyncpg.connect(world.settings.owner_database_url)
        seen = Watched()
        watching = asyncio.create_task(watch_pool(watcher, seen))
        loads = [
            asyncio.create_task(
                saturate(HOST, host.port, supply, connections=connections, seconds=seconds, warm_up_s=0.0)
            )
            for host, supply in zip(hosts, supplies, strict=True)
        ]
        await asyncio.sleep(seconds / 2)
        sent_at, answered_at = await asyncio.to_thread(freeze, hosts[0], world)
        at_answer = await count(owner)
        runs: list[Run] = await asyncio.gather(*loads)
        watching.cancel()
        in_the_end = await count(owner)
        await watcher.close()
        await owner.close()
    later = in_the_end[1] - at_answer[1]
    scans_later = in_the_end[0] - at_answer[0]
    last_s = seen.moved_at - sent_at
    rate = sum(run.rate for run in runs)
    rig.say(
        f"{rate:,.0f} scans a second over {HOSTS} hosts of {processes} processes; {in_the_end[1]:,} allocations"
    )
    rig.say(
        f"freeze answered after {1000 * (answered_at - sent_at):.0f} ms; the last allocation was seen"
        f" {1000 * last_s:+.0f} ms from its sending; {later} after the answer; {scans_later:,} scans went on"
    )
    findings = await audit_all(world.settings)
    broken = [finding for finding in findings if finding.is_broken]
    is_right = later == 0 and scans_later > 0 and at_answer[1] > 0 and not broken
    is_met = last_s <= LAST_ALLOCATION_S_MAX
    rig.console.print(
        f"[{'green' if is_right and is_met else 'red'}]last allocation {last_s:.3f} s (≤ {LAST_ALLOCATION_S_MAX:g} s)"
    )
    return is_right and (is_met or not is_strict)


def parser() -> argparse.ArgumentParser:
    made = new_parser("freeze", __doc__)
    made.add_argument("--seconds", type=float, default=SECONDS)
    made.add_argument("--strict", action="store_true", help="status 1 also when the target is missed")
    return made


def main(arguments: list[str] | None = None) -> int:
    chosen = parse(parser(), arguments, seconds=SMOKE_SECONDS, strict=False)
    people = SMOKE_PEOPLE if chosen.smoke else int(chosen.seconds * SCANS_PER_S_MAX)
    connections = SMOKE_CONNECTIONS if chosen.smoke else CONNECTIONS
    return run(
        "freeze",
        lambda rig: bench(rig, chosen.seconds, people, connections, chosen.strict),
        is_smoke=chosen.smoke,
    )


if __name__ == "__main__":
    sys.exit(main())
