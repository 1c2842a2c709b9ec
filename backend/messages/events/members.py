"""Who works at an event or for the whole city, and with which duties."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from backend.messages.shape import Answer, Instant, Request

Duty = Literal["gate", "badges", "reviews", "desk"]
"""gate: devices, rules, screens, posters; badges: lists and files with their codes; reviews: actions that wait for a
person; desk: the pool, the steps, the account of the event."""
CityDuty = Literal["reviews", "complaints"]
"""Of no event. reviews: actions that were done at none; complaints: objections and reports."""
Reason = Annotated[str, Meta(min_length=1, max_length=400)]
Username = Annotated[str, Meta(min_length=1, max_length=200)]


class MemberRequest(Request):
    """The duties that a member of staff has at the event from now on; others that they had there end."""

    username: Username
    duties: Annotated[list[Duty], Meta(min_length=1, max_length=4)]
    reason: Reason | None = None


class CityMemberRequest(Request):
    """The duties that a member of staff has for the whole city from now on; others that they had end."""

    username: Username
    duties: Annotated[list[CityDuty], Meta(min_length=1, max_length=2)]
    reason: Reason | None = None


class MemberRemovalRequest(Request):
    reason: Reason
    ends_devices: Annotated[
        bool, Meta(description="also end the scanning devices that they entered at the event")
    ] = False


class HeldDuty(Answer):
    """A duty, since when, and by username who gave it."""

    duty: Duty | CityDuty
    added_by: str
    added_at: Instant


class MemberView(Answer):
    """A member of staff at an event, or for the whole city."""

    id: Annotated[str, Meta(description="the staff account's")]
    username: str
    duties: Annotated[list[HeldDuty], Meta(description="none: works there no longer")]
    devices: Annotated[
        int, Meta(description="scanning devices of the event that they entered and that are open")
    ]
