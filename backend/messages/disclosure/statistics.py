"""The platform in figures since it began, and the targets that they are held against."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from backend.domain.disclosure.targets import Figure
from backend.messages.shape import Answer, Bilingual, Grams, Instant

Scheme = Literal["green_exhibition", "green_living", "green_enterprise", "low_carbon_city"]
SCHEMES: tuple[Scheme, ...] = ("green_exhibition", "green_living", "green_enterprise", "low_carbon_city")


class EventStateCount(Answer):
    state: str
    events: int
    demonstrations: int


class TargetView(Answer):
    """A target, and what of it is reached."""

    figure: Figure
    year: int
    target: int
    value: Annotated[
        int, Meta(description="where the platform stands; grams of CO2e where the figure ends in _g")
    ]
    reached_pct: Annotated[Decimal, Meta(description="one decimal, cut off")]
    is_assumption: Annotated[
        bool, Meta(description="the source sets the goal in words; the number is assumed")
    ]


class StatisticsView(Answer):
    """The platform since it began, all figures of one moment; each is the sum of the ledger's rows."""

    as_of: Instant
    events: Annotated[list[EventStateCount], Meta(description="events that anybody may see")]
    demonstrations: Annotated[int, Meta(description="demonstration events that are closed")]
    cities: Annotated[list[str], Meta(description="cities with an event that ran")]
    people: Annotated[int, Meta(description="attendances")]
    footprints: int
    footprint_g: Grams
    retired_g: Annotated[Grams, Meta(description="set aside for events out of retired batches")]
    offsets: int
    offset_g: Annotated[Grams, Meta(description="of it given to people")]
    actions: Annotated[int, Meta(description="without those taken back")]
    reduction_g: Grams
    self_declared_g: Grams
    points_issued: Annotated[int, Meta(description="without those taken back")]
    points_redeemed: int
    points_expired: int
    targets: list[TargetView]
    source: Annotated[Bilingual, Meta(description="of the targets")]
