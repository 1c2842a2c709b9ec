"""Reviews: staff see what was done and not by whom, decide once, and what they approve is booked exactly once."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from backend.jobs.actions.reviews import book_approved
from backend.models import Staff
from backend.storage.redis import connect
from backend.storage.redis_velocity import DeviceVelocity
from tests.routes.evidencing import decide, new_scene, pending, reviewer
from tests.service import Json, Service

NO_PATIENCE = timedelta(0)


async def waiting(service: Service, **params: object) -> Json:
    headers = await reviewer(service)
    answer = await service.client.get("/v1/reviews", params=params, headers=headers)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def balance(service: Service, citizen: dict[str, str]) -> int:
    return int((await service.client.get("/v1/me", headers=citizen)).json()["balance"])


async def test_the_longest_waiting_come_first_page_by_page(service: Service) -> None:
    made = [
        (await pending(service, method))[1]["id"]
        for method in ("clean_plate", "own_chopsticks", "own_chopsticks")
    ]
    first = await waiting(service, limit=2)
    assert [item["id"] for item in first["items"]] == made[:2]
    rest = await waiting(service, limit=2, cursor=first["next_cursor"])
    assert ([item["id"] for item in rest["items"]], rest["next_cursor"]) == (made[2:], None)
    assert [item["id"] for item in (await waiting(service, method="own_chopsticks"))["items"]] == made[1:]
    assert (await waiting(service, why="speed"))["items"] == []
    assert len((await waiting(service, why="photo"))["items"]) == 3
    await decide(service, made[0])
    assert [item["id"] for item in (await waiting(service))["items"]] == made[1:]
    headers = await reviewer(service)
    for query in ("why=luck", "cursor=x", "cursor=1.x", "cursor=99999999999999999999.x", "method=%00"):
        answer = await service.client.get(f"/v1/reviews?{query}", headers=headers)
        assert answer.json()["code"] == "invalid_query", query


async def test_a_reviewer_sees_the_act_and_never_the_person(service: Service) -> None:
    citizen, action = await pending(service)
    me = (await service.client.get("/v1/me", headers=citizen)).json()
    staff = await reviewer(service)
    one = await service.client.get(f"/v1/reviews/{action['id']}", headers=staff)
    decided = await decide(service, action["id"])
    told = str(await waiting(service)) + one.text + decided.text
    assert me["id"] not in told
    assert me["nickname"] not in told
    view = one.json()
    assert (view["method"], view["tier"], view["has_photo"]) == ("clean_plate", "E4", True)
    assert view["evidence"] == {"lat": 30.66, "lon": 104.07}


async def test_the_photo_is_shown_to_reviewers_alone(service: Service) -> None:
    citizen, action = await pending(service)
    path = f"/v1/reviews/{action['id']}/photo"
    answer = await service.client.get(path, headers=await service.staff("operator"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.content.startswith(b"\xff\xd8")
    assert answer.headers["cache-control"] == "no-store"
    for headers in (citizen, await service.staff("organiser"), await service.staff("regulator")):
        assert (await service.client.get(path, headers=headers)).status_code == 403


@pytest.mark.parametrize("id_", ["nothing", "019a0000-0000-7000-8000-000000000000"])
async def test_a_review_that_is_not_there_is_not_found(service: Service, id_: str) -> None:
    staff = await reviewer(service)
    answers = [await service.client.get(f"/v1/reviews/{id_}{end}", headers=staff) for end in ("", "/photo")]
    for answer in (*answers, await decide(service, id_)):
        assert (answer.status_code, answer.json()["code"]) == (404, "review_not_found")


async def test_what_is_approved_is_booked_at_its_own_day_under_its_own_id(
    service: Service, owner: asyncpg.Connection
) -> None:
    two_days_ago = datetime.now(UTC) - timedelta(days=2)
    citizen, action = await pending(service, occurred_at=two_days_ago.isoformat())
    answer = await decide(service, action["id"], role="operator")
    assert answer.status_code == 200, answer.text
    decision = answer.json()
    assert (decision["review"]["state"], decision["action"]["state"]) == ("approved", "posted")
    assert decision["review"]["booked_at"]
    row = await owner.fetchrow("SELECT * FROM actions WHERE id = $1", action["id"])
    assert (str(row["day"]), row["tier"], row["points"]) == (
        action["day"],
        "E4",
        decision["action"]["points"],
    )
    assert await balance(service, citizen) == decision["action"]["points"] > 0
    (mine,) = (await service.client.get("/v1/me/reviews", headers=citizen)).json()["items"]
    assert (mine["state"], mine["reason"]) == ("approved", "看清了")


async def test_what_is_rejected_earns_nothing_and_tells_why(
    service: Service, owner: asyncpg.Connection
) -> None:
    citizen, action = await pending(service)
    decision = (await decide(service, action["id"], "reject", reason="照片模糊")).json()
    assert (decision["review"]["state"], decision["action"]) == ("rejected", None)
    (mine,) = (await service.client.get("/v1/me/reviews", headers=citizen)).json()["items"]
    assert (mine["state"], mine["reason"]) == ("rejected", "照片模糊")
    assert await balance(service, citizen) == 0
    assert await owner.fetchval("SELECT count(*) FROM actions WHERE id = $1", action["id"]) == 0
    kept = await owner.fetchrow("SELECT * FROM staff_actions WHERE subject = $1", action["id"])
    assert (kept["action"], kept["reason"]) == ("review.reject", "照片模糊")


async def test_of_many_who_decide_at_once_one_does(service: Service, owner: asyncpg.Connection) -> None:
    citizen, action = await pending(service)
    await reviewer(service)
    decisions = ["approve", "reject"] * 5
    answers = await asyncio.gather(*(decide(service, action["id"], each) for each in decisions))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 9}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"review_decided"}
    state = next(answer for answer in answers if answer.status_code == 200).json()["review"]["state"]
    assert (await balance(service, citizen) > 0) == (state == "approved")
    assert await owner.fetchval("SELECT count(*) FROM staff_actions WHERE subject = $1", action["id"]) == 1


async def test_caps_hold_for_what_is_approved(service: Service) -> None:
    citizen, action = await pending(service)
    for _ in range(2):
        assert (await service.prove(citizen, "clean_plate"))["state"] == "posted"
    before = await balance(service, citizen)
    booked = (await decide(service, action["id"])).json()["action"]
    assert (booked["state"], booked["points"], booked["capped_by"]) == ("capped", 0, "meals_per_day")
    assert await balance(service, citizen) == before


async def approve_and_die(service: Service, owner: asyncpg.Connection, id_: str) -> None:
    """A decision that was committed by a process that was killed before it booked."""
    await reviewer(service)
    staff = await Staff.get(username="staff")
    await owner.execute(
        "UPDATE reviews SET state = 'approved', decided_at = now(), decided_by = $2 WHERE id = $1",
        id_,
        staff.id,
    )


async def test_what_a_killed_process_approved_is_booked_once_by_the_worker(
    service: Service, owner: asyncpg.Connection
) -> None:
    people = [await pending(service) for _ in range(3)]
    for _, action in people:
        await approve_and_die(service, owner, action["id"])
    args = (service.components.database, service.components.queue)
    early = await book_approved(*args, datetime.now(UTC) - timedelta(hours=1))
    assert early.booked == 0, "who decided may be booking it at this moment"
    later = datetime.now(UTC) + timedelta(minutes=2)
    runs = await asyncio.gather(*(book_approved(*args, later) for _ in range(3)))
    assert all(run.left == 0 for run in runs)
    assert (await book_approved(*args, later)).booked == 0
    for citizen, action in people:
        assert await balance(service, citizen) > 0
        assert await owner.fetchval("SELECT count(*) FROM actions WHERE id = $1", action["id"]) == 1
        assert await owner.fetchval("SELECT booked_at FROM reviews WHERE id = $1", action["id"])
    assert await owner.fetchval("SELECT count(*) FROM transfers") == 3


async def test_what_no_rule_lets_be_booked_is_rejected_with_the_rule(
    service: Service, owner: asyncpg.Connection
) -> None:
    citizen, action = await pending(service)
    limit = service.components.catalogue.guards_on(datetime.now(UTC).date()).actions_per_day
    await asyncio.gather(*(service.act(citizen, "walk_steps", 1) for _ in range(limit)))
    decision = (await decide(service, action["id"])).json()
    assert (decision["review"]["state"], decision["action"]) == ("rejected", None)
    assert "actions_per_day" in decision["review"]["reason"]
    run = await book_approved(
        service.components.database, service.components.queue, datetime.now(UTC), patience=NO_PATIENCE
    )
    assert (run.booked, run.refused, run.left) == (0, 0, 0)


async def test_an_overdue_review_is_reported(service: Service, owner: asyncpg.Connection) -> None:
    _, action = await pending(service)
    args = (service.components.database, service.components.queue)
    assert (await book_approved(*args, datetime.now(UTC))).overdue == 0
    late = datetime.now(UTC) + timedelta(hours=49)
    assert (await book_approved(*args, late)).overdue == 1
    await owner.execute("UPDATE reviews SET expected_by = now() - interval '1 hour'")
    (item,) = (await waiting(service))["items"]
    assert item["is_overdue"]
    await decide(service, action["id"])
    assert (await book_approved(*args, late)).overdue == 0


async def test_a_scene_stays_with_an_action_that_waited(service: Service, owner: asyncpg.Connection) -> None:
    sign = (await new_scene(service))["sign"]["code"]
    citizens = await service.citizens(service.settings.device_citizens_max + 1)
    answers = [
        await act_from(service, each, "shared-till", "clean_plate", scene_code=sign) for each in citizens
    ]
    suspicious = answers[-1]
    assert (suspicious["state"], suspicious["reason"]) == ("pending", "device")
    booked = (await decide(service, suspicious["id"])).json()["action"]
    assert (booked["state"], booked["points"]) == ("posted", answers[0]["points"])
    kept = await owner.fetchrow(
        "SELECT scene_id, scene_kind, tier FROM actions WHERE id = $1", suspicious["id"]
    )
    assert kept["scene_id"]
    assert (kept["scene_kind"], kept["tier"]) == ("restaurant", "E3")


# -- velocity of a device --------------------------------------------------------------------------


async def act_from(
    service: Service, citizen: dict[str, str], device: str, method: str = "own_chopsticks", **body: object
) -> Json:
    answer = await service.act(citizen | {"X-Device": device}, method, **body)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


async def test_a_device_that_acts_for_many_people_is_looked_at_by_a_person(service: Service) -> None:
    citizens = await service.citizens(8)
    states = [(await act_from(service, each, "till-7"))["state"] for each in citizens]
    assert states == ["posted"] * 5 + ["pending"] * 3
    # One person may act as often as they like, and another device knows nothing of this one.
    assert (await act_from(service, citizens[0], "other-device"))["state"] == "posted"
    for _ in range(7):
        assert (await act_from(service, citizens[7], "own-device"))["state"] in (
            "posted",
            "capped",
        )
    assert (await service.act(citizens[7], "walk_steps", 99)).json()["state"] == "posted", (
        "without the header"
    )
    found = (await service.client.get("/v1/me/reviews", headers=citizens[6])).json()["items"]
    assert [item["why"] for item in found] == ["device"]


async def test_a_repeat_from_a_device_that_became_suspicious_gets_the_first_answer(service: Service) -> None:
    first, *others = await service.citizens(8)
    headers = first | {"X-Device": "repeating"}
    answer = await service.act(headers, "own_chopsticks", key="once")
    for each in others:
        await act_from(service, each, "repeating")
    again = await service.act(headers, "own_chopsticks", key="once")
    assert (again.content, again.headers["idempotency-replayed"]) == (answer.content, "true")


async def walk(service: Service, citizen: dict[str, str], steps: int, device: str) -> Json:
    await service.consent(citizen, "werun")
    payload = await service.client.get("/demo/werun", params={"steps": steps}, headers=citizen)
    headers = citizen | {"X-Device": device, "Idempotency-Key": uuid4().hex}
    answer = await service.post("/v1/me/steps", payload.json(), headers)
    assert answer.status_code in (200, 201), answer.text
    (day,) = answer.json()["days"]
    return dict(day)


async def test_steps_of_many_people_on_one_phone_wait_and_are_credited_once(
    service: Service, owner: asyncpg.Connection
) -> None:
    *others, last = await service.citizens(6)
    for each in others:
        assert (await walk(service, each, 3000, "farm"))["state"] == "posted"
    assert (await walk(service, last, 3000, "farm"))["state"] == "pending"
    # Watermarks have seconds: what is told in the same one is no replay, and waits already.
    assert (await walk(service, last, 3000, "farm"))["state"] == "unchanged"
    assert (await walk(service, last, 5000, "farm"))["state"] == "pending"
    ids = await owner.fetch("SELECT id::text FROM reviews ORDER BY created_at")
    assert len(ids) == 2
    booked = [(await decide(service, row["id"])).json()["action"] for row in ids]
    assert [action["credited_quantity"] for action in booked] == [3000, 2000]
    direct = await walk(service, others[0], 5000, "own")
    assert direct["credited_steps"] == 2000
    assert await balance(service, last) == await balance(service, others[0])


async def test_without_redis_nobody_is_suspicious_and_nobody_waits_long(service: Service) -> None:
    nowhere = connect("redis://127.0.0.1:1", timeout_ms=100)
    service.components.actions._devices._velocity = DeviceVelocity(nowhere)
    citizens = await service.citizens(7)
    began = time.monotonic()
    assert [(await act_from(service, each, "till"))["state"] for each in citizens] == ["posted"] * 7
    assert time.monotonic() - began < 2
    await nowhere.aclose()


@pytest.mark.parametrize("device", ["d" * 65, "two words", "\x7f", ""])
async def test_a_device_that_is_no_name_is_refused(service: Service, device: str) -> None:
    answer = await service.act(await service.citizen() | {"X-Device": device}, "own_chopsticks")
    assert (answer.status_code, answer.json()["code"]) == (400, "device_malformed")
