"""Programmes, and citizens' periods in them: opening, inputs, closing, offset."""

from __future__ import annotations

from backend.domain.catalogue.refusals import CITY_REFUSALS
from backend.domain.footprint.personal_period import PeriodInputs
from backend.errors import EventNotRunning, IdempotencyKeyReused, PointsPaymentClosed
from backend.errors.account.points import PointsInsufficient
from backend.errors.actions.evidence import PhotoNotFound, PhotoUsed
from backend.errors.events.journeys import JOURNEY_REFUSALS
from backend.errors.events.offsets import BudgetExhausted
from backend.errors.minors import AgeNeeded, GuardianNeeded
from backend.errors.neutrality import (
    PERIOD_INPUTS,
    PeriodClosed,
    PeriodCountedAtEvent,
    PeriodEmpty,
    PeriodEventsUnconfirmed,
    PeriodNotClosed,
    PeriodNotEnded,
    PeriodNotFound,
    PeriodOverlaps,
    ProgrammeNotFound,
    ProgrammePeriodUnfit,
    ProgrammeThere,
)
from backend.errors.supervision.freezes import EventFrozen
from backend.ledger.command import Outcome
from backend.messages.events.scans import OffsetRequest, ScanAnswer
from backend.messages.neutrality import (
    PeriodClosing,
    PeriodRequest,
    PeriodView,
    ProgrammeRequest,
    ProgrammeView,
)
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import CITIZEN, OPERATOR, QUEUED, Endpoint, in_section
from backend.services.neutrality import programmes
from backend.services.neutrality.personal_periods import Periods
from backend.services.venue.scans import requested

FEATURE = "personal_periods"


def _periods(call: Call) -> Periods:
    components = call.components
    return Periods(
        components.database, components.catalogue, components.queue, components.settings.public_base
    )


async def open_programme(call: Call) -> ProgrammeView:
    components = call.components
    return await programmes.open_programme(
        components.database, call.principal, call.body, components.catalogue, call.now
    )


async def list_programmes(call: Call) -> Page[ProgrammeView]:
    return Page(await programmes.list_programmes(call.now))


async def open_period(call: Call) -> PeriodView:
    request: PeriodRequest = call.body
    return await _periods(call).open(call.principal.id, request.programme, call.now)


async def list_periods(call: Call) -> Page[PeriodView]:
    return Page(await _periods(call).list_mine(call.principal.id, call.now))


async def tell_inputs(call: Call) -> PeriodView:
    return await _periods(call).tell(call.principal.id, call.params["id"], call.body, call.now)


async def close_period(call: Call) -> PeriodView:
    request: PeriodClosing = call.body
    return await _periods(call).close(
        call.principal.id, call.params["id"], call.now, events_left_out=request.events_left_out
    )


async def offset_period(call: Call) -> Outcome:
    offset = requested(call.body)
    return await _periods(call).offset(
        call.principal.id, call.params["id"], offset, call.idempotency, call.now
    )


ENDPOINTS = in_section(
    "me",
    Endpoint(
        "GET /v1/programmes",
        list_programmes,
        tag="events",
        feature=FEATURE,
        summary="Programmes in which people account for a period of their lives, the newest period first",
        answers={200: Page[ProgrammeView]},
    ),
    Endpoint(
        "POST /v1/programmes",
        open_programme,
        tag="events",
        roles=OPERATOR,
        summary="Open a programme for a month, a quarter or a year in a city",
        body=ProgrammeRequest,
        answers={201: ProgrammeView},
        refusals=(*CITY_REFUSALS, ProgrammePeriodUnfit, ProgrammeThere),
    ),
    Endpoint(
        "GET /v1/me/periods",
        list_periods,
        feature=FEATURE,
        roles=CITIZEN,
        summary="My periods: inputs, footprint line by line, what is not included, what is counted at events",
        answers={200: Page[PeriodView]},
    ),
    Endpoint(
        "POST /v1/me/periods",
        open_period,
        feature=FEATURE,
        roles=CITIZEN,
        summary="Open my period in a programme; again: the same one",
        body=PeriodRequest,
        answers={201: PeriodView},
        refusals=(ProgrammeNotFound, PeriodOverlaps, AgeNeeded, GuardianNeeded),
    ),
    Endpoint(
        "POST /v1/me/periods/{id}/inputs",
        tell_inputs,
        feature=FEATURE,
        roles=CITIZEN,
        summary="Tell the inputs of an open period; they replace what was told before",
        body=PeriodInputs,
        answers={200: PeriodView},
        refusals=(
            *(PeriodNotFound, PeriodClosed, PhotoNotFound, PhotoUsed),
            *CITY_REFUSALS,
            *JOURNEY_REFUSALS,
            *PERIOD_INPUTS,
        ),
    ),
    Endpoint(
        "POST /v1/me/periods/{id}/closing",
        close_period,
        feature=FEATURE,
        roles=CITIZEN,
        summary="Close a period that is over, once: its footprint never changes afterwards",
        body=PeriodClosing,
        answers={200: PeriodView},
        refusals=(
            *(PeriodNotFound, PeriodClosed, PeriodNotEnded, PeriodEmpty),
            *(PeriodEventsUnconfirmed, PeriodCountedAtEvent),
        ),
    ),
    Endpoint(
        "POST /v1/me/periods/{id}/offset",
        offset_period,
        feature=FEATURE,
        roles=CITIZEN,
        summary="Offset a closed period, all of it or a part, from the programme's pool",
        body=OffsetRequest,
        answers={201: ScanAnswer, 200: ScanAnswer},
        refusals=(
            *(PeriodNotFound, PeriodNotClosed, EventNotRunning, EventFrozen),
            *(PointsPaymentClosed, BudgetExhausted, PointsInsufficient, IdempotencyKeyReused, *QUEUED),
        ),
        idempotency="required",
    ),
)
