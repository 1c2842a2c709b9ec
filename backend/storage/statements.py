"""The one door to statements of SQL: `sql/<subject>/<name>.sql`, each used for what its header says it does.

A statement reads, locks or writes (see sqlfiles). `read` takes any connection; `lock` and `write` take the connection
of the transaction that the caller is in, so that what they do is kept or lost with it; several reads that must agree
with each other go through `snapshot`. The ledger's writer has the same three on its Transaction.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg

from backend.storage.database import SNAPSHOT, Database, acquire, is_in_transaction
from backend.storage.sqlfiles import statement

Rows = list[asyncpg.Record]
Reader = Callable[..., Awaitable[Rows]]


async def read(database: Database, name: str, *values: object) -> Rows:
    """Rows of a statement that changes nothing and locks nothing; inside a transaction it sees what that one wrote."""
    text = statement(name, "read")
    async with database.acquire() as connection:
        rows: Rows = await connection.fetch(text, *values)
        return rows


async def lock(name: str, *values: object) -> Rows:
    """Rows that nobody else changes until the transaction ends that the caller is in."""
    assert is_in_transaction(), f"{name}: a lock outside a transaction is gone at once"
    async with acquire() as connection:
        rows: Rows = await connection.fetch(statement(name, "lock"), *values)
        return rows


async def write(name: str, *values: object) -> Rows:
    """Rows of a statement that writes: kept or lost with the caller's transaction, or by itself without one."""
    text = statement(name, "write")
    async with acquire() as connection:
        rows: Rows = await connection.fetch(text, *values)
        return rows


@asynccontextmanager
async def snapshot(database: Database) -> AsyncIterator[Reader]:
    """A function that reads: a sum and its addends agree even while many write, and nothing can be written."""
    async with database.transaction(is_snapshot=True) as transaction:
        yield transaction.read


@asynccontextmanager
async def long_snapshot(database: Database) -> AsyncIterator[Reader]:
    """The same for sums over whole tables: on a connection of its own, with minutes instead of seconds."""
    connection = await database.connect_reporter()

    async def look(name: str, *values: object) -> Rows:
        rows: Rows = await connection.fetch(statement(name, "read"), *values)
        return rows

    try:
        async with connection.transaction(**SNAPSHOT):
            yield look
    finally:
        await connection.close()
