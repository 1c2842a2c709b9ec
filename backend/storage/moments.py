"""Several reads that belong together: all of them see the database as of one moment."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from backend.storage.database import Database
from backend.storage.sqlfiles import sql

Rows = Sequence[Mapping[str, Any]]
Reader = Callable[..., Awaitable[Rows]]


@asynccontextmanager
async def one_moment(database: Database) -> AsyncIterator[Reader]:
    """A function that reads `sql/<name>.sql` with its values. A sum and its parts agree even while a crowd writes."""
    async with database.transaction() as connection:
        await connection.execute(sql("see_one_moment"))

        async def read(name: str, *values: object) -> Rows:
            rows: Rows = await connection.fetch(sql(name), *values)
            return rows

        yield read
