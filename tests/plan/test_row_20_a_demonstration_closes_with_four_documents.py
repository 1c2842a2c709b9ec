"""Row 20, 大型活动碳中和示范项目: selected by the province, listed; without its four documents it cannot close."""

from __future__ import annotations

from backend.domain.events.lifecycle import DEMONSTRATION_DOCUMENTS
from tests.routes.evaluation.selecting import NOMINATED, selected
from tests.routes.filing import send
from tests.service import Service


async def test_row_20_a_demonstration_cannot_close_with_less_than_four_documents(service: Service) -> None:
    await service.event("fair", **NOMINATED)
    await selected(service)
    organiser = await service.staff("organiser")
    assert len(DEMONSTRATION_DOCUMENTS) == 4
    for kind in DEMONSTRATION_DOCUMENTS:
        refused = await service.post("/v1/events/fair/transitions", {"to": "closed"}, organiser)
        assert (refused.status_code, refused.json()["code"]) == (409, "event_documents_missing")
        assert (await send(service, "fair", kind, name=f"{kind}.pdf")).status_code == 201
    closed = await service.post("/v1/events/fair/transitions", {"to": "closed"}, organiser)
    assert (closed.status_code, closed.json()["state"]) == (200, "closed")


async def test_row_20_the_list_has_region_documents_and_outcome(service: Service) -> None:
    await service.event("fair", **NOMINATED)
    await selected(service)
    [listed] = (await service.client.get("/v1/demonstrations?region=Chengdu")).json()["items"]
    assert (listed["event"], listed["region"], listed["rank"]) == ("fair", "成都", "national")
    assert [each["is_filed"] for each in listed["documents"]] == [False] * 4
    assert (listed["outcome"], listed["report"]) == (None, None)
    for kind in DEMONSTRATION_DOCUMENTS:
        await send(service, "fair", kind, name=f"{kind}.pdf")
    organiser = await service.staff("organiser")
    for step in ({"to": "accounting"}, {"to": "offset"}, {"to": "evaluated", "statement": "自评"}):
        moved = await service.post("/v1/events/fair/transitions", step, organiser)
        assert moved.status_code == 200, moved.text
    assert (await service.post("/v1/events/fair/transitions", {"to": "closed"}, organiser)).status_code == 200
    [listed] = (await service.client.get("/v1/demonstrations?region=成都")).json()["items"]
    evaluation = (await service.client.get("/v1/events/fair")).json()["evaluation"]
    assert listed["outcome"] == {name: evaluation[name] for name in listed["outcome"]}
    assert (listed["outcome"]["retired_g"], listed["outcome"]["has_reached_target"]) == (0, True)
    assert listed["report"] == "/events/fair/report"
    for document in listed["documents"]:
        assert (await service.client.get(document["url"])).status_code == 200
    elsewhere = await service.client.get("/v1/demonstrations?region=绵阳")
    assert elsewhere.json()["items"] == []
    for language, title in (("zh-CN", "示范活动"), ("en", "Demonstration events")):
        page = await service.client.get("/demonstrations?region=成都", headers={"Accept-Language": language})
        assert (page.status_code, title in page.text, "/events/fair/report" in page.text) == (200, True, True)
