"""Monthly and yearly reports on a citizen's account. Reductions, points, footprints and offsets stay apart."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from backend.messages.actions.reduction_claims import ClaimSums
from backend.messages.catalogue.catalogue import SourceView
from backend.messages.shape import Answer, Bilingual, Grams, Instant, Statement


class GroupSum(Answer):
    """Actions of one kind. `reduction_g` has evidence E1–E4; self-declared grams stand beside it."""

    group: str
    name: Bilingual
    actions: int
    reduction_g: Grams
    self_declared_g: Grams
    points: int


class ReportStep(Answer):
    """A day of a month, or a month of a year."""

    starts_on: date
    actions: int
    reduction_g: Grams
    self_declared_g: Grams


class ReportPoints(Answer):
    """Points of the period. Points of an action count on the day of the action, less reversed ones."""

    earned: int
    spent: int
    returned: Annotated[int, Meta(description="given back when a redemption was cancelled")]
    expired: int


class Comparison(Answer):
    """The period before."""

    period: str
    actions: int
    reduction_g: Grams
    change_g: Annotated[int, Meta(description="verified gCO2e, this period less the one before")]
    change_pct: Annotated[
        Decimal | None, Meta(description="null when there was nothing before, or the period still runs")
    ]


class ReportAttendances(Answer):
    """Events attended, with their footprint and what was offset of it; never netted with reductions."""

    attendances: int
    footprint_g: Grams
    offset_g: Grams


class Equivalent(Answer):
    """The verified reduction in words of everyday life: grams divided by one factor, rounded down."""

    code: str
    text: Statement
    value: Decimal
    unit: str
    factor_id: str
    factor_name: Bilingual
    factor_value: Decimal
    factor_unit: str
    source_kind: Annotated[str, Meta(description="published, calculated or assumption")]
    source: SourceView


class Rank(Answer):
    """The rank of a citizen among those who agreed to leaderboards."""

    place: int
    among: int
    percentile: Annotated[Decimal, Meta(description="percent of them who avoided less")]


class Report(Answer):
    """A month or a year of a citizen's account."""

    period: Annotated[str, Meta(description="YYYY-MM or YYYY")]
    kind: Literal["month", "year"]
    starts_on: date
    ends_on: date
    is_complete: Annotated[bool, Meta(description="false while the period still runs")]
    actions: int
    reduction_g: Annotated[int, Meta(ge=0, description="gCO2e with evidence E1–E4")]
    self_declared_g: Annotated[
        int, Meta(ge=0, description="gCO2e that the citizen declared without evidence (E5)")
    ]
    claims: ClaimSums
    by_group: Annotated[list[GroupSum], Meta(description="largest first")]
    steps: Annotated[list[ReportStep], Meta(description="every day of a month, every month of a year")]
    points: ReportPoints
    active_days: int
    best_day: ReportStep | None
    best_month: Annotated[ReportStep | None, Meta(description="of a year")]
    before: Comparison
    events: ReportAttendances
    equivalents: list[Equivalent]
    rank: Annotated[Rank | None, Meta(description="null without consent to leaderboards")]
    note: Statement
    made_at: Instant
