"""Opens the cities of a server process: each with parts of its own, in a task of its own.

A task's context belongs to it and to the tasks that it starts. So a city's queue, its listeners and its periodic
work find its database and its texts, and never those of a neighbour.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from backend.assembly import open_components
from backend.catalogue import load_catalogue
from backend.catalogue.agencies import load_agencies
from backend.catalogue.knowledge import load_knowledge
from backend.components import Components
from backend.services.operations.health import readiness
from backend.tenant import Tenant, enter_tenant, within
from backend.tenants_file import ServedCity


@dataclass(frozen=True, slots=True)
class OpenCity:
    """A city that a process serves now."""

    tenant: Tenant
    components: Components

    @contextmanager
    def current(self) -> Iterator[None]:
        """Do the block for this city: with its database, its texts and its catalogue."""
        with within(self.tenant), self.components.database.current():
            yield


class OpenCities:
    """The cities of a process by the names of their hosts."""

    def __init__(self, by_host: Mapping[bytes, OpenCity], all_: Sequence[OpenCity]) -> None:
        self._by_host = by_host
        self.all = all_
        self.first = all_[0]
        """Answers what is asked of the process and not of a city: whether it lives, its numbers."""

    def find(self, headers: Sequence[tuple[bytes, bytes]]) -> OpenCity | None:
        """The city that a request was sent to; None for another name, for none, and for two at once."""
        hosts = [value for name, value in headers if name == b"host"]
        return self._by_host.get(host_name(hosts[0])) if len(hosts) == 1 else None

    async def any_ready(self) -> OpenCity:
        """A city whose database answers, if there is one: one that is away must not take the others' process away."""
        for city in self.all:
            parts = city.components
            with city.current():
                if (await readiness(parts.database, parts.counts, parts.queue)).status == "ok":
                    return city
        return self.first


def host_name(host: bytes) -> bytes:
    """A Host header without its port, in small letters."""
    name, colon, port = host.rpartition(b":")
    return (name if colon and port.isdigit() else host).rstrip(b".").lower()


@asynccontextmanager
async def open_cities(served: Sequence[ServedCity]) -> AsyncIterator[OpenCities]:
    """Every city's parts; closed in the opposite order. What one city cannot start with stops them all."""
    closing = asyncio.Event()
    holders: list[asyncio.Task[None]] = []
    try:
        cities: list[OpenCity] = []
        for each in served:
            opened: asyncio.Future[Components] = asyncio.get_running_loop().create_future()
            holders.append(asyncio.create_task(_hold(each, opened, closing), name=f"city-{each.tenant.id}"))
            cities.append(OpenCity(each.tenant, await opened))
        by_host = {
            domain.encode(): city
            for each, city in zip(served, cities, strict=True)
            for domain in each.domains
        }
        yield OpenCities(by_host, cities)
    finally:
        closing.set()
        await asyncio.gather(*holders, return_exceptions=True)


async def _hold(served: ServedCity, opened: asyncio.Future[Components], closing: asyncio.Event) -> None:
    enter_tenant(served.tenant)
    try:
        catalogue = load_catalogue()
        knowledge = load_knowledge(catalogue)
        load_agencies()
        async with open_components(served.settings, catalogue, knowledge) as components:
            opened.set_result(components)
            await closing.wait()
    except BaseException as error:
        if not opened.done():
            opened.set_exception(error)
        raise
