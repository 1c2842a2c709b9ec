"""What exists in demo mode only."""

from __future__ import annotations

from backend.messages.actions.werun_steps import StepsRequest
from backend.messages.operations.health import DemoBadge
from backend.routes.http.call import Call
from backend.routes.http.reply import Reply
from backend.services.operations.demo import free_badge

STEPS_DEFAULT, STEPS_MAX = 8000, 999_999


async def next_badge(call: Call) -> DemoBadge:
    return await free_badge(call.components.database, call.components.codes)


async def open_badge(call: Call) -> Reply:
    """To the phone page of a fresh badge, as if it had been scanned."""
    badge = await free_badge(call.components.database, call.components.codes)
    return Reply(status=303, headers=((b"location", badge.url.encode()),))


async def steps_payload(call: Call) -> StepsRequest:
    """Today's steps as WeChat would encrypt them for the caller's phone, ready to be sent to /v1/me/steps."""
    asked = call.whole("steps", 0, STEPS_MAX)
    steps = STEPS_DEFAULT if asked is None else asked
    return await call.components.steps.demo_payload(call.principal.id, steps, call.now)
