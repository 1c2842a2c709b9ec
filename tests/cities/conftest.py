"""Two cities that one application serves, each with a database of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import asyncpg
import httpx2 as httpx
import pytest

from backend.app import create_app
from backend.catalogue import load_catalogue
from backend.outside.embedded import EmbeddedServers
from backend.services.catalogue.publish import publish_catalogue
from backend.settings import Settings
from backend.tenant import Tenant, within
from backend.tenant_assembly import OpenCities, OpenCity
from backend.tenants_file import DEMO, VARIABLE, ServedCity, load_cities
from tests.conftest import settings_for
from tests.databases import Databases
from tests.service import Service, _signing, _with_state

ENVIRON = {VARIABLE: DEMO, "TIANFU_ENVIRONMENT": "demo"}


class City(Service):
    """One of the two, spoken to under its own name."""

    def __init__(self, client: httpx.AsyncClient, city: OpenCity, served: ServedCity) -> None:
        super().__init__(client, city.components, served.settings)
        self.city = city


@asynccontextmanager
async def two_cities(servers: EmbeddedServers, databases: Databases) -> AsyncIterator[tuple[City, City]]:
    async with AsyncExitStack() as stack:
        served = []
        for number, each in enumerate(load_cities(ENVIRON)):
            plain = settings_for(servers, await stack.enter_async_context(databases.lent()))
            settings = replace(
                each.settings,
                database_url=plain.database_url,
                owner_database_url=plain.owner_database_url,
                redis_url=f"{servers.redis_url}?db={number + 2}",
                reconcile_s=plain.reconcile_s,
                var_dir=f"{plain.var_dir}/{each.tenant.id}",
                files_dir=f"{plain.var_dir}/{each.tenant.id}",
                drawing_priority="equal",
            )
            await _publish_its_own(each.tenant, settings)
            served.append(ServedCity(each.tenant, settings, each.domains))
            await stack.enter_async_context(_signing(settings))
        app = create_app(cities=served)
        state = await stack.enter_async_context(app.router.lifespan_context(app))
        cities: OpenCities = state["cities"]
        transport = httpx.ASGITransport(app=_with_state(app, state))
        found = []
        for each, city in zip(served, cities.all, strict=True):
            await city.components.counts._redis.flushdb()
            client = httpx.AsyncClient(transport=transport, base_url=f"http://{each.domains[0]}")
            found.append(City(await stack.enter_async_context(client), city, each))
        yield found[0], found[1]


async def _publish_its_own(tenant: Tenant, settings: Settings) -> None:
    """What `tianfu migrate` does for a city: the template was migrated with the catalogue that is shipped."""
    owner = await asyncpg.connect(settings.owner_database_url)
    await owner.execute("DELETE FROM catalogue_entries")
    await owner.close()
    with within(tenant):
        await publish_catalogue(settings.owner_database_url, load_catalogue())


@pytest.fixture
async def cities(servers: EmbeddedServers, databases: Databases) -> AsyncIterator[tuple[City, City]]:
    async with two_cities(servers, databases) as both:
        yield both
