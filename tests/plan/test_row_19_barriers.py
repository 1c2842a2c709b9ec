"""Row 19: demonstration projects of the plan's natural barriers have pages, and the list is filtered by region."""

from __future__ import annotations

from typing import get_args

from backend.messages.credits import Barrier
from tests.service import Service


async def test_row_19_projects_are_listed_by_the_barrier_that_they_lie_in(service: Service) -> None:
    operator = await service.staff("operator")
    for barrier in get_args(Barrier):
        body = {
            "code": f"forest-{barrier}".replace("_", "-"),
            "name": {"zh-CN": "碳中和竹林", "en": f"Bamboo of {barrier}"},
            "product": "cdcer",
            "category": "forestry",
            "barrier": barrier,
            "is_demonstration": barrier == "daba",
            "reason": "demonstration",
        }
        made = await service.post("/v1/projects", body, operator)
        assert (made.status_code, made.json()["barrier"]) == (201, barrier)
    assert len(get_args(Barrier)) == 6
    for barrier in get_args(Barrier):
        found = (await service.client.get("/v1/projects", params={"barrier": barrier})).json()["items"]
        assert [each["barrier"] for each in found] == [barrier]
        page = await service.client.get("/projects", params={"barrier": barrier, "lang": "en"})
        assert page.text.count("data-project=") == 1
        assert f"Bamboo of {barrier}" in page.text
    shown = await service.client.get("/projects", params={"demonstrations": "true", "lang": "en"})
    assert shown.text.count("data-project=") == 1
    assert "Daba Mountains" in (await service.client.get("/projects/forest-daba", params={"lang": "en"})).text
    refused = await service.client.get("/v1/projects", params={"barrier": "alps"})
    assert refused.status_code == 422
    # What the plan calls a project may be told later; its registration may not be changed by it.
    path = "/v1/projects/forest-daba/changes"
    moved = await service.post(path, {"barrier": "wumeng", "reason": "typo"}, operator)
    assert (moved.status_code, moved.json()["barrier"]) == (200, "wumeng")
    same = await service.post(path, {"barrier": "wumeng", "reason": "typo"}, operator)
    assert same.status_code == 422
