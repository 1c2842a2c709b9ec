"""Actions that a person looks at: what staff see, what they decide, what the citizen is told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import Meta

from backend.messages.shape import Answer, Bilingual, Grams, Instant, Request

Why = Literal["photo", "speed", "device", "partner"]
State = Literal["pending", "approved", "rejected"]
Quantity = Annotated[Decimal | None, Meta(description="as told; null when none was told")]


class ReviewView(Answer, kw_only=True):
    """What there is to judge an action by; not whose it is."""

    id: str
    why: Why
    state: State
    method: str
    quantity: Quantity
    parameters: dict[str, Any]
    tier: str
    occurred_at: Instant
    ended_at: Instant | None
    day: date
    scene_kind: str | None
    evidence: Annotated[dict[str, Any], Meta(description="what was seen; a place is rounded to a kilometre")]
    has_photo: bool
    created_at: Instant
    expected_by: Instant
    is_overdue: bool
    decided_at: Instant | None
    reason: str | None
    booked_at: Instant | None


class DecisionRequest(Request):
    decision: Literal["approve", "reject"]
    reason: Annotated[str, Meta(min_length=1, max_length=400, description="the citizen is told")]


class BookedAction(Answer, kw_only=True):
    """What the ledger made of an approved action."""

    state: Literal["posted", "capped", "unchanged"]
    credited_quantity: Decimal
    unit: str
    reduction_g: Grams
    points: int
    capped_by: str | None


class Decision(Answer, kw_only=True):
    """`action` is null for a rejected one, and for an approved one that will be booked in a moment."""

    review: ReviewView
    action: BookedAction | None


class MyReview(Answer, kw_only=True):
    """A citizen's own action that waits for a person, or waited."""

    id: Annotated[str, Meta(description="the action's")]
    state: State
    why: Why
    why_text: Bilingual
    method: str
    quantity: Quantity
    tier: str
    occurred_at: Instant
    day: date
    created_at: Instant
    expected_by: Instant
    decided_at: Instant | None
    reason: Annotated[str | None, Meta(description="what the person who decided says")]
