# ruff: noqa: S608 - the names come from the catalogue of our own database
"""Databases for tests: copies of one migrated template, each lent to one test or module at a time, then restored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from uuid import uuid4

import asyncpg

from tests.kept import Kept

TABLE_BYTES_MAX = 4_000_000
"""A table that has grown beyond is not emptied but replaced: deleted rows still take room and slow scans down."""
LEAVING_MS_MAX = 10_000
# Whoever changes a table, a constraint, a trigger or a right in a copy leaves a mark, even when it is rolled back.
WATCH_STRUCTURE = """
    CREATE SCHEMA watch;
    CREATE SEQUENCE watch.changes;
    CREATE FUNCTION watch.note() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
        AS $$ BEGIN PERFORM nextval('watch.changes'); END $$;
    CREATE EVENT TRIGGER note ON ddl_command_end EXECUTE FUNCTION watch.note();
    ALTER EVENT TRIGGER note ENABLE ALWAYS;
"""
TABLES = """
    SELECT relname::text FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1
"""
SEQUENCES = """
    SELECT sequencename::text, coalesce(last_value, start_value), last_value IS NOT NULL
    FROM pg_sequences WHERE schemaname = 'public'
"""
END_OTHERS = """
    SELECT pg_terminate_backend(pid, $1) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
    AND pid <> ALL ($2::int[])
"""
LARGEST = "SELECT max(pg_relation_size(name::regclass)) FROM unnest($1::text[]) AS name"


def url_of(url: str, database: str) -> str:
    """The same server and role, another database."""
    return url.replace("/tianfu?", f"/{database}?").replace("/postgres?", f"/{database}?")


@dataclass(frozen=True)
class Template:
    """A database to copy: its tables, and the rows that are in some of them, by migration at least."""

    name: str
    empty: list[str]
    filled: dict[str, bytes]
    sequences: list[tuple[str, int, bool]]

    @classmethod
    async def prepare(cls, admin_url: str, name: str) -> Template:
        connection = await asyncpg.connect(url_of(admin_url, name))
        empty, filled = [], {}
        for (table,) in await connection.fetch(TABLES):
            if await connection.fetchval(f"SELECT EXISTS (SELECT FROM {table})"):
                filled[table] = await _copied(connection, table)
            else:
                empty.append(table)
        sequences = [tuple(row) for row in await connection.fetch(SEQUENCES)]
        if not await connection.fetchval("SELECT to_regnamespace('watch') IS NOT NULL"):
            await connection.execute(WATCH_STRUCTURE)
        await connection.close()
        return cls(name, empty, filled, sequences)

    def marks_query(self) -> str:
        """Is the structure another; has each of the empty tables a row; count and newest writer of the others' rows."""
        filled = [f"EXISTS (SELECT FROM {table})" for table in self.empty]
        marks = [f"(SELECT ARRAY[count(*), max(xmin::text::bigint)] FROM {table})" for table in self.filled]
        return f"SELECT is_called, ARRAY[{','.join(filled)}], ARRAY[{','.join(marks)}] FROM watch.changes"


async def _copied(connection: asyncpg.Connection, table: str) -> bytes:
    copied = bytearray()

    async def keep(data: bytes) -> None:
        copied.extend(data)

    await connection.copy_from_table(table, output=keep)
    return bytes(copied)


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


class _Copy:
    """One database and the superuser's connection to it."""

    def __init__(self, name: str, connection: asyncpg.Connection, template: Template) -> None:
        self.name = name
        self._connection = connection
        self._template = template

    async def look(self) -> None:
        """Note what the template's rows are like now."""
        self._marking = await self._connection.prepare(self._template.marks_query())
        _, _, self._marks = await self._marking.fetchrow()

    async def restore(self, kept: list[int]) -> bool:
        """End all sessions but those, then take out what was written; False when only a new copy will do."""
        await self._connection.fetch(END_OTHERS, LEAVING_MS_MAX, kept)
        is_changed, filled, marks = await self._marking.fetchrow()
        if is_changed:
            return False
        written = [table for table, has_rows in zip(self._template.empty, filled, strict=True) if has_rows]
        own = [
            table
            for table, was, now in zip(self._template.filled, self._marks, marks, strict=True)
            if was != now
        ]
        if (await self._connection.fetchval(LARGEST, written + own) or 0) > TABLE_BYTES_MAX:
            return False
        # This session replays, as one of replication would: foreign keys have no say in what goes first.
        statements = [f"DELETE FROM {table}" for table in written + own]
        statements += [
            f"SELECT setval('{name}', {value}, {is_called})"
            for name, value, is_called in self._template.sequences
        ]
        await self._connection.execute(";".join(statements))
        for table in own:
            await self._connection.copy_to_table(table, source=_once(self._template.filled[table]))
        if own:
            _, _, self._marks = await self._marking.fetchrow()
        return True

    async def close(self) -> None:
        await self._connection.close()


class Databases:
    """The copies of a process. One whose structure or rights a test has changed is dropped after it."""

    def __init__(self, admin_url: str, template: Template, kept: Kept) -> None:
        self._admin_url = admin_url
        self._template = template
        self._free: list[_Copy] = []
        self._kept = kept

    @asynccontextmanager
    async def given_away(self) -> AsyncIterator[str]:
        """A database to which nobody keeps a connection: it may be copied, and is dropped after the block."""
        name = await self._copy()
        yield name
        await self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    @asynccontextmanager
    async def of(self, name: str) -> AsyncIterator[Databases]:
        """Copies of such a database, with what was written into it."""
        template = await Template.prepare(self._admin_url, name)
        copies = Databases(self._admin_url, template, self._kept)
        yield copies
        await copies.close()

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

    async def _copy(self) -> str:
        name = f"test_{uuid4().hex[:12]}"
        await self._execute(
            f"CREATE DATABASE {name} TEMPLATE {self._template.name} OWNER tianfu_owner STRATEGY file_copy"
        )
        return name

    async def _create(self) -> _Copy:
        name = await self._copy()
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
