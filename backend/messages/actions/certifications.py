"""Certified scenes: published criteria, assessments, their terms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from backend.messages.organisations.organisations import OrganisationBrief, OrganisationCode
from backend.messages.shape import Answer, Bilingual, Request

Reason = Annotated[str, Meta(min_length=1, max_length=400)]
CertificationState = Literal["proposed", "certified", "announced", "lapsed", "withdrawn", "rejected"]


class CriterionView(Answer):
    code: str
    weight: Annotated[int, Meta(description="of 100 in all")]
    name: Bilingual
    source: str


class CriteriaView(Answer):
    """A published set; scores are the mean of the points by weight."""

    version: str
    name: Bilingual
    pass_score: int
    is_in_force: bool
    criteria: list[CriterionView]


class CertificationRequest(Request, kw_only=True):
    """An assessment of a scene by a certifier."""

    organisation: Annotated[OrganisationCode, Meta(description="the certifier, with a rating licence")]
    points: Annotated[
        dict[Annotated[str, Meta(max_length=40)], Annotated[int, Meta(ge=0, le=100)]],
        Meta(max_length=50, description="of every criterion in force, 0 to 100"),
    ]
    valid_from: date
    valid_to: Annotated[date, Meta(description="the last day; three years at most")]
    reason: Reason


class CertificationDecision(Request, kw_only=True):
    decision: Literal["confirmed", "rejected"]
    reason: Reason


class CertificationWithdrawal(Request, kw_only=True):
    reason: Annotated[Reason, Meta(description="the ground; it is public")]


class CertificationView(Answer):
    """An assessment. It is no label: it says how a scene was found, by whom and for how long."""

    id: str
    scene: Annotated[str, Meta(description="code of the scene")]
    certifier: OrganisationBrief
    criteria: Annotated[str, Meta(description="version of the set")]
    points: dict[str, int]
    score: Decimal
    valid_from: date
    valid_to: date
    state: CertificationState
    withdrawn_why: str | None
