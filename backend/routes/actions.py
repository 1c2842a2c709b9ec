"""Logging low-carbon actions."""

from __future__ import annotations

from backend.domain.catalogue.refusals import CalculationRefusal
from backend.errors import (
    EventNotRunning,
    EvidenceUnsupported,
    IdempotencyKeyReused,
    MethodNotFound,
    TimeOutOfRange,
)
from backend.errors.account.points import ActionsPerDay, MethodRetired
from backend.errors.actions.evidence import EVIDENCE_REFUSALS
from backend.errors.community.knowledge import EarnedElsewhere
from backend.errors.minors import AgeNeeded, GuardianNeeded
from backend.errors.venue import OutsideWindow, PassForStaff
from backend.ledger.command import Outcome
from backend.messages.actions import actions as m_actions
from backend.routes.http.call import Call
from backend.routes.http.endpoint import BADGE, CITIZEN, CODE, DEVICE, QUEUED, Endpoint, in_section
from backend.services.actions import allowances


async def log_action(call: Call) -> Outcome:
    return await call.components.actions.log_action(
        call.principal.id, call.body, call.header(b"x-device"), call.idempotency, call.now
    )


async def show_allowances(call: Call) -> m_actions.Allowances:
    components = call.components
    return await allowances.show_allowances(
        components.database, components.catalogue, call.principal.id, call.now
    )


ENDPOINTS = in_section(
    "actions",
    Endpoint(
        "GET /v1/me/allowances",
        show_allowances,
        roles=CITIZEN,
        summary="What one more self-declared action of each method would bring today",
        answers={200: m_actions.Allowances},
    ),
    Endpoint(
        "POST /v1/actions",
        log_action,
        roles=CITIZEN,
        summary="Log a low-carbon action and earn points",
        body=m_actions.ActionRequest,
        answers={201: m_actions.ActionAnswer},
        refusals=(
            MethodNotFound,
            CalculationRefusal,
            TimeOutOfRange,
            MethodRetired,
            EarnedElsewhere,
            AgeNeeded,
            GuardianNeeded,
            ActionsPerDay,
            EvidenceUnsupported,
            *EVIDENCE_REFUSALS,
            *CODE,
            *BADGE,
            OutsideWindow,
            PassForStaff,
            EventNotRunning,
            IdempotencyKeyReused,
            *QUEUED,
        ),
        idempotency="required",
        headers=(DEVICE,),
    ),
)
