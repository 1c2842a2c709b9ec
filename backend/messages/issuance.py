"""Issuance budgets: what sponsors pay for, what is left, and what is owed to citizens."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from backend.messages.shape import Answer, Bilingual, Instant, Request, Slug

Sponsor = Literal["city", "partner", "event"]
TOTAL_POINTS_MAX = 1_000_000_000_000_000
Points = Annotated[int, Meta(ge=0, le=TOTAL_POINTS_MAX)]
Reason = Annotated[str, Meta(min_length=1, max_length=400, description="why; kept in the record")]


class IssuanceBudgetRequest(Request):
    """A budget that a sponsor opens: the city, a partner (by `partner`) or an event's organiser (by `event`)."""

    sponsor: Sponsor
    name: Bilingual
    total_points: Annotated[int, Meta(ge=1, le=TOTAL_POINTS_MAX)]
    reason: Reason
    event: Annotated[Slug | None, Meta(description="slug of the event; for the sponsor `event`")] = None
    partner: Annotated[Slug | None, Meta(description="code of the partner; for the sponsor `partner`")] = None
    yuan_per_point: Annotated[float, Meta(gt=0, le=10_000)] | None = None


class IssuanceBudgetChangeRequest(Request):
    """A budget's new total, or its end; a total is never below what is issued."""

    kind: Literal["raise", "lower", "close"]
    reason: Reason
    total_points: Annotated[Points | None, Meta(description="the new total; not for `close`")] = None


class IssuanceBudgetView(Answer):
    id: str
    sponsor: Sponsor
    event: str | None
    partner: str | None
    name: Bilingual
    total_points: int
    issued_points: Annotated[int, Meta(description="issued, or reserved for accounts without a proven act")]
    left_points: int
    yuan_per_point: float | None
    points_per_day_7: Annotated[
        float, Meta(description="over the last 7 days, or since a younger budget opened")
    ]
    points_per_day_30: Annotated[float, Meta(description="over the last 30 days, likewise")]
    empty_on: Annotated[date | None, Meta(description="when nothing is left at the rate of the last 7 days")]
    alarm: Annotated[Literal["low", "empty"] | None, Meta(description="low: 80 % issued; empty: 100 %")]
    opened_at: Instant
    closed_at: Instant | None


class IssuanceBudgetChangeView(Answer):
    sequence: int
    kind: Literal["open", "raise", "lower", "close"]
    points_before: int
    points_after: int
    actor: Annotated[str | None, Meta(description="who; null: the demo, or before there were budgets")]
    reason: str
    at: Instant


class IssuanceBudgetDayView(Answer):
    day: date
    issued_points: Annotated[
        int, Meta(description="issued by the end of the day, as far as it went when looked at")
    ]


class IssuanceBudgetDetail(IssuanceBudgetView, kw_only=True):
    changes: list[IssuanceBudgetChangeView]
    days: Annotated[list[IssuanceBudgetDayView], Meta(description="the last 90 days that are known")]


class LiabilityMonth(Answer):
    """Points that run out on the first day of a month; before it they may be spent."""

    expires_on: date
    points: int
    yuan_least: float | None
    yuan_mean: float | None


class PointsLiability(Answer):
    """What is owed: points that may be spent, by the month in which they run out, and points that wait."""

    as_of: Instant
    outstanding_points: int
    pending_points: Annotated[
        int, Meta(description="reserved for accounts without a proven act; not in the others")
    ]
    yuan_per_point_least: Annotated[float | None, Meta(description="cheapest of the budgets that say a cost")]
    yuan_per_point_mean: Annotated[
        float | None, Meta(description="mean of them, weighted by what they issued")
    ]
    yuan_least: float | None
    yuan_mean: float | None
    months: list[LiabilityMonth]


class PendingItem(Answer):
    """Points that wait for the account's first proven act."""

    source_id: str
    reason: Literal["action", "event_join", "quiz"]
    points: int
    day: date
    lapses_on: Annotated[date, Meta(description="first day on which they no longer wait")]


class PendingAccount(Answer):
    """All that waits, and what would release it."""

    points: int
    items: list[PendingItem]
