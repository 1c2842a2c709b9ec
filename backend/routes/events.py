"""Events, credit batches, pools, badges, venue codes."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from backend.domain.codes import STEP_S, step_of
from backend.domain.refusals import UnknownCity
from backend.errors import (
    BadgeLimit,
    BatchNotFound,
    BatchOverassigned,
    EventClosed,
    EventNotFound,
    GateNotFound,
    InvalidQuery,
    RetirementEntered,
    SlugTaken,
    TransitionIllegal,
)
from backend.messages import events as m_events
from backend.messages.events import (
    BadgeView,
    CreditBatchView,
    EventView,
    PoolView,
    VenueCodeView,
)
from backend.messages.shape import Page
from backend.routes.serving import ANY_STAFF, ORGANISER, PAGING, Call, Endpoint, Query
from backend.services import credits, events


async def list_events(call: Call) -> Page[EventView]:
    limit = call.limit
    rows = await events.list_events(limit + 1, call.cursor_id)
    views = await events.event_views(rows[:limit], call.parts.ledger.footprints)
    return Page(views, views[-1].id if len(rows) > limit else None)


async def show_event(call: Call) -> EventView:
    event = await events.find_event(call.params["slug"])
    if event.state in events.UNPUBLISHED and call.principal_if_staff() is None:
        raise EventNotFound
    return await events.event_view(event, call.parts.ledger.footprints)


async def create_event(call: Call) -> EventView:
    parts = call.parts
    event = await events.create_event(parts.database, call.principal, call.body, parts.catalogue)
    return await events.event_view(event, parts.ledger.footprints)


async def move_event(call: Call) -> EventView:
    parts = call.parts
    event = await events.move_event(
        parts.database, call.principal, call.params["slug"], call.body.to, call.body.note
    )
    return await events.event_view(event, parts.ledger.footprints)


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


async def enter_batch(call: Call) -> CreditBatchView:
    return await credits.enter_batch(call.parts.database, call.principal, call.body)


async def list_batches(call: Call) -> Page[CreditBatchView]:
    limit = call.limit
    rows = await credits.list_batches(limit + 1, call.cursor_id)
    views = [credits.batch_view(row) for row in rows[:limit]]
    return Page(views, views[-1].id if len(rows) > limit else None)


async def assign_to_pool(call: Call) -> PoolView:
    event = await events.find_event(call.params["slug"])
    return await credits.assign_to_pool(call.parts.database, call.principal, event, call.body)


async def list_pools(call: Call) -> Page[PoolView]:
    return Page(await credits.list_pools(await events.find_event(call.params["slug"])))


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
        method="POST",
        path="/v1/events",
        handler=create_event,
        tag="events",
        roles=ORGANISER,
        summary="Create an event as a draft",
        body=m_events.EventRequest,
        answers={201: m_events.EventView},
        refusals=(SlugTaken, UnknownCity),
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
        path="/v1/events/{slug}/transitions",
        handler=move_event,
        tag="events",
        roles=ORGANISER,
        summary="Move an event to another state",
        body=m_events.TransitionRequest,
        answers={200: m_events.EventView},
        refusals=(EventNotFound, TransitionIllegal),
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
    Endpoint(
        method="GET",
        path="/v1/events/{slug}/pools",
        handler=list_pools,
        tag="credits",
        roles=ANY_STAFF,
        summary="Credits an event may allocate",
        answers={200: Page[m_events.PoolView]},
        refusals=(EventNotFound,),
    ),
    Endpoint(
        method="POST",
        path="/v1/events/{slug}/pools",
        handler=assign_to_pool,
        tag="credits",
        roles=ORGANISER,
        summary="Give an event grams of a retired batch",
        body=m_events.PoolRequest,
        answers={201: m_events.PoolView},
        refusals=(EventNotFound, EventClosed, BatchNotFound, BatchOverassigned),
    ),
    Endpoint(
        method="POST",
        path="/v1/credit-batches",
        handler=enter_batch,
        tag="credits",
        roles=("operator",),
        summary="Enter credits retired in their registry",
        body=m_events.CreditBatchRequest,
        answers={201: m_events.CreditBatchView},
        refusals=(RetirementEntered,),
    ),
    Endpoint(
        method="GET",
        path="/v1/credit-batches",
        handler=list_batches,
        tag="credits",
        roles=ANY_STAFF,
        summary="Credit batches, newest first",
        answers={200: Page[m_events.CreditBatchView]},
        query=PAGING,
    ),
)
