"""One migrated database for all tests here that only look, or that are refused."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from backend.outside.embedded import EmbeddedServers
from backend.settings import Settings
from tests.conftest import settings_for
from tests.databases import Databases


@pytest.fixture(scope="package")
async def shared(servers: EmbeddedServers, databases: Databases) -> AsyncIterator[Settings]:
    """Settings of a database that no test changes."""
    async with databases.lent() as name:
        yield settings_for(servers, name)


@pytest.fixture(scope="package")
async def tables(shared: Settings) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection to the shared database, for looking and for being refused."""
    connection = await asyncpg.connect(shared.owner_database_url)
    yield connection
    await connection.close()


@pytest.fixture(scope="package")
async def application(shared: Settings) -> AsyncIterator[asyncpg.Connection]:
    """A connection to the shared database as the server processes have it."""
    connection = await asyncpg.connect(shared.database_url)
    yield connection
    await connection.close()
