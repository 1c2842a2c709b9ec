"""Attendees for tests: the worked examples, and somebody new who scans a new badge."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.service import Json, Service

EXAMPLE_A: Json = {
    "distance_km": 300,
    "mode": "hsr",
    "nights": 2,
    "meals": 3,
    "room_sharing": 1,
    "hotel_stars": 4,
}
EXAMPLE_B: Json = EXAMPLE_A | {"from_city": "北京", "distance_km": 1700, "mode": "plane"}
FULLY_TOLD: Json = EXAMPLE_A | {"diet": "mixed"}


async def attend(fair: Service, **body: Any) -> Json:
    """A new citizen's first scan of a new badge."""
    badge = (await fair.badges(1))[0]
    answer = await fair.scan(badge["code"], await fair.citizen(), **body)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


def id_of(service: Service, citizen: dict[str, str]) -> UUID:
    """The id that a citizen's headers stand for."""
    return service.components.tokens.read(citizen["Authorization"].split()[1]).id
