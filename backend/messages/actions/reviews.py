"""Reviews of actions: what staff see and decide, and what the citizen reads."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import Meta

from backend.messages.shape import Answer, Bilingual, Grams, Instant, Request

Why = Literal["photo", "speed", "device", "partner", "no_device", "same_quantity", "fresh_accounts"]
State = Literal["pending", "approved", "rejected"]
Quantity = Annotated[Decimal | None, Meta(description="as declared; null when none was declared")]


class OpinionView(Answer, kw_only=True):
    """What one person said of an action."""

    opinion: Literal["approve", "reject"]
    reason: str
    given_at: Instant
    is_mine: bool


class ReviewView(Answer, kw_only=True):
    """The evidence that staff judge an action by, without its citizen."""

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
    reduction_g: Annotated[int | None, Meta(description="what it would bring before caps")]
    points: int | None
    opinions_needed: Annotated[int, Meta(description="2 from a value on that the guards name")]
    opinions_given: int
    opinions: Annotated[
        list[OpinionView],
        Meta(
            description="only for who gave theirs, once it is decided, and for an operator where two differ"
        ),
    ]
    is_disputed: Annotated[bool, Meta(description="two differ: an operator settles it")]
    may_decide: Annotated[
        bool, Meta(description="false for who gave an opinion, and for an action of one's own")
    ]


class DecisionRequest(Request):
    decision: Literal["approve", "reject"]
    reason: Annotated[str, Meta(min_length=1, max_length=400, description="the citizen is told")]


class BookedAction(Answer, kw_only=True):
    """How the ledger booked an approved action."""

    state: Literal["posted", "capped", "unchanged"]
    credited_quantity: Decimal
    unit: str
    reduction_g: Grams
    points: int
    capped_by: str | None


class Decision(Answer, kw_only=True):
    """The review, still `pending` where another person is needed; `action` is null for one that is not approved, and
    for one that the ledger books in a moment.
    """

    review: ReviewView
    action: BookedAction | None


class MyReview(Answer, kw_only=True):
    """A citizen's own action under review, or reviewed."""

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
