"""Events, credit batches, pools, badges, venue codes."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from backend.domain.codes import STEP_S, step_of
from backend.errors import EventNotFound, InvalidQuery
from backend.messages.events import (
    BadgeView,
    CreditBatchView,
    EventView,
    PoolView,
    VenueCodeView,
)
from backend.messages.shape import Page
from backend.routes.serving import Call
from backend.services import credits, events


async def list_events(call: Call) -> Page[EventView]:
    limit = call.limit
    rows = await events.list_events(limit + 1, call.cursor_id)
    views = await events.event_views(rows[:limit], call.parts.ledger.footprints)
    return Page(views, views[-1].id if len(rows) > limit else None)


async def show_event(call: Call) -> EventView:
    event = await events.find_event(call.params["slug"])
    if event.state in events.UNPUBLISHED and call.principal_if_staff() is None:
        raise EventNotFound
    return await events.event_view(event, call.parts.ledger.footprints)


async def create_event(call: Call) -> EventView:
    parts = call.parts
    event = await events.create_event(parts.database, call.principal, call.body, parts.catalogue)
    return await events.event_view(event, parts.ledger.footprints)


async def move_event(call: Call) -> EventView:
    parts = call.parts
    event = await events.move_event(
        parts.database, call.principal, call.params["slug"], call.body.to, call.body.note
    )
    return await events.event_view(event, parts.ledger.footprints)


async def issue_badges(call: Call) -> Page[BadgeView]:
    parts = call.parts
    badges = await events.issue_badges(
        parts.database,
        call.principal,
        call.params["slug"],
        call.body,
        parts.codes,
        parts.settings.public_base,
    )
    return Page(badges)


async def enter_batch(call: Call) -> CreditBatchView:
    return await credits.enter_batch(call.parts.database, call.principal, call.body)


async def list_batches(call: Call) -> Page[CreditBatchView]:
    limit = call.limit
    rows = await credits.list_batches(limit + 1, call.cursor_id)
    views = [credits.batch_view(row) for row in rows[:limit]]
    return Page(views, views[-1].id if len(rows) > limit else None)


async def assign_to_pool(call: Call) -> PoolView:
    event = await events.find_event(call.params["slug"])
    return await credits.assign_to_pool(call.parts.database, call.principal, event, call.body)


async def list_pools(call: Call) -> Page[PoolView]:
    return Page(await credits.list_pools(await events.find_event(call.params["slug"])))


async def venue_code(call: Call) -> VenueCodeView:
    """What a screen shows now."""
    text = call.query("gate") or "1"
    if not re.fullmatch(r"[0-9]{1,3}", text) or int(text) < 1:
        raise InvalidQuery(name="gate", reason="1 … 999")
    event = await events.find_event(call.params["slug"])
    await events.check_gate(event, int(text))
    code = call.parts.codes.venue(event.code, int(text), call.now)
    return VenueCodeView(
        gate=int(text),
        code=code,
        url=f"{call.parts.settings.public_base}/q/{code}",
        expires_at=datetime.fromtimestamp((step_of(call.now) + 1) * STEP_S, UTC),
    )
