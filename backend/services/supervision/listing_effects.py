"""What follows when an organisation gets onto the black list or leaves it: its events are frozen, or go on.

Everything else asks services.organisations.standing when it begins something, and needs no step here.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from backend.models import Event, EventFreeze, ListEntry
from backend.services.events.events import lock_row
from backend.services.supervision.freezes import OVER, add_freeze, end_freezes
from backend.storage.database import Database
from backend.storage.statements import lock, read


async def begin_effects(database: Database, entry: ListEntry, by: UUID, at: datetime) -> int:
    """Freeze the events of an organisation that gets onto the black list, in the transaction that publishes the entry.

    Returns how many. The organisation's row is locked first: events that are filed at the same moment are committed
    before and found, or come after and are refused.
    """
    if entry.list != "black":
        return 0
    await lock("lock_organisation_alone", entry.organisation_id)
    frozen = 0
    for row in await read(database, "find_events_of_organisation", entry.organisation_id):
        event = await lock_row(await Event.get(id=row["id"]))
        if event.state in OVER:
            continue
        await add_freeze(event, by, "blacklist", entry.reason, at, entry.id)
        frozen += 1
    return frozen


async def end_effects(entry: ListEntry, by: UUID | None, at: datetime) -> int:
    """Let the events of an entry go on that no order and no other entry holds, in the transaction that ends it."""
    freezes = await EventFreeze.filter(entry_id=entry.id, ended_at=None).order_by("event_id")
    for freeze in freezes:
        event = await lock_row(await Event.get(id=freeze.event_id))
        await end_freezes(event, [freeze.id], by, at)
    return len(freezes)
