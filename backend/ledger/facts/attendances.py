"""Badges and attendances as the ledger's rules need them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

if TYPE_CHECKING:
    from backend.ledger.command import Command
    from backend.ledger.state import LedgerState
    from backend.storage.transaction import Transaction

EventCitizen = tuple[UUID, UUID]
EventBadge = tuple[UUID, int]


class BadgeFacts(msgspec.Struct, frozen=True):
    category: str | None
    is_revoked: bool
    holder_serial: int | None = None
    """The badge that it replaced, with which its holder had joined."""


class AttendanceFacts(msgspec.Struct, frozen=True):
    id: UUID
    citizen_id: UUID
    badge_serial: int | None
    gate: int | None
    footprint_digest: bytes
    offset_status: str
    points: int
    joined_at: datetime
    revision: int = 1
    """How often the journey was declared; `footprint_digest` is the last one's."""


async def load_attendances(transaction: Transaction, state: LedgerState, commands: Sequence[Command]) -> None:
    """Know, for each command at an event, the badge that was scanned, its holder, and the citizen's attendance."""
    asked = [(c.event_id, c.citizen_id, c.badge_serial) for c in commands]
    for row in await transaction.read("load_attendances", *zip(*asked, strict=True)):
        event_id = row["event_id"]
        if row["is_issued"]:
            badge_key = (event_id, row["badge_serial"])
            state.badges[badge_key] = BadgeFacts(row["category"], row["is_revoked"], row["holder_serial"])
            if row["holder"] is not None:
                state.badge_holders[badge_key] = row["holder"]
        if row["id"] is None:
            continue
        attendance = AttendanceFacts(
            id=row["id"],
            citizen_id=row["citizen_id"],
            badge_serial=row["own_serial"],
            gate=row["gate"],
            footprint_digest=row["footprint_digest"],
            offset_status=row["offset_status"],
            points=row["points"],
            joined_at=row["joined_at"],
        )
        state.attendances[(event_id, attendance.citizen_id)] = attendance
        if attendance.badge_serial is not None:
            state.badge_holders[(event_id, attendance.badge_serial)] = attendance.citizen_id
