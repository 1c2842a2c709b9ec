"""How tests select a demonstration: nominated by its organiser, proposed by one regulator, confirmed by another."""

from __future__ import annotations

from typing import Any

from tests.service import Json, Service

NOMINATED = {"rank": "national", "is_nominated": True}


async def propose(service: Service, slug: str, kind: str = "selection", username: str = "regulator") -> Any:
    body = {"kind": kind, "reason": "国家级赛事"}
    headers = await service.staff("regulator", username)
    return await service.post(f"/v1/events/{slug}/demonstration", body, headers)


async def decide(
    service: Service, proposed: Json, decision: str = "confirmed", username: str = "second-regulator"
) -> Any:
    body = {"decision": decision, "reason": "材料齐全"}
    path = f"/v1/demonstration-proposals/{proposed['proposals'][0]['id']}/confirmation"
    return await service.post(path, body, await service.staff("regulator", username))


async def selected(service: Service, slug: str = "fair", kind: str = "selection") -> Json:
    """A nominated event, selected; or with the label taken from it."""
    proposed = await propose(service, slug, kind)
    assert proposed.status_code == 200, proposed.text
    decided = await decide(service, proposed.json())
    assert decided.status_code == 200, decided.text
    found: Json = decided.json()
    return found
