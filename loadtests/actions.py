"""`python -m loadtests.actions`: logging actions against an empty endpoint, in a small database and in a city's.

Each request is another citizen's check-in with a key of its own: action, transfer, lot, sum by month, balance and
stored answer are durable when it is answered. With `--city` the same requests go to tables that hold a million
citizens and ten million actions (loadtests/city.py fills them once), round by round with the small database.
Ends with status 1 when an acknowledged action is lost or the audit finds a broken promise.
"""

from __future__ import annotations

import argparse
import sys
from uuid import UUID, uuid4

import asyncpg

from backend.auth import Principal, Tokens
from backend.ledger.audit.ledger import audit_all
from backend.models.keys import uuid7
from backend.settings import Settings
from loadtests import crowd
from loadtests.city import ACTIONS_EACH, CITIZENS, SMOKE_CITIZENS, City, numbers_of, open_city
from loadtests.client import saturate
from loadtests.http11 import render_post
from loadtests.report import Figures, Round, Target, print_rates, print_targets
from loadtests.rig import Rig, new_parser, parse, run
from loadtests.runs import Supply
from loadtests.targets import HOST, running
from loadtests.targets import Target as Servers
from loadtests.world import World, make_world, twin_environment

CONNECTIONS = {"bare": 256, "actions": 1024, "city": 1024}
ACTIONS_PER_S_MAX = 12_000
WARM_UP_S = 1.0
SMOKE = {"seconds": 20.0, "rounds": 1, "citizens": SMOKE_CITIZENS}
SMOKE_CONNECTIONS = dict.fromkeys(CONNECTIONS, 16)
SMOKE_PEOPLE = 300
BODIES = (
    '{"method":"walk_steps","quantity":5000}',
    '{"method":"bike_own","quantity":4}',
    '{"method":"own_chopsticks"}',
    '{"method":"learn"}',
)
LEAST_OF_BARE = 0.2
LEAST_OF_SMALL = 0.8


def requests_of(ids: list[UUID], settings: Settings) -> list[bytes]:
    """One check-in for each citizen."""
    tokens = Tokens(
        settings.keys("token_keys"),
        issuer=settings.issuer,
        audience=settings.audience,
        life_s=crowd.TOKEN_LIFE_S,
    )
    requests = []
    for number, citizen_id in enumerate(ids):
        headers = {
            "authorization": f"Bearer {tokens.issue(Principal(citizen_id, 'citizen', uuid7()))}",
            "idempotency-key": uuid4().hex,
            "accept": "*/*",
            "accept-language": "zh-CN",
            "user-agent": "loadtests",
        }
        body = BODIES[number % len(BODIES)]
        requests.append(render_post("/v1/actions", HOST, headers, body.encode("ascii")))
    return requests


class Bench:
    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.connections = SMOKE_CONNECTIONS if rig.is_smoke else CONNECTIONS
        self.worlds: dict[str, World] = {}
        self.supplies: dict[str, Supply] = {}
        self.before: dict[str, int] = {}
        self.acknowledged: dict[str, int] = {}
        self.unanswered: dict[str, int] = {}
        self.figures: dict[str, Figures] = {name: Figures() for name in ("bare", "actions", "city", "scans")}

    async def prepare(self, people: int, city: City | None) -> None:
        servers = self.rig.servers
        self.rig.say(f"making {people:,} people …")
        ids = crowd.citizens(people)
        self.worlds["actions"] = await make_world(servers, "actions", ids, badges=1)
        requests = requests_of(ids, self.worlds["actions"].settings)
        self.supplies = {
            "bare": Supply(requests, is_endless=not self.rig.is_smoke),
            "actions": Supply(requests),
        }
        if city is not None:
            self.worlds["city"] = await open_city(servers, city, self.rig.say)
            ids = [city.citizen_id(number) for number in numbers_of(city, people)]
            self.supplies["city"] = Supply(requests_of(ids, self.worlds["city"].settings))
        for name, world in self.worlds.items():
            self.before[name] = await count_actions(world)

    async def measure(self, name: str, seconds: float, label: str) -> None:
        if name == "bare":
            target = Servers(name, ("loadtests.baselines", name), twin_environment(), self.rig.processes)
        else:
            environment = self.worlds[name].environment
            target = Servers(name, ("backend.cli", "serve"), environment, self.rig.processes)
        self.rig.await_quiet()
        with running(target) as there:
            watch = self.rig.watch(there)
            run = await saturate(
                HOST,
                there.port,
                self.supplies[name],
                connections=self.connections[name],
                seconds=seconds,
                warm_up_s=0.0 if self.rig.is_smoke else WARM_UP_S,
            )
            found = Round(run, watch.use())
        self.figures[name].rounds.append(found)
        self.acknowledged[name] = self.acknowledged.get(name, 0) + run.statuses.get(201, 0)
        self.unanswered[name] = self.unanswered.get(name, 0) + len(run.unanswered)
        odd = {status: count for status, count in run.statuses.items() if status != 201}
        self.rig.say(
            f"{label}: {name} {run.rate:,.0f} a second{f', and {odd}' if odd and name != 'bare' else ''}"
        )


