"""Features by city and phase."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from backend.domain.operations.features import Limit, Phase
from backend.messages.shape import Answer, Bilingual, Instant, Request

Decision = Literal["confirmed", "withdrawn"]
Reason = Annotated[str, Meta(min_length=1, max_length=400, description="why; kept in the record")]
USES_MAX = 100_000_000


class SwitchRequest(Request):
    """Another phase of a feature. A pilot has a limit: a share of people, uses of a day, or both."""

    phase: Phase
    reason: Reason
    city: Annotated[
        Annotated[str, Meta(min_length=1, max_length=40)] | None,
        Meta(description="null: every city without a switch of its own"),
    ] = None
    people_pct: Annotated[
        Annotated[int, Meta(ge=1, le=99)] | None,
        Meta(description="of people with an account; the same ones for as long as it lasts"),
    ] = None
    uses_per_day_max: Annotated[
        Annotated[int, Meta(ge=1, le=USES_MAX)] | None,
        Meta(description="of all people together, a day in Shanghai"),
    ] = None


class SwitchDecisionRequest(Request):
    """What becomes of a proposed switch."""

    decision: Decision
    reason: Reason


class SwitchView(Answer):
    id: str
    city: str | None
    phase: Phase
    people_pct: int | None
    uses_per_day_max: int | None
    reason: str
    proposed_by: Annotated[str, Meta(description="user name")]
    proposed_at: Instant
    decision: Annotated[Decision | None, Meta(description="null: waits for another operator")]
    decided_by: str | None
    decided_at: Instant | None


class FeatureView(Answer):
    """A feature with its last switches, the newest first. The newest confirmed one of a city holds there."""

    code: str
    name: Bilingual
    pilot: Annotated[list[Limit], Meta(description="limits that a pilot of it may have")]
    switches: list[SwitchView]
