"""Acts for tests of guards and ceilings: a bus ride at noon of one day, and what a citizen did before."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from backend.domain.actions.plausibility import Doing, EarlierAction

DAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)


def doing(method: str = "bus", tier: str = "E1", **changes: Any) -> Doing:
    return Doing(**(_act(method) | {"tier": tier} | changes))


def earlier(method: str = "bus", **changes: Any) -> EarlierAction:
    booked: dict[str, Any] = {
        "id": uuid4(),
        "credited_quantity": Decimal(5),
        "parameters": {},
        "reduction_g": 100,
        "points": 10,
    }
    return EarlierAction(**(_act(method) | booked | changes))


def _act(method: str) -> dict[str, Any]:
    return {
        "method": method,
        "day": DAY,
        "quantity": Decimal(5),
        "tier": "E1",
        "occurred_at": NOON,
        "ended_at": None,
        "scene_kind": None,
    }
