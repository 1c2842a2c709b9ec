"""What happened at the doors, as operators and regulators see it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from backend.messages.shape import Answer, Request

Count = Annotated[int, Meta(ge=0)]


class SecurityRecordView(Answer):
    """An event, or `occurrences` of a kind within a minute. The database itself says when."""

    id: str
    at: datetime
    kind: str
    actor_id: str | None
    actor: Annotated[str | None, Meta(description="a username as it was typed, or who was connected")]
    source: Annotated[str | None, Meta(description="the address that it came from")]
    subject: Annotated[str | None, Meta(description="what it was about: an account, an event, a route")]
    reason: str | None
    occurrences: Annotated[int, Meta(ge=1)]


class RatePoint(Answer):
    kind: str
    since: datetime
    occurrences: Count


class RateAlert(Answer):
    """More than this within `window_s` raises an alert."""

    kind: str
    occurrences_max: Count


class SecurityRates(Answer):
    """Events by kind in stretches of `stretch_s` seconds; a stretch without any is left out."""

    since: datetime
    until: datetime
    stretch_s: Count
    items: list[RatePoint]
    alerts: list[RateAlert]
    window_s: Count


NameKind = Literal["team", "certificate"]
NameTrouble = Literal["official", "insult", "advertising", "private", "other"]


class NameReportRequest(Request):
    """`subject`: a team's id, or the number of a certificate."""

    kind: NameKind
    subject: Annotated[str, Meta(min_length=1, max_length=64)]
    why: NameTrouble = "other"
    note: Annotated[str, Meta(min_length=1, max_length=400)] | None = None


class NameReportView(Answer):
    id: str
    kind: NameKind
    subject: str
    name: str
    why: NameTrouble
    note: str | None
    created_at: datetime


class NameDecisionRequest(Request):
    decision: Literal["removed", "kept"]
    reason: Annotated[str, Meta(min_length=1, max_length=400)]
