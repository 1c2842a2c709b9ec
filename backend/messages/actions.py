"""Logging low-carbon actions, and the citizen's own account."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType

from backend.messages.catalogue import FactorUse
from backend.messages.shape import Answer, Grams, Instant, Request


class Evidence(Request):
    """What stands behind an action. A caller may claim E5 (own word) or, with a venue's code, E3."""

    tier: Literal["E1", "E2", "E3", "E4", "E5"]


class ActionRequest(Request):
    method: Annotated[str, Meta(min_length=1, max_length=40)]
    quantity: Annotated[Decimal | None, Meta(description="in the method's unit")] = None
    parameters: dict[Annotated[str, Meta(max_length=40)], str | int | float] | UnsetType = UNSET
    occurred_at: Instant | None = None
    scene_code: Annotated[str, Meta(min_length=1, max_length=256)] | None = None
    evidence: Evidence | None = None


class ActionAnswer(Answer):
    id: str
    method: str
    method_version: str
    factor_set: str
    quantity: Annotated[Decimal | None, Meta(description="as told; null when none was told")]
    credited_quantity: Annotated[Decimal, Meta(description="what counted after caps")]
    unit: str
    tier: str
    occurred_at: Instant
    day: date
    reduction_g: Grams
    points: int
    state: str
    capped_by: str | None
    claim_state: str
    event: str | None
    balance: Annotated[int, Meta(description="points after this action")]
    explanation: list[FactorUse]


class ActionBrief(Answer):
    id: str
    method: str
    method_version: str
    factor_set: str
    quantity: Decimal | None
    credited_quantity: Decimal
    tier: str
    occurred_at: Instant
    day: date
    reduction_g: Grams
    points: int
    state: str
    capped_by: str | None
    claim_state: str


class PointsEntry(Answer):
    """One movement of points; positive came in. `source_id` is the action or attendance behind it."""

    id: str
    at: Instant
    points: int
    balance_after: int
    reason: str
    source_id: str


class PointsBalance(Answer):
    balance: int


class Me(Answer):
    id: str
    nickname: str | None
    created_at: Instant
    balance: int


class Summary(Answer):
    """A citizen's account in numbers. Reductions, points, footprints and offsets are never added up together."""

    balance: int
    actions: int
    reduction_g: Annotated[int, Meta(description="gCO2e with evidence E1–E4")]
    self_declared_g: Annotated[int, Meta(description="gCO2e on the citizen's own word (E5)")]
    by_method: list[MethodSum]
    attendances: int
    footprint_g: Grams
    offset_g: Grams


class MethodSum(Answer):
    method: str
    actions: int
    reduction_g: Grams
    points: int


class Export(Answer):
    """Everything that is kept about a citizen."""

    citizen: Me
    identities: list[dict[str, Any]]
    actions: list[ActionBrief]
    points: list[PointsEntry]
    attendances: list[dict[str, Any]]
