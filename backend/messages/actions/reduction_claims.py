"""Causes, donations, claims on reductions, reversals."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from backend.messages.shape import Answer, Bilingual, Edited, Grams, Instant, Request, Slug, Statement

Reason = Annotated[str, Meta(min_length=1, max_length=400, description="why; kept with the record")]
GramsAsked = Annotated[int, Meta(ge=1, le=1_000_000_000_000, description="gCO2e at most; null: all")]
ClaimState = Literal["personal", "donated", "aggregated", "cancelled"]
Id = Annotated[str, Meta(max_length=36)]
CITIZENS_PER_REQUEST_MAX = 500


class About(Request, rename={"zh": "zh-CN"}):
    """What a cause is about, in both languages."""

    zh: Annotated[str, Meta(min_length=1, max_length=2000)]
    en: Annotated[str, Meta(min_length=1, max_length=2000)]


class CauseRequest(Request):
    """A new cause. With `event` it is the event's own, and has the event's name unless another is given."""

    slug: Slug
    about: About
    reason: Reason
    name: Bilingual | None = None
    event: Slug | None = None


class CauseChangeRequest(Request):
    """Changes to a cause; fields left out stay."""

    reason: Reason
    name: Bilingual | None = None
    about: About | None = None
    is_open: bool | None = None


class CauseBrief(Answer):
    slug: str
    name: Bilingual


class CauseView(Edited, kw_only=True):
    """A cause with its public total."""

    id: str
    slug: str
    event: Annotated[str | None, Meta(description="slug of the event whose cause it is")]
    name: Bilingual
    about: Statement
    is_open: bool
    donated_g: Grams
    donations: int
    created_at: Instant


class CauseDay(Answer):
    day: date
    donated_g: Grams
    donations: int


class CauseDetail(CauseView):
    """A cause with the donations of each of the last days; days without a donation are left out."""

    by_day: list[CauseDay]


class DonationRequest(Request):
    """Donate reductions to a cause: whole actions, oldest first, as long as they fit into `grams`."""

    cause: Slug
    grams: GramsAsked | None = None


class DonationAnswer(Answer):
    id: str
    cause: CauseBrief
    grams: Grams
    actions: int
    remaining_personal_g: Annotated[int, Meta(ge=0, description="gCO2e that are still personal")]
    has_more: Annotated[
        bool, Meta(description="more actions wait than one donation takes: give again to go on")
    ]
    created_at: Instant


class DonationView(Answer):
    id: str
    cause: CauseBrief
    grams: Grams
    actions: int
    created_at: Instant


class ClaimSums(Answer):
    """Verified reductions by what became of them; the four sum to `logged_g`, and never include self-declared ones."""

    logged_g: Annotated[int, Meta(description="gCO2e with evidence E1–E4, reversed actions taken off")]
    personal_g: Grams
    donated_g: Grams
    aggregated_g: Grams
    cancelled_g: Grams


class CancellationRequest(Request):
    """Cancel reductions for good: whole actions, oldest first, as long as they fit into `grams`."""

    grams: GramsAsked | None = None


class ClaimAnswer(Answer):
    """Reductions that are no longer personal."""

    id: str
    claim_state: Literal["aggregated", "cancelled"]
    grams: Grams
    actions: int
    remaining_personal_g: Annotated[int, Meta(ge=0, description="gCO2e that are still personal")]
    has_more: bool
    created_at: Instant


class AggregationRequest(Request):
    """Aggregate the personal reductions of citizens who consented: of those named, or of all, chunk by chunk."""

    reason: Reason
    citizens: Annotated[list[Id], Meta(min_length=1, max_length=CITIZENS_PER_REQUEST_MAX)] | None = None
    cursor: Annotated[Id | None, Meta(description="next_cursor of the answer before; without `citizens`")] = (
        None
    )


class AggregationAnswer(Answer):
    """One chunk of an aggregation. Ask again with `next_cursor` until it is null."""

    id: Annotated[str, Meta(description="stands as the source of every claim it made")]
    citizens: Annotated[int, Meta(description="citizens whose reductions were aggregated")]
    skipped: Annotated[
        int, Meta(description="without consent, without a personal reduction, or busy just now")
    ]
    actions: int
    grams: Grams
    next_cursor: str | None


class ReversalRequest(Request):
    citizen_id: Id
    reason: Reason


class ReversalAnswer(Answer):
    """The reversal of an action. `points_short` had been spent and were let go."""

    id: str
    action_id: str
    points: Annotated[int, Meta(ge=0, description="points taken back")]
    points_short: Annotated[int, Meta(ge=0, description="points that were no longer there")]
    reduction_g: Annotated[int, Meta(ge=0, description="gCO2e that no longer count")]
    balance: Annotated[int, Meta(ge=0, description="the citizen's points afterwards")]
    reversed_at: Instant
