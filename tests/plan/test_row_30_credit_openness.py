"""Row 30, credit openness: a public register of organisers, credit batches and verifiers with their state; a suspended
verifier is shown as suspended.
"""

from __future__ import annotations

from tests.routes.organisations.organising import organisation
from tests.service import Service


async def test_row_30_credit_openness(service: Service) -> None:
    organiser, verifier = await organisation(), await organisation(("verifier",))

    async def shown(kind: str) -> dict[str, str]:
        answer = await service.client.get("/v1/organisations", params={"kind": kind})
        return {each["code"]: each["state"] for each in answer.json()["items"]}

    assert organiser.code in await shown("event_organiser")
    assert (await shown("verifier"))[verifier.code] == "active"
    suspending = {"to": "suspended", "reason": "an inspection found no records"}
    operator = await service.staff("operator")
    answer = await service.post(f"/v1/organisations/{verifier.code}/state", suspending, operator)
    assert answer.status_code == 200
    assert (await shown("verifier"))[verifier.code] == "suspended"
    told = (await service.client.get(f"/v1/organisations/{verifier.code}")).json()
    assert (told["state"], told["state_why"]) == ("suspended", "an inspection found no records")
    batch = await service.batch()
    assert (await service.client.get(f"/v1/credit-batches/{batch['id']}")).status_code == 200
