"""What is not proven earns little or nothing: evidence that binds, codes of events that prove presence and no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.service import Json, Service
from tests.shipped import shipped_catalogue

CATALOGUE = shipped_catalogue()
LIMITS = CATALOGUE.guards_on(datetime.now(UTC).date())
OWN_WORD = LIMITS.ceilings["E5"]
# What printed 91,716 points on one's own word.
TEN_REQUESTS: list[tuple[str, int | None, Json]] = [
    ("rail_for_air", 1500, {}),
    ("rail_for_air", 1500, {}),
    ("rail_for_air", 1500, {}),
    ("rail_for_air", 1500, {}),
    ("second_hand", 2, {}),
    ("appliance_eff", 366, {"kwh_old": 5000, "kwh_new": 0}),
    ("recyclables", 20, {"material": "aluminium"}),
    ("clothes_recycle", 10, {}),
    ("bike_own", 15, {}),
    ("walk_steps", 10_000, {}),
]


async def test_ten_requests_of_a_fresh_account_earn_at_most_thirty_points(stage: Service) -> None:
    citizen = await stage.citizen()
    answers = [
        await stage.act(citizen, method, quantity, parameters=parameters)
        for method, quantity, parameters in TEN_REQUESTS
    ]
    told = [answer.json() for answer in answers]
    assert {each["code"] for each in told if "code" in each} == {"evidence_not_accepted"}
    assert [each["method"] for each in told if "method" in each] == ["bike_own", "walk_steps"]
    assert sum(each.get("points", 0) for each in told) == OWN_WORD.points_per_day == 30
    me = (await stage.client.get("/v1/me", headers=citizen)).json()
    assert me["balance"] == 30


async def test_whatever_is_said_on_one_s_own_word_a_day_earns_at_most_thirty_points(stage: Service) -> None:
    citizen = await stage.citizen()
    for _ in range(3):
        for method in CATALOGUE.methods.values():
            for days in (0, 1, 6):
                at = datetime.now(UTC) - timedelta(days=days)
                parameters = {
                    item.name: str(item.at_most) for item in method.parameters if item.default is None
                }
                body: Json = {"parameters": parameters, "occurred_at": at.isoformat()}
                answer = await stage.act(citizen, method.code, int(method.quantity_max), **body)
                assert answer.status_code in (201, 409, 422), answer.text
    assert (await stage.client.get("/v1/me", headers=citizen)).json()["balance"] <= 30


async def test_a_refusal_says_which_evidence_is_accepted(stage: Service) -> None:
    answer = await stage.act(await stage.citizen(), "rail_for_air", 1500)
    told = answer.json()
    assert (answer.status_code, told["code"]) == (422, "evidence_not_accepted")
    assert "E1、E4。" in told["detail"]


async def test_one_s_own_word_is_of_today(stage: Service) -> None:
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    answer = await stage.act(await stage.citizen(), "walk_steps", 1000, occurred_at=yesterday)
    assert (answer.status_code, answer.json()["code"]) == (422, "self_declared_late")


async def test_above_a_ceiling_an_action_is_recorded_and_the_answer_names_it(stage: Service) -> None:
    citizen = await stage.citizen()
    ride = (await stage.act(citizen, "bike_own", 15)).json()
    walk = (await stage.act(citizen, "walk_steps", 10_000)).json()
    assert (ride["reduction_g"], ride["points"], ride["capped_by"]) == (300, 30, "tier_grams_per_day")
    assert ride["reductions"] == [{"rule": "tier_grams_per_day", "removed": 65, "unit": "gCO2e"}]
    assert (walk["state"], walk["reduction_g"], walk["points"]) == ("capped", 0, 0)
    listed = (await stage.client.get("/v1/me/actions", headers=citizen)).json()["items"]
    assert "evidence" in listed[0]["reason"]["text"]["en"]


async def test_what_was_only_said_cannot_be_donated(stage: Service) -> None:
    citizen = await stage.citizen()
    assert (await stage.act(citizen, "bike_own", 5)).json()["reduction_g"] > 0
    operator = await stage.staff("operator")
    text = {"zh-CN": "大熊猫栖息地", "en": "Panda habitat"}
    body = {"slug": "own-word", "name": text, "about": text, "reason": "spring"}
    assert (await stage.post("/v1/causes", body, operator)).status_code == 201
    key = {"Idempotency-Key": "give"}
    given = await stage.post("/v1/me/donations", {"cause": "own-word"}, citizen | key)
    assert (given.status_code, given.json()["code"]) == (409, "nothing_to_donate")


async def joined(service: Service, slug: str) -> tuple[dict[str, str], str]:
    """Somebody who joined an event, and their badge's code."""
    badge = (await service.badges(1, slug))[0]
    citizen = await service.resident()
    assert (await service.scan(badge["code"], citizen)).status_code == 201
    return citizen, badge["code"]


