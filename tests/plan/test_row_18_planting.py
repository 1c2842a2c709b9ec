"""Row 18: planting and wetland repair as an activity with the staff's QR (0 g), a count, and a survival report."""

from __future__ import annotations

from typing import Any

from tests.service import Json, Service

PNG = b"\x89PNG\r\n\x1a\n" + b"p" * 500
SINK: Json = {
    "name": {"zh-CN": "龙泉山植树", "en": "Longquan planting"},
    "product": "forest_grass_sink",
    "is_ex_ante": True,
    "location": "成都市龙泉驿区",
    "area_ha": 12.5,
    "schedule": [{"due": "2032-12-31", "what": {"zh-CN": "首次核查", "en": "First verification"}}],
    "barrier": "longquan",
    "planned_t": 1000,
    "reason": "plan",
}


async def post(service: Service, path: str, body: Json, status: int = 201) -> Json:
    answer = await service.post(path, body, await service.staff("operator"))
    assert answer.status_code == status, answer.text
    found: Json = answer.json()
    return found


async def evidence(service: Service, code: str, content: bytes = PNG) -> str:
    headers = await service.staff("operator") | {"Content-Type": "image/png"}
    sent = await service.client.post(f"/v1/projects/{code}/evidence", content=content, headers=headers)
    assert sent.status_code == 201, sent.text
    found: str = sent.json()["sha256"]
    return found


async def join(service: Service, slug: str) -> tuple[dict[str, str], str]:
    """Somebody who came to the event, and the code that its staff show."""
    citizen = await service.citizen()
    badge = (await service.badges(1, slug))[0]["code"]
    assert (await service.scan(badge, citizen)).status_code == 201
    return citizen, badge


async def test_row_18_a_planting_brings_no_grams_needs_the_staffs_code_and_tells_what_survived(
    service: Service,
) -> None:
    await post(
        service, "/v1/projects", SINK | {"code": "longquan", "category": "forestry", "species": "香樟"}
    )
    await service.event("planting-day", kind="tourism")
    activity = {"event": "planting-day", "reason": "spring"}
    await post(service, "/v1/projects/longquan/activities", activity)
    again = await post(service, "/v1/projects/longquan/activities", activity, 409)
    assert again["code"] == "project_activity_taken"
    # Without a code of the event nobody checks in; with it trees are counted, and no gram.
    citizen, code = await join(service, "planting-day")
    alone = await service.act(citizen, "tree_planting", 3)
    assert alone.status_code in (409, 422), alone.text
    logged = await service.act(citizen, "tree_planting", 3, scene_code=code)
    assert logged.status_code == 201, logged.text
    assert (logged.json()["reduction_g"], logged.json()["points"]) == (0, 15)
    project = (await service.client.get("/v1/projects/longquan")).json()
    assert (project["activities"][0]["trees"], project["activities"][0]["people"]) == (3, None)
    assert (project["planned_t"], project["expected_t"], project["survival"]) == (1000, 1000, None)
    # What was planted, and what a later report found with its evidence.
    path = "/v1/projects/longquan/plantings"
    told: Json = {"day": "2026-03-12", "species": "香樟", "reason": "spring"}
    await post(service, path, told | {"kind": "planted", "plants": 1000})
    report = told | {"kind": "surviving", "day": "2026-10-01", "plants": 700}
    bare = await post(service, path, report, 422)
    assert bare["code"] == "survival_evidence_missing"
    foreign = await post(service, path, report | {"evidence": "0" * 64}, 404)
    assert foreign["code"] == "project_evidence_not_found"
    photo = await evidence(service, "longquan")
    # Nobody sees it before a report names it.
    shown = f"/v1/projects/longquan/evidence/{photo}"
    assert (await service.client.get(shown)).status_code == 404
    too_many = await post(service, path, report | {"plants": 1001, "evidence": photo}, 422)
    assert too_many["errors"][0]["pointer"] == "/plants"
    found = await post(service, path, report | {"evidence": photo})
    assert found["survival"] | {"as_of": None} == {
        "planted": 1000,
        "alive": 700,
        "repaired_m2": 0,
        "standing_m2": 0,
        "rate_pct": 70.0,
        "min_pct": 85,
        "is_sufficient": False,
        "as_of": None,
    }
    # Below the threshold what is planned is lowered; nothing was ever credited.
    assert (found["planned_t"], found["expected_t"], found["retired_t"]) == (1000, 700, 0)
    assert (await service.client.get(shown)).content == PNG
    page = await service.client.get("/projects/longquan", params={"lang": "en"})
    assert "700 of 1,000 plants found alive" in page.text
    assert 'id="expected" data-value="700"' in page.text
    assert shown in page.text
    # A better count later stands for the earlier one; a species that nobody reports counts as gone.
    await post(service, path, told | {"kind": "planted", "plants": 1000, "species": "楠木"})
    better = await post(service, path, report | {"day": "2026-11-01", "plants": 1000, "evidence": photo})
    assert (better["survival"]["rate_pct"], better["expected_t"]) == (50.0, 500)


async def test_row_18_a_repaired_wetland_is_told_by_its_area(service: Service) -> None:
    await post(
        service, "/v1/projects", SINK | {"code": "zoige", "category": "wetland", "species": "泥炭湿地"}
    )
    path = "/v1/projects/zoige/plantings"
    told: Json = {"day": "2026-05-01", "species": "泥炭湿地", "reason": "repair"}
    for wrong in ({"plants": 3, "area_ha": 1}, {}):
        assert (
            await service.post(path, told | {"kind": "repaired"} | wrong, await service.staff("operator"))
        ).status_code == 422
    await post(service, path, told | {"kind": "repaired", "area_ha": 2})
    photo = await evidence(service, "zoige")
    report: dict[str, Any] = told | {"kind": "surviving", "day": "2026-11-01", "evidence": photo}
    larger = await post(service, path, report | {"area_ha": 2.5}, 422)
    assert larger["errors"][0]["pointer"] == "/area_ha"
    found = await post(service, path, report | {"area_ha": 1.8})
    assert (found["survival"]["standing_m2"], found["survival"]["rate_pct"]) == (18_000, 90.0)
    assert (found["survival"]["is_sufficient"], found["expected_t"]) == (True, 1000)
    # Repair at an event: points, no grams, the staff's code.
    await service.event("wetland-day", kind="tourism")
    await post(service, "/v1/projects/zoige/activities", {"event": "wetland-day", "reason": "summer"})
    citizen, code = await join(service, "wetland-day")
    logged = await service.act(citizen, "wetland_repair", scene_code=code)
    assert (logged.status_code, logged.json()["reduction_g"]) == (201, 0)
    project = (await service.client.get("/v1/projects/zoige")).json()
    assert project["activities"][0]["wetland_acts"] == 1
