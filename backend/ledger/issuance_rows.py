"""The rows of issuance: what budgets issued, points that wait, and what became of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from backend.storage.rows import Row


class PendingRow(Row, frozen=True):
    """Points that wait for their account's first proven act."""

    table: ClassVar[str] = "pending_points"

    citizen_id: UUID
    source_id: UUID
    reason: str
    points: int
    budget_id: UUID
    day: date
    lapses_on: date
    created_at: datetime


class PendingEndRow(Row, frozen=True):
    """What became of points that waited."""

    table: ClassVar[str] = "pending_point_ends"

    citizen_id: UUID
    source_id: UUID
    reason: str
    why: str
    ended_at: datetime


class ProvenRow(Row, frozen=True):
    """An account that has one proven act from now on."""

    table: ClassVar[str] = "accounts"

    id: UUID
    is_proven: bool


class IssuedRow(Row, frozen=True):
    """What an issuance budget has issued more, or less."""

    table: ClassVar[str] = "issuance_budgets"

    id: UUID
    issued_points: int
