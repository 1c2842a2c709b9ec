"""An organiser's application for an event, its steps and documents, and the agencies that supervise events."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from backend.domain.events.agencies import AgencyCode
from backend.domain.events.lifecycle import Rank, Scope, State
from backend.domain.footprint.inputs import MEALS_MAX, NIGHTS_MAX, ROOM_SHARING_MAX, Diet
from backend.messages.inventory.account import ClaimView
from backend.messages.organisations.organisations import OrganisationBrief
from backend.messages.shape import VISIBLE, Answer, Bilingual, Grams, Instant, Request

EventKind = Literal["competition", "conference", "forum", "exhibition", "tourism", "production", "operation"]
Template = Literal["annual_meeting", "venue_year", "enterprise_year", "institution_year"]
FootprintSource = Literal[
    "travel_intercity",
    "airport_transfer",
    "travel_local",
    "lodging",
    "meals",
    "venue_energy",
    "materials",
    "waste",
]
DocumentKind = Literal[
    "plan",
    "reduction_actions",
    "neutralisation",
    "evaluation",
    "verifier_report",
    "retirement_proof",
    "other",
]

Text = Annotated[str, Meta(min_length=1, max_length=4000)]
People = Annotated[int, Meta(ge=1, le=10_000_000)]
Share = Annotated[int, Meta(ge=1, le=100, description="percent of the emissions to be offset")]


Sources = Annotated[
    list[FootprintSource],
    Meta(max_length=8, description="sources of an attendee's footprint that the organiser neutralises"),
]


class DefaultProfile(Request):
    """What is assumed about an attendee who declares nothing; null: what the factor set assumes."""

    nights: Annotated[int, Meta(ge=0, le=NIGHTS_MAX, description="of somebody from elsewhere")] | None = None
    meals: Annotated[int, Meta(ge=0, le=MEALS_MAX, description="during the whole event")] | None = None
    room_sharing: Annotated[int, Meta(ge=1, le=ROOM_SHARING_MAX, description="persons in a room")] | None = (
        None
    )
    hotel_stars: Annotated[int, Meta(ge=2, le=5)] | None = None
    diet: Diet | None = None
    radiative_forcing: Annotated[
        bool | None,
        Meta(
            description="whether flights count their effects beyond CO2; needs a factor set of 2026.2 or later"
        ),
    ] = None


class PointsOffsetRequest(Request):
    """Offsets paid with points: the price, and the points that the sponsor pays for in all."""

    points_per_kg: Annotated[int, Meta(ge=1, le=1_000_000)]
    points_budget: Annotated[int, Meta(ge=0, le=1_000_000_000_000)]


class PointsOffsetView(Answer):
    points_per_kg: int
    points_budget: int
    points_left: int


class Filing(Request):
    """What an organiser may declare about an event besides its name, city and time."""

    agency: Annotated[AgencyCode | None, Meta(description="null: the one that leads this kind")] = None
    rank: Rank | None = None
    is_nominated: Annotated[
        bool | None,
        Meta(description="as a demonstration; of an event of national or international rank"),
    ] = None
    expected_people: People | None = None
    target_pct: Share | None = None
    plan: Annotated[
        Text | None, Meta(description="reductions, way of offsetting, target; shown to anyone")
    ] = None
    neutralises: Sources | None = None
    neutrality_scope: Annotated[Scope | None, Meta(description="whose emissions are to be neutral")] = None
    profile: DefaultProfile | None = None
    points_offset: Annotated[
        PointsOffsetRequest | None, Meta(description="null: points are not taken for offsets")
    ] = None


class EvaluationView(Answer):
    """Emissions within the declared boundary against the grams retired for them."""

    emission_g: Annotated[Grams, Meta(description="sum of the attendees' footprints")]
    organiser_emission_g: Annotated[Grams | None, Meta(description="the organiser's own, as declared")]
    boundary_g: Annotated[Grams, Meta(description="what was emitted within the declared scope")]
    retired_g: Annotated[Grams, Meta(description="retired for it")]
    is_partial: bool
    has_reached_target: bool
    basis: Annotated[
        Literal["verifier", "second_person", "self_declaration"] | None,
        Meta(description="second_person: an evaluation by an operator who had no part in the event"),
    ]
    verifier: Annotated[str | None, Meta(description="its name")]
    statement: str | None
    at: Instant
    is_by_another: Annotated[
        bool, Meta(description="evaluated by somebody who neither filed the event nor entered its data")
    ] = False
    claim: Annotated[ClaimView | None, Meta(description="null: not evaluated yet, or before 0.1.0")] = None
    verifier_organisation: Annotated[
        OrganisationBrief | None, Meta(description="the verifier as it stands today, where it signed here")
    ] = None


class AgencyBrief(Answer):
    code: AgencyCode
    name: Bilingual


class AgencyView(AgencyBrief):
    """`leads`: kinds whose applications come here when the organiser names no agency; `kinds`: further ones."""

    leads: list[EventKind]
    kinds: list[EventKind]


OwnGrams = Annotated[
    int, Meta(ge=0, le=10**15, description="to offset: the organiser's own, where the scope includes them")
]


class TransitionRequest(Request):
    to: State
    note: Annotated[str, Meta(max_length=500, description="required to accept or reject")] | None = None
    organiser_emission_g: OwnGrams | None = None
    is_partial: Annotated[
        bool, Meta(description="to offset: less is retired than was emitted, and said to be")
    ] = False
    statement: Annotated[
        Text | None,
        Meta(
            description="to offset or to evaluate: the organiser's self-declaration, unless there is a verifier_report"
        ),
    ] = None
    verifier: (
        Annotated[str, VISIBLE, Meta(min_length=1, max_length=200, description="who verified")] | None
    ) = None


class StepView(Answer):
    """A step in the life of an event; `from_state` is null for its creation, and `to_state` again for a change."""

    id: str
    from_state: State | None
    to_state: State
    actor: Annotated[str, Meta(description="user name")]
    role: str
    note: str | None
    at: Instant


class DocumentView(Answer):
    id: str
    kind: DocumentKind
    name: str
    media_type: str
    bytes: int
    sha256: str
    at: Instant
    url: str
