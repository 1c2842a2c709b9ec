"""Drafts of methods' versions and of points rules, with what they would have changed."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from msgspec import Meta

from backend.domain.actions.draft_effect import DaySums, MethodSums
from backend.messages.catalogue.administration import Reason
from backend.messages.shape import Answer, Bilingual, Edited, Instant, Request

Kind = Literal["method", "points_rule"]
State = Literal["draft", "proposed", "published", "discarded"]
Decision = Literal["published", "returned", "discarded"]


class DraftProposalRequest(Request):
    reason: Reason


class DraftDecisionRequest(Request):
    """`returned` makes it a draft again, `discarded` ends it."""

    decision: Decision
    reason: Reason


class EffectView(Answer):
    """What a draft would have changed of the last days: computed by the rules in force (`before`) and by the draft
    (`after`), both with the caps filled from the first of these days on; `booked` is what was booked."""

    first_day: date
    last_day: date
    citizens_total: Annotated[int, Meta(description="to look at")]
    citizens_done: Annotated[int, Meta(description="looked at so far")]
    is_done: bool
    citizens: Annotated[int, Meta(description="with such actions")]
    citizens_with_more: Annotated[int, Meta(description="who would have more points")]
    citizens_with_less: Annotated[int, Meta(description="who would have fewer points")]
    actions: int
    refused: Annotated[int, Meta(description="actions that the draft would not take")]
    booked_g: int
    booked_points: int
    capped_before: Annotated[int, Meta(description="actions that a cap trimmed, by the rules in force")]
    capped_after: int
    methods: dict[str, MethodSums]
    days: dict[str, DaySums]


class DraftExample(Answer):
    """One usual act by the version in force and by the draft."""

    quantity: str
    unit: str
    parameters: dict[str, str]
    before_g: int
    after_g: int
    before_points: int
    after_points: int


class DraftItem(Answer):
    id: str
    kind: Kind
    subject: Annotated[str, Meta(description="the method's code, or `points`")]
    name: Bilingual
    state: State
    effective_from: date
    version: str
    base: Annotated[str, Meta(description="the version that it was begun from")]
    written_by: Annotated[str, Meta(description="user name")]
    created_at: Instant


class FieldChange(Answer):
    """A field that the draft changes."""

    field: str
    before: Any
    after: Any


class DraftView(Edited):
    """A draft with what it changes; its ETag is its revision."""

    id: str
    kind: Kind
    subject: str
    name: Bilingual
    state: State
    effective_from: date
    version: str
    base: str
    written_by: str
    created_at: Instant
    reason: str
    body: Annotated[dict[str, Any], Meta(description="fields as they are sent")]
    changes: list[FieldChange]
    example: DraftExample | None
    effect: Annotated[EffectView | None, Meta(description="null until a worker has begun to compute it")]
    proposed_by: str | None
    decided_by: str | None
    decided_at: Instant | None
    decision_reason: str | None
