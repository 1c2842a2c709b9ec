"""Staff supervise the pool of an event: the ceiling for one person, the pause, offsets that wait for a decision."""

from __future__ import annotations

from backend.errors import EventClosed, EventNotFound
from backend.errors.events.offsets import HeldOffsetNotFound
from backend.errors.supervision.freezes import EventFrozen
from backend.ledger.command import Outcome
from backend.messages.events import pools as m
from backend.messages.events.journeys import SettleAnswer
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import (
    ANY_STAFF,
    OF_THE_MONEY,
    ORGANISER,
    PAGING,
    QUEUED,
    Endpoint,
    in_section,
)
from backend.services.events import pool_supervision

MAY_PAUSE = ("staff", *ORGANISER)


async def show_supervision(call: Call) -> m.PoolSupervisionView:
    return await call.components.pool_supervision.show(call.principal, call.params["slug"])


async def set_limits(call: Call) -> m.PoolSupervisionView:
    return await call.components.pool_supervision.limit(call.principal, call.params["slug"], call.body)


async def pause(call: Call) -> m.PoolSupervisionView:
    return await call.components.pool_supervision.pause(call.principal, call.params["slug"], call.body)


async def list_held(call: Call) -> Page[m.HeldOffset]:
    components = call.components
    return await pool_supervision.list_held_offsets(
        components.database,
        components.ledger.footprints,
        call.principal,
        call.params["slug"],
        call.limit,
        call.cursor_id,
    )


async def decide_held(call: Call) -> Outcome:
    components = call.components
    return await pool_supervision.decide_held_offset(
        components.database,
        components.queue,
        call.principal,
        call.params["slug"],
        call.params["id"],
        call.body,
        call.now,
    )


ENDPOINTS = in_section(
    "credits",
    Endpoint(
        "GET /v1/events/{slug}/pool-supervision",
        show_supervision,
        roles=ANY_STAFF,
        duty=("desk",),
        summary="The pool's ceiling for one person, its pace with an alarm, its pause, what is held",
        answers={200: m.PoolSupervisionView},
        refusals=(EventNotFound,),
    ),
    Endpoint(
        "POST /v1/events/{slug}/pool-limits",
        set_limits,
        roles=ORGANISER,
        organiser_duty=OF_THE_MONEY,
        summary="Set what one person may take from the pool, and how many companions one phone may bring",
        body=m.PoolLimitsRequest,
        answers={200: m.PoolSupervisionView},
        refusals=(EventNotFound, EventClosed),
    ),
    Endpoint(
        "POST /v1/events/{slug}/pool-pause",
        pause,
        roles=MAY_PAUSE,
        organiser_duty=OF_THE_MONEY,
        duty=("desk",),
        summary="Pause the pool, or let it go on; scans go on all the same",
        body=m.PoolPauseRequest,
        answers={200: m.PoolSupervisionView},
        refusals=(EventNotFound, EventClosed),
    ),
    Endpoint(
        "GET /v1/events/{slug}/held-offsets",
        list_held,
        roles=ANY_STAFF,
        duty=("desk",),
        summary="Offsets above the ceiling for one person that wait until staff have looked",
        answers={200: Page[m.HeldOffset]},
        refusals=(EventNotFound,),
        query=PAGING,
    ),
    Endpoint(
        "POST /v1/events/{slug}/held-offsets/{id}/decision",
        decide_held,
        roles=ORGANISER,
        summary="Let a held offset through, or no more than the ceiling of it, or nothing",
        body=m.HeldOffsetRequest,
        answers={200: SettleAnswer},
        refusals=(EventNotFound, EventClosed, EventFrozen, HeldOffsetNotFound, *QUEUED),
    ),
)
