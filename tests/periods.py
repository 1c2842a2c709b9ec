"""Verbs of programmes and periods of people's lives, for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from backend.domain.days import day_of
from tests.service import Json, Service

HOUSEHOLD: Json = {
    "household": 2,
    "electricity_kwh": {"quantity": 300},
    "gas_m3": {"quantity": 20},
    "everyday": [{"mode": "metro", "distance_km": 200}, {"mode": "car", "distance_km": 100, "persons": 2}],
    "food": "low_meat",
}


def last_month() -> date:
    """The first day of the month that is over."""
    return (day_of(datetime.now(UTC)).replace(day=1) - timedelta(days=1)).replace(day=1)


async def programme(
    service: Service, starts_on: date | None = None, kind: str = "month", **changes: Any
) -> str:
    """The slug of a programme in Chengdu, of the month that is over."""
    body = {
        "kind": kind,
        "city": "成都",
        "starts_on": str(starts_on or last_month()),
        "reason": "council's decision",
    } | changes
    answer = await service.post("/v1/programmes", body, await service.staff("operator"))
    assert answer.status_code == 201, answer.text
    slug: str = answer.json()["slug"]
    return slug


async def my_period(service: Service, slug: str, headers: Any) -> Json:
    """A citizen's period in a programme."""
    answer = await service.post("/v1/me/periods", {"programme": slug}, headers)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found
