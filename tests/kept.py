"""What a test process keeps from one test to the next: connections of the application, the ORM's view of the models.

A server opens both once in its life. Here an application starts and ends a thousand times, and each start would cost a
tenth of a second: sessions of PostgreSQL with empty caches, statements planned anew, filters built for each model.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

import asyncpg
from asyncpg.pool import Pool
from tortoise.apps import Apps
from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.models import Model

from backend.storage.database import Database, dsn_parts

RESET_S_MAX = 2.0
POOL_DEFAULTS = {
    option.name: option.default
    for option in inspect.signature(asyncpg.create_pool).parameters.values()
    if option.kind is option.KEYWORD_ONLY
}


class Kept:
    """Idle connections by database: pools of the ORM and writers' connections, open although they were closed."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._pools: dict[str, list[_Pool]] = {}
        self._writers: dict[str, list[_Writer]] = {}

    def begin(self, database: str) -> None:
        """From now on connections to this database are kept."""
        self._pools[database] = []
        self._writers[database] = []

    def forget(self, database: str) -> None:
        for pool in self._pools.pop(database, []):
            pool.terminate()
        for writer in self._writers.pop(database, []):
            writer.connection.terminate()

    def sessions(self, database: str) -> list[int]:
        """The server's numbers of the sessions that are kept."""
        held = [connection for pool in self._pools[database] for connection in pool.connections()]
        held += [writer.connection for writer in self._writers[database]]
        return [connection.get_server_pid() for connection in held if not connection.is_closed()]

    async def pool(self, **options: Any) -> Pool:
        """A pool of these options: one that was closed while idle, or a new one."""
        if not self._keeps(options["database"]):
            return await asyncpg.create_pool(None, **options)
        kept = self._pools[options["database"]]
        found = next((pool for pool in reversed(kept) if pool.options == options), None)
        if found is None:
            found = _Pool(options, kept.append)
            await found
        else:
            kept.remove(found)
        return found

    async def writer(self, database: Database) -> Any:
        name = dsn_parts(database.url)["database"]
        if not self._keeps(name):
            return await _connect_writer(database)
        kept = self._writers[name]
        # The same database is reached another way by a test that cuts the wire.
        while (found := next((writer for writer in kept if writer.url == database.url), None)) is not None:
            kept.remove(found)
            if await found.is_usable():
                return found
        return _Writer(database.url, await _connect_writer(database), kept.append)

    def _keeps(self, database: str) -> bool:
        return database in self._pools and asyncio.get_running_loop() is self._loop


class _Pool(Pool):
    """A pool that is kept when it is closed, unless somebody still holds a connection of it."""

    def __init__(self, options: dict[str, Any], keep: Callable[[_Pool], None]) -> None:
        super().__init__(None, **(POOL_DEFAULTS | options))
        self.options = options
        self._keep = keep

    def connections(self) -> list[asyncpg.Connection]:
        return [holder._con for holder in self._holders if holder._con is not None]

    async def close(self) -> None:
        if any(not holder.is_idle() for holder in self._holders):
            await super().close()
        else:
            self._keep(self)


class _Writer:
    """A writer's connection that is kept when it is ended outside a transaction."""

    def __init__(self, url: str, connection: asyncpg.Connection, keep: Callable[[_Writer], None]) -> None:
        self.url = url
        self.connection = connection
        self._keep = keep

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)

    def terminate(self) -> None:
        if self.connection.is_closed() or self.connection.is_in_transaction():
            self.connection.terminate()
        else:
            self._keep(self)

    async def is_usable(self) -> bool:
        try:
            await self.connection.reset(timeout=RESET_S_MAX)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
            self.connection.terminate()
        return not self.connection.is_closed()


_connect_writer = Database.connect_writer
_describe = Apps._build_initial_querysets
_described: set[type[Model]] = set()


def _describe_once(apps: Apps) -> None:
    models = {model for app in apps.apps.values() for model in app.values()}
    if not models <= _described:
        _describe(apps)
        _described.update(models)


def install(kept: Kept) -> None:
    """From now on this process's applications take their connections from there."""

    async def create_pool(client: AsyncpgDBClient, **options: Any) -> Pool:
        return await kept.pool(**options)

    async def connect_writer(database: Database) -> Any:
        return await kept.writer(database)

    AsyncpgDBClient.create_pool = create_pool
    Database.connect_writer = connect_writer
    Apps._build_initial_querysets = _describe_once
