"""An event with its people, and the server processes that they scan at."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx2 as httpx
import psutil

from backend.auth import Principal
from backend.ledger.audit.ledger import audit_all
from backend.models.keys import uuid7
from backend.outside.embedded import EmbeddedServers
from backend.outside.embedded.processes import wait_until
from backend.settings import Settings
from tests.service import open_service

ROOT = Path(__file__).parents[2]
START_S_MAX = 60
STOP_S_MAX = 40
LOOK_S = 0.02


@dataclass(frozen=True)
class Person:
    id: UUID
    headers: dict[str, str]
    code: str


@dataclass
class World:
    servers: EmbeddedServers
    settings: Settings
    log: Path
    event_id: UUID
    people: list[Person]
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.settings.port}"

    async def start(self) -> None:
        """Start the server processes; return when they answer."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TIANFU_")}
        environment |= {
            "TIANFU_ENVIRONMENT": "demo",
            "TIANFU_DATABASE_URL": self.settings.database_url,
            "TIANFU_REDIS_URL": self.settings.redis_url,
            "TIANFU_PORT": str(self.settings.port),
            "TIANFU_WORKERS": "2",
            "TIANFU_RECONCILE_S": str(self.settings.reconcile_s),
            "TIANFU_DRAIN_S_MAX": "15",
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: ASYNC220 - it only forks
                [sys.executable, "-m", "backend.cli", "serve"],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        async with asyncio.timeout(START_S_MAX), httpx.AsyncClient() as client:
            while not (await self._is_ready(client) and len(self.worker_pids()) == 2):
                assert self.process.poll() is None, self.log.read_text()
                await asyncio.sleep(LOOK_S)

    async def _is_ready(self, client: httpx.AsyncClient) -> bool:
        try:
            return (await client.get(f"{self.base}/readyz")).status_code == 200
        except httpx.TransportError:
            return False

    def worker_pids(self) -> set[int]:
        """The processes that answer requests; not the one that watches them."""
        assert self.process is not None
        pids = set()
        for child in psutil.Process(self.process.pid).children():
            try:
                if "spawn_main" in " ".join(child.cmdline()) and child.status() != psutil.STATUS_ZOMBIE:
                    pids.add(child.pid)
            except psutil.NoSuchProcess:
                continue
        return pids

    async def kill_a_worker(self) -> None:
        """kill -9, and wait until another one is there in its place."""
        victim = min(self.worker_pids())
        os.kill(victim, signal.SIGKILL)

        def is_replaced() -> bool:
            now = self.worker_pids()
            return len(now) == 2 and victim not in now

        assert await asyncio.to_thread(wait_until, is_replaced, START_S_MAX)

    async def stop(self) -> int:
        """SIGTERM, and the exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.to_thread(self.process.wait, STOP_S_MAX)

    async def kill_postgres_and_start_it_again(self) -> float:
        """When it accepts connections again, in monotonic seconds."""
        await asyncio.to_thread(self.servers.kill_postgres)
        await asyncio.to_thread(self.servers.start_postgres)
        return time.monotonic()

    async def rows(self, query: str, *values: object) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self.settings.owner_database_url)
        try:
            return await connection.fetch(query, *values)
        finally:
            await connection.close()

    async def broken_promises(self) -> list[str]:
        findings = await audit_all(self.settings)
        return [f"{finding.promise}: {finding.sentence}" for finding in findings if finding.is_broken]

    async def stats(self) -> dict[str, Any]:
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"{self.base}/v1/events/fair/stats")
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told


@asynccontextmanager
async def open_world(
    servers: EmbeddedServers, settings: Settings, log: Path, people: int
) -> AsyncIterator[World]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    world = await _furnish(servers, replace(settings, port=port), log, people)
    await world.start()
    try:
        yield world
    finally:
        if world.process is not None and world.process.poll() is None:
            children = psutil.Process(world.process.pid).children(recursive=True)
            for process in (psutil.Process(world.process.pid), *children):
                process.kill()
            world.process.wait()


async def _furnish(servers: EmbeddedServers, settings: Settings, log: Path, people: int) -> World:
    async with open_service(settings) as service:
        event = await service.event()
        await service.pool(grams=people * 1000)
        badges = [badge for _ in range(people // 100) for badge in await service.badges(100)]
        ids = [uuid7() for _ in range(people)]
        owner = await asyncpg.connect(settings.owner_database_url)
        await owner.execute("INSERT INTO citizens (id) SELECT unnest($1::uuid[])", ids)
        await owner.execute("INSERT INTO accounts (id, kind) SELECT unnest($1::uuid[]), 'citizen'", ids)
        await owner.close()
        tokens = [service.components.tokens.issue(Principal(id_, "citizen", uuid7())) for id_ in ids]
    return World(
        servers,
        settings,
        log,
        UUID(event["id"]),
        [
            Person(id_, {"Authorization": f"Bearer {token}"}, badge["code"])
            for id_, token, badge in zip(ids, tokens, badges, strict=True)
        ],
    )
