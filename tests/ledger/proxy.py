"""A wire to PostgreSQL that can be cut at a chosen moment: real bytes, a real server, a real loss."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Literal

import asyncpg

from backend.settings import Settings
from backend.storage.database import Database, dsn_parts

BYTES_MAX = 65_536
# A simple query as it goes over the wire: its kind, its length, its text, a zero byte.
COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"

Cut = Literal["never", "before COMMIT arrives", "after COMMIT is done"]


class Wire:
    """Carries bytes between a client and PostgreSQL until it is told to cut."""

    def __init__(self, settings: Settings) -> None:
        parts = dsn_parts(settings.database_url)
        self._socket = str(Path(parts["host"]) / f".s.PGSQL.{parts['port']}")
        self._database, self._user = parts["database"], parts["user"]
        self._writers: list[asyncio.StreamWriter] = []
        self._carriers: set[asyncio.Task[None]] = set()
        self.cut: Cut = "never"
        """When to cut next. Each cut happens once."""
        self.stays_cut = False
        self.cuts = 0
        self.port = 0

    @property
    def is_gone(self) -> bool:
        return self.stays_cut and self.cuts > 0

    def mend(self) -> None:
        self.stays_cut = False

    async def connect(self) -> asyncpg.Connection:
        """A writer's connection over this wire."""
        url = f"postgresql://{self._user}@127.0.0.1:{self.port}/{self._database}?sslmode=disable"
        return await Database(url, pool_size_max=1).connect_writer()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        if self.is_gone:
            writer.close()
            return
        their_reader, their_writer = await asyncio.open_unix_connection(self._socket)
        self._writers.append(their_writer)
        is_lost = asyncio.Event()
        for carrier in (
            self._carry_there(reader, their_writer, writer, is_lost),
            self._carry_back(their_reader, writer, is_lost),
        ):
            task = asyncio.create_task(carrier)
            self._carriers.add(task)
            task.add_done_callback(self._carriers.discard)

    async def _carry_there(
        self,
        reader: asyncio.StreamReader,
        to: asyncio.StreamWriter,
        back: asyncio.StreamWriter,
        is_lost: asyncio.Event,
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(BYTES_MAX):
                if COMMIT in data and self.cut == "before COMMIT arrives":
                    self._count()
                    back.close()
                    break
                if COMMIT in data and self.cut == "after COMMIT is done":
                    is_lost.set()
                to.write(data)
        to.close()

    async def _carry_back(
        self, reader: asyncio.StreamReader, to: asyncio.StreamWriter, is_lost: asyncio.Event
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(BYTES_MAX):
                if is_lost.is_set():
                    # PostgreSQL has answered, so the transaction is durable; the answer ends here.
                    self._count()
                    break
                to.write(data)
        to.close()

    def _count(self) -> None:
        self.cut = "never"
        self.cuts += 1

    async def close(self) -> None:
        for task in self._carriers:
            task.cancel()
        if self._carriers:
            await asyncio.wait(self._carriers)
        for writer in self._writers:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


@asynccontextmanager
async def open_wire(settings: Settings) -> AsyncIterator[Wire]:
    wire = Wire(settings)
    server = await asyncio.start_server(wire.serve, "127.0.0.1", 0)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
        await wire.close()
