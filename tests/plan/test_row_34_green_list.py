# Row 34, 绿名单: a list with reason, evidence, from–to, publisher and appeal; publishing needs two persons.
"""The green list says why, on what evidence, from when to when and who publishes; two persons publish an entry."""

from __future__ import annotations

from dataclasses import replace

from backend.settings import Settings
from tests.organising import new_organisation, propose, publish
from tests.service import open_service


async def test_row_34_publishing_needs_two_persons(settings: Settings) -> None:
    async with open_service(replace(settings, environment="production")) as service:
        organisation = await new_organisation(34)
        body = {
            "organisation": organisation.code,
            "reason": "三次活动按时核销",
            "evidence": [{"title": "活动报告", "is_public": True}],
            "valid_to": "2099-12-31",
        }
        maker = await service.staff("regulator", "maker")
        proposed = await service.post("/v1/lists/green/entries", body, maker)
        assert proposed.status_code == 201
        path = f"/v1/list-entries/{proposed.json()['id']}/confirmation"
        alone = await service.post(path, {"decision": "confirmed", "reason": "好"}, maker)
        assert (alone.status_code, alone.json()["code"]) == (403, "same_person")
        assert (await service.client.get("/v1/lists/green")).json()["items"] == []
        await publish(service, proposed.json(), "checker")
        [entry] = (await service.client.get("/v1/lists/green")).json()["items"]
        assert entry["is_in_force"] is True
        for field in ("reason", "evidence", "valid_from", "valid_to", "publisher", "appeals_until"):
            assert entry[field], field
        again = await propose(service, await new_organisation(35), "green")
        assert again["state"] == "proposed"
