"""The events that a staff member may see, with the drafts and applications among them."""

from __future__ import annotations

from uuid import UUID

from backend.auth import Principal
from backend.models import Event
from backend.services.events import SEES_UNPUBLISHED, UNPUBLISHED


async def list_my_events(staff: Principal, limit: int, after: UUID | None) -> list[Event]:
    if staff.role == "organiser":
        query = Event.filter(created_by=staff.id)
    elif staff.role in SEES_UNPUBLISHED:
        query = Event.all()
    else:
        query = Event.exclude(state__in=UNPUBLISHED)
    if after is not None:
        query = query.filter(id__lt=after)
    return await query.order_by("-id").limit(limit)
