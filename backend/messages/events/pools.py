"""An event's pool under supervision: ceiling for one person, pace, pause, and offsets that wait for staff."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from backend.domain.credits.pool_rate import PoolRate
from backend.domain.footprint.footprint import Journey
from backend.messages.shape import Answer, Grams, Instant, Request

Category = Literal["local", "province", "national", "international"]
Reason = Annotated[str, Meta(min_length=1, max_length=400, description="why; it is recorded")]


class PoolLimitsRequest(Request, kw_only=True):
    """What the organiser sets; both hold for what is asked from now on, and nobody loses what they have."""

    offset_ceiling_g: (
        Annotated[
            int,
            Meta(
                ge=1, le=1_000_000_000, description="grams for one person; null: twice a plausible footprint"
            ),
        ]
        | None
    )
    companions_max: Annotated[int, Meta(ge=0, le=50, description="companions that one phone may bring")] = 5
    reason: Reason


class PoolPauseRequest(Request):
    """Stop giving grams of the pool, or go on. Scans go on all the same; who asks for an offset waits in line."""

    is_paused: bool
    reason: Reason


class UsualCeiling(Answer):
    """The ceiling of somebody who declares no place, by the category of their ticket; null: a badge without one."""

    category: Category | None
    grams: Grams


class PoolSupervisionView(Answer):
    event: str
    offset_ceiling_g: Annotated[int | None, Meta(description="as the organiser set it")]
    usual_ceilings: Annotated[
        list[UsualCeiling],
        Meta(description="where the organiser set none: twice a plausible footprint for the declared place"),
    ]
    companions_max: int
    paused_at: Instant | None
    paused_why: str | None
    frozen_at: Annotated[Instant | None, Meta(description="the supervising authority has stopped allocation")]
    frozen_why: str | None
    held: Annotated[int, Meta(description="offsets that wait until staff have looked")]
    held_g: Grams
    grams_left: Grams
    rate: PoolRate


class HeldOffset(Answer):
    """An offset above the ceiling for one person. It says what was declared, and nothing of who declared it."""

    id: Annotated[str, Meta(description="the attendance's")]
    badge_serial: int | None
    category: str | None
    is_companion: bool
    asked_g: Grams
    has_g: Annotated[Grams, Meta(description="what the offset holds already")]
    footprint_g: Grams
    ceiling_g: Grams
    journey: Journey | None
    joined_at: Instant


class HeldOffsetRequest(Request):
    """Let all of it through, no more than the ceiling, or nothing."""

    decision: Literal["approved", "limited", "refused"]
    reason: Reason
