"""`python -m loadtests.cities`: what a second city in one process costs its scans, and what an idle city costs at all.

Applications in this process, without HTTP: first scans of one city alone, of one city with an idle neighbour, and of
two cities at once, on the embedded servers. Prints scans a second of each, and for every idle city more the memory
and the connections that it takes. Ends with status 1 when a scan is refused, or is not in its city's database.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from starlette.applications import Starlette

from backend.app import create_app
from backend.auth import Principal
from backend.catalogue import load_catalogue
from backend.components import Components
from backend.domain.qr_codes import CodeKeys
from backend.models.keys import uuid7
from backend.services.badges.issue import badge_view
from backend.services.operations.demo import DEMO_SLUG, ensure_demo
from backend.settings import Settings
from backend.storage.database import Database
from backend.storage.redis import connect
from backend.tenant import Tenant
from backend.tenants_file import ServedCity
from loadtests.databases import ADULTS, drop_database, fresh_database
from loadtests.rig import Rig, new_parser, parse, run

NAMES = ("cities", "row_security")
SCANS = 4_000
ROUNDS = 3
IDLE = 4
SMOKE = {"scans": 200, "rounds": 1, "idle": 1}
AT_ONCE = 64
FIRST_SERIAL = 1_000_000


CASES = ((1, 1), (2, 1), (2, 2))
"""How many cities are served, and how many of them are busy."""


class Refused(Exception):
    """A scan was refused, or is not where it belongs."""


class Speed(msgspec.Struct, frozen=True):
    """Scans a second, and what the process itself, without PostgreSQL, used for each."""

    per_s: float
    cpu_us: float

    def __str__(self) -> str:
        return f"{self.per_s:,.0f} scans/s ({self.cpu_us:.0f} µs of processor each)"


class Crowd(msgspec.Struct):
    """People of one city who are about to scan: bodies and tokens, used up from the front."""

    host: bytes
    scans: list[tuple[bytes, bytes]]


def city_of(settings: Settings, number: int) -> ServedCity:
    """One city on settings of its own; their keys may be the same here, where nobody attacks."""
    tenant = Tenant(id=f"city{number}", name={"zh-CN": f"城市{number}", "en": f"City {number}"})
    files = f"{settings.var_dir}/cities/{number}"
    return ServedCity(tenant, replace(settings, var_dir=files, files_dir=files), (f"city{number}.example",))


async def prepare(settings: Settings) -> None:
    database = Database(settings.database_url, pool_size_max=2)
    await database.open()
    try:
        await ensure_demo(database, load_catalogue(), CodeKeys(settings.keys("code_keys")))
    finally:
        await database.close()
    owner = await asyncpg.connect(settings.owner_database_url)
    await owner.execute(ADULTS)
    await owner.close()


async def crowd_of(city: ServedCity, components: Components, scans: int, first: int) -> Crowd:
    """Fresh citizens with accounts and badges of the city's demo event."""
    owner = await asyncpg.connect(city.settings.owner_database_url)
    event = await owner.fetchrow("SELECT id, code FROM events WHERE slug = $1", DEMO_SLUG)
    citizens: list[UUID] = [uuid7() for _ in range(scans)]
    await owner.execute("INSERT INTO citizens (id) SELECT unnest($1::uuid[])", citizens)
    await owner.execute("INSERT INTO accounts (id, kind) SELECT unnest($1::uuid[]), 'citizen'", citizens)
    await owner.execute(
        "INSERT INTO badges (event_id, serial) SELECT $1, generate_series($2::int, $3::int)",
        event["id"],
        first,
        first + scans - 1,
    )
    await owner.execute("ANALYZE")
    await owner.close()
    made = []
    for number, citizen in enumerate(citizens):
        badge = badge_view(event["code"], first + number, None, components.codes, "")
        token = components.tokens.issue(Principal(citizen, "citizen", uuid7()))
        made.append((msgspec.json.encode({"code": badge.code}), b"Bearer " + token.encode()))
    return Crowd(city.domains[0].encode(), made)


