"""What may be used once is used once, also when two server processes are asked in one moment."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import uuid4

import asyncpg
import httpx2 as httpx
import psutil
import pytest

from backend.models.keys import uuid7
from tests.chaos.world import World
from tests.routes.identity.doors import bearer, code_of, enter, finish
from tests.service import PASSWORD, PASSWORD_HASH

OF_EACH = 2
CONNECTIONS_MAX = 64


@asynccontextmanager
async def at_both_processes(world: World) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Browsers whose connections are open, as many at each server process."""
    async with AsyncExitStack() as stack:
        found: dict[int, list[httpx.AsyncClient]] = {pid: [] for pid in world.worker_pids()}
        for _ in range(CONNECTIONS_MAX):
            client = await stack.enter_async_context(httpx.AsyncClient(base_url=world.base, timeout=30))
            before = {pid: _connections(pid) for pid in found}
            (await client.get("/livez")).raise_for_status()
            (pid,) = [pid for pid in found if _connections(pid) > before[pid]]
            if len(found[pid]) < OF_EACH:
                found[pid].append(client)
            if all(len(clients) == OF_EACH for clients in found.values()):
                break
        yield [client for clients in found.values() for client in clients]


def _connections(pid: int) -> int:
    found = psutil.Process(pid).net_connections(kind="tcp")
    return sum(each.status == psutil.CONN_ESTABLISHED for each in found)


@pytest.mark.parametrize("world", [100], indirect=True)
async def test_a_recovery_code_sent_to_two_processes_in_one_moment_opens_once(world: World) -> None:
    name = f"lin-{uuid4().hex[:8]}"
    owner = await asyncpg.connect(world.settings.owner_database_url)
    await owner.execute(
        "INSERT INTO staff (id, username, role, password_hash) VALUES ($1, $2, 'operator', $3)",
        uuid7(),
        name,
        PASSWORD_HASH,
    )
    await owner.close()
    async with httpx.AsyncClient(base_url=world.base, timeout=30) as desk:
        headers = bearer(await enter(desk, name))
        asked = {"password": PASSWORD}
        begun = (await desk.post("/v1/staff/me/totp", json=asked, headers=headers)).json()
        body = {"challenge": begun["challenge"], "code": code_of(begun["secret"])}
        kept = await desk.post("/v1/staff/me/totp/confirmation", json=body, headers=headers)
        code = kept.json()["codes"][0]
    async with at_both_processes(world) as browsers:
        assert len(browsers) == 2 * OF_EACH
        challenges = [(await enter(browser, name)).json()["challenge"] for browser in browsers]
        answers = await asyncio.gather(
            *(
                finish(browser, challenge, recovery_code=code)
                for browser, challenge in zip(browsers, challenges, strict=True)
            )
        )
    assert Counter(answer.status_code for answer in answers) == {201: 1, 403: 2 * OF_EACH - 1}
