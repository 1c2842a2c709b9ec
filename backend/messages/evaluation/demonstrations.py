"""Demonstrations: events that the province selected among those of national and international rank."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from backend.domain.events.lifecycle import Rank, State
from backend.messages.evaluation.scores import Told
from backend.messages.events.lifecycle import DocumentKind, EventKind
from backend.messages.organisations.organisations import OrganisationBrief
from backend.messages.shape import Answer, Bilingual, Grams, Instant, Request

REGION_CHARS_MAX = 40
ProposalKind = Literal["selection", "withdrawal"]
ProposalDecision = Literal["confirmed", "rejected"]


class DemonstrationDocument(Answer, kw_only=True):
    """One of the four documents without which a demonstration is not closed."""

    kind: DocumentKind
    is_filed: bool
    url: Annotated[str | None, Meta(description="of the newest; null until the event is closed")]


class DemonstrationOutcome(Answer, kw_only=True):
    """What was emitted within the declared scope and what was retired for it, as evaluated."""

    boundary_g: Grams
    retired_g: Grams
    is_partial: bool
    has_reached_target: bool


class DemonstrationView(Answer, kw_only=True):
    """A selected event with its region, documents and outcome."""

    event: Annotated[str, Meta(description="slug")]
    name: Bilingual
    kind: EventKind
    region: Annotated[str, Meta(description="city")]
    rank: Annotated[Rank | None, Meta(description="null: selected before ranks were told")]
    agency: str | None
    state: State
    starts_at: Instant
    ends_at: Instant
    selected_at: Annotated[Instant | None, Meta(description="null: before the province decided here")]
    organisations: list[OrganisationBrief]
    documents: list[DemonstrationDocument]
    outcome: Annotated[DemonstrationOutcome | None, Meta(description="null: not evaluated yet")]
    report: Annotated[str | None, Meta(description="page of the report; null until the event is closed")]


class DemonstrationProposalView(Answer, kw_only=True):
    """A proposal to select an event or to take the label from it."""

    id: str
    kind: ProposalKind
    reason: str
    proposed_by: Annotated[str, Meta(description="user name")]
    proposed_at: Instant
    decision: ProposalDecision | None
    decision_reason: str | None
    decided_by: Annotated[str | None, Meta(description="user name")]
    decided_at: Instant | None
    may_decide: Annotated[bool, Meta(description="whether the caller may decide it")]


class DemonstrationCandidate(Answer, kw_only=True):
    """An event that was nominated or selected, with the proposals about it."""

    event: Annotated[str, Meta(description="slug")]
    name: Bilingual
    region: str
    rank: Rank | None
    agency: str | None
    state: State
    is_nominated: bool
    is_demonstration: bool
    documents: list[DemonstrationDocument]
    proposals: Annotated[list[DemonstrationProposalView], Meta(description="newest first")]


class DemonstrationProposalRequest(Request, kw_only=True):
    kind: ProposalKind
    reason: Told


class DemonstrationDecision(Request, kw_only=True):
    decision: ProposalDecision
    reason: Told