async def count_actions(world: World) -> int:
    connection = await asyncpg.connect(world.settings.owner_database_url)
    try:
        found: int = await connection.fetchval("SELECT count(*) FROM actions")
        return found
    finally:
        await connection.close()


async def bench(rig: Rig, seconds: float, rounds: int, city: City | None) -> bool:
    here = Bench(rig)
    people = SMOKE_PEOPLE if rig.is_smoke else int(rounds * (seconds + WARM_UP_S) * ACTIONS_PER_S_MAX) + 1
    await here.prepare(people, city)
    names = ["bare", *here.worlds]
    for number in range(1, rounds + 1):
        for name in names:
            await here.measure(name, seconds, f"round {number} of {rounds}")
    print_rates(rig.console, here.figures, here.connections)
    figures = here.figures
    targets = [
        Target("actions / bare", figures["actions"].rate / figures["bare"].rate, LEAST_OF_BARE, is_least=True)
    ]
    if city is not None:
        ratio = figures["city"].rate / figures["actions"].rate
        targets.append(Target("in a city's tables / in small ones", ratio, LEAST_OF_SMALL, is_least=True))
    print_targets(rig.console, targets, are_judged=not rig.is_smoke)
    is_whole = True
    for name, world in here.worlds.items():
        written = await count_actions(world) - here.before[name]
        acknowledged, unanswered = here.acknowledged[name], here.unanswered[name]
        is_kept = acknowledged <= written <= acknowledged + unanswered
        if rig.is_smoke:
            is_kept &= acknowledged == people
        rig.say(
            f"{name}: {acknowledged:,} acknowledged, {written:,} written: {'kept' if is_kept else 'LOST'}"
        )
        broken = [finding for finding in await audit_all(world.settings) if finding.is_broken]
        for finding in broken:
            rig.say(f"  BROKEN {finding.promise}: {finding.sentence}")
        rig.say(f"{name}: audit {'found ' + str(len(broken)) + ' broken promises' if broken else 'clean'}")
        is_whole &= is_kept and not broken
    return is_whole


def parser() -> argparse.ArgumentParser:
    made = new_parser("actions", __doc__)
    made.add_argument("--seconds", type=float, default=7, help="length of one saturation run")
    made.add_argument("--rounds", type=int, default=3, help="saturation runs of each kind, interleaved")
    made.add_argument("--city", action="store_true", help="also with a city's tables")
    made.add_argument("--citizens", type=int, default=CITIZENS)
    return made


def main(arguments: list[str] | None = None) -> int:
    chosen = parse(parser(), arguments, **SMOKE)
    city = City(chosen.citizens, ACTIONS_EACH) if chosen.city else None
    return run(
        "actions",
        lambda rig: bench(rig, chosen.seconds, chosen.rounds, city),
        is_smoke=chosen.smoke,
    )


if __name__ == "__main__":
    sys.exit(main())
