"""Events, badges, and live counts."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from backend.domain.catalogue.factors import JourneyRules
from backend.domain.events.lifecycle import Rank, Scope
from backend.domain.events.lifecycle import State as EventState
from backend.domain.footprint.footprint import Footprint
from backend.messages.actions.scenes import SceneView
from backend.messages.events.lifecycle import (
    AgencyBrief,
    DefaultProfile,
    EvaluationView,
    EventKind,
    Filing,
    FootprintSource,
    PointsOffsetView,
    Template,
)
from backend.messages.events.years import YearView
from backend.messages.organisations.organisations import EventOrganisationView, OrganisationCode
from backend.messages.shape import VISIBLE, Answer, Bilingual, Edited, Instant, Request, Slug

Category = Literal["local", "province", "national", "international"]


class GateRequest(Request):
    gate: Annotated[int, Meta(ge=1, le=999)]
    name: Bilingual


class EventRequest(Filing, kw_only=True):
    slug: Slug
    name: Bilingual
    kind: EventKind
    city: Annotated[str, VISIBLE, Meta(min_length=1, max_length=40)]
    starts_at: Instant
    ends_at: Instant
    boundary: Annotated[
        Literal["core", "extended"] | None, Meta(description="null: extended, or the template's")
    ] = None
    template: Template | None = None
    factor_set: Annotated[str, Meta(max_length=40)] | None = None
    venue_kwh: Annotated[
        Decimal | None, Meta(description="the organiser's kWh per person and day at the venue")
    ] = None
    join_points: Annotated[int, Meta(ge=0, le=1000)] = 10
    gates: Annotated[list[GateRequest], Meta(max_length=200)] = []
    organisation: Annotated[
        OrganisationCode | None,
        Meta(
            description="the code of its host, or whose year it is; left out: the only organisation that its creator "
            "files events for"
        ),
    ] = None
    scene: (
        Annotated[
            str, Meta(min_length=1, max_length=10, description="the venue whose year it is; with venue_year")
        ]
        | None
    ) = None
    includes: Annotated[
        list[Slug], Meta(max_length=200, description="years of venues that are counted within this one")
    ] = []


class EventChangeRequest(Filing, kw_only=True):
    """Changes to an event; fields left out, or null, stay."""

    reason: Annotated[str, Meta(min_length=1, max_length=400)]
    name: Bilingual | None = None
    kind: EventKind | None = None
    city: Annotated[str, VISIBLE, Meta(min_length=1, max_length=40)] | None = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    boundary: Literal["core", "extended"] | None = None
    factor_set: Annotated[str, Meta(max_length=40)] | None = None
    venue_kwh: Decimal | None = None
    join_points: Annotated[int, Meta(ge=0, le=1000)] | None = None


class GateView(Answer):
    gate: int
    name: Bilingual


class EventView(Edited, kw_only=True):
    id: str
    slug: str
    code: str
    name: Bilingual
    kind: EventKind
    city: str
    starts_at: Instant
    ends_at: Instant
    boundary: Literal["core", "extended"]
    state: EventState
    factor_set: str
    journey_rules: Annotated[
        JourneyRules,
        Meta(description="of the factor set: from 2026.2 on a journey takes the fields from `local_mode` on"),
    ]
    join_points: int
    gates: list[GateView]
    default_footprint: Footprint
    agency: AgencyBrief | None
    template: Template | None
    rank: Annotated[Rank | None, Meta(description="null: filed before ranks were told")]
    is_nominated: Annotated[bool, Meta(description="by its organiser, as a demonstration")]
    is_demonstration: Annotated[bool, Meta(description="selected by the province")]
    expected_people: int | None
    target_pct: int
    plan: str | None
    neutralises: list[FootprintSource]
    neutrality_scope: Scope
    profile: DefaultProfile
    points_offset: Annotated[
        PointsOffsetView | None, Meta(description="null: points are not taken for offsets")
    ]
    evaluation: EvaluationView | None
    organisations: Annotated[
        list[EventOrganisationView], Meta(description="that run it, the host first; empty where it has none")
    ]
    year: Annotated[YearView | None, Meta(description="null: an event and no year")] = None


class CodeView(Answer):
    """The event or scene that a scanned code belongs to."""

    kind: Literal["B", "V", "T", "W", "scene"]
    event: Annotated[EventView | None, Meta(description="null for a scene's sign")]
    category: Annotated[Category | None, Meta(description="of a badge, if it has one")]
    ticket: Annotated[
        str | None,
        Meta(
            description="for a signed-in citizen: scan with it instead of the venue's code, within ten minutes"
        ),
    ]
    scene: Annotated[SceneView | None, Meta(description="of a scene's sign: what may be logged there")] = None


class BadgesRequest(Request):
    count: Annotated[int, Meta(ge=1, le=1000)]
    category: Category | None = None


class BadgeView(Answer):
    serial: int
    code: str
    url: Annotated[str, Meta(description="what the QR on the badge holds")]
    category: Category | None


class Counts(Answer, kw_only=True):
    joined: int = 0
    footprints: int = 0
    footprint_g: int = 0
    offsets: int = 0
    grams: Annotated[int, Meta(description="grams offset")] = 0
    actions: int = 0
    points: int = 0


class GateCounts(Counts, kw_only=True):
    gate: Annotated[int, Meta(description="0: no gate given")]


class MinuteCounts(Counts, kw_only=True):
    minute: Instant


class Stats(Counts, kw_only=True):
    """The event in numbers. `by_minute` holds the last hours, oldest first, minutes without a change left out."""

    event: str
    by_gate: list[GateCounts]
    by_minute: list[MinuteCounts]
    as_of: Instant
    source: Annotated[Literal["live", "database"], Meta(description="where the numbers were read")]
