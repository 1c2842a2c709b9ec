"""A citizen's points account: lots and expiry, now or at an earlier moment."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Meta

from backend.messages.actions.actions import ExpiringPoints
from backend.messages.issuance import PendingAccount
from backend.messages.shape import Answer, Instant


class LotView(Answer):
    """Points that run out on one day: 24 months after the end of the month in which they were earned."""

    expires_on: Annotated[date, Meta(description="first day on which these points no longer count")]
    points: int


class PointsAccount(Answer):
    """A citizen's points.

    `balance` is the ledger's: expired points stay in it until they are booked off, and `available` leaves them out.
    """

    balance: int
    available: Annotated[int, Meta(description="points that can be spent")]
    as_of: Annotated[Instant | None, Meta(description="the past instant that was asked for; null: now")]
    lots: list[LotView]
    next_expiry: ExpiringPoints | None
    pending: Annotated[
        PendingAccount | None,
        Meta(description="what waits for the first action with evidence (E1–E4); null for a past instant"),
    ] = None
