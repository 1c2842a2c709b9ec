"""Taking steps from WeRun."""

from __future__ import annotations

from backend.domain.community.consent_uses import STEPS_TAKEN
from backend.errors import IdempotencyKeyReused
from backend.errors.actions.evidence import DeviceMalformed
from backend.errors.actions.werun_steps import STEPS_REFUSALS
from backend.errors.minors import AgeNeeded, GuardianNeeded
from backend.ledger.command import Outcome
from backend.messages.actions import werun_steps as m_steps
from backend.routes.http.call import Call
from backend.routes.http.endpoint import CITIZEN, DEVICE, QUEUED, Endpoint, in_section


async def take_steps(call: Call) -> Outcome:
    assert call.idempotency is not None
    return await call.components.steps.take(
        call.principal.id, call.body, call.header(b"x-device"), call.idempotency, call.now
    )


ENDPOINTS = in_section(
    "me",
    Endpoint(
        "POST /v1/me/steps",
        take_steps,
        feature="steps",
        roles=CITIZEN,
        consent=STEPS_TAKEN,
        summary="Send a month of WeRun steps, as the phone got them from WeChat",
        body=m_steps.StepsRequest,
        answers={201: m_steps.StepsAnswer, 200: m_steps.StepsAnswer},
        refusals=(*STEPS_REFUSALS, AgeNeeded, GuardianNeeded, DeviceMalformed, IdempotencyKeyReused, *QUEUED),
        headers=(DEVICE,),
        idempotency="required",
    ),
)
