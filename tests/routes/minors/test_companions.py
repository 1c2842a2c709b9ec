"""Companions of a guardian: they earn nothing, and their journeys are there by the guardian's consent alone."""

from __future__ import annotations

import asyncpg

from tests.routes.attending import EXAMPLE_A
from tests.service import Service

KEPT = """
    SELECT count(*) FROM attendances a
    JOIN footprints f ON (f.event_id, f.digest) = (a.event_id, a.footprint_digest)
    JOIN companions c ON c.companion_id = a.citizen_id
    WHERE f.journey IS NOT NULL
"""


async def journeys(owner: asyncpg.Connection) -> int:
    """Journeys of companions that are kept."""
    found: int = await owner.fetchval(KEPT)
    return found


async def bring(service: Service, guardian: dict[str, str]) -> int:
    """A child brought along with a journey; the points that came of it."""
    [badge] = await service.badges(1)
    answer = await service.scan(badge["code"], guardian, companion={"kind": "child"}, journey=EXAMPLE_A)
    assert answer.status_code == 201, answer.text
    points = answer.json()["points"]
    return int(points["earned"]) + int(points["pending"])


async def test_a_companions_journey_is_kept_with_the_guardians_consent_and_goes_with_it(
    service: Service, owner: asyncpg.Connection
) -> None:
    await service.event("fair")
    guardian = await service.citizen()
    assert await bring(service, guardian) == 0
    assert await journeys(owner) == 0
    agreed = {"scope": "event_profile", "granted": True}
    await service.post("/v1/me/consents", agreed, guardian)
    assert await bring(service, guardian) == 0
    assert await journeys(owner) == 1
    await service.post("/v1/me/consents", agreed | {"granted": False}, guardian)
    assert await journeys(owner) == 0


async def test_who_turns_out_to_be_a_child_keeps_no_companions_journey(
    service: Service, owner: asyncpg.Connection
) -> None:
    await service.event("fair")
    guardian = await service.person(None)
    await service.post("/v1/me/consents", {"scope": "event_profile", "granted": True}, guardian)
    await bring(service, guardian)
    assert await journeys(owner) == 1
    told = await service.post("/v1/me/age", {"born": "2018-01"}, guardian)
    assert told.json()["needs_guardian"] is True
    assert await journeys(owner) == 0
    await bring(service, guardian)
    assert await journeys(owner) == 0
