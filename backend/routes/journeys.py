"""An attendee revises the journey and sees the attendance; budgets in points; cities to choose from."""

from __future__ import annotations

from backend.domain.catalogue.refusals import CITY_REFUSALS
from backend.errors import EventClosed, EventNotFound, IdempotencyKeyReused
from backend.errors.events.journeys import JOURNEY_REFUSALS
from backend.errors.events.offsets import (
    AttendanceNotFound,
    BudgetBelowSpent,
    BudgetNotFound,
    JourneyClosed,
    RevisionLimit,
)
from backend.errors.supervision.freezes import EventFrozen
from backend.ledger.command import Outcome
from backend.messages.events import journeys as m
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import (
    ATTENDEE,
    OF_THE_MONEY,
    ORGANISER,
    QUEUED,
    Endpoint,
    Query,
    in_section,
)
from backend.services.events import attendance, points_budget
from backend.services.events.cities import find_cities

CITIES_MAX = 20
CITY_CHARS_MAX = 40


async def revise_journey(call: Call) -> Outcome:
    components = call.components
    return await attendance.revise_journey(
        components.queue,
        components.ledger.footprints,
        call.params["slug"],
        call.principal.id,
        call.body.journey,
        call.idempotency,
        call.now,
    )


async def show_mine(call: Call) -> m.MyAttendance:
    components = call.components
    return await attendance.my_attendance(
        components.database, call.params["slug"], call.principal.id, components.settings.public_base
    )


async def set_budget(call: Call) -> m.BudgetView:
    return await points_budget.set_budget(
        call.components.database, call.principal, call.params["slug"], call.body
    )


async def show_budget(call: Call) -> m.BudgetView:
    return await points_budget.show_budget(call.params["slug"], call.principal_if_staff())


async def list_cities(call: Call) -> Page[m.CityView]:
    text = call.required_text("query", CITY_CHARS_MAX)
    return Page(find_cities(call.components.catalogue.cities, text, CITIES_MAX))


ENDPOINTS = in_section(
    "scans",
    Endpoint(
        "POST /v1/events/{slug}/journey",
        revise_journey,
        roles=ATTENDEE,
        summary="Declare the journey again: a new footprint, the difference offset or released",
        body=m.JourneyRequest,
        answers={200: m.JourneyAnswer},
        refusals=(
            EventNotFound,
            AttendanceNotFound,
            *CITY_REFUSALS,
            *JOURNEY_REFUSALS,
            JourneyClosed,
            RevisionLimit,
            IdempotencyKeyReused,
            *QUEUED,
        ),
        idempotency="required",
    ),
    Endpoint(
        "GET /v1/events/{slug}/me",
        show_mine,
        roles=ATTENDEE,
        summary="My attendance: footprint with its revisions, offset, what is waited for, points",
        answers={200: m.MyAttendance},
        refusals=(EventNotFound, AttendanceNotFound),
    ),
    Endpoint(
        "POST /v1/events/{slug}/budget",
        set_budget,
        tag="events",
        roles=ORGANISER,
        organiser_duty=OF_THE_MONEY,
        summary="The price of an offset in points, and how many points the sponsor pays for",
        body=m.BudgetRequest,
        answers={200: m.BudgetView},
        refusals=(EventNotFound, EventClosed, EventFrozen, BudgetBelowSpent),
    ),
    Endpoint(
        "GET /v1/events/{slug}/budget",
        show_budget,
        tag="events",
        summary="What an offset costs in points here, and what the sponsor still pays for",
        answers={200: m.BudgetView},
        refusals=(EventNotFound, BudgetNotFound),
    ),
    Endpoint(
        "GET /v1/cities",
        list_cities,
        summary="Cities whose name begins so, in any spelling or by initials; else those that are spelled alike",
        answers={200: Page[m.CityView]},
        query=(
            Query(
                "query",
                {"type": "string", "minLength": 1, "maxLength": CITY_CHARS_MAX},
                "the beginning of a name",
            ),
        ),
    ),
)
