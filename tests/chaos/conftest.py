"""Real servers under a directory of their own, so that killing them disturbs no other test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from backend.outside.embedded import EmbeddedServers
from backend.settings import Settings
from backend.storage.migrate import migrate
from loadtests.databases import ADULTS
from tests.chaos.world import World, open_world
from tests.conftest import PROCESS, settings_for

VAR = Path(__file__).parents[2] / "var" / f"test-chaos{PROCESS}"
TEMPLATE = "chaos_template"
PEOPLE = 300


@pytest.fixture(scope="package")
def victims(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServers]:
    """The servers that are killed here."""
    VAR.mkdir(parents=True, exist_ok=True)
    with EmbeddedServers(VAR) as running:
        yield running


@pytest.fixture(scope="package")
async def chaos_template(victims: EmbeddedServers) -> str:
    admin = await asyncpg.connect(victims.admin_url)
    for row in await admin.fetch("SELECT datname FROM pg_database WHERE datname LIKE 'chaos\\_%'"):
        await admin.execute(f"DROP DATABASE {row['datname']} WITH (FORCE)")
    await admin.execute(f"CREATE DATABASE {TEMPLATE} OWNER tianfu_owner")
    await admin.close()
    url = settings_for(victims, TEMPLATE).owner_database_url
    await migrate(url, app_role="tianfu_app")
    owner = await asyncpg.connect(url)
    await owner.execute(ADULTS)
    await owner.close()
    return TEMPLATE


@pytest.fixture
async def chaos_settings(victims: EmbeddedServers, chaos_template: str) -> AsyncIterator[Settings]:
    name = f"chaos_{uuid4().hex[:12]}"
    admin = await asyncpg.connect(victims.admin_url)
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE {chaos_template} OWNER tianfu_owner")
    await admin.close()
    yield replace(settings_for(victims, name), reconcile_s=1)
    victims.start_postgres()
    victims.start_redis()
    admin = await asyncpg.connect(victims.admin_url)
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture
async def world(
    request: pytest.FixtureRequest, victims: EmbeddedServers, chaos_settings: Settings, tmp_path: Path
) -> AsyncIterator[World]:
    """A running event, its badges and people (as many as the parameter says), two server processes at one port."""
    people = getattr(request, "param", PEOPLE)
    async with open_world(victims, chaos_settings, tmp_path / "server.log", people) as opened:
        yield opened
