"""The hot path: a scanned code becomes an attendance, a footprint and an offset."""

from __future__ import annotations

from backend.domain.catalogue.refusals import UnknownCity
from backend.domain.footprint.footprint import Footprint
from backend.errors import (
    CodeExpired,
    CodeForeign,
    EventNotFound,
    EventNotRunning,
    IdempotencyKeyReused,
    InvalidBody,
    PointsPaymentClosed,
    Refusal,
)
from backend.errors.account.points import PointsInsufficient
from backend.errors.events.offsets import BudgetExhausted
from backend.errors.venue import CompanionNeedsBadge, CompanionsTooMany, OutsideWindow, PassForStaff
from backend.ledger.command import JoinEvent, Outcome, RequestedOffset
from backend.ledger.events import event_facts
from backend.messages.events import scans as m_scans
from backend.messages.events.scans import FootprintRequest, OffsetRequest, ScanRequest
from backend.models.keys import uuid7
from backend.routes.http.endpoint import BADGE, CITIZEN, CODE, QUEUED, Call, Endpoint
from backend.services.events.events import row_of, visible_event
from backend.services.venue.companions import companion_for, of_companion, with_companion


async def scan(call: Call) -> Outcome:
    command = await join_command(call)
    request: ScanRequest = call.body
    if request.companion is None:
        return await call.components.queue.submit(command)
    companion = await companion_for(call.components.database, command, request.companion.kind)
    outcome = await call.components.queue.submit(of_companion(command, companion))
    return with_companion(outcome, companion)


async def join_command(call: Call) -> JoinEvent:
    """The command a scan asks for: the code verified without the database, the event found by it."""
    request: ScanRequest = call.body
    code = call.components.codes.read(request.code, call.now, call.principal.id)
    if code.kind == "S":
        raise CodeForeign
    if code.kind == "P":
        raise PassForStaff
    event_id = await call.components.directory.of_code(code.event_code)
    gate = code.gate
    refusal: Refusal | None = CodeExpired() if code.is_expired else None
    if code.kind == "W":
        poster = await call.components.posters.poster(event_id, code.number)
        gate, refusal = poster.gate, poster.refusal_at(call.now)
    if request.journey is not None:
        call.components.ledger.footprints.check(request.journey)
    return JoinEvent(
        id=uuid7(),
        citizen_id=call.principal.id,
        event_id=event_id,
        badge_serial=code.badge_serial,
        gate=gate,
        journey=request.journey,
        offset=None if request.offset is None else _ask(request.offset),
        idempotency=call.idempotency,
        at=call.now,
        refusal_if_new=refusal,
    )


def _ask(offset: OffsetRequest) -> RequestedOffset:
    if offset.share is not None and offset.grams is not None:
        raise InvalidBody(reason="offset takes share or grams, not both")
    return RequestedOffset(offset.share, offset.grams, offset.pay_with)


async def estimate(call: Call) -> Footprint:
    """The footprint of attending as it would be recorded now; nothing is written."""
    request: FootprintRequest = call.body
    event = await visible_event(call.params["slug"], call.principal_if_staff())
    facts = event_facts(row_of(event))
    return call.components.ledger.footprints.compute(facts, request.journey, request.category)


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/v1/scans",
        handler=scan,
        tag="scans",
        roles=CITIZEN,
        summary="Scan a badge or a venue's screen: join, see the footprint, offset it",
        body=m_scans.ScanRequest,
        answers={201: m_scans.ScanAnswer, 200: m_scans.ScanAnswer},
        refusals=(
            *CODE,
            *BADGE,
            OutsideWindow,
            PassForStaff,
            CompanionNeedsBadge,
            CompanionsTooMany,
            EventNotRunning,
            PointsPaymentClosed,
            PointsInsufficient,
            BudgetExhausted,
            UnknownCity,
            IdempotencyKeyReused,
            *QUEUED,
        ),
        idempotency="optional",
    ),
    Endpoint(
        method="POST",
        path="/v1/events/{slug}/footprints",
        handler=estimate,
        tag="scans",
        summary="Estimate the footprint of attending; nothing is written",
        body=m_scans.FootprintRequest,
        answers={200: Footprint},
        refusals=(EventNotFound, UnknownCity),
    ),
)
