"""Logging actions over HTTP: all methods, evidence, caps, and an explanation that leads to its sources."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.service import Json, Service
from tests.shipped import shipped_catalogue

METHODS = sorted(shipped_catalogue().methods)


async def described(stage: Service, code: str) -> Json:
    answer = await stage.client.get(f"/v1/methods/{code}")
    assert answer.status_code == 200
    found: Json = answer.json()
    return found


def sensible(method: Json) -> tuple[Any, dict[str, Any]]:
    """A quantity and parameters as the method's own description asks for them."""
    quantity: Any = method["default_quantity"]
    if quantity is None and method["needs_quantity"]:
        quantity = method["quantity_max"] // 2
    parameters: dict[str, Any] = {}
    for number, parameter in enumerate(method["parameters"], start=1):
        if parameter["choices"]:
            parameters[parameter["name"]] = parameter["choices"][0]["value"]
        elif parameter["default"] is None:
            # Less each time: what the new one uses is less than what the old one did.
            parameters[parameter["name"]] = parameter["at_most"] // number
    return quantity, parameters


async def venue_code(stage: Service, slug: str) -> str:
    answer = await stage.client.get(f"/v1/events/{slug}/venue-codes", headers=await stage.staff("staff"))
    return str(answer.json()["items"][0]["code"])


async def test_all_methods_are_listed_with_both_languages(stage: Service) -> None:
    items = (await stage.client.get("/v1/methods")).json()["items"]
    assert sorted(item["code"] for item in items) == METHODS
    assert len(METHODS) == 33
    for item in items:
        for text in (item["name"], item["unit_name"]):
            assert set(text) == {"zh-CN", "en"}
            assert not text["zh-CN"].isascii() or text["zh-CN"] == text["en"]


@pytest.mark.parametrize("code", METHODS)
async def test_each_method_is_logged_by_what_its_description_says(stage: Service, code: str) -> None:
    method = await described(stage, code)
    quantity, parameters = sensible(method)
    citizen = await stage.citizen()
    body = {"parameters": parameters} if parameters else {}
    tier = "E5" if "E5" in method["evidence_wanted"] else method["evidence_wanted"][0]
    if tier == "E5":
        answer = await stage.act(citizen, code, quantity, **body)
        assert answer.status_code == 201, answer.text
        action = answer.json()
    else:
        refused = await stage.act(citizen, code, quantity, **body)
        assert (refused.status_code, refused.json()["code"]) == (422, "evidence_not_accepted")
        action = await stage.prove(citizen, code, quantity, **body)
    assert (action["method"], action["method_version"], action["tier"]) == (code, method["version"], tier)
    assert (action["state"], action["claim_state"], action["event"]) == ("posted", "personal", None)
    assert action["balance"] == action["points"]
    assert action["points"] > 0
    if method["formula"] is None:
        assert (action["reduction_g"], action["explanation"]) == (0, [])
        assert action["points"] == action["credited_quantity"] * points_each(method, parameters)
    else:
        assert action["reduction_g"] > 0
    known = {use["factor_id"] for use in method["factors"]}
    for use in action["explanation"]:
        assert use["factor_id"] in known
        factor = (await stage.client.get(f"/v1/factors/{use['factor_id']}")).json()
        assert (factor["value"], factor["unit"]) == (use["value"], use["unit"])
        assert factor["source"]["title"]
        assert factor["source_kind"] in ("published", "calculated", "assumption")


def points_each(method: Json, parameters: dict[str, Any]) -> int:
    found = shipped_catalogue().methods[method["code"]]
    for parameter in found.parameters:
        for choice in parameter.choices:
            if choice.points is not None and choice.value == parameters[parameter.name]:
                return choice.points
    return found.fixed_points or 0


@pytest.mark.parametrize("code", METHODS)
async def test_a_description_leads_to_every_factor_and_source_it_rests_on(stage: Service, code: str) -> None:
    method = await described(stage, code)
    assert method["sources"]
    assert all(source["found_at"] for source in method["sources"])
    for use in method["factors"]:
        assert (await stage.client.get(f"/v1/factors/{use['factor_id']}")).status_code == 200
    if method["formula"] is not None:
        # What an explanation names besides the factors of the formula: the worth of the evidence.
        assert {"evidence_e3", "evidence_e5"} <= {use["role"] for use in method["factors"]}


async def test_factors_and_methods_that_are_not_there_are_not_found(stage: Service) -> None:
    for path, code in (("/v1/methods/teleport", "method_not_found"), ("/v1/factors/x", "factor_not_found")):
        answer = await stage.client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, code)


