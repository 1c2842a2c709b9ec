"""Regulators freeze events, and two of them release one."""

from __future__ import annotations

from backend.auth import Role
from backend.errors import EventClosed, EventNotFound
from backend.errors.supervision.freezes import EventFrozenByList, EventNotFrozen, OutsideRemit, SamePerson
from backend.messages.supervision import freezes as m
from backend.routes.http.call import Call
from backend.routes.http.endpoint import ANY_STAFF, Endpoint, in_section
from backend.services.supervision import freezes

REGULATOR: tuple[Role, ...] = ("regulator",)


async def freeze(call: Call) -> m.FreezeView:
    components = call.components
    return await freezes.freeze_event(
        components.database,
        call.principal,
        call.params["slug"],
        call.body.reason,
        is_demo=components.settings.is_demo,
    )


async def release(call: Call) -> m.FreezeView:
    components = call.components
    return await freezes.release_event(
        components.database,
        call.principal,
        call.params["slug"],
        call.body.reason,
        is_demo=components.settings.is_demo,
    )


async def show(call: Call) -> m.FreezeView:
    is_demo = call.components.settings.is_demo
    return await freezes.show_freezes(call.principal, call.params["slug"], is_demo=is_demo)


ENDPOINTS = in_section(
    "supervision",
    Endpoint(
        "POST /v1/events/{slug}/freeze",
        freeze,
        roles=REGULATOR,
        summary="Stop allocation at an event; scans and footprints go on, offsets wait in line",
        body=m.FreezeRequest,
        answers={200: m.FreezeView},
        refusals=(EventNotFound, EventClosed, OutsideRemit),
    ),
    Endpoint(
        "POST /v1/events/{slug}/release",
        release,
        roles=REGULATOR,
        summary="Propose that a freeze ends; called by another regulator, end it",
        body=m.ReleaseRequest,
        answers={200: m.FreezeView},
        refusals=(EventNotFound, EventNotFrozen, EventFrozenByList, OutsideRemit, SamePerson),
    ),
    Endpoint(
        "GET /v1/events/{slug}/freezes",
        show,
        roles=ANY_STAFF,
        duty=("desk",),
        summary="Whether an event is frozen, by what, and whether a release waits for a second regulator",
        answers={200: m.FreezeView},
        refusals=(EventNotFound,),
    ),
)
