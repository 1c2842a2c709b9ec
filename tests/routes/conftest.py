"""The application with its answers watched: alone on a database of its own, or one for a whole module."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from backend.outside.embedded import EmbeddedServers
from backend.settings import Settings
from tests.conftest import settings_for
from tests.databases import Databases
from tests.routes.contract import watch
from tests.service import Service, open_service


@pytest.fixture
async def service(settings: Settings) -> AsyncIterator[Service]:
    """As everywhere, and every answer is held against the OpenAPI document."""
    async with open_service(settings) as running:
        yield watch(running)


@pytest.fixture(scope="module")
async def stage_settings(servers: EmbeddedServers, databases: Databases) -> AsyncIterator[Settings]:
    """Settings with a database for a whole module."""
    async with databases.lent() as name:
        yield settings_for(servers, name)


@pytest.fixture(scope="module")
async def stage(stage_settings: Settings) -> AsyncIterator[Service]:
    """One application for a module of tests that write nothing, or nothing that another one looks at."""
    async with open_service(stage_settings) as running:
        yield watch(running)


@pytest.fixture(scope="module")
async def rows(stage_settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    """A connection as the owner of the module's tables."""
    connection = await asyncpg.connect(stage_settings.owner_database_url)
    yield connection
    await connection.close()
