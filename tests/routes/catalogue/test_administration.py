"""Versions of methods and points rules: published for a later day, never edited, recorded with who and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from backend.catalogue import load_catalogue
from backend.domain.days import day_of
from backend.services.catalogue.administration import learn_published
from tests.routes.refusal_words import wrong_words
from tests.service import Service

TODAY = day_of(datetime.now(UTC))
TOMORROW = TODAY + timedelta(days=1)


def version(**changes: Any) -> dict[str, Any]:
    return {
        "version": "2026.2",
        "effective_from": TOMORROW.isoformat(),
        "reason": "The limit was found too high",
        "caps": [{"name": "meals_per_day", "kind": "count", "period": "day", "limit": 1}],
    } | changes


async def test_a_new_version_holds_from_its_day_on_and_the_old_one_before(service: Service) -> None:
    operator = await service.staff("operator")
    answer = await service.post("/v1/methods/clean_plate/versions", version(), operator)
    assert answer.status_code == 201, answer.text
    catalogue = service.components.catalogue
    assert catalogue.method_on("clean_plate", TODAY).caps[0].limit == 2
    assert catalogue.method_on("clean_plate", TOMORROW).caps[0].limit == 1
    shown = (await service.client.get("/v1/methods/clean_plate/versions")).json()["items"]
    assert [each["version"] for each in shown] == ["2026.1", "2026.2"]
    logged = await service.prove(await service.citizen(), "clean_plate")
    assert logged["method_version"] == "2026.1"


async def test_another_process_learns_of_it_exactly(service: Service) -> None:
    operator = await service.staff("operator")
    changes = {"quantity_max": 2.75, "formula": "clean_plate_saving * quantity * 1"}
    body = version(caps=[{"name": "x", "kind": "quantity", "period": "week", "limit": 3.125}], **changes)
    body.pop("formula")
    assert (await service.post("/v1/methods/recyclables/versions", body, operator)).status_code == 201
    other = load_catalogue()
    assert await learn_published(service.components.database, other) == 1
    assert await learn_published(service.components.database, other) == 0
    learnt = other.method_on("recyclables", TOMORROW)
    assert learnt == service.components.catalogue.method_on("recyclables", TOMORROW)
    assert (learnt.quantity_max, learnt.caps[0].limit) == (Decimal("2.75"), Decimal("3.125"))


async def test_who_what_and_why_are_kept(service: Service) -> None:
    operator = await service.staff("operator")
    await service.post("/v1/methods/clean_plate/versions", version(), operator)
    kept = (await service.client.get("/v1/staff-actions?subject=clean_plate", headers=operator)).json()[
        "items"
    ]
    assert len(kept) == 1
    assert (kept[0]["actor"], kept[0]["action"], kept[0]["reason"]) == (
        "operator",
        "method.publish",
        "The limit was found too high",
    )
    assert kept[0]["before"]["version"] == "2026.1"
    assert kept[0]["after"]["caps"][0]["limit"] in (1, "1")
    assert "formula" not in kept[0]["after"], "what did not change is not told"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"effective_from": TODAY.isoformat()}, 422, "effective_too_early"),
        ({"retired_on": TODAY.isoformat()}, 422, "effective_too_early"),
        ({"formula": "clean_plate * clean_plate * quantity"}, 422, "catalogue_invalid"),
        ({"formula": "no_such_role * quantity"}, 422, "catalogue_invalid"),
        ({"formula": "__import__('os')"}, 422, "catalogue_invalid"),
        ({"source_ids": ["somebody-said-so"]}, 422, "catalogue_invalid"),
        ({"evidence_wanted": []}, 422, "catalogue_invalid"),
        ({"quantity_max": -1}, 422, "catalogue_invalid"),
        ({"caps": [{"name": "x", "kind": "count", "period": "day", "limit": 0}]}, 422, "catalogue_invalid"),
        ({"version": "2026.1"}, 409, "version_published"),
        ({"reason": ""}, 422, "invalid_body"),
    ],
)
async def test_what_does_not_hold_together_is_not_published(
    service: Service, changes: dict[str, Any], status: int, code: str
) -> None:
    operator = await service.staff("operator")
    answer = await service.post("/v1/methods/clean_plate/versions", version(**changes), operator)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert len((await service.client.get("/v1/methods/clean_plate/versions")).json()["items"]) == 1


@pytest.mark.parametrize(
    ("changes", "pointer", "code", "facts"),
    [
        ({"formula": "clean_plate * clean_plate * quantity"}, "/formula", "formula_units", {}),
        ({"formula": "no_such_role * quantity"}, "/formula", "not_known", {"name": "no_such_role"}),
        ({"formula": "__import__('os')"}, "/formula", "no_formula", {}),
        ({"source_ids": ["hearsay"]}, "/source_ids", "not_known", {"name": "hearsay"}),
        ({"source_ids": []}, "/source_ids", "too_few", {"items_min": 1}),
        ({"evidence_wanted": []}, "/evidence_wanted", "too_few", {"items_min": 1}),
        ({"evidence_wanted": ["E5"]}, "/self_declared_reason", "with_own_word_only", {}),
        ({"quantity_max": -1}, "/quantity_max", "not_above", {"min": 0}),
        ({"fixed_points": 3}, "/fixed_points", "fixed_without_grams", {}),
        ({"caps": [{"name": "x", "kind": "count", "period": "day", "limit": 0}]}, "/caps/0", "cap_wrong", {}),
    ],
)
async def test_a_version_that_does_not_hold_together_says_where_in_each_language(
    service: Service, changes: dict[str, Any], pointer: str, code: str, facts: dict[str, Any]
) -> None:
    operator = await service.staff("operator")
    for language in ("zh-CN", "en"):
        headers = operator | {"Accept-Language": language}
        answer = (await service.post("/v1/methods/clean_plate/versions", version(**changes), headers)).json()
        [error] = answer["errors"]
        assert (error["pointer"], error["code"], error.get("facts", {})) == (pointer, code, facts)
        assert wrong_words(answer["detail"], language) == []


async def test_a_method_that_was_retired_yesterday_takes_what_was_done_before(service: Service) -> None:
    catalogue = service.components.catalogue
    yesterday = TODAY - timedelta(days=1)
    catalogue.adopt(
        msgspec.structs.replace(
            catalogue.methods["own_cup"], version="2026.2", effective_from=yesterday, retired_on=yesterday
        )
    )
    citizen = await service.resident()
    sign = await service.sign()
    today = await service.act(citizen, "own_cup", scene_code=sign)
    assert (today.status_code, today.json()["code"]) == (409, "method_retired")
    assert str(yesterday) in today.json()["detail"]
    before = datetime.now(UTC) - timedelta(days=3)
    earlier = await service.act(citizen, "own_cup", occurred_at=before.isoformat(), scene_code=sign)
    assert (earlier.status_code, earlier.json()["state"]) == (201, "posted")


async def test_a_points_rule_pays_from_its_day_on(service: Service) -> None:
    operator = await service.staff("operator")
    body = {
        "id": "points-2026.2",
        "effective_from": TOMORROW.isoformat(),
        "grams_per_point": 20,
        "points_min": 0,
        "note": {"zh-CN": "每 20 克 1 分", "en": "One point per 20 g"},
        "reason": "Budget",
    }
    assert (await service.post("/v1/point-rules", body, operator)).status_code == 201
    assert (await service.post("/v1/point-rules", body, operator)).json()["code"] == "version_published"
    catalogue = service.components.catalogue
    assert catalogue.point_rule_on(TODAY).grams_per_point == 10
    assert catalogue.point_rule_on(TOMORROW).grams_per_point == 20
    assert [rule["id"] for rule in (await service.client.get("/v1/point-rules")).json()["items"]] == [
        "points-2026.1",
        "points-2026.2",
    ]
    logged = await service.prove(await service.citizen(), "clean_plate")
    assert logged["points"] == logged["reduction_g"] // 10


async def test_only_an_operator_publishes(service: Service) -> None:
    for role in ("staff", "organiser", "regulator"):
        answer = await service.post("/v1/methods/clean_plate/versions", version(), await service.staff(role))
        assert answer.status_code == 403
