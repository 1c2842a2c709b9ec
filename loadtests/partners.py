"""`python -m loadtests.partners`: how many actions a second partners can report, 1,000 in a request.

Every item is another citizen's ride under an id of its own, so each writes an action, its points, its lot, its
month's sums and the partner's id. The clock runs from the first request to the last answer; afterwards every
result is compared with the database, some requests are sent again, and the ledger is audited.
Ends with status 1 when an item is lost or double, a repeat is answered otherwise, or a promise is broken.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec
from rich.console import Console

from backend.catalogue import load_catalogue
from backend.domain.encryption import Encryptor
from backend.domain.partners.request_signature import signature
from backend.ledger.audit.ledger import audit_all
from loadtests import crowd
from loadtests.http11 import Answer, Connection, loopback, render_post
from loadtests.rig import Rig, new_parser, parse, run
from loadtests.targets import HOST, Target, running
from loadtests.world import World, make_world

ITEMS = 1000
PATH = "/v1/partners/actions"
PARTNER_ID = UUID("01990000-0000-7000-8000-0000009a87e4")
CODE, KEY_ID, SECRET = "bench-metro", "bench-metro-1", "not-a-secret-only-for-load-tests"
ACTIONS_PER_S_MIN = 8_000
REPEATS = 5
SMOKE_REQUESTS = 2
SECONDS_MAX = 250.0
"""Requests are signed before the clock starts, and a signature is good for five minutes."""


class _Result(msgspec.Struct):
    external_id: str
    status: str
    action_id: str | None


class _Results(msgspec.Struct):
    items: list[_Result]


_RESULTS = msgspec.json.Decoder(_Results)


@dataclass
class Taken:
    """What the servers answered."""

    answers: dict[int, bytes] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0


class _Partner:
    """Connections that each have one request on its way; 503 is asked again after the time that it names."""

    def __init__(self, requests: list[bytes]) -> None:
        self._requests = requests
        self._next = 0
        self._done = asyncio.Event()
        self.taken = Taken()

    async def send_all(self, port: int, connections: int) -> Taken:
        loop = asyncio.get_running_loop()
        made = [
            (await loop.create_connection(lambda: Connection(self), loopback(HOST), port))[1]
            for _ in range(connections)
        ]
        began = time.monotonic()
        for connection in made:
            self._send_next(connection)
        await asyncio.wait_for(self._done.wait(), SECONDS_MAX)
        self.taken.seconds = time.monotonic() - began
        for connection in made:
            connection.close()
        return self.taken

    def _send_next(self, connection: Connection) -> None:
        if self._next < len(self._requests):
            number, self._next = self._next, self._next + 1
            self._send(connection, number)

    def _send(self, connection: Connection, number: int) -> None:
        connection.send(number, self._requests[number], time.monotonic())

    def answered(self, connection: Connection, answer: Answer) -> None:
        number, connection.asked = connection.asked, -1
        self.taken.statuses[answer.status] += 1
        if answer.status == 503:
            loop = asyncio.get_running_loop()
            loop.call_later(answer.retry_after_s or 1, self._send, connection, number)
            return
        self.taken.answers[number] = answer.body
        if len(self.taken.answers) == len(self._requests):
            self._done.set()
        self._send_next(connection)

    def lost(self, connection: Connection) -> None:
        """Told of its end too; a connection that broke under way shows as a run that is never done."""


async def fill(world: World, ids: list[UUID]) -> None:
    """The partner, its key, and every citizen bound to it."""
    owner = await asyncpg.connect(world.settings.owner_database_url)
    now = datetime.now(UTC)
    encrypted = Encryptor(world.settings.keys("secret_keys")).encrypt(SECRET.encode(), KEY_ID)
    try:
        await owner.execute(
            "INSERT INTO partners (id, code, name_zh, name_en, kind, methods)"
            " VALUES ($1, $2, '压力测试地铁', 'Load test metro', 'metro', '[\"metro\"]')",
            PARTNER_ID,
            CODE,
        )
        await owner.execute(
            "INSERT INTO partner_keys (id, partner_id, sealed, sealed_with, valid_from) VALUES ($1, $2, $3, $4, $5)",
            KEY_ID,
            PARTNER_ID,
            encrypted.text,
            encrypted.key_id,
            now,
        )
        version = load_catalogue().policies.in_force(now).version
        rows = [(each, each, PARTNER_ID, f"card-{number}", version, now) for number, each in enumerate(ids)]
        columns = ["citizen_id", "id", "partner_id", "subject", "consent_version", "granted_at"]
        await owner.copy_records_to_table("source_grants", records=rows, columns=columns)
        await owner.execute("VACUUM (ANALYZE) source_grants")
    finally:
        await owner.close()


def render(count: int) -> list[bytes]:
    """Signed requests; their times lie within an hour of two hours ago."""
    start = datetime.now(UTC) - timedelta(hours=3)
    timestamp = str(int(time.time()))
    requests = []
    for request in range(count):
        items = ",".join(
            f'{{"external_id":"t-{n}","subject":"card-{n}","method":"metro","quantity":{1 + n % 90 / 10},'
            f'"occurred_at":"{(start + timedelta(seconds=n % 3600)).isoformat()}",'
            f'"ended_at":"{(start + timedelta(seconds=n % 3600 + 1500)).isoformat()}"}}'
            for n in range(request * ITEMS, (request + 1) * ITEMS)
        )
        body = f'{{"items":[{items}]}}'.encode("ascii")
        headers = {
            "x-partner": CODE,
            "x-key": KEY_ID,
            "x-timestamp": timestamp,
            "x-signature": signature(SECRET.encode(), timestamp, "POST", PATH, body),
        }
        requests.append(render_post(PATH, HOST, headers, body))
    return requests


async def compare(world: World, taken: Taken, console: Console) -> bool:
    """Every result against the database: as many actions, each once, under the id that was told."""
    told = {r.external_id: r for body in taken.answers.values() for r in _RESULTS.decode(body).items}
    statuses = Counter(result.status for result in told.values())
    connection = await asyncpg.connect(world.settings.owner_database_url)
    try:
        counts = dict(
            await connection.fetchrow(
                "SELECT (SELECT count(*) FROM actions) AS actions,"
                " (SELECT count(DISTINCT citizen_id) FROM actions) AS citizens,"
                " (SELECT count(*) FROM partner_items) AS items,"
                " (SELECT count(*) FROM transfers) AS transfers,"
                " (SELECT count(*) FROM accounts WHERE kind = 'citizen' AND balance > 0) AS paid"
            )
        )
        written = {row["id"] for row in await connection.fetch("SELECT id::text FROM actions")}
    finally:
        await connection.close()
    lost = sum(result.action_id not in written for result in told.values())
    is_whole = not lost and set(counts.values()) == {len(told)} and statuses == {"posted": len(told)}
    colour = "green" if is_whole else "red"
    console.print(f"[{colour}]{len(told):,} results, {dict(statuses)}; {lost} lost; in the database {counts}")
    return is_whole


async def bench(rig: Rig, count: int, connections: int, is_strict: bool) -> bool:
    console, ids = rig.console, crowd.citizens(count * ITEMS)
    rig.say(f"making {len(ids):,} people and binding them …")
    world = await make_world(rig.servers, "partners", ids, badges=1)
    await fill(world, ids)
    rig.await_quiet()
    requests = render(count)
    target = Target("partners", ("backend.cli", "serve"), world.environment, rig.processes)
    with running(target) as there:
        watch = rig.watch(there)
        taken = await _Partner(requests).send_all(there.port, connections)
        use = watch.use()
        again = await _Partner(requests[:REPEATS]).send_all(there.port, 1)
    rate = len(ids) / taken.seconds
    rig.say(
        f"{rate:,.0f} actions a second of wall time: {len(ids):,} in {taken.seconds:.1f} s over "
        f"{connections} connections; answers {dict(taken.statuses)}; others took {use.strangers_pct:.0f} %"
    )
    rig.say(
        "CPU for each action: "
        + ", ".join(
            f"{name} {seconds * 1e6 / len(ids):.0f} µs"
            for name, seconds in (
                ("servers", use.servers),
                ("databases", use.databases),
                ("generator", use.generator),
            )
        )
    )
    is_same = all(again.answers[number] == taken.answers[number] for number in again.answers)
    console.print(
        "[green]repeats get the first answer" if is_same else "[red]a repeat was answered otherwise"
    )
    is_whole = await compare(world, taken, console) and is_same
    for finding in await audit_all(world.settings):
        if finding.is_broken:
            rig.say(f"[red]BROKEN {finding.promise}: {finding.sentence}")
            is_whole = False
    is_fast = rate >= ACTIONS_PER_S_MIN
    if not rig.is_smoke:
        console.print(f"target {ACTIONS_PER_S_MIN:,}: " + ("[green]met" if is_fast else "[red]missed"))
    return is_whole and (is_fast or not is_strict)


def parser() -> argparse.ArgumentParser:
    made = new_parser("partners", __doc__)
    made.add_argument("--requests", type=int, default=100, help="requests of 1,000 items each")
    made.add_argument("--connections", type=int, default=4, help="requests on their way at once")
    made.add_argument("--strict", action="store_true", help="status 1 also when the target is missed")
    return made


def main(arguments: list[str] | None = None) -> int:
    chosen = parse(parser(), arguments, requests=SMOKE_REQUESTS, strict=False)
    return run(
        "partners",
        lambda rig: bench(rig, chosen.requests, chosen.connections, chosen.strict),
        is_smoke=chosen.smoke,
    )


if __name__ == "__main__":
    sys.exit(main())
