"""Real PostgreSQL and real Redis for every test; each test that writes gets a database of its own."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from xdist.remote import Producer

from backend.outside.embedded import EmbeddedServers
from backend.settings import Settings, load_settings
from loadtests.databases import ADULTS
from tests.databases import Databases, Template, url_of
from tests.kept import Kept, install
from tests.repetitions import is_turn
from tests.scheduling import Scheduling
from tests.service import Service, open_service

# Each of several test processes has servers of its own.
PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "")
VAR = Path(__file__).parent.parent / "var" / f"test{PROCESS}"
TEMPLATE = "tianfu_template"
# Without a budget nobody earns anything: a city pays in every test that does not say otherwise.
CITY_BUDGET = """
    INSERT INTO issuance_budgets (id, sponsor, name_zh, name_en, total_points, opened_at)
    VALUES ('0193e1a0-0000-7000-8000-00000000c177', 'city', '城市预算', 'City', 1000000000000, now())
    ON CONFLICT DO NOTHING;
    INSERT INTO issuance_budget_changes (budget_id, sequence, kind, points_before, points_after, reason, at)
    VALUES ('0193e1a0-0000-7000-8000-00000000c177', 1, 'open', 0, 1000000000000, 'tests', now())
    ON CONFLICT DO NOTHING
"""
LONG_FIRST = (
    "tests/chaos/",
    "tests/browser/",
    "tests/miniprogram/",
    "tests/routes/http/test_fuzzing.py",
    "tests/outside/test_embedded.py",
    "tests/ledger/",
    "tests/jobs/",
    "tests/routes/",
)

TAKE_TURNS = ("tests/chaos/", "tests/browser/", "tests/outside/test_embedded.py")
EVERY_DAY = ("tests/browser/test_newcomers.py",)

# What a developer has set for `make run` must not leak into tests.
for variable in [name for name in os.environ if name.startswith("TIANFU_")]:
    del os.environ[variable]


@pytest.fixture(scope="session")
def servers() -> Iterator[EmbeddedServers]:
    VAR.mkdir(parents=True, exist_ok=True)
    with EmbeddedServers(VAR) as running:
        yield running


@pytest.fixture(scope="session")
async def template(servers: EmbeddedServers) -> str:
    """A migrated, empty database that tests copy."""
    from backend.launcher import migrate

    async with _admin(servers) as admin:
        # Databases come and go all the time, and no power cut is waited for. Where servers are killed, they are
        # others (tests/chaos), as durable as anywhere.
        await admin.execute("ALTER SYSTEM SET fsync = off")
        await admin.execute("SELECT pg_reload_conf()")
        await admin.execute(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)")
        await admin.execute(f"CREATE DATABASE {TEMPLATE} OWNER tianfu_owner")
        leftovers = await admin.fetch("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%'")
        for row in leftovers:
            await admin.execute(f"DROP DATABASE {row['datname']} WITH (FORCE)")
    await migrate(
        settings_for(servers, TEMPLATE),
        None,
    )
    owner = await asyncpg.connect(url_of(servers.owner_url, TEMPLATE))
    await owner.execute(CITY_BUDGET)
    # As in load tests; a test that is about ages says so (Service.person).
    await owner.execute(ADULTS)
    await owner.close()
    return TEMPLATE


def settings_for(servers: EmbeddedServers, database: str) -> Settings:
    return replace(
        load_settings({}, environment="demo"),
        database_url=url_of(servers.app_url, database),
        owner_database_url=url_of(servers.owner_url, database),
        redis_url=f"{servers.redis_url}?db=1",
        reconcile_s=3600,
        var_dir=str(VAR / "files"),
        # Nobody scans beside a test, and whole tests wait for a drawing while others keep the processors busy.
        drawing_priority="equal",
    )


class _admin:
    """A connection as the superuser."""

    def __init__(self, servers: EmbeddedServers) -> None:
        self._url = servers.admin_url

    async def __aenter__(self) -> asyncpg.Connection:
        self._connection = await asyncpg.connect(self._url)
        return self._connection

    async def __aexit__(self, *_: object) -> None:
        await self._connection.close()


@pytest.fixture(scope="session")
async def databases(servers: EmbeddedServers, template: str) -> AsyncIterator[Databases]:
    """The copies of the template that tests of this process have one after the other."""
    kept = Kept()
    install(kept)
    copies = Databases(servers.admin_url, await Template.prepare(servers.admin_url, template), kept)
    yield copies
    await copies.close()


@pytest.fixture
async def settings(servers: EmbeddedServers, databases: Databases) -> AsyncIterator[Settings]:
    """Settings whose database is this test's own until it ends."""
    async with databases.lent() as name:
        yield settings_for(servers, name)


@pytest.fixture
async def owner(settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    """A connection as the tables' owner, for looking at rows and for breaking them by hand."""
    connection = await asyncpg.connect(settings.owner_database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def service(settings: Settings) -> AsyncIterator[Service]:
    """The application in this process, on its own database, spoken to over HTTP messages."""
    async with open_service(settings) as running:
        yield running
    await asyncio.sleep(0)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Test processes must name their tests alike: a value with something random in it is named by its place."""
    return argname if isinstance(val, str) and re.search(r"[0-9a-f]{8}", val) else None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    return Scheduling(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long files come first, so that no process is left with one of them when the others have ended.

    Where the whole suite runs, tests that start servers and browsers of their own take turns: half of them each day.
    """
    if not config.option.file_or_dir:
        slow = [
            item
            for item in items
            if item.nodeid.startswith(TAKE_TURNS) and not item.nodeid.startswith(EVERY_DAY)
        ]
        resting = {item for number, item in enumerate(slow) if not is_turn(number, days=2)}
        config.hook.pytest_deselected(items=list(resting))
        items[:] = [item for item in items if item not in resting]
    items.sort(
        key=lambda item: next((n for n, path in enumerate(LONG_FIRST) if item.nodeid.startswith(path)), 99)
    )
