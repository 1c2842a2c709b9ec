"""Above a value two persons review an action, none twice and none their own; where they differ an operator says."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import asyncpg
import httpx2 as httpx
import pytest

from backend.models import Event, Staff
from tests.routes.attending import id_of
from tests.routes.evidencing import decide, pending
from tests.service import Json, Service


@pytest.fixture
async def costly(service: Service) -> tuple[dict[str, str], str]:
    """A citizen and their trip of a thousand kilometres by rail instead of air, shown by a photo."""
    citizen, action = await pending(service, "rail_for_air", quantity=1000)
    for name in ("staff", "wang", "zhao"):
        await service.city_duties(username=name)
    return citizen, action["id"]


async def say(service: Service, id_: str, opinion: str, username: str, role: str = "staff") -> httpx.Response:
    body = {"decision": opinion, "reason": f"{username}: {opinion}"}
    return await service.post(f"/v1/reviews/{id_}/decision", body, await service.staff(role, username))


async def seen(service: Service, id_: str, username: str, role: str = "staff") -> Json:
    answer = await service.client.get(f"/v1/reviews/{id_}", headers=await service.staff(role, username))
    found: Json = answer.json()
    return found


async def listed(service: Service, username: str, role: str = "staff") -> list[Any]:
    answer = await service.client.get("/v1/reviews", headers=await service.staff(role, username))
    return [each["id"] for each in answer.json()["items"]]


async def balance(service: Service, citizen: dict[str, str]) -> int:
    return int((await service.client.get("/v1/me", headers=citizen)).json()["balance"])


async def test_two_who_say_the_same_decide_and_the_first_alone_does_not(
    service: Service, costly: tuple[dict[str, str], str], owner: asyncpg.Connection
) -> None:
    citizen, id_ = costly
    first = (await say(service, id_, "approve", "wang")).json()
    assert (first["review"]["state"], first["action"]) == ("pending", None)
    assert (first["review"]["opinions_needed"], first["review"]["opinions_given"]) == (2, 1)
    assert await balance(service, citizen) == 0
    assert (await listed(service, "wang"), await listed(service, "zhao")) == ([], [id_])
    second = (await say(service, id_, "approve", "zhao")).json()
    assert (second["review"]["state"], second["action"]["state"]) == ("approved", "posted")
    assert await balance(service, citizen) == second["action"]["points"] > 0
    kept = await owner.fetch("SELECT action, staff_id FROM staff_actions WHERE subject = $1", id_)
    assert [row["action"] for row in kept] == ["review.approve"] * 2
    assert len({row["staff_id"] for row in kept}) == 2
    assert await owner.fetchval("SELECT count(*) FROM review_opinions") == 2


async def test_nobody_says_it_twice(service: Service, costly: tuple[dict[str, str], str]) -> None:
    _, id_ = costly
    assert (await say(service, id_, "approve", "wang")).status_code == 200
    for opinion in ("approve", "reject"):
        again = await say(service, id_, opinion, "wang")
        assert (again.status_code, again.json()["code"]) == (409, "review_opinion_given")
    assert (await seen(service, id_, "wang"))["state"] == "pending"


async def test_of_ten_requests_of_one_person_at_once_one_is_heard(
    service: Service, costly: tuple[dict[str, str], str]
) -> None:
    citizen, id_ = costly
    answers = await asyncio.gather(*(say(service, id_, "approve", "wang") for _ in range(10)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 9}
    assert await balance(service, citizen) == 0


async def test_the_second_learns_what_the_first_said_only_after_saying_it(
    service: Service, costly: tuple[dict[str, str], str]
) -> None:
    _, id_ = costly
    await say(service, id_, "reject", "wang")
    before = await seen(service, id_, "zhao")
    assert (before["opinions"], before["may_decide"], before["opinions_given"]) == ([], True, 1)
    assert "wang" not in str(before)
    after = (await say(service, id_, "reject", "zhao")).json()["review"]
    assert [(each["reason"], each["is_mine"]) for each in after["opinions"]] == [
        ("wang: reject", False),
        ("zhao: reject", True),
    ]
    assert after["state"] == "rejected"


async def test_where_two_differ_an_operator_decides_who_was_not_one_of_them(
    service: Service, costly: tuple[dict[str, str], str]
) -> None:
    citizen, id_ = costly
    await say(service, id_, "approve", "wang")
    disputed = (await say(service, id_, "reject", "operator", "operator")).json()["review"]
    assert (disputed["state"], disputed["is_disputed"]) == ("pending", True)
    refused = await say(service, id_, "approve", "zhao")
    assert (refused.status_code, refused.json()["code"]) == (403, "review_disputed")
    again = await say(service, id_, "approve", "operator", "operator")
    assert again.json()["code"] == "review_opinion_given"
    assert await listed(service, "zhao") == []
    assert await listed(service, "second", "operator") == [id_]
    view = await seen(service, id_, "second", "operator")
    assert [each["opinion"] for each in view["opinions"]] == ["approve", "reject"]
    settled = (await say(service, id_, "approve", "second", "operator")).json()
    assert settled["review"]["state"] == "approved"
    assert await balance(service, citizen) == settled["action"]["points"] > 0


async def test_below_the_value_one_person_decides(service: Service) -> None:
    _, action = await pending(service)
    decided = (await decide(service, action["id"])).json()["review"]
    assert (decided["state"], decided["opinions_needed"]) == ("approved", 1)


async def test_nobody_reviews_their_own_action(service: Service, costly: tuple[dict[str, str], str]) -> None:
    citizen, id_ = costly
    token = citizen["Authorization"].removeprefix("Bearer ")
    wang = await service.staff("staff", "wang")
    for _ in range(2):
        told = await service.post("/v1/staff/me/citizens", {"access_token": token}, wang)
        assert (told.status_code, told.json()) == (200, {"citizens": 1})
    for opinion in ("approve", "reject"):
        refused = await say(service, id_, opinion, "wang")
        assert (refused.status_code, refused.json()["code"]) == (403, "review_of_own")
    assert (await seen(service, id_, "wang"))["may_decide"] is False
    assert (await say(service, id_, "approve", "zhao")).status_code == 200


async def test_only_who_is_signed_in_as_a_citizen_is_that_citizen(service: Service) -> None:
    operator = await service.staff("operator")
    gone = await service.citizen()
    await service.client.delete("/v1/me", headers=gone)
    for token in ("nonsense", operator["Authorization"][7:], gone["Authorization"][7:]):
        answer = await service.post("/v1/staff/me/citizens", {"access_token": token}, operator)
        assert (answer.status_code, answer.json()["code"]) == (422, "citizen_not_signed_in")


async def test_an_erased_citizen_is_nobody_s_account_any_more(
    service: Service, owner: asyncpg.Connection
) -> None:
    citizen = await service.citizen()
    token = citizen["Authorization"].removeprefix("Bearer ")
    await service.post("/v1/staff/me/citizens", {"access_token": token}, await service.staff("operator"))
    person = id_of(service, citizen)
    assert await owner.fetchval("SELECT count(*) FROM staff_citizens WHERE citizen_id = $1", person) == 1
    await service.client.delete("/v1/me", headers=citizen)
    assert await owner.fetchval("SELECT count(*) FROM staff_citizens WHERE citizen_id = $1", person) == 0


async def test_who_filed_an_event_reviews_nothing_that_was_done_there(
    service: Service, costly: tuple[dict[str, str], str], owner: asyncpg.Connection
) -> None:
    _, id_ = costly
    await service.event("filed")
    operator = await service.staff("operator")
    staff, event = await Staff.get(username="operator"), await Event.get(slug="filed")
    await owner.execute("UPDATE events SET created_by = $1 WHERE id = $2", staff.id, event.id)
    await owner.execute("UPDATE reviews SET event_id = $1", event.id)
    body = {"decision": "approve", "reason": "mine"}
    refused = await service.post(f"/v1/reviews/{id_}/decision", body, operator)
    assert (refused.status_code, refused.json()["code"]) == (403, "review_of_own")


async def test_what_was_done_at_no_event_is_for_the_city_s_reviewers_and_operators(service: Service) -> None:
    _, action = await pending(service)
    await service.event("fair")
    await service.staff("staff", "lin")
    await service.duties("fair", "reviews", username="lin")
    assert await listed(service, "lin") == []
    refused = await say(service, action["id"], "approve", "lin")
    assert (refused.status_code, refused.json()["code"]) == (404, "review_not_found")
    await service.city_duties("reviews", username="lin")
    assert await listed(service, "lin") == [action["id"]]
    assert (await say(service, action["id"], "approve", "lin")).json()["review"]["state"] == "approved"
