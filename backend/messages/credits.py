"""Credit products, projects, batches, the pools of events, and the surplus of an event."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from backend.domain.catalogue.factors import SourceKind
from backend.domain.credits.products import Requirement
from backend.messages.catalogue.catalogue import SourceView
from backend.messages.shape import VISIBLE, Answer, Bilingual, Grams, Instant, Request, Slug, Statement

Product = Literal["cea", "ccer", "cdcer", "forest_grass_sink", "provincial", "vcu", "gs_ver", "cer"]
BatchStatus = Literal["pending", "awaiting_confirmation", "retired", "void"]
OriginTag = Literal["formerly_poor_area"]
ProjectCategory = Literal[
    "renewable",
    "photovoltaic",
    "forestry",
    "grassland",
    "wetland",
    "biogas",
    "waste",
    "efficiency",
    "rural_environment",
    "transport",
    "other",
]

Reason = Annotated[str, Meta(min_length=1, max_length=400, description="why; it is recorded")]
Line = Annotated[str, VISIBLE, Meta(min_length=1, max_length=200)]
Reference = Annotated[str, Meta(min_length=1, max_length=120)]
Price = Annotated[Decimal, Meta(description="yuan per tonne")]
Degrees = Annotated[float, Meta(ge=-180, le=180)]
ProjectCode = Annotated[Slug, Meta(description="the project's code")]


class BatchDetails(Request, kw_only=True):
    """Details of a batch, given when it is created, when it is retired or later; immutable once given."""

    registry: Annotated[
        Line | None, Meta(description="code or name; the product's usual one if not told")
    ] = None
    registry_serial_from: Annotated[Reference | None, Meta(description="as the registry writes it")] = None
    registry_serial_to: Annotated[
        Reference | None, Meta(description="not told: the first serial names the whole block")
    ] = None
    vintage_start: date | None = None
    vintage_end: date | None = None
    methodology: Line | None = None
    monitoring_period: Line | None = None
    registration_no: Reference | None = None
    approved_by: Line | None = None
    approval_doc: Line | None = None
    purpose: Line | None = None
    beneficiary: Line | None = None
    price_per_t: Price | None = None
    price_as_of: date | None = None
    price_source: Line | None = None


class CreditBatchRequest(BatchDetails, kw_only=True):
    product: Product
    project_name: Annotated[str, VISIBLE, Meta(min_length=1, max_length=200)]
    vintage: Annotated[int, Meta(ge=1990, le=2100)]
    quantity_t: Annotated[int, Meta(ge=1, le=10_000_000, description="whole tonnes")]
    status: Annotated[
        Literal["pending", "retired"], Meta(description="pending: entered before it is retired")
    ] = "retired"
    retirement_ref: Annotated[Reference | None, Meta(description="of a retired batch: required")] = None
    retired_on: Annotated[date | None, Meta(description="of a retired batch: required")] = None
    project: ProjectCode | None = None
    developer: (
        Annotated[str, Meta(max_length=40, description="credit code of the organisation that developed them")]
        | None
    ) = None
    origin_tag: Annotated[OriginTag | None, Meta(description="the project's, if not told")] = None


class RetirementRequest(BatchDetails, kw_only=True):
    retirement_ref: Reference
    retired_on: date
    reason: Reason | None = None


class BatchDetailsRequest(BatchDetails, kw_only=True):
    reason: Reason


class VoidingRequest(Request):
    reason: Reason


class ConfirmationRequest(Request, kw_only=True):
    """Whether what another member of staff told of a batch is what the registry's proof says."""

    decision: Literal["confirmed", "rejected"]
    reason: Reason
    revision: (
        Annotated[
            int, Meta(ge=0, description="the batch's when it was compared; a batch changed since is refused")
        ]
        | None
    ) = None


class BatchConfirmation(Answer):
    """Who told and who confirmed a batch, for staff."""

    told_by: Annotated[list[str], Meta(description="usernames of those who told what stands in the batch")]
    confirmed_by: str | None
    proposed_by: Annotated[str | None, Meta(description="of details that wait for a second person")]
    proposed: Annotated[dict[str, str] | None, Meta(description="those details, by name")]


