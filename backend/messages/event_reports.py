"""The report on an event: its emissions, the credits retired for them with their serials, and how all was computed.

It holds no name and no id of a person. Groups of fewer than `people_min` people are part of `other`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from backend.messages.catalogue.catalogue import FactorView
from backend.messages.inventory.account import AccountView, ClaimView
from backend.messages.shape import Answer, Bilingual, Grams, Instant, Statement

Attendances = Annotated[int, Meta(ge=0, description="people who joined the event by scanning")]
OldSelfDeclaredG = Annotated[
    Grams, Meta(description="the earlier name of `self_declared_g`", extra_json_schema={"deprecated": True})
]
"""Goes with version 0.2.0: answers of 0.1 carry both names. Reports published before have the earlier one alone."""


class ReportEvent(Answer):
    slug: str
    code: str
    name: Bilingual
    kind: str
    city: str
    starts_at: Instant
    ends_at: Instant
    boundary: Literal["core", "extended"]
    boundary_sources: Annotated[list[Bilingual], Meta(description="sources that the boundary counts")]
    state: str
    factor_set: str


class ReportFootprint(Answer):
    """The footprint of all attendances. `uncertainty_g` is the half-width if all assumptions err the same way."""

    total_g: Grams
    mean_g: Grams
    median_g: Grams
    uncertainty_g: Grams
    uncertainty_pct: Decimal
    default_g: Annotated[Grams, Meta(description="grams of lines with an undeclared input")]
    default_pct: Decimal


class ReportGroup(Answer):
    """Attendees who have something in common, or a source that their footprints share."""

    key: str
    name: Bilingual
    attendances: Attendances
    footprint_g: Grams
    offset_g: Grams
    share_pct: Annotated[Decimal, Meta(description="of the footprint's total, one decimal")]


class ReportSource(Answer):
    key: str
    name: Bilingual
    attendances: Attendances
    emission_g: Grams
    default_g: Grams
    share_pct: Decimal


class ReportNeutralisedSource(Answer):
    """A source that the organiser neutralises; null where so few attendees have it that it is part of `other`."""

    key: str
    name: Bilingual
    attendances: Attendances | None
    emission_g: Grams | None
    share_pct: Decimal | None


class ReportNeutralised(Answer):
    """The sources that the organiser neutralises: an attendee's grams for them are a contribution."""

    sources: list[ReportNeutralisedSource]
    emission_g: Annotated[Grams, Meta(description="of the sources whose grams are shown")]
    share_pct: Annotated[Decimal, Meta(description="of the footprint's total, one decimal")]
    contribution_g: Annotated[
        Grams,
        Meta(description="of the offsets: grams beyond what the organiser leaves of each person's footprint"),
    ]
    note: Statement


class ReportMode(Answer):
    """How attendees came; `emission_g` is for travel between cities, airport transfers included."""

    key: str
    name: Bilingual
    attendances: Attendances
    emission_g: Grams


class ReportBin(Answer):
    """Footprints of `from_g` ≤ total < `to_g`; the last bin contains its end."""

    from_g: int
    to_g: int
    attendances: Attendances


class ReportInterval(Answer):
    starts_at: Instant
    joined: int
    offsets: int
    actions: int


class ReportParticipation(Answer):
    step_minutes: int
    intervals: list[ReportInterval]


class ReportMethod(Answer, kw_only=True):
    """Low-carbon actions logged at the event, without those taken back. `self_declared_g` is not verified."""

    method: str
    name: Bilingual
    actions: int
    reduction_g: Grams
    self_declared_g: Grams = 0
    own_word_g: OldSelfDeclaredG = 0

    def __post_init__(self) -> None:
        self.own_word_g = self.self_declared_g = max(self.self_declared_g, self.own_word_g)


class ReportReductions(Answer, kw_only=True):
    """Reductions of the actions logged at the event; verified and self-declared grams stand apart."""

    actions: int
    reduction_g: Grams
    self_declared_g: Grams = 0
    methods: list[ReportMethod]
    note: Statement
    own_word_g: OldSelfDeclaredG = 0

    def __post_init__(self) -> None:
        self.own_word_g = self.self_declared_g = max(self.self_declared_g, self.own_word_g)


class ReportSerials(Answer):
    """A run of serials without a gap; each serial is one gram of the batch."""

    batch_id: str
    product: str
    project: str
    vintage: int
    retirement_ref: str
    retired_on: date
    serial_from: int
    serial_to: int
    grams: Grams


class ReportProduct(Answer):
    product: str
    name: Bilingual
    project: str
    vintage: int
    grams: Grams


class ReportPayer(Answer):
    key: str
    name: Bilingual
    offsets: int
    grams: Grams


class ReportOffsets(Answer):
    grams: Grams
    full: int
    partial: int
    waiting: Annotated[int, Meta(description="asked for an offset when nothing was left")]
    without: Annotated[int, Meta(description="did not ask for one")]
    payers: list[ReportPayer]
    products: list[ReportProduct]
    serials: list[ReportSerials]


class ReportPools(Answer):
    """Credits retired for this event: the allocated grams, and the surplus, which no other event may use."""

    retired_g: Grams
    allocated_g: Grams
    surplus_g: Grams
    unused_g: Annotated[Grams, Meta(description="of the surplus: nobody took it")]
    released_g: Annotated[Grams, Meta(description="of the surplus: footprints turned out smaller")]
    surplus: list[ReportSerials]


class ReportNeutrality(Answer):
    """Emissions within the scope that the organiser declared, and what may be said of the whole event."""

    scope: Literal["attendees", "organiser", "all"]
    is_covered: Annotated[
        bool, Meta(description="retired for the event ≥ emissions of the declared boundary")
    ]
    emission_g: Annotated[Grams, Meta(description="within the declared scope; of all, the upper estimate")]
    organiser_emission_g: Annotated[Grams | None, Meta(description="the organiser's own, as declared")]
    retired_g: Grams
    basis: Literal["verifier", "second_person", "self_declaration"] | None
    verifier: str | None
    statement: Statement
    claim: Annotated[
        ClaimView | None,
        Meta(description="null: the report was published before reports had this field"),
    ] = None


class ReportDocument(Answer):
    kind: str
    name: str
    media_type: str
    bytes: int
    sha256: str
    at: Instant


class EventReportView(Answer):
    """An event's report, all numbers of one moment. A final one is published once and never changes."""

    event: ReportEvent
    is_final: bool
    made_at: Instant
    people_min: Annotated[int, Meta(description="smaller groups are part of `other`")]
    attendances: Attendances
    footprint: ReportFootprint
    by_source: list[ReportSource]
    by_category: list[ReportGroup]
    by_basis: list[ReportGroup]
    modes: list[ReportMode]
    distribution: list[ReportBin]
    participation: ReportParticipation
    reductions: ReportReductions
    offsets: ReportOffsets
    pools: ReportPools
    neutrality: ReportNeutrality
    factors: list[FactorView]
    documents: list[ReportDocument]
    notes: list[Statement]
    account: Annotated[
        AccountView | None,
        Meta(description="of the whole event; null: the report was published before reports had this field"),
    ] = None
    neutralised: Annotated[
        ReportNeutralised | None,
        Meta(description="null: the report was published before reports had this field"),
    ] = None
