"""Logging low-carbon actions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from msgspec import UNSET

from backend.domain.days import day_of
from backend.domain.quantification import check_parameters, check_quantity
from backend.errors import CodeExpired, EvidenceUnsupported, MethodNotFound, Refusal, TimeOutOfRange
from backend.ledger.commands import LogAction, Outcome
from backend.messages.actions import ActionRequest
from backend.models.keys import uuid7
from backend.routes.serving import Call

BACKDATED_DAYS_MAX = 7
CLOCK_SKEW_S_MAX = 120


async def log_action(call: Call) -> Outcome:
    request: ActionRequest = call.body
    parts = call.parts
    method = parts.catalogue.methods.get(request.method)
    if method is None:
        raise MethodNotFound
    parameters: Mapping[str, object] = {} if request.parameters is UNSET else request.parameters
    check_quantity(method, request.quantity)
    check_parameters(method, parameters)
    # A phone's clock may run a little ahead; more than that is a mistake or an attempt.
    occurred_at = request.occurred_at or call.now
    is_ancient = occurred_at < call.now - timedelta(days=BACKDATED_DAYS_MAX)
    refusal_if_new: Refusal | None = None
    if is_ancient or occurred_at > call.now + timedelta(seconds=CLOCK_SKEW_S_MAX):
        refusal_if_new = TimeOutOfRange(days_max=BACKDATED_DAYS_MAX)
    event_id: UUID | None = None
    gate = badge_serial = None
    if request.scene_code is not None:
        code = parts.codes.read(request.scene_code, call.now, call.principal.id)
        event_id = await parts.directory.of_code(code.event_code)
        gate, badge_serial = code.gate, code.badge_serial
        if code.is_expired:
            refusal_if_new = CodeExpired()
    tier = "E5" if event_id is None else "E3"
    if request.evidence is not None and request.evidence.tier != tier:
        raise EvidenceUnsupported(tier=request.evidence.tier)
    command = LogAction(
        id=uuid7(),
        citizen_id=call.principal.id,
        method=method.code,
        quantity=request.quantity,
        parameters=parameters,
        tier=tier,
        occurred_at=occurred_at,
        # An instant that is refused may lie where no calendar reaches.
        day=day_of(occurred_at if refusal_if_new is None else call.now),
        event_id=event_id,
        gate=gate,
        badge_serial=badge_serial,
        idempotency=call.idempotency,
        at=call.now,
        refusal_if_new=refusal_if_new,
    )
    return await parts.queue.submit(command)
