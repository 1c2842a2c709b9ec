"""What citizens object to, for the export of their data and for erasure."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.models import Complaint


async def export_complaints(citizen_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """A citizen's objections and their answers (PIPL art. 45), oldest first, without who answered."""
    rows = (
        await Complaint.filter(citizen_id=citizen_id)
        .order_by("id")
        .values("id", "about", "subject", "text", "state", "received_at", "due_on", "answer", "answered_at")
    )
    return {"complaints": rows}


async def forget_complaints(*citizen_ids: UUID) -> None:
    """Take text and person off people's objections, inside the transaction that erases; states and answers stay."""
    await Complaint.filter(citizen_id__in=citizen_ids).update(text=None, citizen_id=None)