async def scan(app: Starlette, state: dict[str, Any], host: bytes, body: bytes, token: bytes) -> int:
    """One first scan, as a server hands it to the application."""
    status = 0
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if asked:
            await asyncio.sleep(60)
        asked = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)

    headers = [(b"host", host), (b"authorization", token), (b"content-type", b"application/json"),
               (b"content-length", str(len(body)).encode())]  # fmt: skip
    await app(
        {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
         "path": "/v1/scans", "raw_path": b"/v1/scans", "query_string": b"", "root_path": "", "headers": headers,
         "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "state": dict(state)},
        receive,
        send,
    )  # fmt: skip
    return status


async def scan_all(app: Starlette, state: dict[str, Any], crowds: Sequence[Crowd]) -> Speed:
    """All crowds at once, AT_ONCE people under way. Raises Refused."""
    waiting = [(crowd.host, *each) for crowd in crowds for each in crowd.scans]
    if len(crowds) > 1:  # people of the cities come mixed
        waiting = [
            each
            for pair in zip(*(_of(waiting, crowd.host) for crowd in crowds), strict=True)
            for each in pair
        ]
    count = len(waiting)
    waiting.reverse()
    refused: list[int] = []

    async def come() -> None:
        while waiting:
            status = await scan(app, state, *waiting.pop())
            if status != 201:
                refused.append(status)

    began, used = time.perf_counter(), time.process_time()
    await asyncio.gather(*(come() for _ in range(AT_ONCE)))
    if refused:
        raise Refused(f"{len(refused)} of {count} scans were refused, the first with {refused[0]}")
    return Speed(count / (time.perf_counter() - began), (time.process_time() - used) / count * 1e6)


def _of(waiting: Sequence[tuple[bytes, bytes, bytes]], host: bytes) -> list[tuple[bytes, bytes, bytes]]:
    return [each for each in waiting if each[0] == host]


@asynccontextmanager
async def serving(cities: Sequence[ServedCity]) -> AsyncIterator[tuple[Starlette, dict[str, Any]]]:
    """The application of one city, or of several."""
    app = create_app(cities[0].settings) if len(cities) == 1 else create_app(cities=cities)
    async with app.router.lifespan_context(app) as state:
        yield app, dict(state or {})


def parts_of(state: dict[str, Any], number: int) -> Components:
    found: Components = (
        state["components"] if "components" in state else state["cities"].all[number].components
    )
    return found


async def measure(rig: Rig, rounds: int, scans: int, idle: int) -> bool:
    cities = []
    try:
        for number, name in enumerate(NAMES):
            settings = await fresh_database(rig.servers, name)
            await prepare(settings)
            cities.append(city_of(settings, number))
        serial = FIRST_SERIAL
        for number in range(1, rounds + 1):
            found = {}
            # Alone; beside an idle neighbour; both.
            # In another order each round: what comes first finds emptier tables.
            for served, busy in (*CASES[number % 3 :], *CASES[: number % 3]):
                async with serving(cities[:served]) as (app, state):
                    crowds = []
                    for each in range(busy):
                        parts = parts_of(state, each)
                        crowds.append(await crowd_of(cities[each], parts, scans // busy, serial))
                    serial += scans
                    found[served, busy] = await scan_all(app, state, crowds)
            alone, beside, both = (found[case] for case in CASES)
            rig.say(
                f"round {number}: one city alone {alone}; beside an idle one {beside}, "
                f"{beside.per_s / alone.per_s:.2f} of it; both {both}, {both.per_s / alone.per_s:.2f}"
            )
        await _check(cities[0], rounds * (2 * scans + scans // 2))
        await _check(cities[1], rounds * (scans // 2))
        await _weigh(rig, cities[1], idle)
    except Refused as error:
        rig.say(f"[red]{error}")
        return False
    finally:
        for name in NAMES:
            await drop_database(rig.servers, name)
    return True


async def _check(city: ServedCity, scans: int) -> None:
    owner = await asyncpg.connect(city.settings.owner_database_url)
    written = await owner.fetchval("SELECT count(*) FROM attendances WHERE badge_serial >= $1", FIRST_SERIAL)
    await owner.close()
    if written != scans:
        raise Refused(f"{written:,} of {scans:,} scans are in the database of {city.tenant.id}")


async def _weigh(rig: Rig, city: ServedCity, idle: int) -> None:
    """What each of some idle cities takes; they look into one database here, which changes nothing of that."""
    weights = {}
    for count in (1, 1 + idle):
        cities = [city_of(city.settings, 10 + number) for number in range(count)]
        async with serving([*cities, city_of(city.settings, 99)]):
            await asyncio.sleep(0.5)
            weights[count] = (_resident_mb(), await _connections(rig, city), await _clients(city))
    steps = zip(*weights.values(), strict=True)
    memory, connections, clients = ((after - before) / idle for before, after in steps)
    rig.say(
        f"an idle city more: {memory:.1f} MB of memory, {connections:.1f} connections to PostgreSQL and "
        f"{clients:.1f} to Redis a process"
    )


def _resident_mb() -> float:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * 4096 / 1e6


async def _connections(rig: Rig, city: ServedCity) -> int:
    admin = await asyncpg.connect(rig.servers.admin_url)
    role = city.settings.database_url.partition("://")[2].partition("@")[0].partition(":")[0]
    found: int = await admin.fetchval("SELECT count(*) FROM pg_stat_activity WHERE usename = $1", role)
    await admin.close()
    return found


async def _clients(city: ServedCity) -> int:
    redis = connect(city.settings.redis_url, timeout_ms=1000)
    found = await redis.info("clients")
    await redis.aclose()
    return int(found["connected_clients"])


def parser() -> argparse.ArgumentParser:
    made = new_parser("cities", __doc__)
    made.add_argument("--rounds", type=int, default=ROUNDS)
    made.add_argument("--scans", type=int, default=SCANS, help="of each measurement")
    made.add_argument("--idle", type=int, default=IDLE, help="idle cities that are weighed")
    return made


def main(arguments: list[str] | None = None) -> int:
    chosen = parse(parser(), arguments, **SMOKE)
    return run(
        "cities",
        lambda rig: measure(rig, chosen.rounds, chosen.scans, chosen.idle),
        is_smoke=chosen.smoke,
    )


if __name__ == "__main__":
    sys.exit(main())
