"""The regulator's desk: an overview, events, subjects, alerts."""

from __future__ import annotations

from typing import get_args

from backend.auth import Role
from backend.domain.events.agencies import AgencyCode
from backend.domain.events.lifecycle import State
from backend.domain.supervision.alerts import ALERT_KINDS
from backend.errors.supervision.desk import AlertNotFound
from backend.messages.cursors import read_number
from backend.messages.shape import Page
from backend.messages.supervision import desk as m_desk
from backend.routes.http.call import Call
from backend.routes.http.endpoint import OVERSEERS, PAGING, Endpoint, Query, in_section
from backend.services.supervision import desk

REGULATOR: tuple[Role, ...] = ("regulator",)
QUERY_CHARS_MAX = 60


async def show_overview(call: Call) -> m_desk.DeskOverview:
    return await desk.show_overview(call.components.database, call.principal, call.now)


async def list_events(call: Call) -> Page[m_desk.WatchedEvent]:
    return await desk.list_events(
        call.components.database,
        call.principal,
        call.one_of("state", get_args(State)),
        call.one_of("agency", get_args(AgencyCode)),
        call.text("query", QUERY_CHARS_MAX, 0),
        call.limit,
        call.cursor_id,
        call.now,
    )


async def list_subjects(call: Call) -> Page[m_desk.WatchedSubject]:
    query = call.text("query", QUERY_CHARS_MAX, 0)
    return await desk.list_subjects(call.principal, query, call.limit, call.cursor_id, call.now)


async def list_alerts(call: Call) -> Page[m_desk.AlertView]:
    return await desk.list_alerts(
        call.components.database,
        call.principal,
        call.one_of("kind", ALERT_KINDS),
        call.text("event", 64),
        call.limit,
        read_number(call.cursor) or 0,
        call.now,
    )


async def acknowledge_alert(call: Call) -> m_desk.AlertView:
    return await desk.acknowledge_alert(call.components.database, call.principal, call.body, call.now)


WORDS = Query(
    "query", {"type": "string", "maxLength": QUERY_CHARS_MAX}, "words of the name, or a part of them"
)

ENDPOINTS = in_section(
    "supervision",
    Endpoint(
        "GET /v1/supervision",
        show_overview,
        roles=OVERSEERS,
        summary="Events by state and alerts by rule within the caller's remits",
        answers={200: m_desk.DeskOverview},
    ),
    Endpoint(
        "GET /v1/supervision/events",
        list_events,
        roles=OVERSEERS,
        summary="Events within the caller's remits, unpublished ones too, newest first, with how late they are",
        answers={200: Page[m_desk.WatchedEvent]},
        query=(
            *PAGING,
            WORDS,
            Query("state", {"type": "string", "enum": list(get_args(State))}, "in this state only"),
            Query("agency", {"type": "string", "enum": list(get_args(AgencyCode))}, "of this agency only"),
        ),
    ),
    Endpoint(
        "GET /v1/supervision/subjects",
        list_subjects,
        roles=OVERSEERS,
        summary="Organisations within the caller's remits in every state, with their licences, newest first",
        answers={200: Page[m_desk.WatchedSubject]},
        query=(*PAGING, WORDS),
    ),
    Endpoint(
        "GET /v1/supervision/alerts",
        list_alerts,
        roles=OVERSEERS,
        summary="What is late or unusual now, computed from what is stored; unacknowledged ones first, oldest first",
        answers={200: Page[m_desk.AlertView]},
        query=(
            *PAGING,
            Query("kind", {"type": "string", "enum": list(ALERT_KINDS)}, "of this rule only"),
            Query("event", {"type": "string", "maxLength": 64}, "about this event only, by its slug"),
        ),
    ),
    Endpoint(
        "POST /v1/supervision/alerts/acknowledgements",
        acknowledge_alert,
        roles=REGULATOR,
        summary="Say what is done about an alert; kept beside those of before",
        body=m_desk.AlertNoteRequest,
        answers={200: m_desk.AlertView},
        refusals=(AlertNotFound,),
    ),
)