async def test_a_self_declared_action_is_worth_half_of_one_with_a_venues_code(stage: Service) -> None:
    await stage.event("worth")
    code = await venue_code(stage, "worth")
    one, other = await stage.citizens(2)
    for citizen in (one, other):
        assert (await stage.scan(code, citizen)).status_code == 201
    word = (await stage.act(await stage.citizen(), "own_chopsticks", 2)).json()
    scene = (await stage.act(one, "own_chopsticks", 2, scene_code=code)).json()
    said = await stage.act(other, "own_chopsticks", 2, scene_code=code, evidence={"tier": "E3"})
    assert (word["tier"], scene["tier"], said.status_code) == ("E5", "E3", 201)
    assert (word["event"], scene["event"]) == (None, "worth")
    worth = {use["role"]: Decimal(str(use["value"])) for use in word["explanation"] + scene["explanation"]}
    assert worth["evidence_e5"] * 2 == worth["evidence_e3"]
    assert scene["reduction_g"] in (2 * word["reduction_g"], 2 * word["reduction_g"] + 1)


async def test_the_explanation_multiplies_out_to_the_grams(stage: Service) -> None:
    action = (await stage.act(await stage.citizen(), "bike_own", 12.345)).json()
    by_role = {use["role"]: Decimal(str(use["value"])) for use in action["explanation"]}
    assert set(by_role) == {"bike_saving", "evidence_e5"}
    unit = next(use["unit"] for use in action["explanation"] if use["role"] == "bike_saving")
    per_km_g = by_role["bike_saving"] * (1000 if unit.startswith("kg") else 1)
    assert action["reduction_g"] == int(per_km_g * by_role["evidence_e5"] * Decimal("12.345"))


async def test_what_exceeds_a_cap_is_recorded_without_points_and_with_the_caps_name(stage: Service) -> None:
    citizen = await stage.citizen()
    first = (await stage.act(citizen, "walk_steps", 9000)).json()
    trimmed = (await stage.act(citizen, "walk_steps", 9000)).json()
    capped = (await stage.act(citizen, "walk_steps", 9000)).json()
    assert [action["credited_quantity"] for action in (first, trimmed, capped)] == [9000, 1000, 0]
    assert [action["state"] for action in (first, trimmed, capped)] == ["posted", "posted", "capped"]
    assert [action["capped_by"] for action in (first, trimmed, capped)] == [None] + ["steps_per_day"] * 2
    assert (capped["points"], capped["reduction_g"]) == (0, 0)
    assert capped["balance"] == trimmed["balance"]
    listed = (await stage.client.get("/v1/me/actions", headers=citizen)).json()["items"]
    assert [item["state"] for item in listed] == ["capped", "posted", "posted"]


async def test_what_is_used_up_today_is_known_before_another_press(stage: Service) -> None:
    citizen = await stage.citizen()

    async def used_up() -> tuple[int, dict[str, str]]:
        told = (await stage.client.get("/v1/me/allowances", headers=citizen)).json()
        assert told["self_checkins_max"] == 3
        rules = {item["method"]: item["capped_by"] for item in told["items"] if item["is_used_up"]}
        return told["self_checkins_left"], rules

    assert await used_up() == (3, {})
    await stage.act(citizen, "walk_steps", 10_000)
    # A cap of the method itself: the day's steps are all told.
    assert await used_up() == (2, {"walk_steps": "steps_per_day"})
    await stage.act(citizen, "walk_steps", 10_000)
    assert (await used_up())[0] == 2
    for method, quantity in (("bike_own", 3), ("own_chopsticks", 1)):
        assert (await stage.act(citizen, method, quantity)).status_code == 201
    left, rules = await used_up()
    assert (left, set(rules.values())) == (0, {"self_checkins_per_day"})
    assert {"walk_steps", "bike_own", "own_chopsticks"} <= set(rules)
    another = await stage.citizen()
    told = (await stage.client.get("/v1/me/allowances", headers=another)).json()
    assert (told["self_checkins_left"], any(item["is_used_up"] for item in told["items"])) == (3, False)


async def test_a_cap_holds_under_many_requests_at_once(stage: Service) -> None:
    citizen = await stage.citizen()
    answers = await asyncio.gather(*(stage.act(citizen, "walk_steps", 1000) for _ in range(40)))
    # Three on one's own word earn; the rest is kept and says why it does not.
    told = Counter((answer.json()["state"], answer.json()["capped_by"]) for answer in answers)
    assert told == {("posted", None): 3, ("capped", "self_checkins_per_day"): 37}
    assert max(answer.json()["balance"] for answer in answers) == sum(
        answer.json()["points"] for answer in answers
    )


async def test_one_key_sent_a_hundred_times_at_once_has_one_effect(stage: Service) -> None:
    citizen = await stage.citizen()
    answers = await asyncio.gather(*(stage.act(citizen, "bike_own", 5, key="once") for _ in range(100)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" in answer.headers for answer in answers) == 99
    assert len((await stage.client.get("/v1/me/actions", headers=citizen)).json()["items"]) == 1


async def test_an_action_late_in_the_evening_counts_for_the_day_in_chengdu(stage: Service) -> None:
    now = datetime.now(UTC)
    action = (await stage.act(await stage.citizen(), "own_chopsticks", occurred_at=now.isoformat())).json()
    hours = 8 * 3600
    assert action["day"] == datetime.fromtimestamp(now.timestamp() + hours, UTC).date().isoformat()
    assert action["quantity"] is None
    assert action["credited_quantity"] == 1
