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


async def agree(service: Service, citizen: dict[str, str]) -> None:
    """A citizen's consent to keep journeys."""
    body = {"scope": "event_profile", "granted": True}
    answer = await service.client.post("/v1/me/consents", json=body, headers=citizen)
    assert answer.status_code == 200, answer.text


async def attend(fair: Service, *, agrees: bool = False, **body: Any) -> Json:
    """A new citizen's first scan of a new badge; `agrees`: the journey may be kept."""
    badge, citizen = (await fair.badges(1))[0], await fair.citizen()
    if agrees:
        await agree(fair, citizen)
    answer = await fair.scan(badge["code"], citizen, **body)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


def holding(link: Json) -> dict[str, str]:
    """The header of who has the holder's link."""
    return {"X-Certificate-Secret": link["url"].partition("#s=")[2]}


def id_of(service: Service, citizen: dict[str, str]) -> UUID:
    """The id that a citizen's headers stand for."""
    return service.components.tokens.read(citizen["Authorization"].split()[1]).id
