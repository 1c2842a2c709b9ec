"""Row 32, the subjects of supervision: a registry of implementers, service platforms and third parties with their
licences; a licence that nobody confirmed, or whose term is over, licenses nobody.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from backend.domain.days import day_of
from backend.services.organisations.licences import is_licensed
from tests.routes.organisations.organising import organisation
from tests.service import Service


async def test_row_32_subject_registry(service: Service) -> None:
    kinds = {"implementer": "enterprise", "platform": "platform", "third_party": "verifier"}
    made = {subject: await organisation((kind,)) for subject, kind in kinds.items()}
    for subject, each in made.items():
        shown = (await service.client.get(f"/v1/organisations/{each.code}")).json()
        assert (shown["subject"], shown["licences"]) == (subject, [])
    verifier, today = made["third_party"], day_of(datetime.now(UTC))
    assert not await is_licensed(verifier.id, "verification", [today])
    licence = {
        "kind": "verification",
        "number": "V-1",
        "issuer": "省生态环境厅",
        "valid_from": str(today),
        "valid_to": str(today + timedelta(days=1)),
        "reason": "as the paper says",
    }
    path = f"/v1/organisations/{verifier.code}/licences"
    entered = await service.post(path, licence, await service.staff("operator"))
    (view,) = entered.json()["licences"]
    assert not await is_licensed(verifier.id, "verification", [today])
    second = await service.staff("operator", "second-operator")
    assert (
        await service.post(f"{path}/{view['id']}/confirmation", {"reason": "seen"}, second)
    ).status_code == 200
    days = [today, today + timedelta(days=2)]
    assert [await is_licensed(verifier.id, "verification", [day]) for day in days] == [True, False]
