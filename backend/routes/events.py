"""Events, badges, venue codes."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from backend.domain.codes import STEP_S, step_of
from backend.errors import (
    BadgeLimit,
    EventClosed,
    EventNotFound,
    GateNotFound,
    InvalidQuery,
)
from backend.messages import events as m_events
from backend.messages.events import (
    BadgeView,
    EventView,
    VenueCodeView,
)
from backend.messages.shape import Page
from backend.routes.serving import ORGANISER, PAGING, Call, Endpoint, Query
from backend.services import events


async def list_events(call: Call) -> Page[EventView]:
    limit = call.limit
    rows = await events.list_events(limit + 1, call.cursor_id)
    views = await events.event_views(call.parts.database, rows[:limit], call.parts.ledger.footprints)
    return Page(views, views[-1].id if len(rows) > limit else None)


async def show_event(call: Call) -> EventView:
    event = await events.find_event(call.params["slug"])
    if event.state in events.UNPUBLISHED and call.principal_if_staff() is None:
        raise EventNotFound
    return await events.event_view(call.parts.database, event, call.parts.ledger.footprints)


async def issue_badges(call: Call) -> Page[BadgeView]:
    parts = call.parts
    badges = await events.issue_badges(
        parts.database,
        call.principal,
        call.params["slug"],
        call.body,
        parts.codes,
        parts.settings.public_base,
    )
    return Page(badges)


async def venue_code(call: Call) -> VenueCodeView:
    """What a screen shows now."""
    text = call.query("gate") or "1"
    if not re.fullmatch(r"[0-9]{1,3}", text) or int(text) < 1:
        raise InvalidQuery(name="gate", reason="1 … 999")
    event = await events.find_event(call.params["slug"])
    await events.check_gate(event, int(text))
    code = call.parts.codes.venue(event.code, int(text), call.now)
    return VenueCodeView(
        gate=int(text),
        code=code,
        url=f"{call.parts.settings.public_base}/q/{code}",
        expires_at=datetime.fromtimestamp((step_of(call.now) + 1) * STEP_S, UTC),
    )


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/events",
        handler=list_events,
        tag="events",
        summary="Events, newest first",
        answers={200: Page[m_events.EventView]},
        query=PAGING,
    ),
    Endpoint(
        method="GET",
        path="/v1/events/{slug}",
        handler=show_event,
        tag="events",
        summary="An event with its default footprint",
        answers={200: m_events.EventView},
        refusals=(EventNotFound,),
    ),
    Endpoint(
        method="POST",
        path="/v1/events/{slug}/badges",
        handler=issue_badges,
        tag="events",
        roles=("staff", *ORGANISER),
        summary="Issue badges",
        body=m_events.BadgesRequest,
        answers={201: Page[m_events.BadgeView]},
        refusals=(EventNotFound, EventClosed, BadgeLimit),
    ),
    Endpoint(
        method="GET",
        path="/v1/events/{slug}/venue-code",
        handler=venue_code,
        tag="events",
        roles=("staff", *ORGANISER),
        summary="The code a screen at a gate shows now",
        answers={200: m_events.VenueCodeView},
        refusals=(EventNotFound, GateNotFound),
        query=(Query("gate", {"type": "integer", "minimum": 1, "maximum": 999}, "the gate's number"),),
    ),
)
