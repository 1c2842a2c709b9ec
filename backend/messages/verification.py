"""Verifiers at events, their review of the account item by item, questions, and the signed opinion."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from backend.domain.events.lifecycle import State
from backend.domain.verification.opinion import Assurance, Kind, Opinion
from backend.messages.inventory.account import PeopleView
from backend.messages.organisations.organisations import OrganisationBrief, OrganisationCode
from backend.messages.shape import Answer, Bilingual, Grams, Instant, Request

Item = Annotated[str, Meta(min_length=1, max_length=120, description="an item's `key`")]
Why = Annotated[str, Meta(min_length=1, max_length=2000)]
Words = Annotated[str, Meta(min_length=1, max_length=4000)]
Percent = Annotated[Decimal, Meta(description="percent of the account's estimate")]
REVIEWS_MAX = 200


class VerifierRequest(Request):
    """Attach a verifier to an event."""

    code: OrganisationCode


class VerifierEndRequest(Request):
    reason: Annotated[str, Meta(min_length=1, max_length=400)]


class ReviewRequest(Request):
    """What was found of an item; a refused one says why and by how many grams it is wrong."""

    item: Item
    seen: Annotated[
        str, Meta(min_length=64, max_length=64, description="the item's `sha256` as the verifier saw it")
    ]
    decision: Literal["confirmed", "refused"]
    reason: Why | None = None
    materiality_g: (
        Annotated[int, Meta(ge=1, le=10**15, description="gCO2e that the item is wrong by")] | None
    ) = None


class ReviewsRequest(Request):
    reviews: Annotated[list[ReviewRequest], Meta(min_length=1, max_length=REVIEWS_MAX)]


class QuestionRequest(Request):
    item: Item
    question: Why


class AnswerRequest(Request):
    answer: Words


class OpinionStatement(Request, rename={"zh": "zh-CN"}):
    """The statement in both languages."""

    zh: Words
    en: Words


class OpinionRequest(Request):
    """The verifier's opinion; what may be signed follows from the review."""

    opinion: Opinion
    assurance: Assurance
    statement: OpinionStatement
    threshold_pct: Annotated[
        Decimal | None,
        Meta(description="materiality, at most that of the catalogue; left out: that of the catalogue"),
    ] = None


class OpinionView(Answer):
    """A signed opinion on one state of the account."""

    id: str
    opinion: Opinion
    assurance: Assurance
    statement: Annotated[OpinionStatement, Meta(description="as it was signed")]
    threshold_pct: Percent
    account_sha256: Annotated[str, Meta(description="of the account that it is about")]
    is_current: Annotated[
        bool | None, Meta(description="of the account as it is now; null where it was not compared")
    ]
    licence: str
    report_url: str
    sha256: Annotated[str, Meta(description="of the canonical bytes that are signed")]
    key_id: str
    signature: Annotated[str, Meta(description="Ed25519 over the canonical bytes, in base64")]
    signed_at: Instant


class EventVerifierView(Answer):
    """A verifier at an event, now or earlier."""

    id: str
    organisation: OrganisationBrief
    is_licensed: Annotated[bool, Meta(description="today")]
    attached_at: Instant
    ended_at: Instant | None
    ended_why: str | None
    opinion: Annotated[OpinionView | None, Meta(description="the newest one that it signed")]


class ProgressView(Answer):
    items: int
    open: int
    confirmed: int
    refused: int
    total_g: Grams
    confirmed_g: Grams
    material_g: Annotated[Grams, Meta(description="what refused items are wrong by")]
    confirmed_pct: Annotated[Decimal, Meta(description="of the grams")]


class QuestionView(Answer):
    id: str
    item: str
    question: str
    asked_by: str
    asked_at: Instant
    answer: str | None
    answered_by: str | None
    answered_at: Instant | None


class FindingView(Answer):
    decision: Literal["confirmed", "refused"]
    reason: str | None
    materiality_g: Grams | None
    decided_by: str
    decided_at: Instant


class EvidenceView(Answer):
    name: str
    url: str
    sha256: str


class ItemView(Answer):
    """An item of the account with its evidence and its review; the largest come first."""

    key: str
    kind: Kind
    sha256: Annotated[str, Meta(description="of what is seen: send it with the review")]
    emission_g: Grams
    share_pct: Annotated[Decimal, Meta(description="of the grams of all items")]
    group: str | None
    name: Annotated[Bilingual, Meta(description="of the source or the group")]
    quantity: Decimal | None = None
    unit: str | None = None
    factor_id: str | None = None
    factor_value: Decimal | None = None
    factor_unit: str | None = None
    factor_source: str | None = None
    period: str | None = None
    quality: int | None = None
    note: str | None = None
    meter: str | None = None
    entered_by: str | None = None
    supersedes: Annotated[str | None, Meta(description="the line that it stands for")] = None
    evidence: EvidenceView | None = None
    finding: Annotated[FindingView | None, Meta(description="null: open")] = None
    questions: list[QuestionView] = []


class VerificationBrief(Answer):
    """One of the events that a verifier works at."""

    id: str
    slug: str
    event: Bilingual
    state: State
    organisation: OrganisationBrief
    attached_at: Instant
    ended_at: Instant | None
    open_questions: int
    is_signed: bool


class RetiredBatch(Answer):
    """Credits retired for the event, with the proof of their retirement."""

    batch_id: str
    product: str
    project: str
    vintage: int
    registry: str | None
    retirement_ref: str
    retired_g: Grams
    proof_url: Annotated[str | None, Meta(description="the registry's proof; null: none was handed in")]


class VerificationView(Answer):
    """The account as a verifier reviews it."""

    id: str
    slug: str
    event: Bilingual
    state: State
    verifier: EventVerifierView
    may_review: Annotated[bool, Meta(description="the caller may, the verifier is attached and licensed")]
    is_signable: Annotated[
        bool, Meta(description="every item is confirmed or refused, and the event is accounted for")
    ]
    account_sha256: str
    factor_set: str
    low_g: Grams
    estimate_g: Grams
    high_g: Grams
    threshold_pct: Percent
    progress: ProgressView
    items: list[ItemView]
    people: PeopleView
    batches: list[RetiredBatch]
