"""A citizen's own pass at an event, and whom they brought along."""

from __future__ import annotations

import re

from backend.errors import Busy, EventClosed, EventNotFound, InvalidQuery
from backend.errors.venue import PassesExhausted
from backend.messages import venue as m_venue
from backend.messages.shape import Page
from backend.messages.venue import CitizenPass, MyCompanion
from backend.routes.http.call import Call
from backend.routes.http.endpoint import CITIZEN, PAGING, Endpoint, Query, in_section
from backend.services.venue.companions import list_companions
from backend.services.venue.passes import pass_of

SLUG_FORM = re.compile(r"[a-z0-9-]{1,64}")


async def show_pass(call: Call) -> CitizenPass:
    slug = call.query("event")
    if slug is None:
        raise InvalidQuery.of("event", "missing")
    if not SLUG_FORM.fullmatch(slug):
        raise InvalidQuery.of("event", "form")
    return await pass_of(call.components.database, call.principal.id, slug, call.components.codes, call.now)


async def my_companions(call: Call) -> Page[MyCompanion]:
    components = call.components
    base = components.settings.public_base
    return await list_companions(components.database, call.principal.id, call.limit, call.cursor_id, base)


ENDPOINTS = in_section(
    "me",
    Endpoint(
        "GET /v1/me/pass",
        show_pass,
        roles=CITIZEN,
        summary="The citizen's pass at an event, for staff to scan, with the codes of the next ten minutes",
        answers={200: m_venue.CitizenPass},
        refusals=(EventNotFound, EventClosed, PassesExhausted, Busy),
        query=(Query("event", {"type": "string", "maxLength": 64}, "the event's slug"),),
    ),
    Endpoint(
        "GET /v1/me/companions",
        my_companions,
        roles=CITIZEN,
        summary="Whom the citizen scanned in, newest first, with their certificates",
        answers={200: Page[m_venue.MyCompanion]},
        query=PAGING,
    ),
)
