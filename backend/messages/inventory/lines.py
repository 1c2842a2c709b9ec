"""Activity data of an event: lines, ticket lists, groups declared as none, reduction measures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from backend.domain.inventory.groups import Group, Phase, Source
from backend.messages.imports import FileRead
from backend.messages.shape import VISIBLE, Answer, Bilingual, Grams, Instant, Request

Id = Annotated[str, Meta(min_length=36, max_length=36)]
Note = Annotated[str, Meta(min_length=1, max_length=500)]
Category = Literal["local", "province", "national", "international", "none"]
Quality = Annotated[
    int, Meta(ge=1, le=4, description="1 measured, 2 invoiced or told by a supplier, 3 estimated, 4 assumed")
]


class OwnFactorRequest(Request):
    """A factor that the catalogue does not have."""

    value: Annotated[Decimal, Meta(description="of greenhouse gas per unit")]
    unit: Annotated[str, VISIBLE, Meta(min_length=1, max_length=60, description="as kgCO2e/L")]
    source: Annotated[
        str, VISIBLE, Meta(min_length=1, max_length=300, description="the publication or supplier")
    ]


class LineRequest(Request):
    phase: Annotated[Phase, Meta(description="planned: accounted for before the event; actual: what was")]
    source: Source
    quantity: Annotated[Decimal, Meta(description="zero takes the superseded line out of the account")]
    unit: Annotated[str, VISIBLE, Meta(min_length=1, max_length=40)]
    period_from: date
    period_until: Annotated[date, Meta(description="the last day, counted")]
    quality: Quality
    factor_id: Annotated[str, Meta(min_length=1, max_length=100, description="of the catalogue")] | None = (
        None
    )
    factor: OwnFactorRequest | None = None
    meter: (
        Annotated[str, Meta(min_length=1, max_length=80, description="periods of one meter never overlap")]
        | None
    ) = None
    document_id: Annotated[Id | None, Meta(description="the evidence, a document of this event")] = None
    supersedes: Annotated[Id | None, Meta(description="the line that this one corrects")] = None
    note: Note | None = None


class PeopleRequest(Request):
    """People of a category on a ticket list. A person stands under the first day of their ticket, once."""

    category: Category
    people: Annotated[int, Meta(ge=0, le=10_000_000)]
    source: Annotated[
        str, VISIBLE, Meta(min_length=1, max_length=300, description="where the number comes from")
    ]
    day: date | None = None


class AbsenceRequest(Request):
    """A group of which the event has nothing."""

    phase: Phase
    group: Literal[
        "production_and_materials",
        "freight",
        "digital",
        "transport",
        "purchased_goods",
        "use_of_products",
        "other_indirect",
    ]
    reason: Note


class InventoryRequest(Request):
    """All of it is stored or nothing. `people` is a whole ticket list, which takes the place of the one before."""

    lines: Annotated[list[LineRequest], Meta(max_length=200)] = []
    people: Annotated[list[PeopleRequest], Meta(max_length=1000)] = []
    none: Annotated[list[AbsenceRequest], Meta(max_length=6)] = []


class ActivityLineView(Answer):
    id: str
    phase: Phase
    group: Group
    source: str
    meter: str | None
    quantity: Decimal
    unit: str
    period_from: date
    period_until: date
    factor_id: str | None
    factor_value: Decimal
    factor_unit: str
    factor_source: Annotated[str | None, Meta(description="of a factor that is not the catalogue's")]
    emission_g: Grams
    quality: int
    document_id: str | None
    note: str | None
    supersedes: str | None
    superseded_by: str | None
    import_id: str | None
    entered_by: Annotated[str, Meta(description="user name")]
    at: Instant


class InventoryStored(Answer):
    """What was stored of a request or file."""

    lines: Annotated[list[str], Meta(description="ids, in the order of the request")]
    people: Annotated[int, Meta(description="people on the ticket list that counts now")] = 0
    none: int = 0
    emission_g: Grams = 0
    import_id: str | None = None
    file: Annotated[FileRead | None, Meta(description="how the file was read, if it was one")] = None


class ActivitySourceView(Answer):
    """A source of activity data, its units (the usual one first) and usual factors."""

    source: str
    name: Bilingual
    group: str
    group_name: Bilingual
    units: list[str]
    factors: list[SuggestedFactor]


class SuggestedFactor(Answer):
    id: str
    name: Bilingual
    value: Decimal
    unit: str


class MeasureRequest(Request):
    """A reduction measure. The account holds what was emitted after it, so it is subtracted nowhere."""

    group: Group
    measure: Annotated[str, Meta(min_length=1, max_length=300)]
    baseline: Annotated[str, Meta(min_length=1, max_length=500, description="what it is compared with")]
    baseline_g: Annotated[int, Meta(ge=1, le=10**15)]
    reduction_g: Annotated[int, Meta(ge=0, le=10**15, description="at most baseline_g")]
    document_id: Id | None = None


class MeasureView(Answer):
    id: str
    group: Group
    measure: str
    baseline: str
    baseline_g: Grams
    reduction_g: Grams
    document_id: str | None
    at: Instant
