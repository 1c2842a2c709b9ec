"""Events as anyone may read of them, and badges issued by number."""

from __future__ import annotations

from backend.errors import BadgeLimit, EventClosed, EventNotFound
from backend.messages.events import events as m_events
from backend.messages.events.events import BadgeView, EventView
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import OF_THE_GATES, ORGANISER, PAGING, Endpoint, in_section
from backend.services.badges import issue
from backend.services.events import events


async def list_events(call: Call) -> Page[EventView]:
    components = call.components
    return await events.list_events(
        components.database, components.ledger.footprints, call.limit, call.cursor_id
    )


async def show_event(call: Call) -> EventView:
    components = call.components
    return await events.show_event(
        components.database, components.ledger.footprints, call.params["slug"], call.principal_if_staff()
    )


async def issue_badges(call: Call) -> Page[BadgeView]:
    components = call.components
    badges = await issue.issue_badges(
        components.database,
        call.principal,
        call.params["slug"],
        call.body,
        components.codes,
        components.settings.public_base,
    )
    return Page(badges)


ENDPOINTS = in_section(
    "events",
    Endpoint(
        "GET /v1/events",
        list_events,
        summary="Events, newest first",
        answers={200: Page[m_events.EventView]},
        query=PAGING,
    ),
    Endpoint(
        "GET /v1/events/{slug}",
        show_event,
        summary="An event with its default footprint",
        answers={200: m_events.EventView},
        refusals=(EventNotFound,),
    ),
    Endpoint(
        "POST /v1/events/{slug}/badges",
        issue_badges,
        roles=("staff", *ORGANISER),
        organiser_duty=OF_THE_GATES,
        duty=("badges",),
        summary="Issue badges",
        body=m_events.BadgesRequest,
        answers={201: Page[m_events.BadgeView]},
        refusals=(EventNotFound, EventClosed, BadgeLimit),
    ),
)
