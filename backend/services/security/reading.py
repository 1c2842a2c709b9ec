"""The record of what happened at the doors, as operators and regulators read it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from backend.messages.cursors import write_cursor
from backend.messages.security import SecurityRecordView
from backend.messages.shape import Page, view_of
from backend.storage.database import Database
from backend.storage.statements import read


async def list_records(
    database: Database,
    kind: str | None,
    since: datetime,
    until: datetime,
    limit: int,
    cursor: tuple[datetime | None, UUID | None],
) -> Page[SecurityRecordView]:
    """Records of a time, newest first, of one kind or of all."""
    rows = await read(database, "read_security_records", kind, since, until, *cursor, limit + 1)
    shown = rows[:limit]
    items = [
        view_of(SecurityRecordView, row, id=str(row["id"]), actor_id=_text(row["actor_id"])) for row in shown
    ]
    last = write_cursor(shown[-1]["at"], shown[-1]["id"]) if len(rows) > limit else None
    return Page(items, last)


def _text(id_: UUID | None) -> str | None:
    return None if id_ is None else str(id_)
