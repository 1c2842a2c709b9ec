"""An event's factor set beside another one."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from backend.messages.shape import Answer, Grams


class LineComparison(Answer):
    """One source of a footprint; 0 g and no factors where a set has no such line."""

    source: str
    note: Annotated[str | None, Meta(description="of transfers to airports: which end")]
    before_g: Grams
    after_g: Grams
    before_factor_ids: list[str]
    after_factor_ids: list[str]


class AttendeeComparison(Answer):
    """Somebody with this ticket who declares nothing."""

    category: Literal["local", "province", "national", "international"]
    before_g: Grams
    after_g: Grams
    delta_g: int
    lines: list[LineComparison]


class FactorSetComparison(Answer):
    """Nothing is changed by looking."""

    event: str
    factor_set: Annotated[str, Meta(description="the event's own: before")]
    other: Annotated[str, Meta(description="the one compared with: after")]
    attendees: list[AttendeeComparison]
