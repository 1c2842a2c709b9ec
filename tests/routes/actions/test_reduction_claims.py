"""Causes in public, donations over HTTP, reductions by state, aggregation by consent, reversals by operators."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2 as httpx
import msgspec
import pytest

from tests.ledger.commands.claiming import take_rides
from tests.ledger.stage import assert_every_promise_holds
from tests.routes.counting import row_counts
from tests.service import Service

ABOUT = {"zh-CN": "大熊猫国家公园的栖息地。", "en": "Habitat in the Giant Panda National Park."}
NAME = {"zh-CN": "大熊猫栖息地", "en": "Panda habitat"}


def citizen_id(service: Service, headers: dict[str, str]) -> UUID:
    return service.components.tokens.read(headers["Authorization"].removeprefix("Bearer ")).id


async def open_cause(service: Service, slug: str = "pandas", **changes: Any) -> httpx.Response:
    body = {"slug": slug, "name": NAME, "about": ABOUT, "reason": "spring campaign"} | changes
    return await service.post("/v1/causes", body, await service.staff("operator"))


async def rider(service: Service, rides: int = 4) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """A citizen who took some rides with evidence."""
    headers = await service.citizen()
    return headers, await take_rides(service.components.queue, citizen_id(service, headers), rides)


async def agree(service: Service, headers: dict[str, str], granted: bool = True) -> None:
    """The citizen's word on aggregation."""
    answer = await service.post("/v1/me/consents", {"scope": "aggregation", "granted": granted}, headers)
    assert answer.status_code == 200, answer.text


async def give(
    service: Service, headers: dict[str, str], key: str | None = None, **body: Any
) -> httpx.Response:
    sent = {"cause": "pandas"} | body
    return await service.post("/v1/me/donations", sent, headers | {"Idempotency-Key": key or uuid4().hex})


async def test_a_cause_is_public_with_its_total_and_its_days(service: Service) -> None:
    made = await open_cause(service)
    assert made.status_code == 201
    headers, rides = await rider(service)
    each_g = rides[0]["reduction_g"]
    given = await give(service, headers, grams=3 * each_g)
    assert given.status_code == 201
    body = given.json()
    assert body["cause"] == {"slug": "pandas", "name": NAME}
    assert (body["grams"], body["actions"], body["remaining_personal_g"]) == (3 * each_g, 3, each_g)
    shown = (await service.client.get("/v1/causes/pandas")).json()
    assert (shown["donated_g"], shown["donations"]) == (3 * each_g, 1)
    assert [(day["donated_g"], day["donations"]) for day in shown["by_day"]] == [(3 * each_g, 1)]
    (listed,) = (await service.client.get("/v1/causes")).json()["items"]
    assert listed["slug"] == "pandas"
    assert listed["donated_g"] == 3 * each_g
    mine = (await service.client.get("/v1/me/donations", headers=headers)).json()
    assert [item["id"] for item in mine["items"]] == [body["id"]]
    await assert_every_promise_holds(service)


async def test_the_cause_of_an_event_bears_its_name(service: Service) -> None:
    await service.event("marathon")
    made = await open_cause(service, "for-marathon", event="marathon", name=None)
    assert made.json()["event"] == "marathon"
    assert made.json()["name"] == {"zh-CN": "测试活动", "en": "Test fair"}
    missing = await open_cause(service, "other", event="nowhere")
    assert (missing.status_code, missing.json()["code"]) == (404, "event_not_found")
    nameless = await open_cause(service, "other", name=None)
    assert (nameless.status_code, nameless.json()["code"]) == (422, "invalid_body")


