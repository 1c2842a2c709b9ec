"""Reads that the ORM would make clumsy or slow, as named statements."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from backend.storage.cells import COUNTS, NOTHING, CountCell, Numbers, Picture, cell_of
from backend.storage.database import Database
from backend.storage.sqlfiles import sql


async def cells_of_event(database: Database, event_id: UUID) -> list[CountCell]:
    """Every cell of an event's live picture."""
    return [cell_of(row) for row in await database.fetch(sql("read_tallies"), event_id)]


async def picture_of_event(database: Database, event_id: UUID, minutes: Sequence[int]) -> Picture:
    """The live picture from the database itself, for when Redis has none."""
    total = NOTHING
    by_gate: dict[int, Numbers] = {}
    by_minute: dict[int, Numbers] = {}
    wanted = set(minutes)
    for cell in await cells_of_event(database, event_id):
        total = _plus(total, cell.numbers)
        by_gate[cell.gate] = _plus(by_gate.get(cell.gate, NOTHING), cell.numbers)
        if cell.minute in wanted:
            by_minute[cell.minute] = _plus(by_minute.get(cell.minute, NOTHING), cell.numbers)
    return Picture(total, by_gate, dict(sorted(by_minute.items())))


async def read(database: Database, name: str, *values: object) -> list[asyncpg.Record]:
    """Rows of the read-only statement `sql/<name>.sql`."""
    return await database.fetch(sql(name), *values)


def _plus(one: Numbers, other: Numbers) -> Numbers:
    sums = tuple(a + b for a, b in zip(one, other, strict=True))
    assert len(sums) == len(COUNTS)
    return sums  # type: ignore[return-value]
