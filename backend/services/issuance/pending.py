"""Points of a citizen that wait for one proven act."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.messages.issuance import PendingAccount, PendingItem
from backend.messages.shape import view_of
from backend.storage.database import Database
from backend.storage.statements import read


async def my_pending(database: Database, citizen_id: UUID) -> PendingAccount:
    """What waits, the oldest first."""
    rows = await read(database, "read_my_pending", citizen_id)
    items = [view_of(PendingItem, row, source_id=str(row["source_id"])) for row in rows]
    return PendingAccount(points=sum(item.points for item in items), items=items)


async def export_pending(database: Database, citizen_id: UUID) -> list[dict[str, Any]]:
    """All that ever waited for a citizen's first proven act, with what became of it, for the export of their data."""
    return [dict(row) for row in await read(database, "read_pending_history", citizen_id)]
