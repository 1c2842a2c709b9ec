"""What exists in demo mode only."""

from __future__ import annotations

import re

from backend.errors import InvalidQuery
from backend.messages.actions.werun_steps import StepsRequest
from backend.messages.operations.health import DemoBadge
from backend.routes.http.call import Call
from backend.routes.http.reply import Reply
from backend.services.operations.demo import free_badge


async def next_badge(call: Call) -> DemoBadge:
    return await free_badge(call.components.database, call.components.codes)


async def open_badge(call: Call) -> Reply:
    """To the phone page of a fresh badge, as if it had been scanned."""
    badge = await free_badge(call.components.database, call.components.codes)
    return Reply(status=303, headers=((b"location", badge.url.encode()),))


async def steps_payload(call: Call) -> StepsRequest:
    """Today's steps as WeChat would encrypt them for the caller's phone, ready to be sent to /v1/me/steps."""
    text = call.query("steps") or "8000"
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise InvalidQuery(name="steps", reason="0 … 999999")
    return await call.components.steps.demo_payload(call.principal.id, int(text), call.now)
