"""Statements of one open transaction, each used for what its header says it does."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from backend.storage.rows import BulkStatement, Row
from backend.storage.sqlfiles import statement

Rows = list[asyncpg.Record]


class Transaction:
    """Statements on the connection of one transaction; several rows go in as one array for each column."""

    __slots__ = ("_connection",)

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def read(self, name: str, *values: object) -> Rows:
        rows: Rows = await self._connection.fetch(statement(name, "read"), *values)
        return rows

    async def lock(self, name: str, *values: object) -> Rows:
        """Rows that nobody else changes until this transaction ends."""
        rows: Rows = await self._connection.fetch(statement(name, "lock"), *values)
        return rows

    async def write(self, name: str, *values: object) -> Rows:
        rows: Rows = await self._connection.fetch(statement(name, "write"), *values)
        return rows

    async def store(self, bulk: BulkStatement, *rows: Sequence[Row]) -> Rows:
        """Write rows of the statement's tables, in the order of its tables."""
        stored: Rows = await self._connection.fetch(statement(bulk.name, "write"), *bulk.columns(*rows))
        return stored
