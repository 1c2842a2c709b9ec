"""A consent that is withdrawn: nothing is kept that was to go, and nobody loses what they were promised."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from backend.ledger.audit.ledger import audit_database
from tests.ledger.commands.offsetting import run_settling
from tests.routes.attending import agree, id_of
from tests.service import TONNE, Json, Service

FAR: Json = {"from_city": "伦敦", "mode": "plane", "nights": 3, "hotel_stars": 5, "room_sharing": 1}
NEAR: Json = {"from_city": "重庆", "mode": "hsr", "nights": 1}
KEPT = """SELECT count(*) FROM footprints f WHERE f.journey IS NOT NULL AND EXISTS (
    SELECT FROM current_attendances a WHERE a.event_id = f.event_id AND a.footprint_digest = f.digest
        AND a.citizen_id = ANY ($1::uuid[]))"""


async def withdraw(service: Service, citizen: dict[str, str]) -> None:
    body = {"scope": "event_profile", "granted": False}
    answer = await service.post("/v1/me/consents", body, citizen)
    assert answer.status_code == 200, answer.text


async def sound(service: Service) -> None:
    findings = await audit_database(service.components.database, service.settings)
    assert [finding for finding in findings if finding.is_broken] == []


async def mine(service: Service, citizen: dict[str, str], slug: str) -> Json:
    found: Json = (await service.client.get(f"/v1/events/{slug}/me", headers=citizen)).json()
    return found


@pytest.mark.parametrize("is_scanned_first", [True, False])
async def test_a_withdrawal_while_an_offset_is_under_way_keeps_the_offset_and_no_journey(
    stage: Service, rows: asyncpg.Connection, is_scanned_first: bool
) -> None:
    slug = f"race-{is_scanned_first}".lower()
    await stage.event(slug)
    await stage.pool(slug, 200 * TONNE)
    citizens = await stage.citizens(20)
    for citizen in citizens:
        await agree(stage, citizen)
    badges = await stage.badges(20, slug)

    async def both(citizen: dict[str, str], badge: Json) -> Any:
        scanning = stage.scan(badge["code"], citizen, journey=NEAR, offset={})
        withdrawing = withdraw(stage, citizen)
        # Tasks begin in the order in which they are made; either may be overtaken on its way.
        order = (scanning, withdrawing) if is_scanned_first else (withdrawing, scanning)
        done = await asyncio.gather(*order)
        return done[0 if is_scanned_first else 1]

    answers = await asyncio.gather(*map(both, citizens, badges))
    ids = [id_of(stage, citizen) for citizen in citizens]
    for citizen, answer in zip(citizens, answers, strict=True):
        joined = answer.json()
        assert (answer.status_code, joined["offset_status"]) == (201, "allocated"), answer.text
        shown = await mine(stage, citizen, slug)
        assert shown["offset"]["grams"] == joined["footprint"]["total_g"] == shown["footprint"]["total_g"]
        assert shown["revisions"][0]["journey"] is None
    assert await rows.fetchval(KEPT, ids) == 0
    await sound(stage)


async def test_a_withdrawal_keeps_nothing_of_a_companion_who_is_just_brought(
    stage: Service, rows: asyncpg.Connection
) -> None:
    await stage.event("brought")
    guardians = await stage.citizens(12)
    for guardian in guardians:
        await agree(stage, guardian)
    badges = await stage.badges(12, "brought")
    scans = [
        stage.scan(badge["code"], guardian, journey=NEAR, companion={"kind": "child"})
        for guardian, badge in zip(guardians, badges, strict=True)
    ]
    done = await asyncio.gather(*scans, *(withdraw(stage, guardian) for guardian in guardians))
    assert {answer.status_code for answer in done[:12]} == {201}
    companions = await rows.fetch(
        "SELECT companion_id FROM companions WHERE guardian_id = ANY ($1::uuid[])",
        [id_of(stage, guardian) for guardian in guardians],
    )
    assert len(companions) == 12
    assert await rows.fetchval(KEPT, [row["companion_id"] for row in companions]) == 0


async def test_who_withdraws_while_they_wait_is_given_what_they_wait_for(
    stage: Service, rows: asyncpg.Connection
) -> None:
    await stage.event("waits")
    (badge,) = await stage.badges(1, "waits")
    citizen = await stage.citizen()
    await agree(stage, citizen)
    waits = (await stage.scan(badge["code"], citizen, journey=FAR, offset={})).json()
    assert waits["offset_status"] == "pool_exhausted"
    await withdraw(stage, citizen)
    await stage.pool("waits", 20 * TONNE)
    await run_settling(stage)
    shown = await mine(stage, citizen, "waits")
    assert (shown["offset"]["grams"], shown["waiting"]) == (waits["footprint"]["total_g"], None)
    assert await rows.fetchval(KEPT, [id_of(stage, citizen)]) == 0
    await sound(stage)


async def test_who_withdraws_before_they_ask_for_an_offset_gets_it_as_before(stage: Service) -> None:
    await stage.event("later")
    await stage.pool("later", 20 * TONNE)
    (badge,) = await stage.badges(1, "later")
    citizen = await stage.citizen()
    await agree(stage, citizen)
    joined = (await stage.scan(badge["code"], citizen, journey=FAR)).json()
    await withdraw(stage, citizen)
    asked = (await stage.scan(badge["code"], citizen, offset={})).json()
    assert (asked["offset_status"], asked["offset"]["grams"]) == ("allocated", joined["footprint"]["total_g"])
    await sound(stage)


async def test_a_withdrawal_takes_the_lines_out_of_kept_answers_which_stay_answers(
    stage: Service, rows: asyncpg.Connection
) -> None:
    await stage.event("answers")
    await stage.pool("answers", 2 * TONNE)
    (badge,) = await stage.badges(1, "answers")
    citizen = await stage.citizen()
    await agree(stage, citizen)
    scan = {"code": badge["code"], "journey": NEAR, "offset": {}}
    told = {"journey": NEAR | {"nights": 2}}
    requests = [("/v1/scans", scan), ("/v1/events/answers/journey", told)]
    keys = [citizen | {"Idempotency-Key": uuid4().hex} for _ in requests]
    first = [await stage.post(*request, key) for request, key in zip(requests, keys, strict=True)]
    assert await stage.act(citizen, "own_cup", scene_code=badge["code"])
    assert all(answer.json()["footprint"]["lines"] for answer in first)
    others = "SELECT key, answer FROM idempotency_keys WHERE citizen_id = $1 AND key <> ALL ($2) ORDER BY key"
    named = [key["Idempotency-Key"] for key in keys]
    before = await rows.fetch(others, id_of(stage, citizen), named)

    await withdraw(stage, citizen)

    for request, key, was in zip(requests, keys, first, strict=True):
        again = await stage.post(*request, key)
        assert again.status_code == was.status_code
        was_told, is_told = was.json(), again.json()
        assert is_told["footprint"].pop("lines") == []
        sums = is_told["footprint"].pop("categories")
        assert sum(each["emission_g"] for each in sums) == was_told["footprint"]["total_g"]
        was_told["footprint"].pop("lines")
        assert is_told == was_told
        other = await stage.post(request[0], request[1] | {"journey": FAR}, key)
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert await rows.fetch(others, id_of(stage, citizen), named) == before
    kept = await rows.fetch(
        "SELECT answer FROM idempotency_keys WHERE citizen_id = $1", id_of(stage, citizen)
    )
    assert not [row for row in kept if b"hsr-cn" in row["answer"]]