class CreditBatchView(Answer):
    id: str
    product: Product
    project_name: str
    vintage: int
    quantity_t: int
    grams_assigned: Grams
    grams_left: Annotated[int, Meta(ge=0, description="grams that may be assigned")]
    retirement_ref: str | None
    retired_on: date | None
    price_per_t: Decimal | None
    status: BatchStatus
    is_ex_ante: Annotated[bool, Meta(description="planted and not yet issued: never given away")]
    project: Annotated[str | None, Meta(description="the project's code")]
    origin_tag: OriginTag | None
    registry: Annotated[str | None, Meta(description="its code, or its name when it has none here")]
    registry_serial_from: str | None
    registry_serial_to: str | None
    vintage_start: date | None
    vintage_end: date | None
    methodology: str | None
    monitoring_period: str | None
    registration_no: str | None
    approved_by: str | None
    approval_doc: str | None
    purpose: str | None
    beneficiary: str | None
    price_as_of: date | None
    price_source: str | None
    proof_sha256: Annotated[str | None, Meta(description="of the registry's proof, in hexadecimal")]
    missing: Annotated[
        list[Requirement], Meta(description="what the product asks for before the batch is published")
    ]
    published_at: Instant | None
    voided_at: Instant | None
    void_reason: str | None
    needs_confirmation: Annotated[
        bool, Meta(description="entered outside demo mode: used when a second person has confirmed it")
    ]
    confirmed_at: Instant | None
    revision: Annotated[int, Meta(ge=0, description="counts what was told of the batch")]
    confirmation: Annotated[BatchConfirmation | None, Meta(description="for staff")]


class PoolRequest(Request):
    batch_id: Annotated[str, Meta(max_length=36)]
    grams: Annotated[int, Meta(ge=1, le=10_000_000_000_000)]


class PoolView(Answer):
    position: int
    batch_id: str
    grams: Grams
    grams_left: Grams
    serial_from: int
    serial_to: int


class PoolWarning(Answer):
    """A warning that stops nothing."""

    code: Literal["better_product_in_stock"]
    text: Statement


class PoolAssigned(PoolView, omit_defaults=True):
    warnings: Annotated[list[PoolWarning], Meta(description="left out when there is none")] = []


class SuggestedPart(Answer):
    batch_id: str
    product: Product
    preference: Annotated[int, Meta(description="rank of its kind in the guideline of 2019; 1 comes first")]
    project_name: str
    vintage: int
    origin_tag: OriginTag | None
    grams: Grams
    price_per_t: Decimal | None
    cost: Annotated[Decimal | None, Meta(description="yuan, rounded up to a cent; null without a price")]


class PoolSuggestion(Answer):
    """Batches to give an event, the preferred product first."""

    grams: Grams
    parts: list[SuggestedPart]
    short_g: Annotated[int, Meta(ge=0, description="grams that no batch in stock has")]
    cost: Annotated[Decimal | None, Meta(description="yuan; null when a part has no price")]


class RegistryView(Answer):
    code: str
    name: Bilingual


class ReferencePriceView(Answer):
    yuan_per_t_min: Decimal
    yuan_per_t_max: Decimal
    as_of: date
    source_kind: SourceKind
    source: SourceView


class StockView(Answer):
    """Retired batches that still have grams to assign."""

    batches: int
    grams: Grams
    formerly_poor_area_pct: Annotated[
        Decimal | None, Meta(description="share of the grams that comes from formerly poor areas")
    ]
    vintage_from: int | None
    vintage_to: int | None
    price_per_t_min: Decimal | None
    price_per_t_max: Decimal | None
    price_as_of: Annotated[date | None, Meta(description="the newest day of a price in stock")]


class ProductView(Answer):
    code: Product
    name: Bilingual
    preference: Annotated[int, Meta(description="rank of its kind in the guideline of 2019; 1 comes first")]
    unit: Bilingual
    registry: RegistryView
    filed_by: Bilingual
    persons: Annotated[Statement, Meta(description="what it means for a person's offset")]
    warning: Statement | None
    requires: Annotated[list[Requirement], Meta(description="besides the retirement's reference and its day")]
    price: Annotated[ReferencePriceView | None, Meta(description="found elsewhere, to reckon with")]
    stock: StockView
    is_in_stock: bool
    sources: list[SourceView]


class ScheduleStep(Request):
    due: date
    what: Bilingual


Barrier = Literal["minshan_qionglai", "yellow_river_source", "western_sichuan", "daba", "wumeng", "longquan"]
"""The natural barriers of the province's plan of 2021; Minshan and Qionglai are one."""
PlannedTonnes = Annotated[
    int,
    Meta(ge=1, le=1_000_000_000, description="tonnes that a planted project expects one day; never credited"),
]


class ProjectRequest(Request, kw_only=True):
    code: Slug
    name: Bilingual
    product: Product
    category: ProjectCategory
    methodology: Line | None = None
    registry: Line | None = None
    registration_no: Reference | None = None
    country: Annotated[str, Meta(pattern=r"^[A-Z]{2}$(?!\n)", description="ISO 3166-1")] = "CN"
    location: Line | None = None
    origin_tag: OriginTag | None = None
    approved_by: Line | None = None
    approval_doc: Line | None = None
    is_ex_ante: bool = False
    species: Line | None = None
    area_ha: Decimal | None = None
    polygon: (
        Annotated[
            list[Annotated[list[Degrees], Meta(min_length=2, max_length=2)]],
            Meta(min_length=3, max_length=500, description="[longitude, latitude] of each corner"),
        ]
        | None
    ) = None
    schedule: Annotated[list[ScheduleStep], Meta(min_length=1, max_length=50)] | None = None
    barrier: Barrier | None = None
    is_demonstration: bool = False
    planned_t: PlannedTonnes | None = None
    reason: Reason


