"""`python -m loadtests.badges`: a hundred thousand badges from a CSV file, and everything that is printed of them.

The file is sent and waited for, then the sheets, the cards, the pictures and the
list are taken as they come. Shown are the seconds, the bytes, and what the server processes held at their highest.
Ends with status 1 when a badge or a file is missing; with --strict also when a target is missed.
"""

from __future__ import annotations

import argparse
import http.client
import json
import sys
import time
from uuid import uuid4

import asyncpg
from rich.console import Console

from backend.auth import Principal, Tokens
from loadtests.machine import memory_mb
from loadtests.rig import Rig, new_parser, parse, run
from loadtests.targets import HOST, Running, Target, running
from loadtests.world import EVENT_ID, STAFF_ID, World, make_world

BADGES = 100_000
SMOKE_BADGES = 200
IMPORT_S_MAX = 60.0
MEMORY_MB_MAX = 300.0
READ_BYTES = 262_144
FILES = ("badges.pdf?layout=labels", "badges.pdf?layout=cards", "badges.zip?format=png", "badges.csv")
CATEGORIES = ("local", "province", "national", "international")


def badge_file(count: int) -> bytes:
    """As an organiser's ticketing gives it: a category, a seat, a printed line, a wristband."""
    rows = (
        f"{CATEGORIES[n % 4]},SEAT-{n:06d},看台 {n % 90 + 1} 区 {n % 40 + 1} 排 {n % 30 + 1} 座,04{n:012X}\r\n"
        for n in range(count)
    )
    return ("category,holder_ref,label,alias\r\n" + "".join(rows)).encode()


def token_of(world: World) -> str:
    settings = world.settings
    tokens = Tokens(
        settings.keys("token_keys"), issuer=settings.issuer, audience=settings.audience, life_s=3600
    )
    return tokens.issue(Principal(id=STAFF_ID, role="operator", session_id=uuid4()))


class Caller:
    """One client, one connection for each request."""

    def __init__(self, there: Running, token: str) -> None:
        self._there = there
        self._headers = {"Authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        connection, answer = self._sent(method, path, body)
        content = answer.read()
        connection.close()
        return answer.status, content

    def take(self, path: str) -> tuple[int, int]:
        """Status and bytes of an answer that is not kept."""
        connection, answer = self._sent("GET", path, None)
        length = 0
        while chunk := answer.read(READ_BYTES):
            length += len(chunk)
        connection.close()
        return answer.status, length

    def _sent(
        self, method: str, path: str, body: bytes | None
    ) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        connection = http.client.HTTPConnection(HOST, self._there.port, timeout=300)
        headers = self._headers | ({"Content-Type": "text/csv"} if body is not None else {})
        connection.request(method, f"/v1/events/bench/{path}", body, headers)
        return connection, connection.getresponse()


def import_all(caller: Caller, content: bytes, console: Console) -> float:
    """Seconds from the first byte sent until every badge is there."""
    began = time.monotonic()
    status, body = caller.ask("POST", "badge-imports", content)
    told = json.loads(body)
    if status != 202:
        raise SystemExit(f"the file was not taken: {status} {told}")
    console.print(
        f"{len(content):,} bytes read and looked at in {time.monotonic() - began:.1f} s", highlight=False
    )
    seen = set()
    while told["state"] in ("queued", "running"):
        time.sleep(0.05)
        told = json.loads(caller.ask("GET", f"badge-imports/{told['id']}")[1])
        seen.add(told["rows_done"])
    seconds = time.monotonic() - began
    console.print(
        f"{told['state']}: serials {told['serial_from']} to {told['serial_to']} in {seconds:.1f} s; progress was"
        f" seen at {len(seen)} places",
        highlight=False,
    )
    return seconds


def highest_mb(there: Running) -> float:
    return max(memory_mb(pid, "VmHWM") for pid in there.pids)


async def bench(rig: Rig, badges: int, is_strict: bool) -> bool:
    world, console = await make_world(rig.servers, "badges", [], badges=0), rig.console
    content = badge_file(badges)
    is_whole = True
    target = Target("badges", ("backend.cli", "serve"), world.environment, rig.processes)
    with running(target) as there:
        caller = Caller(there, token_of(world))
        idle_mb = highest_mb(there)
        seconds = import_all(caller, content, console)
        rig.say(f"memory: {idle_mb:.0f} MB idle, {highest_mb(there):.0f} MB after the import")
        for path in FILES:
            began = time.monotonic()
            status, length = caller.take(path)
            is_whole &= status == 200 and length > 0
            rig.say(
                f"{path}: status {status}, {length:,} bytes in {time.monotonic() - began:.1f} s;"
                f" memory at its highest {highest_mb(there):.0f} MB"
            )
        memory = highest_mb(there)
    owner = await asyncpg.connect(world.settings.owner_database_url)
    stored = await owner.fetchval("SELECT count(*) FROM badges WHERE event_id = $1", EVENT_ID)
    await owner.close()
    is_whole &= stored == badges
    is_met = seconds < IMPORT_S_MAX and memory < MEMORY_MB_MAX
    colour = "green" if is_whole and is_met else "red"
    console.print(f"[{colour}]{stored:,} badges; import {seconds:.1f} s, memory {memory:.0f} MB")
    return is_whole and (is_met or not is_strict)


def parser() -> argparse.ArgumentParser:
    made = new_parser("badges", __doc__)
    made.add_argument("--badges", type=int, default=BADGES)
    made.add_argument("--strict", action="store_true", help="status 1 also when a target is missed")
    return made


def main(arguments: list[str] | None = None) -> int:
    chosen = parse(parser(), arguments, badges=SMOKE_BADGES, strict=False)
    return run("badges", lambda rig: bench(rig, chosen.badges, chosen.strict), is_smoke=chosen.smoke)


if __name__ == "__main__":
    sys.exit(main())
