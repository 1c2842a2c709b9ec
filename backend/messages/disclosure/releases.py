"""Releases of figures to the public, their chain, and proposals to correct them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from backend.domain.disclosure.periods import PATTERN
from backend.domain.disclosure.release import Kind
from backend.messages.certificates import Hash, LoggedView
from backend.messages.shape import Answer, Bilingual, Instant, Request

KINDS: tuple[Kind, ...] = ("event", "month", "quarter", "year", "organisation")
Reason = Annotated[str, Meta(min_length=1, max_length=1000, description="what is wrong; it is published")]
PeriodName = Annotated[str, Meta(pattern=PATTERN, description="2026-11, 2026-Q4 or 2026")]


class DisclosureBrief(Answer):
    """A release in the list. `subject` is an event's slug, a period's name or an organisation's code."""

    number: str
    sequence: Annotated[int, Meta(ge=1, description="its place in the chain, counted without a gap")]
    kind: Kind
    subject: str
    name: Annotated[Bilingual | None, Meta(description="of the event or the organisation")]
    period_from: date
    period_to: date
    published_at: Instant
    sha256: Hash
    previous_sha256: Hash | None
    corrects: str | None
    corrected_by: Annotated[str | None, Meta(description="a later release says what is right")]


class DisclosureView(Answer):
    """A release. `sha256` is that of the canonical JSON (RFC 8785) of `release`, which names the hash before it.

    Figures in `release` are whole grams, shares are texts; docs/disclosures.md names every field.
    """

    number: str
    kind: Kind
    sha256: Hash
    previous: Annotated[str | None, Meta(description="number of the release before it")]
    following: Annotated[str | None, Meta(description="number of the release after it")]
    corrects: str | None
    corrected_by: str | None
    url: str
    log: Annotated[LoggedView | None, Meta(description="null: not integrated yet; it is within a minute")]
    release: Annotated[msgspec.Raw, Meta(extra_json_schema={"type": "object"})]


class PeriodReleaseRequest(Request):
    """A month, a quarter or a year of the platform, to be released now if it is over and has no release."""

    period: PeriodName


class Boundary(msgspec.Struct, frozen=True, rename={"zh": "zh-CN"}, forbid_unknown_fields=True):
    """What an organisation's figures cover, in both languages."""

    zh: Annotated[str, Meta(min_length=1, max_length=1000)]
    en: Annotated[str, Meta(min_length=1, max_length=1000)]


class OrganisationReleaseRequest(Request):
    """An organisation's own figures of a period that is over."""

    organisation: Annotated[str, Meta(min_length=1, max_length=40, description="its code")]
    period_from: date
    period_to: date
    boundary: Boundary


class CorrectionRequest(Request):
    reason: Reason


class CorrectionDecision(Request):
    decision: Literal["confirmed", "rejected"]


class ChangedFigure(Answer):
    figure: Annotated[str, Meta(description="its path in `release.content`")]
    before: bool | int | str | None
    after: bool | int | str | None


class CorrectionView(Answer):
    """A proposal. `changes` are what the corrected release would say otherwise."""

    id: str
    number: str
    reason: str
    proposed_by: str
    proposed_at: Instant
    decision: Literal["confirmed", "rejected"] | None
    decided_by: str | None
    decided_at: Instant | None
    published: Annotated[str | None, Meta(description="number of the corrected release")]
    changes: list[ChangedFigure] | None


class DisclosureNumber(Answer):
    """The release that was published, now or before."""

    number: str
    url: str
