# Row 35, 违规黑名单: as the green list, and with effect: no new events, no allocations; and a way off it.
"""A blacklisted organiser files no event and gets no allocation; off the list, both work again."""

from __future__ import annotations

from typing import Any

from tests.organising import blacklist, host_event, join_organisation, new_organisation
from tests.service import TONNE, Service


async def file_event(service: Service, slug: str) -> Any:
    body = {
        "slug": slug,
        "name": {"zh-CN": "展会", "en": "Fair"},
        "kind": "exhibition",
        "city": "成都",
        "starts_at": "2027-05-01T09:00:00+08:00",
        "ends_at": "2027-05-02T18:00:00+08:00",
        "boundary": "extended",
    }
    return await service.post("/v1/events", body, await service.staff("organiser"))


async def test_row_35_a_blacklisted_organiser_begins_nothing(service: Service) -> None:
    organisation = await new_organisation(35)
    event = await service.event("fair")
    await service.pool("fair", TONNE)
    await join_organisation(organisation, "organiser")
    await host_event(organisation, event["id"])
    entry = await blacklist(service, organisation)
    refused = await file_event(service, "next")
    assert (refused.status_code, refused.json()["code"]) == (403, "organisation_blacklisted")
    assert refused.json()["facts"]["reason"] == entry["reason"]
    [badge] = await service.badges(1)
    citizen = await service.citizen()
    assert (await service.scan(badge["code"], citizen, offset={"grams": 1000})).json()["offset"] is None
    [public] = (await service.client.get("/v1/lists/black")).json()["items"]
    assert public["organisation"]["code"] == organisation.code
    removed = await service.post(
        f"/v1/list-entries/{entry['id']}/removal", {"reason": "整改完成"}, await service.staff("regulator")
    )
    assert removed.json()["state"] == "removed"
    assert (await file_event(service, "next")).status_code == 201
    assert (await service.scan(badge["code"], citizen, offset={"grams": 1000})).json()["offset"][
        "grams"
    ] == 1000