class ProjectChangeRequest(Request, kw_only=True):
    """What the plan calls a project, and what it expects. What was told of its registration stays."""

    reason: Reason
    barrier: Barrier | UnsetType | None = UNSET
    is_demonstration: bool | UnsetType = UNSET
    planned_t: PlannedTonnes | UnsetType | None = UNSET


class ActivityRequest(Request, kw_only=True):
    event: Annotated[Slug, Meta(description="the event at which people plant or repair")]
    reason: Reason


class PlantingRequest(Request, kw_only=True):
    """`repaired` is wetland by its area; `surviving` is what a later report found, by plants or by area."""

    kind: Literal["planted", "repaired", "surviving"]
    day: date
    species: Annotated[Line, Meta(description="or the kind of wetland")]
    plants: Annotated[int, Meta(ge=0, le=100_000_000)] = 0
    evidence: (
        Annotated[
            str,
            Meta(
                pattern="^[0-9a-f]{64}$",
                description="SHA-256 of a photo or document that was sent; a survival report needs it",
            ),
        ]
        | None
    ) = None
    area_ha: Decimal | None = None
    note: Line | None = None
    reason: Reason


class PlantingView(Answer):
    kind: Literal["planted", "repaired", "surviving"]
    day: date
    species: str
    plants: int
    area_ha: Decimal | None
    note: str | None
    evidence: Annotated[str | None, Meta(description="address of the photo or document")] = None


class EvidenceStored(Answer):
    sha256: str
    media_type: str


class SurvivalView(Answer):
    """What the newest reports found of all that was planted or repaired; what no report has found counts as gone."""

    planted: int
    alive: int
    repaired_m2: int
    standing_m2: int
    rate_pct: Annotated[Decimal, Meta(description="one decimal, cut off")]
    min_pct: Annotated[int, Meta(description="GB/T 15776-2016")]
    is_sufficient: bool
    as_of: date


class ActivityView(Answer):
    """An event at which people planted or repaired, as they told it there with the code of its staff."""

    event: str
    name: Bilingual
    starts_at: Instant
    people: Annotated[int | None, Meta(description="null: fewer than five")]
    trees: int
    wetland_acts: Annotated[int, Meta(description="people's days of wetland repair")]


class ScheduleView(Answer):
    due: date
    what: Bilingual


class ProjectView(Answer):
    code: str
    name: Bilingual
    product: Product
    category: ProjectCategory
    methodology: str | None
    registry: str | None
    registration_no: str | None
    country: str
    location: str | None
    origin_tag: OriginTag | None
    approved_by: str | None
    approval_doc: str | None
    is_ex_ante: bool
    warning: Annotated[Statement | None, Meta(description="of a project that is planted and not issued")]
    species: str | None
    area_ha: Decimal | None
    polygon: list[list[float]] | None
    schedule: list[ScheduleView] | None
    retired_t: Annotated[int, Meta(description="tonnes of its batches that are retired here")]
    plantings: Annotated[list[PlantingView], Meta(description="the last hundred, newest first")]
    barrier: Barrier | None = None
    is_demonstration: bool = False
    planned_t: Annotated[int | None, Meta(description="expected one day, as it was planned")] = None
    expected_t: Annotated[
        int | None,
        Meta(description="of it, what may still be named as planned after what survived; never credited"),
    ] = None
    survival: Annotated[SurvivalView | None, Meta(description="null: nothing was reported yet")] = None
    activities: list[ActivityView] = []


class SurplusPart(Answer):
    batch_id: str
    product: Product
    project_name: str
    retirement_ref: str
    origin_tag: OriginTag | None
    pooled_g: Grams
    unused_g: Annotated[int, Meta(ge=0, description="grams of the pool that nobody took")]
    released_g: Annotated[int, Meta(ge=0, description="grams that footprints no longer needed")]


class SurplusView(Answer):
    """Credits retired for an event that are nobody's offset. They are never given to another event or person."""

    event: str
    is_final: Annotated[bool, Meta(description="the event is closed, and this was recorded then")]
    at: Instant
    pooled_g: Grams
    unused_g: Grams
    released_g: Grams
    grams: Grams
    formerly_poor_area_pct: Annotated[
        Decimal | None, Meta(description="share of the pooled grams that comes from formerly poor areas")
    ]
    by_batch: list[SurplusPart]
