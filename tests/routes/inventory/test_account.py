"""The account over HTTP: people by stratum, lines by group, equal to what is reckoned person by person."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from uuid import UUID

import asyncpg

from loadtests.inventory import fill, reckon
from tests.routes.inventory.test_inventory import POWER, account, group_of, record
from tests.service import Json, Service

TICKETS, SCANS, LINES = 50_000, 5_000, 100


async def test_fifty_thousand_tickets_are_accounted_for_in_seconds_and_to_the_gram(
    service: Service, owner: asyncpg.Connection
) -> None:
    event_id = UUID(int=0x1234)
    world = await fill(owner, event_id, TICKETS, SCANS, LINES)
    start = time.perf_counter()
    found = await account(service, "large", "operator")
    took_s = time.perf_counter() - start
    estimate_g, half_width_g, by_group = reckon(world)
    assert found["estimate_g"] == estimate_g
    assert found["high_g"] == estimate_g + half_width_g
    assert found["low_g"] == estimate_g - half_width_g
    assert found["lines_g"] == sum(by_group.values())
    people = found["people"]
    assert (people["people"], people["scanned"], people["filled_in"]) == (TICKETS, SCANS, TICKETS - SCANS)
    assert found["estimate_g"] == sum(group["total_g"] for group in found["groups"])
    assert found["estimate_g"] == found["lines_g"] + people["total_g"]
    assert took_s < 5.0


async def scan_people(service: Service, count: int, category: str | None = None) -> list[int]:
    totals = []
    for badge in await service.badges(count, category=category):
        answer = await service.scan(badge["code"], await service.citizen())
        totals.append(answer.json()["footprint"]["total_g"])
    return totals


async def test_people_come_from_badges_and_who_did_not_scan_is_filled_in_and_marked(service: Service) -> None:
    await service.event("fair")
    totals = await scan_people(service, 10, "local")
    await service.badges(5, category="local")
    found = await account(service)
    [stratum] = found["people"]["strata"]
    assert (stratum["headcount"], stratum["people"], stratum["scanned"], stratum["filled_in"]) == (
        "badges",
        15,
        10,
        5,
    )
    assert stratum["method"] == "own"
    assert stratum["filled_g"] * 2 == stratum["scanned_g"] == sum(totals)
    assert found["people"]["response_rate_pct"] == 66.6


async def test_a_ticket_list_takes_the_place_of_the_badges_and_a_newer_one_of_it(service: Service) -> None:
    await service.event("fair")
    await scan_people(service, 3, "local")
    people: list[Json] = [{"category": "local", "people": 40, "source": "票务系统"}]
    assert (await record(service, people=people)).status_code == 201
    found = (await account(service))["people"]
    assert (found["people"], found["strata"][0]["headcount"]) == (40, "list")
    shorter = [{"category": "local", "people": 2, "source": "票务系统，更正"}]
    assert (await record(service, people=shorter)).json()["people"] == 2
    [stratum] = (await account(service))["people"]["strata"]
    # Fewer tickets than scans: the scans count, and both are named.
    assert (stratum["listed"], stratum["people"], stratum["scanned"]) == (2, 3, 3)
    double: Any = [*people, {"category": "local", "day": "2026-11-01", "people": 1, "source": "票务系统"}]
    refused = await record(service, people=double)
    assert (refused.status_code, refused.json()["code"]) == (422, "inventory_rows_broken")


async def test_what_a_venue_shares_out_among_people_is_counted_once(service: Service) -> None:
    await service.event("fair")
    await scan_people(service, 2, "local")
    shared = group_of(await account(service), "energy")
    assert shared["counted"] == "people"
    assert shared["state"] == "missing", "an assumption per head is no meter"
    # A small estimate does not replace what is assumed of everybody.
    small = POWER | {"quantity": "1", "quality": 3, "meter": "M-3"}
    await record(service, lines=[small])
    found = group_of(await account(service), "energy")
    assert (found["counted"], found["total_g"], found["state"]) == ("people", shared["total_g"], "counted")
    large = POWER | {"quantity": "1000", "quality": 3, "meter": "M-4"}
    await record(service, lines=[large])
    found = group_of(await account(service), "energy")
    assert (found["counted"], found["total_g"]) == ("lines", 140_400 + 141)


async def test_measured_lines_with_evidence_stand_for_the_share_even_when_they_are_smaller(
    service: Service,
) -> None:
    await service.event("fair")
    await scan_people(service, 2, "local")
    document = await service.client.post(
        "/v1/events/fair/documents",
        params={"kind": "other", "name": "抄表.pdf"},
        content=b"%PDF-1.7\n" + b"m" * 200,
        headers=await service.staff("organiser") | {"Content-Type": "application/pdf"},
    )
    metered = POWER | {"quantity": "1", "document_id": document.json()["id"]}
    await record(service, lines=[metered])
    found = group_of(await account(service), "energy")
    assert (found["counted"], found["total_g"]) == ("lines", 141)


async def test_measures_are_shown_and_subtracted_nowhere(service: Service) -> None:
    await service.event("fair")
    await record(service, lines=[POWER])
    before = (await account(service))["estimate_g"]
    measure = {
        "group": "energy",
        "measure": "LED 舞台灯",
        "baseline": "上届金卤灯",
        "baseline_g": 50_000,
        "reduction_g": 30_000,
    }
    organiser = await service.staff("organiser")
    stored = await service.post("/v1/events/fair/measures", measure, organiser)
    assert stored.status_code == 201, stored.text
    found = await account(service)
    assert [each["reduction_g"] for each in found["measures"]] == [30_000]
    assert found["estimate_g"] == before
    more = await service.post("/v1/events/fair/measures", measure | {"reduction_g": 50_001}, organiser)
    assert (more.status_code, more.json()["code"]) == (422, "inventory_rows_broken")


async def test_the_account_before_the_event_stands_beside_the_one_after(service: Service) -> None:
    await service.event("fair")
    await record(service, lines=[POWER | {"phase": "planned", "quantity": "2000"}, POWER])
    headers = await service.staff("organiser")
    planned = await service.client.get("/v1/events/fair/account?phase=planned", headers=headers)
    assert planned.json()["lines_g"] == 280_800
    assert (await account(service))["lines_g"] == 173_324


async def test_a_stratum_of_a_few_scans_is_shown_with_others(service: Service) -> None:
    await service.event("fair")
    await scan_people(service, 2, "local")
    await scan_people(service, 6, "national")
    await scan_people(service, 9, "province")
    strata = (await account(service))["people"]["strata"]
    assert {each["category"] for each in strata} == {"other", "province"}
    assert {each["scanned"] for each in strata} == {8, 9}


async def test_the_gates_count_who_came_by_the_day_they_first_came(
    service: Service, owner: asyncpg.Connection
) -> None:
    await service.event("fair")
    await scan_people(service, 2, "local")
    await service.badges(20, category="local")
    event_id, staff_id = await owner.fetchrow("SELECT id, created_by FROM events WHERE slug = 'fair'")
    device_id = UUID(int=77)
    await owner.execute(
        """INSERT INTO devices (id, event_id, name, gates, onboarding_hash, onboarding_expires_at, created_by)
           VALUES ($1, $2, 'north', '[1]', sha256('x'), now(), $3)""",
        device_id,
        event_id,
        staff_id,
    )
    # Badges 1 to 12 came on two days, 13 to 15 on the second alone; 16 was turned away, and 17 annulled.
    await owner.execute(
        """INSERT INTO gate_scans (event_id, id, device_id, gate, badge_serial, code_digest, direction, result,
               is_admitted, is_offline, device_at, scanned_at, received_at, annulled_at, annulled_by)
           SELECT $1, gen_random_uuid(), $2, 1, serial, decode(repeat('00', 16), 'hex'), 'entry',
                  CASE WHEN serial = 16 THEN 'blocked' ELSE 'ok' END, serial <> 16, false, at, at, at,
                  CASE WHEN serial = 17 THEN at END, CASE WHEN serial = 17 THEN $3::uuid END
           FROM generate_series(1, 17) AS serial,
                unnest(ARRAY['2026-11-01 12:00+08', '2026-11-02 12:00+08']::timestamptz[]) AS at
           WHERE serial <= 12 OR at > '2026-11-02'""",
        event_id,
        device_id,
        staff_id,
    )
    strata = {each["day"]: each for each in (await account(service))["people"]["strata"]}
    counted = {day: (each["headcount"], each["people"], each["scanned"]) for day, each in strata.items()}
    # The two who scanned their code are among the twelve, whenever they did.
    assert counted == {"2026-11-01": ("gates", 12, 2), "2026-11-02": ("gates", 3, 0)}


async def test_of_two_requests_that_record_one_meter_at_one_moment_one_is_stored(service: Service) -> None:
    await service.event("fair")
    answers = await asyncio.gather(*(record(service, lines=[POWER]) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201, *[422] * 5]
    assert (await account(service))["lines"] == 1
