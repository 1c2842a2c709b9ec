"""`python -m loadtests.devices`: the offline bundle of 100,000 badges, a sync of 5,000 scans, scans a second at gates.

One device takes the bundle and hands in a file of queued scans twice; then as many devices as there are connections
scan badges online. Every answer is compared with the database, and the ledger is audited. Ends with status 1 when
something is lost or double, a repeat is answered otherwise, a promise is broken, or a target is missed (which a smoke
run does not look at).
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2 as httpx
import msgspec

from backend.domain.qr_codes import CodeKeys
from backend.ledger.audit.ledger import audit_all
from backend.models.keys import uuid7
from loadtests.http11 import Answer, Connection, loopback, render_post
from loadtests.machine import Watch
from loadtests.rig import Rig, new_parser, parse, run
from loadtests.targets import HOST, Target, running
from loadtests.world import EVENT_CODE, EVENT_ID, STAFF_ID, World, make_world

BUNDLE_BYTES_MAX = 8_000_000
SYNC_S_MAX = 5.0
SCANS_PER_S_MIN = 500
SECONDS_MAX = 200.0


@dataclass(frozen=True, slots=True)
class Size:
    """How many badges the event has, and how many scans a device had queued when it came back."""

    badges: int
    queued: int


FULL = Size(100_000, 5_000)
SMOKE = Size(1_000, 100)


class _Scanned(msgspec.Struct):
    id: str
    code: str


_SCANNED = msgspec.json.Decoder(_Scanned)


async def let_in(world: World, count: int) -> list[str]:
    """Devices that were let in yesterday; their tokens."""
    tokens = [f"dev_{uuid4().hex}{uuid4().hex[:8]}" for _ in range(count)]
    yesterday = datetime.now(UTC) - timedelta(days=1)
    owner = await asyncpg.connect(world.settings.owner_database_url)
    try:
        await owner.execute(
            "INSERT INTO gates (event_id, gate, name_zh, name_en) VALUES ($1, 1, '东门', 'East gate')",
            EVENT_ID,
        )
        await owner.executemany(
            "INSERT INTO devices (id, event_id, name, gates, onboarding_hash, onboarding_expires_at, token_hash,"
            " created_by, onboarded_at) VALUES ($1, $2, 'bench', '[1]', $3, $4, $3, $5, $4)",
            [
                (uuid7(), EVENT_ID, hashlib.sha256(token.encode()).digest(), yesterday, STAFF_ID)
                for token in tokens
            ],
        )
    finally:
        await owner.close()
    return tokens


def queue_of(codes: CodeKeys, queued: int) -> list[dict[str, Any]]:
    """In and out of half as many badges, within the last hour."""
    start = datetime.now(UTC) - timedelta(hours=1)
    return [
        {
            "id": str(uuid7()),
            "gate": 1,
            "direction": "entry" if number < queued // 2 else "exit",
            "at_device": (start + timedelta(milliseconds=500 * number)).isoformat(),
            "code": codes.badge(EVENT_CODE, number % (queued // 2) + 1),
            "told": "ok",
        }
        for number in range(queued)
    ]


async def offline(rig: Rig, base: str, token: str, codes: CodeKeys, size: Size) -> bool:
    """The bundle's bytes and the file's seconds; whether both targets are met and the repeat is the same."""
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=base, headers=headers, timeout=60) as client:
        seconds = []
        for _ in range(2):
            began = time.monotonic()
            bundle = await client.get("/v1/device-bundle")
            seconds.append(time.monotonic() - began)
        records = bundle.json()["records"]
        rig.say(
            f"bundle of {records:,} badges: {len(bundle.content):,} bytes, {seconds[0]:.2f} s at first, "
            f"{seconds[1]:.2f} s while it is kept; target {BUNDLE_BYTES_MAX:,} bytes"
        )
        file = {"device_now": datetime.now(UTC).isoformat(), "scans": queue_of(codes, size.queued)}
        answers = []
        for told in ("sync", "the same file again"):
            began = time.monotonic()
            answer = await client.post("/v1/device-syncs", json=file)
            took_s = time.monotonic() - began
            answers.append((took_s, answer.json()["items"]))
            rig.say(f"{told}: {len(answers[-1][1]):,} scans in {took_s:.2f} s")
    first, again = ([{**item, "is_repeat": None} for item in items] for _, items in answers)
    is_good = (
        first == again
        and Counter(item["code"] for item in first) == {"ok": size.queued}
        and records == size.badges
        and len(bundle.content) < BUNDLE_BYTES_MAX
        and (answers[0][0] < SYNC_S_MAX or rig.is_smoke)
    )
    rig.say("[green]targets met, the repeat is the same" if is_good else "[red]missed")
    return is_good


class _Door:
    """Connections that each have one scan on its way."""

    def __init__(self, requests: list[bytes]) -> None:
        self._requests = requests
        self._next = 0
        self._done = asyncio.Event()
        self.answers: dict[int, Answer] = {}

    async def scan_all(self, port: int, connections: int) -> float:
        loop = asyncio.get_running_loop()
        made = [
            (await loop.create_connection(lambda: Connection(self), loopback(HOST), port))[1]
            for _ in range(connections)
        ]
        began = time.monotonic()
        for connection in made:
            self._send_next(connection)
        await asyncio.wait_for(self._done.wait(), SECONDS_MAX)
        seconds = time.monotonic() - began
        for connection in made:
            connection.close()
        return seconds

    def _send_next(self, connection: Connection) -> None:
        if self._next < len(self._requests):
            number, self._next = self._next, self._next + 1
            connection.send(number, self._requests[number], time.monotonic())

    def answered(self, connection: Connection, answer: Answer) -> None:
        number, connection.asked = connection.asked, -1
        self.answers[number] = answer
        if len(self.answers) == len(self._requests):
            self._done.set()
        self._send_next(connection)

    def lost(self, connection: Connection) -> None:
        """Told of its end too; a connection that broke under way shows as a run that is never done."""


async def online(
    rig: Rig, port: int, tokens: list[str], codes: CodeKeys, serials: range, watch: Watch
) -> tuple[set[UUID], bool]:
    """The ids of acknowledged entries; and whether none was refused and the rate is high enough."""
    at = datetime.now(UTC).isoformat()
    requests, count = [], len(serials)
    for number, serial in enumerate(serials):
        body = {
            "id": str(uuid7()),
            "gate": 1,
            "direction": "entry",
            "at_device": at,
            "code": codes.badge(EVENT_CODE, serial),
        }
        headers = {"authorization": f"Bearer {tokens[number % len(tokens)]}"}
        requests.append(render_post("/v1/device-scans", HOST, headers, msgspec.json.encode(body)))
    door = _Door(requests)
    seconds = await door.scan_all(port, len(tokens))
    statuses = Counter(answer.status for answer in door.answers.values())
    told = [_SCANNED.decode(answer.body) for answer in door.answers.values() if answer.status == 200]
    results = Counter(each.code for each in told)
    rate = count / seconds
    rig.say(
        f"{rate:,.0f} scans a second by {len(tokens)} devices; answers {dict(statuses)}, {dict(results)}; "
        f"target {SCANS_PER_S_MIN}"
    )
    use = watch.use()
    rig.say(
        f"CPU for each scan: servers {use.servers * 1e6 / count:.0f} µs, databases "
        f"{use.databases * 1e6 / count:.0f} µs; others took {use.strangers_pct:.0f} %"
    )
    is_fast = rate >= SCANS_PER_S_MIN or rig.is_smoke
    return {UUID(each.id) for each in told}, results == {"ok": count} and is_fast


async def bench(rig: Rig, size: Size, devices: int, scans: int) -> bool:
    rig.say(f"making an event of {size.badges:,} badges …")
    world = await make_world(rig.servers, "devices", [], badges=size.badges)
    tokens = await let_in(world, devices)
    codes = CodeKeys(world.settings.keys("code_keys"))
    rig.await_quiet()
    with running(Target("devices", ("backend.cli", "serve"), world.environment, rig.processes)) as there:
        is_good = await offline(rig, f"http://{HOST}:{there.port}", tokens[0], codes, size)
        # Badges that the device did not see while it was away.
        serials = range(size.queued + 1, size.queued + 1 + scans)
        acknowledged, is_fast = await online(rig, there.port, tokens, codes, serials, rig.watch(there))
    owner = await asyncpg.connect(world.settings.owner_database_url)
    try:
        rows = await owner.fetch("SELECT id FROM gate_scans WHERE NOT is_offline AND is_admitted")
        inside = await owner.fetchval("SELECT count(*) FROM presence WHERE is_inside")
    finally:
        await owner.close()
    is_whole = acknowledged == {UUID(str(row["id"])) for row in rows} and inside == scans
    rig.say("[green]nothing lost, nothing double" if is_whole else "[red]answers and database differ")
    for finding in await audit_all(world.settings):
        if finding.is_broken:
            rig.say(f"[red]BROKEN {finding.promise}: {finding.sentence}")
            is_whole = False
    return is_good and is_fast and is_whole


def parser() -> argparse.ArgumentParser:
    made = new_parser("devices", __doc__)
    made.add_argument("--devices", type=int, default=32, help="devices that scan at once")
    made.add_argument("--scans", type=int, default=10_000, help="scans online in all")
    return made


def main(arguments: list[str] | None = None) -> int:
    chosen = parse(parser(), arguments, devices=4, scans=200)
    size = SMOKE if chosen.smoke else FULL
    return run("devices", lambda rig: bench(rig, size, chosen.devices, chosen.scans), is_smoke=chosen.smoke)


if __name__ == "__main__":
    sys.exit(main())
