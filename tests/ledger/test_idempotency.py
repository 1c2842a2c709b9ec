"""The same key with the same body has one effect and one answer; with another body it is refused."""

from __future__ import annotations

import asyncio
from collections import Counter
from uuid import uuid4

import asyncpg
import pytest

from tests.ledger.stage import assert_every_promise_holds, count, open_fair
from tests.service import Service

AT_ONCE = 100


async def test_one_key_sent_a_hundred_times_at_once_has_one_effect(
    service: Service, owner: asyncpg.Connection
) -> None:
    citizen, key = await service.citizen(), uuid4().hex
    answers = await asyncio.gather(*(service.act(citizen, "bike_own", 5, key) for _ in range(AT_ONCE)))
    assert Counter(answer.status_code for answer in answers) == {201: AT_ONCE}
    assert len({answer.content for answer in answers}) == 1
    replayed = Counter(answer.headers.get("idempotency-replayed") for answer in answers)
    assert replayed == {None: 1, "true": AT_ONCE - 1}
    for table in ("actions", "transfers", "idempotency_keys"):
        assert await count(owner, table) == 1, table
    await assert_every_promise_holds(service)


async def test_one_scan_key_sent_a_hundred_times_at_once_joins_once(
    service: Service, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 1)
    headers = await service.citizen() | {"Idempotency-Key": uuid4().hex}
    body = {"code": fair.badges[0]["code"], "offset": {"share": 100}}
    answers = await asyncio.gather(*(service.post("/v1/scans", body, headers) for _ in range(AT_ONCE)))
    # With a key it is the first answer that comes again, status and all, and not the "already joined" of a new scan.
    assert Counter(answer.status_code for answer in answers) == {201: AT_ONCE}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" in answer.headers for answer in answers) == AT_ONCE - 1
    for table in ("attendances", "offsets", "allocations", "transfers", "idempotency_keys"):
        assert await count(owner, table) == 1, table
    await assert_every_promise_holds(service)


async def test_scan_with_a_key_replays_201_and_scan_without_says_already_joined(service: Service) -> None:
    fair = await open_fair(service, 1)
    citizen = await service.citizen()
    keyed = citizen | {"Idempotency-Key": "once"}
    body = {"code": fair.badges[0]["code"]}
    first = await service.post("/v1/scans", body, keyed)
    again = await service.post("/v1/scans", body, keyed)
    without = await service.post("/v1/scans", body, citizen)
    assert (first.status_code, again.status_code, without.status_code) == (201, 201, 200)
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert "idempotency-replayed" not in without.headers
    assert without.json()["outcome"] == "already_joined"


async def test_key_with_another_body_is_refused_and_writes_nothing(
    service: Service, owner: asyncpg.Connection
) -> None:
    citizen, key = await service.citizen(), uuid4().hex
    assert (await service.act(citizen, "bike_own", 5, key)).status_code == 201
    other = await service.act(citizen, "bike_own", 6, key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert other.headers["content-type"] == "application/problem+json"
    assert "idempotency-replayed" not in other.headers
    assert await count(owner, "actions") == 1
    # The refusal does not take the key over: its first request still gets its first answer.
    again = await service.act(citizen, "bike_own", 5, key)
    assert (again.status_code, again.headers["idempotency-replayed"]) == (201, "true")


async def test_different_bodies_racing_for_one_key_leave_one_winner(
    service: Service, owner: asyncpg.Connection
) -> None:
    citizen, key = await service.citizen(), uuid4().hex
    answers = await asyncio.gather(*(service.act(citizen, "bike_own", km, key) for km in range(1, 21)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 422: 19}
    assert await count(owner, "actions") == 1
    await assert_every_promise_holds(service)


async def test_key_of_an_action_is_refused_for_a_scan(service: Service) -> None:
    fair = await open_fair(service, 1)
    citizen = await service.citizen()
    assert (await service.act(citizen, "bike_own", 5, "shared")).status_code == 201
    keyed = citizen | {"Idempotency-Key": "shared"}
    scanned = await service.post("/v1/scans", {"code": fair.badges[0]["code"]}, keyed)
    assert (scanned.status_code, scanned.json()["code"]) == (422, "idempotency_key_reused")


async def test_keys_are_scoped_to_the_caller(service: Service, owner: asyncpg.Connection) -> None:
    citizens = await service.citizens(5)
    answers = [await service.act(citizen, "bike_own", km, "same") for km, citizen in enumerate(citizens, 1)]
    assert [answer.status_code for answer in answers] == [201] * 5
    assert not any("idempotency-replayed" in answer.headers for answer in answers)
    assert len({answer.json()["id"] for answer in answers}) == 5
    assert await count(owner, "idempotency_keys") == 5


async def test_stored_rejection_replays_as_that_rejection_in_the_language_asked_for(
    service: Service, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 1)
    holder, other = await service.citizens(2)
    code = fair.badges[0]["code"]
    assert (await service.scan(code, holder)).status_code == 201
    keyed = other | {"Idempotency-Key": "late"}
    first = await service.post("/v1/scans", {"code": code}, keyed | {"Accept-Language": "zh-CN"})
    # By now the rule would say something else; the key remembers what it said then.
    await owner.execute("UPDATE badges SET revoked_at = now()")
    again = await service.post("/v1/scans", {"code": code}, keyed | {"Accept-Language": "en"})
    fresh = await service.post("/v1/scans", {"code": code}, other)
    assert (first.status_code, first.json()["code"]) == (409, "badge_bound")
    assert (again.status_code, again.json()["code"]) == (409, "badge_bound")
    assert (fresh.status_code, fresh.json()["code"]) == (409, "badge_revoked")
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json()["title"] != first.json()["title"]
    assert {again.json()[name] == first.json()[name] for name in ("type", "status", "instance")} == {True}


@pytest.mark.parametrize("key", ["", "a" * 65, "with space", "键"])
async def test_malformed_key_is_refused_before_it_takes_a_place(service: Service, key: str) -> None:
    headers = [(b"authorization", (await service.citizen())["Authorization"].encode())]
    headers.append((b"idempotency-key", key.encode()))
    answer = await service.client.post(
        "/v1/actions", json={"method": "bike_own", "quantity": 5}, headers=headers
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_malformed")


async def test_action_without_a_key_is_refused_and_a_longest_key_is_kept(
    service: Service, owner: asyncpg.Connection
) -> None:
    citizen = await service.citizen()
    missing = await service.post("/v1/actions", {"method": "bike_own", "quantity": 5}, citizen)
    assert (missing.status_code, missing.json()["code"]) == (400, "idempotency_key_missing")
    assert (await service.act(citizen, "bike_own", 5, "k" * 64)).status_code == 201
    assert await owner.fetchval("SELECT key FROM idempotency_keys") == "k" * 64


async def test_refusals_before_the_queue_do_not_use_up_a_key(service: Service) -> None:
    citizen = await service.citizen()
    wrong = await service.act(citizen, "bike_own", -1, "retry")
    right = await service.act(citizen, "bike_own", 5, "retry")
    assert (wrong.status_code, right.status_code) == (422, 201)
