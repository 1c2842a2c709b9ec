"""Screens at a venue's gates."""

from __future__ import annotations

from backend.errors import EventClosed, EventNotFound, GateNotFound
from backend.errors.venue import ScreenLinkSpent, ScreenNotFound
from backend.messages import venue as m_venue
from backend.messages.shape import Page
from backend.messages.venue import ScreenLink, ScreenStatus, ScreenToken, VenueCodes
from backend.routes.http.call import Call
from backend.routes.http.endpoint import OF_THE_GATES, ORGANISER, Endpoint, Query, in_section
from backend.services.venue import screens
from backend.services.venue.screens import STEPS_DEFAULT, STEPS_MAX

AT_THE_VENUE = ("staff", *ORGANISER)


async def venue_codes(call: Call) -> VenueCodes:
    gate = _number(call, "gate", 1, 999)
    steps = _number(call, "steps", STEPS_DEFAULT, STEPS_MAX)
    components = call.components
    return await screens.codes_of_gate(
        components.codes,
        call.principal,
        call.params["slug"],
        gate,
        steps,
        call.now,
        components.settings.public_base,
    )


async def current_screen(call: Call) -> VenueCodes:
    steps = _number(call, "steps", STEPS_DEFAULT, STEPS_MAX)
    components = call.components
    return await screens.codes_of_screen(
        components.codes, call.header(b"authorization"), steps, call.now, components.settings.public_base
    )


def _number(call: Call, name: str, default: int, most: int) -> int:
    return call.whole(name, 1, most) or default


async def create_screen(call: Call) -> ScreenLink:
    components = call.components
    return await screens.create_screen(
        components.database,
        call.principal,
        call.params["slug"],
        call.body,
        call.now,
        components.settings.public_base,
    )


async def list_screens(call: Call) -> Page[ScreenStatus]:
    return Page(await screens.list_screens(call.principal, call.params["slug"], call.now))


async def revoke_screen(call: Call) -> ScreenStatus:
    return await screens.revoke_screen(
        call.components.database, call.principal, call.params["slug"], call.params["id"], call.now
    )


async def open_screen(call: Call) -> ScreenToken:
    return await screens.open_screen(call.components.database, call.body.key, call.now)


_STEPS = Query(
    "steps",
    {"type": "integer", "minimum": 1, "maximum": STEPS_MAX},
    "codes of 30 seconds each; 20 when left out",
)

ENDPOINTS = in_section(
    "venue",
    Endpoint(
        "GET /v1/screens/current",
        current_screen,
        summary="What a screen shows now and next; it says who it is with its own token (Authorization: Bearer)",
        answers={200: m_venue.VenueCodes},
        refusals=(ScreenNotFound, GateNotFound),
        query=(_STEPS,),
    ),
    Endpoint(
        "POST /v1/screen-sessions",
        open_screen,
        summary="Open a screen with its link's key, once; answers the token that reads one gate's codes",
        body=m_venue.ScreenKeyRequest,
        answers={201: m_venue.ScreenToken},
        refusals=(ScreenLinkSpent,),
    ),
    Endpoint(
        "GET /v1/events/{slug}/venue-codes",
        venue_codes,
        roles=AT_THE_VENUE,
        duty=("gate",),
        summary="The codes a gate's screen shows now and next, so that it goes on without a connection",
        answers={200: m_venue.VenueCodes},
        refusals=(EventNotFound, GateNotFound),
        query=(
            Query("gate", {"type": "integer", "minimum": 1, "maximum": 999}, "the gate's number"),
            _STEPS,
        ),
    ),
    Endpoint(
        "POST /v1/events/{slug}/screens",
        create_screen,
        roles=AT_THE_VENUE,
        organiser_duty=OF_THE_GATES,
        duty=("gate",),
        summary="Make a link that opens one screen at a gate, once",
        body=m_venue.ScreenRequest,
        answers={201: m_venue.ScreenLink},
        refusals=(EventNotFound, EventClosed, GateNotFound),
    ),
    Endpoint(
        "GET /v1/events/{slug}/screens",
        list_screens,
        roles=AT_THE_VENUE,
        duty=("gate",),
        summary="The event's screens, newest first",
        answers={200: Page[m_venue.ScreenStatus]},
        refusals=(EventNotFound,),
    ),
    Endpoint(
        "POST /v1/events/{slug}/screens/{id}/revocation",
        revoke_screen,
        roles=AT_THE_VENUE,
        organiser_duty=OF_THE_GATES,
        duty=("gate",),
        summary="End a screen's link and its token",
        answers={200: m_venue.ScreenStatus},
        refusals=(EventNotFound, ScreenNotFound),
    ),
)
