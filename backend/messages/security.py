"""What happened at the doors, as operators and regulators see it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from backend.messages.shape import Answer

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
