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
from backend.errors.venue import OutsideWindow, PassForStaff
from backend.ledger.command import Outcome
from backend.messages.actions import actions as m_actions
from backend.routes.http.call import Call
from backend.routes.http.endpoint import BADGE, CITIZEN, CODE, DEVICE, QUEUED, Endpoint, in_section


async def log_action(call: Call) -> Outcome:
    return await call.components.actions.log_action(
        call.principal.id, call.body, call.header(b"x-device"), call.idempotency, call.now
    )


ENDPOINTS = in_section(
    "actions",
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
