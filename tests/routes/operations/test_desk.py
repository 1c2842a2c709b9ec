"""An operator sees what waits at each desk, finds rows by words, and dismisses what failed for good, with a record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from backend.models import Organisation, Reward, Scene, StaffAction, Task
from backend.models.keys import uuid7
from tests.mall import open_mall
from tests.service import Json, Service

REASON = {"reason": "nobody waits for it any more"}


async def waiting(service: Service) -> dict[str, tuple[int, int]]:
    answer = await service.client.get("/v1/desk", headers=await service.staff("operator"))
    assert answer.status_code == 200, answer.text
    return {item["desk"]: (item["waiting"], item["late"]) for item in answer.json()["items"]}


async def dead_letter() -> str:
    task = await Task.create(
        citizen_id=uuid4(),
        kind="notice",
        topic_key=str(uuid4()),
        body={},
        failed_at=datetime.now(UTC),
        last_error="43101",
    )
    return str(task.id)


async def test_the_desk_counts_what_waits_and_what_is_late(service: Service) -> None:
    before = await waiting(service)
    assert {desk: both for desk, both in before.items() if both != (0, 0)} == {}
    await service.event("soon", state="submitted", plan="LED lights, the rest offset")
    await dead_letter()
    await Organisation.create(code="N-DESKDESK", kinds=["merchant"], name_zh="茶馆", name_en="Tea house")
    await Organisation.create(code="N-DESKDES2", kinds=["merchant"], name_zh="布店", name_en="Cloth shop")
    await Organisation.filter(code="N-DESKDES2").update(created_at=datetime.now(UTC) - timedelta(days=6))
    after = await waiting(service)
    told = {desk: both for desk, both in after.items() if both != (0, 0)}
    assert told == {"applications": (1, 1), "organisations": (2, 1), "letters": (1, 1)}


async def test_a_reward_that_runs_out_is_told(service: Service) -> None:
    await (await open_mall(service)).reward()
    await Reward.all().update(is_open=True, stock=10, stock_left=1, closes_at=None)
    rewards = await Reward.all().count()
    assert (await waiting(service))["rewards"] == (rewards, 0)


async def test_a_dead_letter_is_dismissed_once_and_recorded_with_its_error(service: Service) -> None:
    letter = await dead_letter()
    operator = await service.staff("operator")
    assert (await service.post(f"/v1/dead-letters/{letter}/dismissal", REASON, operator)).status_code == 204
    kept = await StaffAction.get(action="task.dismiss")
    assert (kept.subject, kept.before) == (letter, {"kind": "notice", "error": "43101"})
    again = await service.post(f"/v1/dead-letters/{letter}/dismissal", REASON, operator)
    assert again.json()["code"] == "dead_letter_not_found"
    assert await Task.all().count() == 0


async def test_a_task_that_only_waits_cannot_be_dismissed(service: Service) -> None:
    task = await Task.create(citizen_id=uuid4(), kind="notice", topic_key=str(uuid4()), body={})
    refused = await service.post(
        f"/v1/dead-letters/{task.id}/dismissal", REASON, await service.staff("operator")
    )
    assert refused.status_code == 404
    assert await Task.filter(id=task.id).exists()


async def found(service: Service, path: str, query: str, headers: dict[str, str]) -> list[Json]:
    answer = await service.client.get(path, params={"query": query}, headers=headers)
    assert answer.status_code == 200, answer.text
    items: list[Json] = answer.json()["items"]
    return items


@pytest.mark.parametrize("typed", ["tea", "TEA house", "茶", "ｔｅａ", "house  TEA"])
async def test_a_desk_finds_rows_by_words_as_people_type_them(service: Service, typed: str) -> None:
    operator = await service.staff("operator")
    for code, zh, en in (("tea", "人民公园茶馆", "Tea house"), ("market", "玉林市场", "Market 100%_")):
        body = {"code": code, "name": {"zh-CN": zh, "en": en}, "reason": "opens"}
        assert (await service.post("/v1/merchants", body, operator)).status_code == 201
    assert [row["code"] for row in await found(service, "/v1/merchants", typed, operator)] == ["tea"]


async def test_signs_of_patterns_are_plain_signs(service: Service) -> None:
    operator = await service.staff("operator")
    body = {"code": "market", "name": {"zh-CN": "玉林市场", "en": "Market 100%"}, "reason": "opens"}
    assert (await service.post("/v1/merchants", body, operator)).status_code == 201
    assert len(await found(service, "/v1/merchants", "100%", operator)) == 1
    for none in ("1%0", "mar_et", "%%%", "\\"):
        assert await found(service, "/v1/merchants", none, operator) == []


async def test_rewards_are_found_by_their_merchant_too(service: Service) -> None:
    await (await open_mall(service)).reward()
    operator = await service.staff("operator")
    every = (await service.client.get("/v1/rewards", headers=operator)).json()["items"]
    chosen = next(reward for reward in every if reward["merchant"])
    slugs = {
        reward["slug"]
        for reward in await found(service, "/v1/rewards", chosen["merchant"]["en"].upper(), operator)
    }
    assert chosen["slug"] in slugs
    assert await found(service, "/v1/rewards", "no such thing", operator) == []


async def test_closed_scenes_are_for_operators_alone(service: Service) -> None:
    await Scene.create(
        id=uuid7(),
        code="ABCDE",
        kind="hotel",
        name_zh="锦江",
        name_en="Jinjiang",
        district="武侯区",
        is_open=False,
    )
    operator = await service.staff("operator")
    assert [row["code"] for row in await found(service, "/v1/scenes", "锦江", operator)] == ["ABCDE"]
    assert await found(service, "/v1/scenes", "锦江", {}) == []
    assert await found(service, "/v1/scenes", "锦江", await service.citizen()) == []


async def test_a_search_that_is_too_long_is_refused(service: Service) -> None:
    answer = await service.client.get(
        "/v1/partners", params={"query": "x" * 81}, headers=await service.staff("operator")
    )
    assert answer.json()["errors"][0]["pointer"] == "#query/query"
