"""One migrated database for all tests here that only look, or that are refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest

from backend.outside.embedded import EmbeddedServers
from backend.settings import Settings
from tests.conftest import _admin, settings_for


@pytest.fixture(scope="package")
async def shared(servers: EmbeddedServers, template: str) -> AsyncIterator[Settings]:
    """Settings of a database that no test changes."""
    name = f"test_{uuid4().hex[:12]}"
    async with _admin(servers) as admin:
        await admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER tianfu_owner")
        yield settings_for(servers, name)
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


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
