"""Verbs of releases, for tests: an event that is over and closed, what is published, a proposal to correct it."""

from __future__ import annotations

from typing import Any

from tests.service import TONNE, Json, Service


async def closed_event(service: Service, slug: str, *, people: int, **changes: Any) -> Json:
    """An event with a pool whose people came, were offset and logged an act each, closed by an operator."""
    event = await service.event(slug, **changes)
    await service.pool(slug, TONNE * max(1, people))
    for badge in await service.badges(people, slug):
        citizen = await service.citizen()
        answer = await service.scan(badge["code"], citizen, offset={"share": 100})
        assert answer.status_code == 201, answer.text
        acted = await service.act(citizen, "own_cup", scene_code=badge["code"])
        assert acted.status_code == 201, acted.text
    closed = await service.post(
        f"/v1/events/{slug}/transitions", {"to": "closed"}, await service.staff("operator")
    )
    assert closed.status_code == 200, closed.text
    return event


async def releases(service: Service, query: str = "") -> list[Json]:
    """The list as anybody reads it."""
    answer = await service.client.get(f"/v1/disclosures{query}")
    assert answer.status_code == 200, answer.text
    items: list[Json] = answer.json()["items"]
    return items


async def released(service: Service, number: str) -> Json:
    """One release as anybody reads it."""
    answer = await service.client.get(f"/v1/disclosures/{number}")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def correct(service: Service, number: str, reason: str) -> Json:
    """An operator's proposal."""
    operator = await service.staff("operator")
    answer = await service.post(f"/v1/disclosures/{number}/corrections", {"reason": reason}, operator)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found