async def test_a_slug_names_one_cause(service: Service) -> None:
    await service.staff("operator")
    answers = await asyncio.gather(*(open_cause(service) for _ in range(5)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 4}
    assert {answer.json().get("code") for answer in answers} == {None, "cause_slug_taken"}


async def test_a_closed_cause_takes_nothing_and_what_staff_did_is_recorded(
    service: Service, owner: asyncpg.Connection
) -> None:
    await open_cause(service)
    headers, _ = await rider(service, 1)
    operator = await service.staff("operator")
    change = {"is_open": False, "reason": "the campaign is over"}
    closed = await service.post("/v1/causes/pandas/changes", change, operator)
    assert (closed.status_code, closed.json()["is_open"]) == (200, False)
    refused = await give(service, headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "cause_closed")
    rows = await owner.fetch("SELECT action, subject, reason, before, after FROM staff_actions ORDER BY id")
    assert [(row["action"], row["subject"], row["reason"]) for row in rows] == [
        ("cause.create", "pandas", "spring campaign"),
        ("cause.change", "pandas", "the campaign is over"),
    ]
    assert msgspec.json.decode(rows[1]["before"])["is_open"] is True
    assert msgspec.json.decode(rows[1]["after"])["is_open"] is False


@pytest.mark.parametrize(
    "change", [{"is_open": False}, {"reason": "no change"}, {"is_open": True, "reason": ""}]
)
async def test_a_change_needs_a_reason_and_something_to_change(
    service: Service, change: dict[str, Any]
) -> None:
    await open_cause(service)
    answer = await service.post("/v1/causes/pandas/changes", change, await service.staff("operator"))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body")


async def test_a_donation_is_made_once_per_key(service: Service) -> None:
    await open_cause(service)
    headers, rides = await rider(service, 3)
    grams = rides[0]["reduction_g"]
    answers = await asyncio.gather(*(give(service, headers, "gift", grams=grams) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" in answer.headers for answer in answers) == 19
    other = await give(service, headers, "gift", grams=grams + 1)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    keyless = await service.post("/v1/me/donations", {"cause": "pandas"}, headers)
    assert (keyless.status_code, keyless.json()["code"]) == (400, "idempotency_key_missing")
    shown = (await service.client.get("/v1/causes/pandas")).json()
    assert (shown["donated_g"], shown["donations"]) == (grams, 1)


@pytest.mark.parametrize("grams", [0, -1, 10**13, "all", 1.5])
async def test_grams_that_make_no_sense_are_refused(service: Service, grams: object) -> None:
    await open_cause(service)
    answer = await give(service, await service.citizen(), grams=grams)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body")


async def test_a_citizen_without_reductions_gives_none_and_reads_why_in_both_languages(
    service: Service,
) -> None:
    await open_cause(service)
    headers = await service.citizen()
    for language, word in (("zh-CN", "捐赠"), ("en", "evidence")):
        answer = await give(service, headers | {"Accept-Language": language})
        assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_donate")
        assert word in answer.json()["detail"]


async def test_reductions_by_state_sum_to_what_was_logged(service: Service) -> None:
    await open_cause(service)
    headers, rides = await rider(service, 6)
    each_g = rides[0]["reduction_g"]
    await give(service, headers, grams=2 * each_g)
    cancelled = await service.post(
        "/v1/me/cancellations", {"grams": each_g}, headers | {"Idempotency-Key": "c"}
    )
    assert cancelled.status_code == 201
    assert (cancelled.json()["claim_state"], cancelled.json()["grams"]) == ("cancelled", each_g)
    assert (await service.client.get("/v1/me/claims", headers=headers)).json() == {
        "logged_g": 6 * each_g,
        "personal_g": 3 * each_g,
        "donated_g": 2 * each_g,
        "aggregated_g": 0,
        "cancelled_g": each_g,
    }


async def test_only_reductions_of_those_who_agreed_are_aggregated_and_only_once(
    service: Service, owner: asyncpg.Connection
) -> None:
    riders = [await rider(service, 2) for _ in range(4)]
    ids = [citizen_id(service, headers) for headers, _ in riders]
    each_g = riders[0][1][0]["reduction_g"]
    for headers, _ in riders[:3]:
        await agree(service, headers)
    await agree(service, riders[2][0], granted=False)
    operator = await service.staff("operator")
    body = {"reason": "第一批归集"}
    first = await service.post("/v1/aggregations", body, operator)
    assert first.status_code == 201, first.text
    told = first.json()
    assert (told["citizens"], told["skipped"], told["actions"], told["grams"]) == (2, 0, 4, 4 * each_g)
    assert told["next_cursor"] is None
    again = (await service.post("/v1/aggregations", body, operator)).json()
    assert (again["citizens"], again["skipped"], again["grams"]) == (0, 2, 0)
    named = await service.post("/v1/aggregations", body | {"citizens": [str(each) for each in ids]}, operator)
    assert (named.json()["citizens"], named.json()["skipped"]) == (0, 4)
    rows = await owner.fetch("SELECT DISTINCT claim_state, source_id::text FROM claims")
    assert [tuple(row) for row in rows] == [("aggregated", told["id"])]
    recorded = await owner.fetch(
        "SELECT subject, reason FROM staff_actions WHERE action = 'reductions.aggregate'"
    )
    assert (told["id"], "第一批归集") in [tuple(row) for row in recorded]
    await assert_every_promise_holds(service)


async def test_an_aggregation_goes_on_where_its_last_chunk_ended(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.services.actions.reduction_claims.CITIZENS_PER_REQUEST_MAX", 2)
    for _ in range(5):
        headers, _ = await rider(service, 1)
        await agree(service, headers)
    operator = await service.staff("operator")
    chunks, cursor = [], None
    while True:
        answer = await service.post("/v1/aggregations", {"reason": "run", "cursor": cursor}, operator)
        chunks.append(answer.json()["citizens"])
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            break
    assert chunks == [2, 2, 1]
    for body in (
        {"citizens": ["nobody"]},
        {"cursor": "x"},
        {"citizens": [str(uuid4())], "cursor": str(uuid4())},
    ):
        wrong = await service.post("/v1/aggregations", {"reason": "run"} | body, operator)
        assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_body")


async def test_an_operator_takes_an_action_back_once(service: Service, owner: asyncpg.Connection) -> None:
    headers, (kept, wrong) = await rider(service, 2)
    operator = await service.staff("operator")
    body = {"citizen_id": str(citizen_id(service, headers)), "reason": "two partners sent one trip"}
    answers = await asyncio.gather(
        *(service.post(f"/v1/actions/{wrong['id']}/reversal", body, operator) for _ in range(10))
    )
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 9}
    (done,) = [answer.json() for answer in answers if answer.status_code == 201]
    assert (done["points"], done["points_short"]) == (wrong["points"], 0)
    points = (await service.client.get("/v1/me/points", headers=headers)).json()
    assert points["balance"] == kept["points"]
    assert await owner.fetchval("SELECT count(*) FROM staff_actions WHERE action = 'action.reverse'") == 1
    actor = await owner.fetchval("SELECT actor FROM reversals")
    assert actor.startswith("operator ")
    await assert_every_promise_holds(service)


async def test_a_reversal_that_names_nothing_writes_nothing(
    service: Service, owner: asyncpg.Connection
) -> None:
    headers, (ridden,) = await rider(service, 1)
    operator = await service.staff("operator")
    mine, other = str(citizen_id(service, headers)), str(uuid4())
    before = await row_counts(owner)
    for action, citizen in ((ridden["id"], other), (other, mine), ("nothing", mine), (ridden["id"], "me")):
        answer = await service.post(
            f"/v1/actions/{action}/reversal", {"citizen_id": citizen, "reason": "x"}, operator
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "action_not_found")
    for body in ({"citizen_id": mine}, {"citizen_id": mine, "reason": ""}, {"reason": "x" * 401}):
        answer = await service.post(f"/v1/actions/{ridden['id']}/reversal", body, operator)
        assert answer.status_code == 422
    assert await row_counts(owner) == before