async def test_a_sign_proves_nothing_of_days_before_its_reader_had_an_account(stage: Service) -> None:
    sign = await stage.sign()
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    for citizen, status in ((await stage.citizen(), 422), (await stage.resident(), 201)):
        answer = await stage.act(citizen, "own_cup", scene_code=sign, occurred_at=yesterday)
        assert answer.status_code == status, answer.text
        assert answer.json().get("code") == ("before_account" if status == 422 else None)


async def test_a_badge_proves_presence_and_no_journey(stage: Service) -> None:
    await stage.event("presence")
    citizen, code = await joined(stage, "presence")
    for method, quantity in (
        ("rail_for_air", 1500),
        ("metro", 200),
        ("second_hand", 2),
        ("walk_steps", 9000),
    ):
        answer = await stage.act(citizen, method, quantity, scene_code=code)
        assert (answer.status_code, answer.json()["code"]) == (422, "event_method_mismatch")
        assert "clean_plate" in answer.json()["facts"]["methods"]
    meal = await stage.act(citizen, "plant_meal", scene_code=code)
    assert (meal.status_code, meal.json()["tier"], meal.json()["event"]) == (201, "E3", "presence")


async def test_a_code_counts_while_the_event_is_open(stage: Service) -> None:
    """Also where staff opened it days before: what was done then was not done there."""
    now = datetime.now(UTC)
    hours = {"starts_at": now - timedelta(hours=2), "ends_at": now + timedelta(hours=5)}
    await stage.event("hours", **{name: at.isoformat() for name, at in hours.items()})
    citizen, code = await joined(stage, "hours")
    early = (now - timedelta(days=6, hours=19)).isoformat()
    answer = await stage.act(citizen, "clean_plate", scene_code=code, occurred_at=early)
    assert (answer.status_code, answer.json()["code"]) == (409, "outside_event_hours")
    assert (await stage.act(citizen, "clean_plate", scene_code=code)).status_code == 201


@pytest.mark.parametrize("days", [-9, 6])
async def test_a_code_counts_neither_before_the_event_nor_after_it(stage: Service, days: int) -> None:
    start = datetime.now(UTC) + timedelta(days=days)
    slug = f"days{days}".replace("-", "x")
    await stage.event(slug, starts_at=start.isoformat(), ends_at=(start + timedelta(days=1)).isoformat())
    citizen, code = await joined(stage, slug)
    answer = await stage.act(citizen, "clean_plate", scene_code=code)
    assert (answer.status_code, answer.json()["code"]) == (409, "outside_event_hours")


async def test_a_code_counts_for_nothing_from_before_its_holder_joined(stage: Service) -> None:
    """The first days of a long event are not there to be claimed by who came on the last one."""
    now = datetime.now(UTC)
    hours = {"starts_at": now - timedelta(days=6), "ends_at": now + timedelta(days=2)}
    await stage.event("games", **{name: at.isoformat() for name, at in hours.items()})
    citizen, code = await joined(stage, "games")
    for days in range(1, 6):
        early = (now - timedelta(days=days)).isoformat()
        answer = await stage.act(citizen, "plant_meal", scene_code=code, occurred_at=early)
        assert (answer.status_code, answer.json()["code"]) == (409, "event_not_joined")
    slow_clock = (now - timedelta(seconds=60)).isoformat()
    answer = await stage.act(citizen, "plant_meal", scene_code=code, occurred_at=slow_clock)
    assert answer.status_code == 201


async def test_a_code_counts_for_who_joined(stage: Service) -> None:
    await stage.event("joining")
    codes: Any = await stage.client.get("/v1/events/joining/venue-codes", headers=await stage.staff("staff"))
    code = str(codes.json()["items"][0]["code"])
    stranger = await stage.citizen()
    for method in CATALOGUE.event_methods:
        answer = await stage.act(stranger, method, scene_code=code)
        assert (answer.status_code, answer.json()["code"]) == (409, "event_not_joined")
    badge = (await stage.badges(1, "joining"))[0]["code"]
    answer = await stage.act(stranger, "clean_plate", scene_code=badge)
    assert answer.status_code == 409, "a badge that nobody wears"
    assert (await stage.scan(code, stranger)).status_code == 201
    assert (await stage.act(stranger, "clean_plate", scene_code=code)).status_code == 201
