"""What the venue keeps about a citizen, for the export of their data and for erasure."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.models import Companion, Pass

Rows = list[dict[str, Any]]


async def export_venue(citizen_id: UUID) -> dict[str, Rows]:
    """A citizen's passes and companions, for the export of their data (PIPL art. 45)."""
    return {
        "passes": await Pass.filter(citizen_id=citizen_id)
        .order_by("created_at")
        .values("event_id", "number", "created_at"),
        "companions": await Companion.filter(guardian_id=citizen_id)
        .order_by("companion_id")
        .values("event_id", "badge_serial", "companion_id", "kind", "created_at"),
    }


async def forget_venue(citizen_id: UUID) -> None:
    """Delete a citizen's passes and ties to companions; call it inside the transaction that erases.

    The companions' attendances stay, as amounts do, without their guardian.
    """
    await Pass.filter(citizen_id=citizen_id).delete()
    await Companion.filter(guardian_id=citizen_id).delete()
