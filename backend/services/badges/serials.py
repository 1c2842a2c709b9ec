"""Serials of an event's badges: given in order, to one transaction at a time."""

from __future__ import annotations

from uuid import UUID

from backend.errors import BadgeLimit
from backend.storage.database import Database
from backend.storage.statements import lock, read

BADGES_PER_EVENT_MAX = 100_000
"""Replacements do not count: staff can replace a lost badge at a full event too."""
SERIAL_MAX = 2_000_000_000
"""What the column holds, rounded down; a code could name one more digit."""


async def take_serials(
    database: Database, event_id: UUID, count: int, *, are_replacements: bool = False
) -> int:
    """The first of `count` serials that no other badge gets; call it in the transaction that stores the badges.

    The transaction holds a lock for serials until then, and not the event's row: scans go on while a file
    of a hundred thousand badges is stored. Raises BadgeLimit.
    """
    await lock("lock_serials", event_id)
    found = (await read(database, "read_last_serial", event_id))[0]
    last: int = found["serial"]
    issued = last - found["reissued"] + (0 if are_replacements else count)
    if issued > BADGES_PER_EVENT_MAX or last + count > SERIAL_MAX:
        raise BadgeLimit
    return last + 1
