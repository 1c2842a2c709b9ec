"""Scans at an event: the declared journey, the footprint, the offset, the certificate."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType

from backend.domain.footprint.footprint import Basis, Boundary, Footprint, FootprintLine, Journey
from backend.messages.certificates import LoggedView, SignatureView
from backend.messages.shape import Answer, Bilingual, Grams, Instant, Request, Statement


class OffsetRequest(Request):
    """How much to offset: a share of the footprint in percent, or grams; everything when neither is given."""

    share: Annotated[int, Meta(ge=1, le=100)] | None = None
    grams: Annotated[int, Meta(ge=1, le=100_000_000)] | None = None
    pay_with: Literal["sponsor", "points"] = "sponsor"


class CompanionRequest(Request):
    """A companion without a phone, scanned in by their badge; the caller is recorded as their guardian."""

    kind: Literal["child", "elder", "other"]


class ScanRequest(Request):
    code: Annotated[str, Meta(min_length=1, max_length=256, description="the QR's text, or the code in it")]
    journey: Journey | None = None
    offset: OffsetRequest | None = None
    companion: CompanionRequest | None = None


class FootprintRequest(Request):
    """The estimate of a footprint; nothing is written."""

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
    claim: Annotated[
        Literal["offset", "contribution"],
        Meta(
            description="contribution: `contribution_g` of these grams go beyond what the organiser leaves open; "
            "the others, if there are any, are an offset"
        ),
    ] = "offset"
    contribution_g: Annotated[
        Grams, Meta(description="of `grams`, those on sources the organiser neutralises")
    ] = 0
    released_g: Annotated[
        Grams,
        Meta(
            description="grams given up since, their serials no longer among the allocations: nobody else gets them"
        ),
    ] = 0
    points_paid: int = 0


class CertificateLink(Answer):
    number: str
    url: str


class PointsEarned(Answer):
    earned: Annotated[int, Meta(description="points that this scan put into the balance")]
    balance: int
    pending: Annotated[
        int, Meta(description="points of this scan that wait for the account's first proven act")
    ] = 0
    capped_by: Annotated[
        str | UnsetType,
        Meta(description="issuance_budget: the budget that pays has too little left; absent otherwise"),
    ] = UNSET


class EventBrief(Answer):
    slug: str
    name: Bilingual
    city: str


class CompanionBrief(Answer):
    kind: Literal["child", "elder", "other"]
    badge_serial: int


class ScanAnswer(Answer):
    outcome: Literal["joined", "already_joined"]
    event: EventBrief
    footprint: Footprint
    offset: OffsetView | None
    offset_status: Annotated[
        Literal["allocated", "pool_exhausted", "held", "frozen", "paused", "none"],
        Meta(
            description="held: above the ceiling for one person, so staff look first; paused: staff have stopped the "
            "pool; frozen: the supervising authority has stopped allocation; in all of them, as with pool_exhausted, "
            "the offset waits in line"
        ),
    ]
    certificate: CertificateLink | None
    points: PointsEarned
    joined_at: Instant
    companion: Annotated[
        CompanionBrief | UnsetType,
        Meta(description="the companion who was scanned in; absent in a citizen's own scan"),
    ] = UNSET
    lines_salt: Annotated[
        str | UnsetType,
        Meta(
            description="only where the journey is not kept, so that this answer alone has the lines: what "
            "`lines_sha256` was salted with"
        ),
    ] = UNSET
    lines_sha256: Annotated[
        str | UnsetType, Meta(description="only there: over salt and lines, in the signed document")
    ] = UNSET


class CertificateFootprint(Answer):
    """The footprint on a certificate: its totals for everybody, its lines for who holds the secret."""

    total_g: Grams
    basis: Basis
    uncertainty_pct: int
    factor_set: str
    boundary: Boundary
    default_pct: Annotated[int, Meta(description="share of the grams on lines with an undeclared input")]
    organiser_g: Annotated[Grams, Meta(description="grams on sources that the organiser neutralises")]
    lines: Annotated[
        list[FootprintLine] | None, Meta(description="null without the secret of the holder's link")
    ] = None
    lines_salt: Annotated[
        str | None,
        Meta(description="hexadecimal, with the lines: what `lines_sha256` of the document was salted with"),
    ] = None


class CertificateRevision(Answer):
    """What a certificate stood for from a moment on; the last revision is the present one."""

    revision: Annotated[
        int, Meta(ge=0, description="as in the document; a change of journey and grams counts twice")
    ]
    changed_at: Instant
    grams: Annotated[Grams, Meta(description="grams it stood for from then on")]
    position: Annotated[
        int | None,
        Meta(
            description="of its entry in the log; null: not sealed yet, or changed again before it was sealed"
        ),
    ]
    document_sha256: Annotated[
        str | None,
        Meta(description="of the document that its entry commits to; null: not sealed, or logged as a whole"),
    ] = None


class CertificateView(Answer):
    """What anyone may see of a certificate: no id of a person, and a name only if its holder set one.

    `shows` says whether the secret of the holder's link came with the request: without it, totals alone.
    """

    shows: Literal["totals", "lines"]

    number: str
    url: str
    issued_at: Instant
    event: EventBrief
    event_starts_on: date
    event_ends_on: date
    boundary: str
    footprint: CertificateFootprint
    offset: OffsetView
    claim: Literal["offset", "contribution"]
    statement: Statement
    name: str | None
    document: Annotated[
        dict[str, Any] | None,
        Meta(
            description="what is signed, as canonical JSON, and what the log commits to; null without the secret where "
            "its `lines_sha256` has no salt, as in certificates of before"
        ),
    ]
    signature: SignatureView | None
    commitment_salt: Annotated[str, Meta(description="hexadecimal; see `log.entry`")]
    revisions: Annotated[
        list[CertificateRevision], Meta(description="from its issue to now; the journey or the grams changed")
    ]
    log: LoggedView | None = None
    log_expected_at: Annotated[
        Instant | None, Meta(description="when it should be in the log, while it is not")
    ] = None


class NameRequest(Request):
    """The name on one's own certificate, shown to everybody who has its number."""

    name: Annotated[str, Meta(min_length=1, max_length=40)]
    consent: Annotated[bool, Meta(description="true: I agree that the name is shown in public")]


class CertificateName(Answer):
    number: str
    name: str
    consented_at: Instant


class MyCertificate(Answer):
    number: str
    url: str
    issued_at: Instant
    grams: Grams
    kind: Literal["full", "partial"]
    claim: Literal["offset", "contribution"]
    contribution_g: Annotated[
        Grams, Meta(description="of `grams`, those on sources the organiser neutralises")
    ]
    event: EventBrief
