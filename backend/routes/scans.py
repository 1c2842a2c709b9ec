"""The hot path: a scanned code becomes an attendance, a footprint and an offset."""

from __future__ import annotations

from backend.domain.catalogue.refusals import CITY_REFUSALS
from backend.domain.footprint.footprint import Footprint
from backend.errors import EventNotFound, EventNotRunning, IdempotencyKeyReused, PointsPaymentClosed
from backend.errors.account.points import PointsInsufficient
from backend.errors.badges import GuestOfAnotherBadge, IdentityNeeded
from backend.errors.events.journeys import JOURNEY_REFUSALS
from backend.errors.events.offsets import BudgetExhausted
from backend.errors.supervision.freezes import EventFrozen
from backend.errors.venue import CompanionNeedsBadge, CompanionsTooMany, OutsideWindow, PassForStaff
from backend.ledger.command import Outcome
from backend.messages.events import scans as m_scans
from backend.routes.http.call import Call
from backend.routes.http.endpoint import ATTENDEE, BADGE, CODE, QUEUED, Endpoint, in_section
from backend.services.events.attendance import estimate_footprint


async def scan(call: Call) -> Outcome:
    return await call.components.scans.scan(call.principal, call.body, call.idempotency, call.now)


async def estimate(call: Call) -> Footprint:
    components = call.components
    return await estimate_footprint(
        components.ledger.footprints, call.params["slug"], call.principal_if_staff(), call.body
    )


ENDPOINTS = in_section(
    "scans",
    Endpoint(
        "POST /v1/scans",
        scan,
        roles=ATTENDEE,
        summary="Scan a badge or a venue's screen: join, see the footprint, offset it",
        body=m_scans.ScanRequest,
        answers={201: m_scans.ScanAnswer, 200: m_scans.ScanAnswer},
        refusals=(
            *CODE,
            *BADGE,
            IdentityNeeded,
            GuestOfAnotherBadge,
            OutsideWindow,
            PassForStaff,
            CompanionNeedsBadge,
            CompanionsTooMany,
            EventNotRunning,
            EventFrozen,
            PointsPaymentClosed,
            PointsInsufficient,
            BudgetExhausted,
            *CITY_REFUSALS,
            *JOURNEY_REFUSALS,
            IdempotencyKeyReused,
            *QUEUED,
        ),
        idempotency="optional",
    ),
    Endpoint(
        "POST /v1/events/{slug}/footprints",
        estimate,
        summary="Estimate the footprint of attending; nothing is written",
        body=m_scans.FootprintRequest,
        answers={200: Footprint},
        refusals=(EventNotFound, *CITY_REFUSALS, *JOURNEY_REFUSALS),
    ),
)
