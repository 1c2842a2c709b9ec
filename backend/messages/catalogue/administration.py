"""Operators publish a new version of a method or a new points rule."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType

from backend.messages.shape import VISIBLE, Answer, Bilingual, Instant, Request

Reason = Annotated[str, Meta(min_length=1, max_length=400)]
Version = Annotated[str, Meta(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,31}$(?!\n)")]


class CapChange(Request):
    name: Annotated[str, VISIBLE, Meta(min_length=1, max_length=40)]
    kind: Literal["quantity", "count"]
    period: Literal["trip", "day", "week", "month", "year"]
    limit: Decimal
    per: str | None = None


class MethodVersionRequest(Request):
    """A new version of a method: the one in force with these changes, from a day after today on."""

    version: Version
    effective_from: date
    reason: Reason
    formula: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET
    formula_silent: Annotated[str, Meta(max_length=200)] | UnsetType | None = UNSET
    caps: Annotated[list[CapChange], Meta(max_length=10)] | UnsetType = UNSET
    quantity_max: Decimal | UnsetType = UNSET
    default_quantity: Decimal | UnsetType | None = UNSET
    fixed_points: int | UnsetType = UNSET
    evidence_wanted: list[Literal["E1", "E2", "E3", "E4", "E5"]] | UnsetType = UNSET
    self_declared_reason: (
        Annotated[Bilingual | None, Meta(description="null when one's own word is no longer accepted")]
        | UnsetType
    ) = UNSET
    source_ids: Annotated[list[str], Meta(max_length=20)] | UnsetType = UNSET
    name: Bilingual | UnsetType = UNSET
    description: Bilingual | UnsetType = UNSET
    baseline: Bilingual | UnsetType = UNSET
    retired_on: (
        Annotated[date | None, Meta(description="first day on which it no longer counts")] | UnsetType
    ) = UNSET


class MethodVersionView(Answer):
    """One version of a method; `body` holds every field."""

    code: str
    version: str
    effective_from: date
    retired_on: date | None
    body: dict[str, Any]


class PointRuleRequest(Request):
    id: Version
    effective_from: date
    grams_per_point: Annotated[int, Meta(ge=1, le=1_000_000)]
    points_min: Annotated[int, Meta(ge=0, le=100)]
    note: Bilingual
    reason: Reason


class PointRuleView(Answer):
    id: str
    effective_from: date
    grams_per_point: int
    points_min: int
    note: Bilingual


class StaffActionView(Answer):
    """What a staff member did, with before and after."""

    id: str
    at: Instant
    actor: str
    action: str
    subject: str
    reason: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
