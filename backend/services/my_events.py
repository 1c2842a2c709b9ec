"""The events that a staff member may run, drafts and applications included."""

from __future__ import annotations

from uuid import UUID

from backend.auth import Principal
from backend.models import Event


async def list_my_events(staff: Principal, limit: int, after: UUID | None) -> list[Event]:
    query = Event.filter(created_by=staff.id) if staff.role == "organiser" else Event.all()
    if after is not None:
        query = query.filter(id__lt=after)
    return await query.order_by("-id").limit(limit)
