"""Who works at an event, and with which duties."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from backend.messages.shape import Answer, Instant, Request

Duty = Literal["gate", "badges", "reviews", "desk"]
"""gate: devices, rules, screens, posters; badges: lists and files with their codes; reviews: actions that wait for a
person; desk: the pool, the steps, the account of the event."""
Reason = Annotated[str, Meta(min_length=1, max_length=400)]


class MemberRequest(Request):
    """The duties that a member of staff has at the event from now on; others that they had there end."""

    username: Annotated[str, Meta(min_length=1, max_length=200)]
    duties: Annotated[list[Duty], Meta(min_length=1, max_length=4)]
    reason: Reason | None = None


class MemberRemovalRequest(Request):
    reason: Reason


class MemberView(Answer):
    """A member of staff at an event."""

    id: Annotated[str, Meta(description="the staff account's")]
    username: str
    duties: Annotated[list[Duty], Meta(description="none: works there no longer")]
    added_by: Annotated[str, Meta(description="who gave the newest duty, by username")]
    added_at: Instant
