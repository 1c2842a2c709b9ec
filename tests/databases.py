"""Databases for tests: copies of one migrated template, each lent to one test or module at a time, empty again after it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from uuid import uuid4

import asyncpg

from tests.kept import Kept, install

PREFIX = "test_"
ROWS_MAX = 20_000
"""Rows taken out of one database, until it is replaced: what is deleted still takes room and slows scans down."""
LEAVING_MS_MAX = 10_000
TABLES = """
    SELECT c.relname::text FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1
"""
SEQUENCES = """
    SELECT sequencename::text, coalesce(last_value, start_value), last_value IS NOT NULL
    FROM pg_sequences WHERE schemaname = 'public'
"""
# Every change of a table, a constraint, a trigger or a right writes a row there under a new transaction's number.
STRUCTURE = ("pg_class", "pg_attribute", "pg_attrdef", "pg_constraint", "pg_index", "pg_trigger", "pg_proc")
END_OTHERS = """
    SELECT pg_terminate_backend(pid, $1) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
    AND pid <> ALL ($2::int[])
"""

NEWEST = "coalesce(max(xmin::text::bigint), 0)"

Marks = dict[str, tuple[int, int]]
"""By table: how many rows it has, and the newest transaction that wrote one of them."""


def url_of(url: str, database: str) -> str:
    """The same server and role, another database."""
    return url.replace("/tianfu?", f"/{database}?").replace("/postgres?", f"/{database}?")


@dataclass(frozen=True)
class Template:
    """What a migrated database consists of, and the rows that migration itself writes."""

    name: str
    tables: list[str]
    rows: dict[str, bytes]
    sequences: list[tuple[str, int, bool]]

    @classmethod
    async def read(cls, admin_url: str, name: str) -> Template:
        connection = await asyncpg.connect(url_of(admin_url, name))
        tables = [row[0] for row in await connection.fetch(TABLES)]
        rows = {}
        for table in tables:
            if await connection.fetchval(f"SELECT EXISTS (SELECT FROM {table})"):
                rows[table] = await _copied(connection, table)
        sequences = [tuple(row) for row in await connection.fetch(SEQUENCES)]
        await connection.close()
        return cls(name, tables, rows, sequences)

    def marks_query(self) -> str:
        """Marks of everything that may differ from the template."""
        watched = {*STRUCTURE, *self.rows}
        return " UNION ALL ".join(
            f"SELECT '{table}', count(*), {NEWEST if table in watched else 0} FROM {table}"
            for table in (*STRUCTURE, *self.tables)
        )


async def _copied(connection: asyncpg.Connection, table: str) -> bytes:
    copied = bytearray()

    async def keep(data: bytes) -> None:
        copied.extend(data)

    await connection.copy_from_table(table, output=keep)
    return bytes(copied)


class _Copy:
    """One database and the superuser's connection to it."""

    def __init__(self, name: str, connection: asyncpg.Connection, template: Template) -> None:
        self.name = name
        self._connection = connection
        self._template = template
        self._taken_out = 0

    async def look(self) -> None:
        """Note what it is like now: as the template is."""
        self._marking = await self._connection.prepare(self._template.marks_query())
        self._marks = await self._now()

    async def restore(self, kept: list[int]) -> bool:
        """End all sessions but those, then take out what was written; False when only a new copy will do."""
        await self._connection.fetch(END_OTHERS, LEAVING_MS_MAX, kept)
        now = await self._now()
        if any(now[table] != self._marks[table] for table in STRUCTURE):
            return False
        changed = [table for table, mark in now.items() if mark != self._marks[table]]
        own = [table for table in changed if table in self._template.rows]
        # This session replays, as one of replication would: foreign keys have no say in what goes first.
        statements = [f"DELETE FROM {table}" for table in changed]
        statements += [
            f"SELECT setval('{sequence}', {value}, {is_called})"
            for sequence, value, is_called in self._template.sequences
        ]
        await self._connection.execute(";".join(statements))
        for table in own:
            await self._connection.copy_to_table(table, source=_once(self._template.rows[table]))
        if own:
            self._marks = await self._now()
        self._taken_out += sum(now[table][0] for table in changed)
        return self._taken_out < ROWS_MAX

    async def _now(self) -> Marks:
        return {table: (count, newest) for table, count, newest in await self._marking.fetch()}

    async def close(self) -> None:
        await self._connection.close()


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


class Databases:
    """The copies of a process. A copy whose structure or rights a test has changed is dropped after it."""

    def __init__(self, admin_url: str, template: Template) -> None:
        self._admin_url = admin_url
        self._template = template
        self._free: list[_Copy] = []
        self._kept = Kept()
        install(self._kept)

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[str]:
        """The name of a database that is as migration leaves it, and nobody else's until the block ends."""
        copy = self._free.pop() if self._free else await self._create()
        try:
            yield copy.name
        finally:
            is_restored = False
            with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                is_restored = await copy.restore(self._kept.sessions(copy.name))
            if is_restored:
                self._free.append(copy)
            else:
                await self._drop(copy)

    async def _create(self) -> _Copy:
        name = f"{PREFIX}{uuid4().hex[:12]}"
        await self._execute(f"CREATE DATABASE {name} TEMPLATE {self._template.name} OWNER tianfu_owner")
        connection = await asyncpg.connect(
            url_of(self._admin_url, name), server_settings={"session_replication_role": "replica"}
        )
        copy = _Copy(name, connection, self._template)
        await copy.look()
        self._kept.begin(name)
        return copy

    async def _drop(self, copy: _Copy) -> None:
        self._kept.forget(copy.name)
        await copy.close()
        await self._execute(f"DROP DATABASE {copy.name} WITH (FORCE)")

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self._admin_url)
        await connection.execute(statement)
        await connection.close()

    async def close(self) -> None:
        while self._free:
            await self._drop(self._free.pop())
