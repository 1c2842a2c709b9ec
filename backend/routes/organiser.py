"""What the organisers' pages ask for besides what everybody may ask."""

from __future__ import annotations

from backend.messages.events import events as m_events
from backend.messages.events.events import EventView
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import ANY_STAFF, PAGING, Endpoint, in_section
from backend.services.events.events import list_my_events


async def my_events(call: Call) -> Page[EventView]:
    components = call.components
    return await list_my_events(
        components.database, components.ledger.footprints, call.principal, call.limit, call.cursor_id
    )


ENDPOINTS = in_section(
    "events",
    Endpoint(
        "GET /v1/staff/events",
        my_events,
        roles=ANY_STAFF,
        summary="Events, newest first: an organiser's own, those where venue staff work, everybody's for others",
        answers={200: Page[m_events.EventView]},
        query=PAGING,
    ),
)
