"""PostgreSQL: the ORM's pool for everything off the peak, one connection for the writer.

Sessions are never altered by SET, LISTEN or session locks: what a connection needs is said when it opens.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
from tortoise import Tortoise
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.connection import get_connection, get_connections
from tortoise.context import TortoiseContext, _current_context
from tortoise.exceptions import DBConnectionError, IntegrityError

from backend.storage.transaction import Transaction
from backend.tenant import current_tenant, per_tenant

CONNECT_TIMEOUT_S = 3.0
COMMAND_TIMEOUT_S = 15.0
ACQUIRE_TIMEOUT_S = 3.0
ACQUIRE_WAITING_MAX = 2000
SNAPSHOT: dict[str, Any] = {"isolation": "repeatable_read", "readonly": True}

# PostgreSQL plans a prepared statement when a table may still be empty, likes a sequential scan then, and
# keeps that plan while the table grows under a crowd. On the writer's connection every statement finds its
# rows by key, so the other plans are taken away. jit never pays for statements of this size.
WRITER_SETTINGS = {
    "application_name": "tianfu-writer",
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "enable_mergejoin": "off",
    "enable_hashjoin": "off",
    "jit": "off",
    "lock_timeout": "2s",
    "statement_timeout": "5s",
    "idle_in_transaction_session_timeout": "5s",
}
READER_SETTINGS = {
    "application_name": "tianfu",
    "lock_timeout": "3s",
    "statement_timeout": "10s",
    "idle_in_transaction_session_timeout": "15s",
}

REPORT_SETTINGS = {
    "application_name": "tianfu-reports",
    "default_transaction_read_only": "on",
    "statement_timeout": "10min",
    "idle_in_transaction_session_timeout": "1min",
    "jit": "off",
}

UNAVAILABLE = (
    OSError,
    TimeoutError,
    asyncio.TimeoutError,
    DBConnectionError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.DiskFullError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    # What asyncpg says of a statement begun in the very moment in which the server ends the connection.
    asyncpg.InternalClientError,
)
"""What it looks like when the database is away or cannot write: the request is refused with 503."""

CONTENTION = (
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
)
"""Errors of a row or lock that another transaction holds for too long: nothing was written, try again."""


def constraint_of(error: BaseException) -> str | None:
    """The name of the constraint that a row broke; None for any other error."""
    cause = error.__cause__ if isinstance(error, IntegrityError) else error
    name: str | None = getattr(cause, "constraint_name", None)
    return name


def dsn_parts(url: str) -> dict[str, Any]:
    """The parts of a PostgreSQL URL as asyncpg and the ORM take them; a socket's folder may stand in `?host=`.

    Raises ValueError with one sentence when it is not such a URL.
    """
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise ValueError("A database URL reads postgresql://user:password@host:port/database.")
    found: dict[str, Any] = {
        "host": query.get("host", [parts.hostname])[0] or "localhost",
        "port": parts.port or int(query.get("port", ["5432"])[0]),
        "user": unquote(parts.username or "postgres"),
        "database": unquote(parts.path.lstrip("/")),
    }
    if parts.password:
        found["password"] = unquote(parts.password)
    if "sslmode" in query:
        found["ssl"] = query["sslmode"][0]
    return found


def tortoise_config(
    url: str, *, pool_size_max: int, server_settings: dict[str, str] | None = None
) -> dict[str, Any]:
    """The ORM's configuration for one database."""
    credentials = dsn_parts(url) | {
        "minsize": 1,
        "maxsize": pool_size_max,
        "timeout": CONNECT_TIMEOUT_S,
        "command_timeout": COMMAND_TIMEOUT_S if server_settings is None else None,
        "server_settings": READER_SETTINGS if server_settings is None else server_settings,
    }
    return {
        "connections": {"default": {"engine": "tortoise.backends.asyncpg", "credentials": credentials}},
        "apps": {
            "backend": {
                "models": ["backend.models"],
                "default_connection": "default",
                "migrations": "backend.migrations",
            }
        },
        "use_tz": True,
        "timezone": "UTC",
    }


class _Queue:
    """How many of this process wait for a connection of a city's pool."""

    waiting = 0


