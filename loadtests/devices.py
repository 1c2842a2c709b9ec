"""`python -m loadtests.devices`: the offline bundle of 100,000 badges, a sync of 5,000 scans, scans a second at gates.

One device takes the bundle and hands in a file of queued scans twice; then as many devices as there are connections
scan badges online. Every answer is compared with the database, and the ledger is audited. Ends with status 1 when
something is lost or double, a repeat is answered otherwise, a promise is broken, or a target is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2 as httpx
import msgspec
import uvloop
from rich.console import Console

from backend.domain.qr_codes import CodeKeys
from backend.ledger.audit.ledger import audit_all
from backend.models.keys import uuid7
from backend.outside.embedded import EmbeddedServers, EmbeddedUnavailable
from loadtests.http11 import Answer, Connection, loopback, render_post
from loadtests.machine import NotAlone, Watch, alone, await_quiet
from loadtests.targets import HOST, DidNotStart, Target, running
from loadtests.world import EVENT_CODE, EVENT_ID, STAFF_ID, World, make_world

VAR = Path(__file__).resolve().parent.parent / "var" / "bench"
BADGES = 100_000
QUEUED = 5_000
BUNDLE_BYTES_MAX = 8_000_000
SYNC_S_MAX = 5.0
SCANS_PER_S_MIN = 500
QUIET_S_MAX = 30.0
SECONDS_MAX = 200.0


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


def queue_of(codes: CodeKeys) -> list[dict[str, Any]]:
    """In and out of half as many badges, within the last hour."""
    start = datetime.now(UTC) - timedelta(hours=1)
    return [
        {
            "id": str(uuid7()),
            "gate": 1,
            "direction": "entry" if number < QUEUED // 2 else "exit",
            "at_device": (start + timedelta(milliseconds=500 * number)).isoformat(),
            "code": codes.badge(EVENT_CODE, number % (QUEUED // 2) + 1),
            "told": "ok",
        }
        for number in range(QUEUED)
    ]


async def offline(base: str, token: str, codes: CodeKeys, console: Console) -> bool:
    """The bundle's bytes and the file's seconds; whether both targets are met and the repeat is the same."""
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=base, headers=headers, timeout=60) as client:
        seconds = []
        for _ in range(2):
            began = time.monotonic()
            bundle = await client.get("/v1/device-bundle")
            seconds.append(time.monotonic() - began)
        records = bundle.json()["records"]
        console.print(
            f"bundle of {records:,} badges: {len(bundle.content):,} bytes, {seconds[0]:.2f} s at first, "
            f"{seconds[1]:.2f} s while it is kept; target {BUNDLE_BYTES_MAX:,} bytes",
            highlight=False,
        )
        file = {"device_now": datetime.now(UTC).isoformat(), "scans": queue_of(codes)}
        answers = []
        for told in ("sync", "the same file again"):
            began = time.monotonic()
            answer = await client.post("/v1/device-syncs", json=file)
            took_s = time.monotonic() - began
            answers.append((took_s, answer.json()["items"]))
            console.print(f"{told}: {len(answers[-1][1]):,} scans in {took_s:.2f} s", highlight=False)
    first, again = ([{**item, "is_repeat": None} for item in items] for _, items in answers)
    is_whole = first == again and Counter(item["code"] for item in first) == {"ok": QUEUED}
    is_good = (
        is_whole
        and records == BADGES
        and len(bundle.content) < BUNDLE_BYTES_MAX
        and answers[0][0] < SYNC_S_MAX
    )
    console.print("[green]targets met, the repeat is the same" if is_good else "[red]missed")
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
    port: int, tokens: list[str], codes: CodeKeys, count: int, watch: Watch, console: Console
) -> tuple[set[UUID], bool]:
    """The ids of acknowledged entries; and whether none was refused and the rate is high enough."""
    at = datetime.now(UTC).isoformat()
    requests = []
    for number in range(count):
        body = {
            "id": str(uuid7()),
            "gate": 1,
            "direction": "entry",
            "at_device": at,
            "code": codes.badge(EVENT_CODE, QUEUED + number + 1),
        }
        headers = {"authorization": f"Bearer {tokens[number % len(tokens)]}"}
        requests.append(render_post("/v1/device-scans", HOST, headers, msgspec.json.encode(body)))
    door = _Door(requests)
    seconds = await door.scan_all(port, len(tokens))
    statuses = Counter(answer.status for answer in door.answers.values())
    told = [_SCANNED.decode(answer.body) for answer in door.answers.values() if answer.status == 200]
    results = Counter(each.code for each in told)
    rate = count / seconds
    console.print(
        f"{rate:,.0f} scans a second by {len(tokens)} devices; answers {dict(statuses)}, {dict(results)}; "
        f"target {SCANS_PER_S_MIN}",
        highlight=False,
    )
    use = watch.use()
    console.print(
        f"CPU for each scan: servers {use.servers * 1e6 / count:.0f} µs, databases "
        f"{use.databases * 1e6 / count:.0f} µs; others took {use.strangers_pct:.0f} %",
        highlight=False,
    )
    return {UUID(each.id) for each in told}, results == {"ok": count} and rate >= SCANS_PER_S_MIN


async def bench(arguments: argparse.Namespace, console: Console, servers: EmbeddedServers) -> int:
    console.print(f"making an event of {BADGES:,} badges …", highlight=False)
    world = await make_world(servers, "devices", [], badges=BADGES)
    tokens = await let_in(world, arguments.devices)
    codes = CodeKeys(world.settings.keys("code_keys"))
    await_quiet(QUIET_S_MAX)
    with running(Target("devices", ("backend.cli", "serve"), world.environment)) as there:
        is_good = await offline(f"http://{HOST}:{there.port}", tokens[0], codes, console)
        databases = [pid for pid in (servers.postgres_pid(), servers.redis_pid()) if pid is not None]
        watch = Watch(there.pids, databases)
        acknowledged, is_fast = await online(there.port, tokens, codes, arguments.scans, watch, console)
    owner = await asyncpg.connect(world.settings.owner_database_url)
    try:
        rows = await owner.fetch("SELECT id FROM gate_scans WHERE NOT is_offline AND is_admitted")
        inside = await owner.fetchval("SELECT count(*) FROM presence WHERE is_inside")
    finally:
        await owner.close()
    is_whole = acknowledged == {UUID(str(row["id"])) for row in rows} and inside == arguments.scans
    console.print("[green]nothing lost, nothing double" if is_whole else "[red]answers and database differ")
    for finding in await audit_all(world.settings):
        if finding.is_broken:
            console.print(f"[red]BROKEN {finding.promise}: {finding.sentence}", highlight=False)
            is_whole = False
    return 0 if is_good and is_fast and is_whole else 1


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m loadtests.devices", description=__doc__)
    parser.add_argument("--devices", type=int, default=32, help="devices that scan at once")
    parser.add_argument("--scans", type=int, default=10_000, help="scans online in all")
    chosen = parser.parse_args(arguments)
    console = Console(width=118)
    try:
        with alone(VAR), EmbeddedServers(VAR) as servers:
            return uvloop.run(bench(chosen, console, servers))
    except (EmbeddedUnavailable, DidNotStart, NotAlone) as error:
        console.print(f"[red]{error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
