"""A citizen's actions: every state with its reason, and one action with all that explains it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from backend.domain.days import day_of
from backend.messages.encoding import encode
from tests.routes.account.test_summary import known
from tests.routes.history import CATALOGUE, History, id_at
from tests.service import Json, Service

TODAY = day_of(datetime.now(UTC))


async def listed(stage: Service, citizen: dict[str, str], **query: Any) -> list[Json]:
    answer = await stage.client.get("/v1/me/actions", params=query, headers=citizen)
    assert answer.status_code == 200, answer.text
    items: list[Json] = answer.json()["items"]
    return items


async def shown(stage: Service, citizen: dict[str, str], id_: object) -> Json:
    answer = await stage.client.get(f"/v1/me/actions/{id_}", headers=citizen)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


@pytest.fixture
async def varied(stage: Service, rows: asyncpg.Connection) -> tuple[dict[str, str], History, dict[str, str]]:
    """Somebody with an action in every state, a day apart; ids by state."""
    citizen, history = await known(stage, rows)
    days = [TODAY - timedelta(days=number) for number in range(1, 8)]
    capped = {"state": "capped", "capped_by": "steps_per_day", "credited_quantity": 0}
    ids = {
        "posted": await history.action(days[0]),
        "capped": await history.action(days[1], grams=0, points=0, **capped),
        "reversed": await history.action(days[2], method="bike_own", quantity=4),
        "pending": await history.review(days[3]),
        "rejected": await history.review(days[4], state="rejected", reason="照片看不清"),
    }
    await history.reverse(ids["reversed"])
    return citizen, history, {state: str(id_) for state, id_ in ids.items()}


async def test_every_state_is_listed_with_its_reason(stage: Service, varied: Any) -> None:
    citizen, _, ids = varied
    items = await listed(stage, citizen)
    assert {item["state"]: item["id"] for item in items} == ids
    assert [item["id"] for item in items] == sorted(ids.values(), reverse=True)
    reasons = {item["state"]: item["reason"] for item in items}
    assert reasons["posted"] is None
    assert reasons["capped"]["code"] == "steps_per_day"
    assert "10,000" in reasons["capped"]["text"]["zh-CN"]
    assert "steps per day is 10,000" in reasons["capped"]["text"]["en"]
    assert reasons["pending"]["code"] == "review_photo"
    assert (reasons["rejected"]["code"], reasons["rejected"]["note"]) == ("rejected", "照片看不清")
    assert (reasons["reversed"]["code"], reasons["reversed"]["note"]) == ("reversed", "二次上报")
    by_state = {item["state"]: item for item in items}
    assert by_state["pending"]["expected_by"] is not None
    assert by_state["rejected"]["expected_by"] is None
    assert by_state["pending"]["method_version"] is None
    assert by_state["pending"]["claim_state"] is None
    assert by_state["posted"]["name"] == {"zh-CN": "步行", "en": "Walking"}


@pytest.mark.parametrize("state", ["posted", "capped", "reversed", "pending", "rejected"])
async def test_a_state_can_be_asked_for(stage: Service, varied: Any, state: str) -> None:
    citizen, _, ids = varied
    assert [item["id"] for item in await listed(stage, citizen, state=state)] == [ids[state]]


async def test_a_method_and_days_can_be_asked_for(stage: Service, varied: Any) -> None:
    citizen, _, ids = varied
    assert {item["id"] for item in await listed(stage, citizen, method="clean_plate")} == {
        ids["pending"],
        ids["rejected"],
    }
    day = str(TODAY - timedelta(days=3))
    assert [item["id"] for item in await listed(stage, citizen, **{"from": day, "to": day})] == [
        ids["reversed"]
    ]


async def test_pages_walk_over_booked_and_waiting_ones_alike(stage: Service, varied: Any) -> None:
    citizen, _, ids = varied
    seen: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(9):
        query = {"limit": "2"} | cursor
        page = (await stage.client.get("/v1/me/actions", params=query, headers=citizen)).json()
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == sorted(ids.values(), reverse=True)


async def test_an_approved_review_is_pending_until_it_is_booked_and_then_one_action(
    stage: Service, rows: asyncpg.Connection
) -> None:
    citizen, history = await known(stage, rows)
    id_ = await history.review(TODAY, state="approved")
    assert [(item["id"], item["state"]) for item in await listed(stage, citizen)] == [(str(id_), "pending")]
    await history.action(TODAY, method="clean_plate", id=id_, tier="E4", quantity=None)
    await rows.execute("UPDATE reviews SET booked_at = now() WHERE id = $1", id_)
    assert [(item["id"], item["state"]) for item in await listed(stage, citizen)] == [(str(id_), "posted")]
    found = await shown(stage, citizen, id_)
    assert found["review"]["state"] == "approved"
    assert found["review"]["booked_at"] is not None


async def test_the_state_of_a_reduction_follows_from_its_claim(
    stage: Service, rows: asyncpg.Connection
) -> None:
    citizen, history = await known(stage, rows)
    id_, cause_id, donation_id = await history.action(TODAY, grams=321), uuid4(), uuid4()
    await rows.execute(
        "INSERT INTO causes (id, slug, name_zh, name_en, about_zh, about_en)"
        " VALUES ($1, $2, '种树', 'Trees', '.', '.')",
        cause_id,
        f"trees-{cause_id.hex[:8]}",
    )
    await rows.execute(
        "INSERT INTO donations VALUES ($1, $2, $3, 321, 1, now())", history.citizen_id, donation_id, cause_id
    )
    await history.claim(id_, "donated", 321, donation_id)
    assert (await listed(stage, citizen))[0]["claim_state"] == "donated"
    claim = (await shown(stage, citizen, id_))["claim"]
    assert (claim["claim_state"], claim["grams"]) == ("donated", 321)
    assert claim["cause"]["name"] == {"zh-CN": "种树", "en": "Trees"}


@pytest.mark.parametrize(
    ("method", "quantity", "parameters"),
    [("bike_own", 3.5, {}), ("bus", None, {}), ("plant_meal", 1, {"diet": "vegan"}), ("ev_trip", 20, {})],
)
async def test_an_action_explains_itself_as_its_first_answer_did(
    stage: Service, method: str, quantity: Any, parameters: dict[str, Any]
) -> None:
    citizen = await stage.citizen()
    logged = await stage.prove(citizen, method, quantity, parameters=parameters)
    found = await shown(stage, citizen, logged["id"])
    same = (
        "id",
        "method",
        "method_version",
        "factor_set",
        "credited_quantity",
        "unit",
        "tier",
        "explanation",
    )
    assert {name: found[name] for name in same} == {name: logged[name] for name in same}
    assert (found["reduction_g"], found["points"]) == (logged["reduction_g"], logged["points"])
    assert found["parameters"] == parameters
    assert sum(entry["points"] for entry in found["transfers"]) == logged["points"]
    assert {entry["source_id"] for entry in found["transfers"]} <= {logged["id"]}


async def test_an_old_version_explains_an_old_action(stage: Service, rows: asyncpg.Connection) -> None:
    citizen, history = await known(stage, rows)
    id_ = await history.action(TODAY, method_version="2019.9")
    # As it was published then: another formula under another version.
    old = msgspec.structs.replace(
        CATALOGUE.methods["walk_steps"], version="2019.9", formula="bike_saving * quantity", unit="km"
    )
    await rows.execute(
        "INSERT INTO catalogue_entries (kind, id, version, digest, body)"
        " VALUES ('method', 'walk_steps', '2019.9', $1, $2)",
        bytes(32),
        encode(old).decode(),
    )
    found = await shown(stage, citizen, id_)
    assert (found["method_version"], found["formula"]) == ("2019.9", "bike_saving * quantity")
    assert found["explanation"][0]["role"] == "bike_saving"


async def test_a_reversal_shows_both_movements(stage: Service, varied: Any) -> None:
    citizen, _, ids = varied
    found = await shown(stage, citizen, ids["reversed"])
    assert found["state"] == "reversed"
    assert found["reversal"]["reason"] == "二次上报"
    assert sorted(entry["points"] for entry in found["transfers"]) == [-10, 10]
    assert {entry["reason"] for entry in found["transfers"]} == {"action", "reversal"}


async def test_a_pending_action_shows_what_would_be_used(stage: Service, varied: Any) -> None:
    citizen, _, ids = varied
    found = await shown(stage, citizen, ids["pending"])
    assert (found["state"], found["reduction_g"], found["transfers"]) == ("pending", 0, [])
    assert {line["role"] for line in found["explanation"]} == {"clean_plate", "evidence_e4"}
    assert found["review"]["why"] == "photo"


@pytest.mark.parametrize("id_", ["not-an-id", "0", str(uuid4())])
async def test_what_is_not_there_is_not_found(stage: Service, id_: str) -> None:
    answer = await stage.client.get(f"/v1/me/actions/{id_}", headers=await stage.citizen())
    assert (answer.status_code, answer.json()["code"]) == (404, "action_not_found")


async def test_somebody_elses_action_is_not_found(stage: Service, varied: Any) -> None:
    _, _, ids = varied
    for id_ in ids.values():
        answer = await stage.client.get(f"/v1/me/actions/{id_}", headers=await stage.citizen())
        assert answer.status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"state": "booked"},
        {"method": ""},
        {"method": "x" * 41},
        {"from": "2026-13-01"},
        {"from": "yesterday"},
        {"to": "1999-01-01"},
        {"from": "2026-05-02", "to": "2026-05-01"},
        {"cursor": "x"},
        {"limit": "0"},
    ],
)
async def test_a_question_that_makes_no_sense_is_refused(stage: Service, query: dict[str, str]) -> None:
    answer = await stage.client.get("/v1/me/actions", params=query, headers=await stage.citizen())
    assert answer.status_code == 422


def test_ids_of_the_past_sort_by_their_time() -> None:
    now = datetime.now(UTC)
    assert id_at(now - timedelta(seconds=1)) < id_at(now)