@per_tenant
def _queue() -> _Queue:
    return _Queue()


def _client() -> AsyncpgDBClient:
    client = get_connection("default")
    assert isinstance(client, AsyncpgDBClient)
    return client


def is_in_transaction() -> bool:
    """Whether the caller is in a transaction."""
    return isinstance(_client(), TransactionWrapper)


@asynccontextmanager
async def acquire() -> AsyncIterator[asyncpg.Connection]:
    """The connection of the caller's transaction, or one of the pool.

    Raises TimeoutError (503): who waits longer has given up, and would only add work.
    """
    queue = _queue()
    if queue.waiting >= ACQUIRE_WAITING_MAX:
        raise TimeoutError
    acquiring = _client().acquire_connection()
    queue.waiting += 1
    try:
        async with asyncio.timeout(ACQUIRE_TIMEOUT_S):
            connection = await acquiring.__aenter__()
    finally:
        queue.waiting -= 1
    try:
        yield connection
    finally:
        await acquiring.__aexit__(None, None, None)


class Database:
    """The process's way to PostgreSQL. `open` it once, `close` it at the end."""

    def __init__(
        self, url: str, *, pool_size_max: int, server_settings: dict[str, str] | None = None
    ) -> None:
        self.url = url
        self._server_settings = server_settings
        self._pool_size_max = pool_size_max
        self._context: TortoiseContext | None = None

    async def open(self) -> None:
        config = tortoise_config(
            self.url, pool_size_max=self._pool_size_max, server_settings=self._server_settings
        )
        if current_tenant().id:
            # The running task's alone, and the tasks' that it starts. It is nobody's fallback: what is done for no
            # city finds no database, rather than another city's.
            self._context = TortoiseContext()
            _current_context.set(self._context)
            await self._context.init(config=config)
        else:
            # A context made in the server's lifespan is invisible to requests unless it is the fallback.
            self._context = await Tortoise.init(config=config, _enable_global_fallback=True)

    async def close(self) -> None:
        if self._context is not None:
            await self._context.close_connections()
            self._context = None

    @contextmanager
    def current(self) -> Iterator[None]:
        """Have the ORM and the statements of the running task use this database."""
        token = _current_context.set(self._context)
        try:
            yield
        finally:
            _current_context.reset(token)

    @property
    def client(self) -> AsyncpgDBClient:
        return _client()

    def acquire(self) -> AbstractAsyncContextManager[asyncpg.Connection]:
        return acquire()

    async def ping(self) -> None:
        """Raises one of UNAVAILABLE when PostgreSQL does not answer."""
        async with self.acquire() as connection:
            await connection.execute("SELECT 1")

    @asynccontextmanager
    async def transaction(self, *, is_snapshot: bool = False) -> AsyncIterator[Transaction]:
        """One transaction; ORM calls and statements inside it use its connection.

        With `is_snapshot` all of them see the database as of one moment, and PostgreSQL refuses to write.

        The ORM's own in_transaction() loses a connection of the pool for ever when BEGIN fails or the caller is
        cancelled during it, so that a database that was away for a minute would leave a dead pool.
        """
        client = self.client
        options = SNAPSHOT if is_snapshot else {}
        async with self.acquire() as connection:
            wrapper = TransactionWrapper(client)
            wrapper._connection = connection
            token = get_connections().set("default", wrapper)
            try:
                async with connection.transaction(**options):
                    yield Transaction(connection)
            finally:
                get_connections().reset(token)

    async def connect_reporter(self) -> asyncpg.Connection:
        """A connection outside the pool for a sum over millions of rows, which may take minutes and writes nothing."""
        return await asyncpg.connect(
            **dsn_parts(self.url), timeout=CONNECT_TIMEOUT_S, server_settings=REPORT_SETTINGS
        )

    async def connect_writer(self) -> asyncpg.Connection:
        """A connection outside the pool for the group commit."""
        return await asyncpg.connect(
            **dsn_parts(self.url),
            timeout=CONNECT_TIMEOUT_S,
            command_timeout=COMMAND_TIMEOUT_S,
            server_settings=WRITER_SETTINGS,
        )
