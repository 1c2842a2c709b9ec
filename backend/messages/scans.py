"""Scanning at an event: the journey told, the footprint, the offset, the certificate."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from backend.domain.footprint import Footprint, Journey
from backend.messages.shape import Answer, Bilingual, Grams, Instant, Request, Statement


class OffsetRequest(Request):
    """How much to offset: a share of the footprint in percent, or grams; everything when neither is told."""

    share: Annotated[int, Meta(ge=1, le=100)] | None = None
    grams: Annotated[int, Meta(ge=1, le=100_000_000)] | None = None
    pay_with: Literal["sponsor", "points"] = "sponsor"


class ScanRequest(Request):
    code: Annotated[str, Meta(min_length=1, max_length=256, description="the QR's text, or the code in it")]
    journey: Journey | None = None
    offset: OffsetRequest | None = None


class FootprintRequest(Request):
    """An estimate, nothing is written."""

    journey: Journey | None = None
    category: Literal["local", "province", "national", "international"] | None = None


class AllocationView(Answer):
    batch_id: str
    product: str
    project: str
    retirement_ref: str
    grams: Grams
    serial_from: int
    serial_to: int


class OffsetView(Answer):
    grams: Grams
    kind: Literal["full", "partial"]
    allocations: list[AllocationView]


class CertificateLink(Answer):
    number: str
    url: str


class PointsEarned(Answer):
    earned: int
    balance: int


class EventBrief(Answer):
    slug: str
    name: Bilingual
    city: str


class ScanAnswer(Answer):
    outcome: Literal["joined", "already_joined"]
    event: EventBrief
    footprint: Footprint
    offset: OffsetView | None
    offset_status: Literal["allocated", "pool_exhausted", "none"]
    certificate: CertificateLink | None
    points: PointsEarned
    joined_at: Instant


class CertificateView(Answer):
    """What anyone may see of a certificate: no name, no id of a person."""

    number: str
    url: str
    issued_at: Instant
    event: EventBrief
    event_starts_on: date
    event_ends_on: date
    boundary: str
    footprint: Footprint
    offset: OffsetView
    statement: Statement


class MyCertificate(Answer):
    number: str
    url: str
    issued_at: Instant
    grams: Grams
    kind: Literal["full", "partial"]
    event: EventBrief
