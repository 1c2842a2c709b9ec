"""Taking steps from WeRun."""

from __future__ import annotations

from backend.domain.days import day_of
from backend.errors import IdempotencyKeyReused
from backend.errors.actions.evidence import DeviceMalformed
from backend.errors.actions.werun_steps import STEPS_REFUSALS
from backend.errors.community.community import ConsentWithdrawn
from backend.ledger.command import Outcome
from backend.messages.actions import werun_steps as m_steps
from backend.routes.http.call import Call
from backend.routes.http.endpoint import CITIZEN, DEVICE, QUEUED, Endpoint


async def take_steps(call: Call) -> Outcome:
    request: m_steps.StepsRequest = call.body
    assert call.idempotency is not None
    citizen_id, components = call.principal.id, call.components
    review = await components.devices.suspicion(call.header(b"x-device"), citizen_id, day_of(call.now))
    return await components.steps.take(citizen_id, request, call.idempotency, call.now, review)


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/v1/me/steps",
        handler=take_steps,
        tag="me",
        roles=CITIZEN,
        summary="Send a month of WeRun steps, as the phone got them from WeChat",
        body=m_steps.StepsRequest,
        answers={201: m_steps.StepsAnswer, 200: m_steps.StepsAnswer},
        refusals=(*STEPS_REFUSALS, ConsentWithdrawn, DeviceMalformed, IdempotencyKeyReused, *QUEUED),
        headers=(DEVICE,),
        idempotency="required",
    ),
)
