"""The live picture as the database has it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from backend.storage.database import Database
from backend.storage.live_counts.cells import COUNTS, NOTHING, CountCell, Numbers, Picture, cell_of
from backend.storage.statements import read


async def cells_of_event(
    database: Database, event_id: UUID, since: datetime | None = None
) -> list[CountCell]:
    """Cells of an event's live picture: every one, or those from a minute on."""
    return [cell_of(row) for row in await read(database, "read_tallies", event_id, since)]


async def picture_of_event(database: Database, event_id: UUID, minutes: Sequence[int]) -> Picture:
    """The live picture from the database itself, for when Redis has none."""
    since = datetime.fromtimestamp(min(minutes, default=0), UTC)
    total = NOTHING
    by_gate: dict[int, Numbers] = {}
    by_minute: dict[int, Numbers] = {}
    for row in await read(database, "read_picture", event_id, since):
        numbers: Numbers = tuple(row[name] for name in COUNTS)
        if row["minute"] is not None:
            by_minute[int(row["minute"].timestamp())] = numbers
        elif row["gate"] is not None:
            by_gate[row["gate"]] = numbers
        else:
            total = numbers
    return Picture(total, by_gate, by_minute if minutes else {})
