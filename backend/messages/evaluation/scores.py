"""Credit scores of organisations, their criteria, and objections to their points."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from backend.messages.names import VISIBLE_PATTERN
from backend.messages.shape import Answer, Bilingual, Instant, Request, Statement

REASON = Meta(min_length=1, max_length=2000)
Told = Annotated[str, REASON, Meta(pattern=VISIBLE_PATTERN)]
ObjectionDecision = Literal["upheld", "rejected"]


class CriteriaSource(Answer, kw_only=True):
    """The publication that a criterion rests on; `product` are this service's own assumptions."""

    publisher: str
    title: str
    year: int
    found_at: str
    is_assumption: bool


class CriterionView(Answer, kw_only=True):
    id: str
    name: Statement
    about: Statement
    fact: str
    rule: Literal["deduct", "share", "has"]
    weight: int
    source: CriteriaSource


class CapView(Answer, kw_only=True):
    fact: str
    name: Statement
    stars_max: int
    source: CriteriaSource


class CriteriaBrief(Answer, kw_only=True):
    """One version of a criteria set."""

    id: str
    version: str
    effective_from: date
    name: Statement


class CriteriaView(CriteriaBrief, kw_only=True):
    """A version of a criteria set in full; it stays readable when a newer one holds."""

    about: Statement
    given_by: Statement
    stars_from: Annotated[list[int], Meta(description="scores from which there are 2, 3, 4 and 5 stars")]
    green_from_stars: int
    criteria: list[CriterionView]
    caps: list[CapView]


class CriteriaList(Answer, kw_only=True):
    items: list[CriteriaBrief]


class CreditPoint(Answer, kw_only=True):
    """What one criterion gave, with the fact that was looked at."""

    criterion: str
    name: Statement
    about: Statement
    fact: str
    value: int
    of: int | None
    points: Annotated[Decimal, Meta(description="decimal with two places")]
    weight: int
    source: CriteriaSource
    objection: Annotated[
        Literal["open", "upheld", "rejected"] | None, Meta(description="whether a member objected to it")
    ]


class CreditResult(Answer, kw_only=True):
    """An earlier result."""

    as_of: date
    criteria_version: str
    score: Decimal | None
    stars: int | None
    computed_at: Instant


class OrganisationCredit(Answer, kw_only=True):
    """An organisation's score and stars with each point explained; without enough facts nothing is rated."""

    code: str
    name: Bilingual
    score: Decimal | None
    stars: int | None
    not_rated: Literal["not_active", "not_computed", "not_enough_facts"] | None
    as_of: date | None
    criteria_version: str | None
    is_recomputed: Annotated[
        bool, Meta(description="computing again from the stored facts and criteria gives this very result")
    ]
    label: Annotated[
        Statement, Meta(description="what the rating is, who gives it, and what it does not say")
    ]
    points: list[CreditPoint]
    limits: Annotated[list[CapView], Meta(description="what keeps the stars down, whatever the score")]
    history: list[CreditResult]


class GreenCandidate(Answer, kw_only=True):
    """An organisation whose rating reaches the stars that the criteria ask of the green list."""

    code: str
    name: Bilingual
    score: Decimal
    stars: int
    criteria_version: str
    as_of: date


class ObjectionFiling(Request, kw_only=True):
    criterion: Annotated[str, Meta(min_length=1, max_length=40)]
    reason: Told


class ObjectionAnswer(Request, kw_only=True):
    """A decision. Upheld, the fact counts by `corrected` more in the organisation's favour from now on."""

    decision: ObjectionDecision
    reason: Told
    corrected: Annotated[int, Meta(ge=0, le=10_000)] = 0


class CreditObjectionView(Answer, kw_only=True):
    id: str
    organisation: str
    organisation_name: Bilingual
    criterion: str
    fact: str
    reason: str
    filed_at: Instant
    decision: ObjectionDecision | None
    corrected: int
    decision_reason: str | None
    decided_at: Instant | None
