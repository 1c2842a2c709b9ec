"""PostgreSQL is killed under load, again and again: what was acknowledged stays, and the service comes back."""

from __future__ import annotations

import asyncio
import os
import time
from uuid import uuid4

import asyncpg
import httpx2 as httpx
import pytest

from tests.chaos.crowd import Crowd, reckon, under_load
from tests.chaos.world import World
from tests.repetitions import times

KILLS = int(os.environ.get("CHAOS_POSTGRES_KILLS", times(1, nightly=20)))
BACK_S_MAX = 5.0


@pytest.mark.timeout(60 + 20 * KILLS)
@pytest.mark.parametrize("world", [100 * KILLS], indirect=True, ids=[f"{KILLS} times"])
async def test_killing_postgres_under_load_loses_nothing_acknowledged(world: World) -> None:
    everything = 2 * len(world.people)
    waits = []
    # People take their time, so that the crowd outlasts the kills on a fast machine too.
    async with under_load(world, think_s_max=0.5) as crowd:
        for _ in range(KILLS):
            await crowd.reached(crowd.acknowledged + 20)
            back = await world.kill_postgres_and_start_it_again()
            async with asyncio.timeout(BACK_S_MAX):
                await crowd.reached(crowd.acknowledged + 1)
            waits.append(time.monotonic() - back)
    found = await reckon(crowd)
    print(f"  {KILLS} kills; answered again after {max(waits):.2f} s at most")
    assert (found.acknowledged, found.lost, found.double) == (everything, 0, 0)
    assert found.unacknowledged == 0
    assert await world.broken_promises() == []


async def test_without_postgres_everything_is_refused_kindly_and_nothing_is_half_done(world: World) -> None:
    person = world.people[0]
    scan = {"code": person.code, "offset": {"grams": 1000}}
    action = {"method": "bus", "quantity": 5}
    keyed = person.headers | {"Idempotency-Key": uuid4().hex}
    async with httpx.AsyncClient(base_url=world.base, timeout=30) as client:
        # Each process has its connections open and its event known, as in the middle of a day.
        for other in world.people[1:9]:
            answer = await client.post("/v1/scans", json={"code": other.code}, headers=other.headers)
            assert answer.status_code == 201
        await asyncio.to_thread(world.servers.kill_postgres)
        answers = [
            await client.post("/v1/scans", json=scan, headers=person.headers),
            await client.post("/v1/actions", json=action, headers=keyed),
            await client.post("/v1/sessions", json={"provider": "demo", "code": "new"}),
            await client.get("/v1/me", headers=person.headers),
            await client.get("/v1/events/fair"),
        ]
        for answer in answers:
            assert answer.status_code == 503, (answer.request.url, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["code"] == "database_unavailable"
            assert int(answer.headers["retry-after"]) >= 1
        # What needs no database is still served, and readiness says what is wrong.
        assert (await client.get("/livez")).status_code == 200
        readiness = await client.get("/readyz")
        assert (readiness.status_code, readiness.json()["database"]) == (503, "away")
        await asyncio.to_thread(world.servers.start_postgres)
        (left,) = await world.rows(
            "SELECT (SELECT count(*) FROM attendances) AS attendances, (SELECT count(*) FROM actions) AS actions, "
            "(SELECT count(*) FROM offsets) AS offsets, (SELECT count(*) FROM idempotency_keys) AS keys, "
            "(SELECT count(*) FROM sessions WHERE role = 'citizen') AS sessions"
        )
        assert dict(left) == {"attendances": 8, "actions": 0, "offsets": 0, "keys": 0, "sessions": 0}
    # The same phones, by themselves, without anybody restarting anything.
    began = time.monotonic()
    crowd = Crowd(world, [person])
    async with asyncio.timeout(BACK_S_MAX):
        await crowd.run()
    print(f"\n  answered again {time.monotonic() - began:.2f} s after PostgreSQL")
    assert (await reckon(crowd)).lost == 0
    assert await world.broken_promises() == []


async def test_connections_that_an_administrator_ends_are_opened_again(world: World) -> None:
    everything = 2 * len(world.people)
    admin = await asyncpg.connect(world.servers.admin_url)
    async with under_load(world) as crowd:
        for turn in range(1, 31):
            await crowd.reached(turn * everything // 32)
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'tianfu_app'"
            )
    await admin.close()
    found = await reckon(crowd)
    assert (found.acknowledged, found.lost, found.double) == (everything, 0, 0)
    assert await world.broken_promises() == []
