"""Freezes of events: a regulator stops allocation, and two of them release it."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from backend.messages.shape import Answer, Instant, Request

Why = Annotated[
    str, Meta(min_length=1, max_length=400, description="why; it is recorded and staff of the event read it")
]


class FreezeRequest(Request):
    """Stop allocation at an event; scans and footprints go on, and who asks for an offset waits in line."""

    reason: Why


class ReleaseRequest(Request):
    """Propose that an event's freeze ends, or confirm what another regulator proposed."""

    reason: Why


class Freeze(Answer):
    """One reason why an event is or was frozen."""

    id: str
    cause: Annotated[
        Literal["order", "blacklist"],
        Meta(
            description="a regulator's order, or the black-list entry of an organisation that runs the event"
        ),
    ]
    entry: Annotated[str | None, Meta(description="the black-list entry's id")]
    reason: str
    by: Annotated[str, Meta(description="the user name of the regulator")]
    frozen_at: Instant
    release_proposed_by: str | None
    release_proposed_at: Instant | None
    release_reason: str | None
    ended_at: Instant | None


class FreezeView(Answer):
    """Whether an event is frozen, and by what."""

    event: str
    is_frozen: bool
    frozen_at: Instant | None
    frozen_why: str | None
    waits: Annotated[bool, Meta(description="a release is proposed and another regulator has to confirm it")]
    may_confirm: Annotated[bool, Meta(description="whether the caller is that other regulator")]
    freezes: Annotated[list[Freeze], Meta(description="newest first, those that have ended too")]
