"""A revised journey and its effect on the offset, a citizen's own attendance, points budgets, cities."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from backend.domain.footprint.footprint import Footprint, Journey
from backend.messages.events.scans import CertificateLink, EventBrief, OffsetView, PointsEarned
from backend.messages.shape import Answer, Grams, Instant, Request


class JourneyRequest(Request):
    """The whole journey as the attendee knows it now; inputs left out are filled in again."""

    journey: Journey


class JourneyAnswer(Answer):
    """The new footprint, and what became of the difference to the one before."""

    event: EventBrief
    revision: Annotated[int, Meta(description="1 is the scan's own; the old ones stay")]
    footprint: Footprint
    delta_g: Annotated[int, Meta(description="gCO2e more (or, negative, fewer) than before")]
    offset: OffsetView | None
    difference: Annotated[
        Literal["none", "allocated", "released", "waiting", "held", "frozen", "paused", "not_paid", "limit"],
        Meta(
            description="of the offset: allocated or released; waiting for the pool's top-up; held until staff have "
            "looked, because it is above the ceiling for one person; paused while staff have stopped the pool; "
            "frozen while the supervising authority has stopped the event; "
            "not_paid where points or the sponsor's budget do not suffice; limit where the offset has released too "
            "often to grow again"
        ),
    ]
    waiting_g: Annotated[Grams, Meta(description="grams that are waited for")]
    certificate: CertificateLink | None
    points_paid: Annotated[int, Meta(description="points paid for the difference; negative: given back")]
    points: PointsEarned
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


Became = Literal[
    "settled", "not_waiting", "pool_exhausted", "not_paid", "closed", "held", "frozen", "paused", "refused"
]


class SettleAnswer(Answer):
    """What became of an attendee's wait for an offset."""

    became: Became
    grams: Grams


class RevisionView(Answer):
    """One footprint of an attendance; the scan's own is the first."""

    revision: int
    total_g: Grams
    delta_g: int
    basis: Literal["default", "partial", "declared"]
    uncertainty_pct: Annotated[
        int, Meta(description="half-width: 50 by default, 30 partly declared, 20 declared")
    ]
    factor_set: str
    journey: Journey | None
    created_at: Instant


class WaitView(Answer):
    """An attendee's wait for the pool's next top-up."""

    grams: Grams
    pay_with: Literal["sponsor", "points"]
    is_difference: Annotated[bool, Meta(description="the rest of an offset after the journey was revised")]
    joined_at: Instant
    reason: Annotated[
        Literal["held", "frozen", "paused", "pool_exhausted"],
        Meta(
            description="held: above the ceiling for one person, until staff have looked; frozen: the supervising "
            "authority has stopped allocation"
        ),
    ]


class MyAttendance(Answer):
    """A citizen's own attendance: footprint and revisions, offset, open wait, points paid."""

    event: EventBrief
    joined_at: Instant
    revision: int
    footprint: Footprint
    revisions: list[RevisionView]
    offset: OffsetView | None
    certificate: CertificateLink | None
    waiting: WaitView | None
    points_earned: int
    points_paid: int


class BudgetRequest(Request):
    """A sponsor's budget: the price of a kilogram in points, and the points that may be spent in all."""

    points_per_kg: Annotated[int, Meta(ge=1, le=1_000_000)]
    points_budget: Annotated[int, Meta(ge=0, le=1_000_000_000_000)]
    reason: Annotated[str, Meta(min_length=1, max_length=400)]


class BudgetView(Answer):
    event: str
    points_per_kg: int
    points_budget: int
    points_spent: int


class CityView(Answer):
    """A city that `from_city` may name."""

    name: dict[str, str]
    country: str
    region: str
