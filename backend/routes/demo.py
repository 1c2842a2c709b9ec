"""What exists in demo mode only."""

from __future__ import annotations

import re

from backend.errors import EventNotFound, InvalidQuery
from backend.messages.actions.werun_steps import StepsRequest
from backend.messages.operations.health import DemoBadge
from backend.routes.http.call import Call
from backend.routes.http.reply import Reply
from backend.services.badges.issue import badge_view
from backend.services.events.events import find_event
from backend.services.operations.demo import DEMO_SLUG
from backend.storage.statements import read


async def next_badge(call: Call) -> DemoBadge:
    """A badge of the demo event nobody has scanned; chosen at random, so that two visitors rarely meet."""
    components = call.components
    event = await find_event(DEMO_SLUG)
    rows = await read(components.database, "read_free_badge", event.id)
    if not rows:
        raise EventNotFound
    badge = badge_view(event.code, rows[0]["serial"], None, components.codes, "")
    return DemoBadge(serial=badge.serial, url=badge.url)


async def open_badge(call: Call) -> Reply:
    """To the phone page of a fresh badge, as if it had been scanned."""
    badge = await next_badge(call)
    return Reply(status=303, headers=((b"location", badge.url.encode()),))


async def steps_payload(call: Call) -> StepsRequest:
    """Today's steps as WeChat would encrypt them for the caller's phone, ready to be sent to /v1/me/steps."""
    text = call.query("steps") or "8000"
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise InvalidQuery(name="steps", reason="0 … 999999")
    return await call.components.steps.demo_payload(call.principal.id, int(text), call.now)
