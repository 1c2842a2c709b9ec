"""Periods of people's lives over the API: who may do what when, what is counted at events, and what a cheat meets."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from backend.domain.days import day_of
from backend.ledger.audit.ledger import audit_database
from tests.periods import HOUSEHOLD, last_month, my_period, programme
from tests.routes.attending import EXAMPLE_A, agree, id_of
from tests.routes.evidencing import new_photo
from tests.service import TONNE, Json, Service


def month_ago(months: int) -> date:
    """The first day of a month before the last one."""
    first = last_month()
    for _ in range(months):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


async def tell(service: Service, period: Json, inputs: Json, headers: Any) -> Any:
    return await service.post(f"/v1/me/periods/{period['id']}/inputs", inputs, headers)


async def close(service: Service, period: Json, headers: Any, **body: Any) -> Any:
    return await service.post(f"/v1/me/periods/{period['id']}/closing", body, headers)


async def offset(service: Service, period: Json, headers: Any, key: str, **body: Any) -> Any:
    path = f"/v1/me/periods/{period['id']}/offset"
    return await service.post(path, body, headers | {"Idempotency-Key": key})


async def broken(service: Service) -> list[str]:
    findings = await audit_database(service.components.database, service.settings)
    return [f"{each.promise}: {each.sentence}" for each in findings if each.is_broken]


async def test_a_month_is_accounted_for_once_whichever_programme_it_lies_in(stage: Service) -> None:
    year = day_of(datetime.now(UTC)).year - 1
    first = date(year, 7, 1)
    month, quarter = await programme(stage, first), await programme(stage, first, "quarter")
    whole = await programme(stage, date(year, 1, 1), "year")
    headers = await stage.citizen()
    period = await my_period(stage, month, headers)
    assert (await my_period(stage, month, headers))["id"] == period["id"]
    for other in (quarter, whole):
        refused = await stage.post("/v1/me/periods", {"programme": other}, headers)
        assert (refused.status_code, refused.json()["code"]) == (409, "period_overlaps")
    # At one moment as well: one of the two is there.
    twin = await stage.citizen()
    answers = await asyncio.gather(
        *(stage.post("/v1/me/periods", {"programme": slug}, twin) for slug in (quarter, whole))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]


async def test_programmes_are_opened_by_operators_once_and_are_no_events(stage: Service) -> None:
    slug = await programme(stage, month_ago(1))
    listed = (await stage.client.get("/v1/programmes")).json()["items"]
    assert slug in {each["slug"] for each in listed}
    events = (await stage.client.get("/v1/events?limit=100")).json()["items"]
    assert slug not in {each["slug"] for each in events}
    found = (await stage.client.get("/v1/search", params={"query": "个人生活"})).json()
    assert slug not in str(found)
    body = {"kind": "month", "city": "成都", "starts_on": str(month_ago(1)), "reason": "again"}
    operator = await stage.staff("operator")
    for changes, code in (
        ({}, "programme_there"),
        ({"starts_on": str(month_ago(1) + timedelta(days=1))}, "programme_period_unfit"),
        ({"kind": "quarter", "starts_on": f"{month_ago(1).year}-02-01"}, "programme_period_unfit"),
        ({"starts_on": "2019-01-01"}, "programme_period_unfit"),
        ({"city": "Atlantis"}, "unknown_city"),
    ):
        refused = await stage.post("/v1/programmes", body | changes, operator)
        assert refused.json()["code"] == code, changes
    # Nobody files one as an event, and nobody declares a journey in it.
    filing = {"slug": "mine", "name": {"zh-CN": "我", "en": "Mine"}, "kind": "operation", "city": "成都"}
    times = {"starts_at": "2026-01-01T00:00:00+08:00", "ends_at": "2026-01-31T00:00:00+08:00"}
    refused = await stage.post("/v1/events", filing | times | {"template": "personal_life"}, operator)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_body")


async def test_a_period_that_runs_is_told_and_not_closed(stage: Service) -> None:
    today = day_of(datetime.now(UTC))
    slug = await programme(stage, today.replace(day=1))
    headers = await stage.citizen()
    period = await my_period(stage, slug, headers)
    assert (await tell(stage, period, HOUSEHOLD, headers)).status_code == 200
    refused = await close(stage, period, headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "period_not_ended")
    # Somebody else's is not there.
    other = await stage.citizen()
    for answer in (
        await tell(stage, period, HOUSEHOLD, other),
        await close(stage, period, other),
        await offset(stage, period, other, "x"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "period_not_found")


async def test_what_cannot_be_is_refused_and_nothing_is_kept_of_it(stage: Service) -> None:
    slug = await programme(stage, month_ago(2))
    headers = await stage.citizen()
    period = await my_period(stage, slug, headers)
    empty = await close(stage, period, headers)
    assert (empty.status_code, empty.json()["code"]) == (422, "period_empty")
    day = period["starts_on"]
    journey = {"day": day, "from_city": "成都", "to_city": "北京", "mode": "hsr"}
    for inputs, status, code in (
        ({"electricity_kwh": {"quantity": -1}}, 422, "invalid_body"),
        ({"electricity_kwh": {"quantity": 900_000}}, 422, "period_quantity_implausible"),
        ({"everyday": [{"mode": "car", "distance_km": 1}] * 2}, 422, "period_mode_twice"),
        ({"journeys": [journey | {"day": "2019-01-01"}]}, 422, "period_journey_outside"),
        ({"journeys": [journey | {"to_city": "成都市"}]}, 422, "period_journey_within"),
        ({"journeys": [journey | {"to_city": "Atlantis"}]}, 422, "unknown_city"),
        ({"journeys": [journey | {"to_city": "伦敦"}]}, 422, "mode_implausible"),
        ({"gas_m3": {"quantity": 1, "photo": "0" * 64}}, 404, "photo_not_found"),
        ({"total_g": 5}, 422, "invalid_body"),
    ):
        refused = await tell(stage, period, inputs, headers)
        assert (refused.status_code, refused.json()["code"]) == (status, code), inputs
    (kept,) = (await stage.client.get("/v1/me/periods", headers=headers)).json()["items"]
    assert kept["footprint"]["lines"] == []
    told = await tell(stage, period, {"journeys": [journey]}, headers)
    (line,) = told.json()["footprint"]["lines"]
    assert (line["source"], line["note"]) == ("private_journey", "hsr")


async def test_a_picture_is_evidence_of_one_thing(stage: Service) -> None:
    slug = await programme(stage, month_ago(3))
    headers, other = await stage.citizen(), await stage.citizen()
    period = await my_period(stage, slug, headers)
    photo = await new_photo(stage, headers)
    inputs = {"electricity_kwh": {"quantity": 100, "photo": photo}}
    for _ in range(2):
        told = await tell(stage, period, inputs, headers)
        assert told.json()["qualities"] == {"home_electricity": "evidenced"}
    twice = await tell(stage, period, inputs | {"gas_m3": {"quantity": 1, "photo": photo}}, headers)
    assert (twice.status_code, twice.json()["code"]) == (409, "photo_used")
    foreign = await tell(stage, await my_period(stage, slug, other), inputs, other)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "photo_not_found")


async def test_events_are_counted_once(stage: Service) -> None:
    first = month_ago(4)
    days = {
        "starts_at": f"{first + timedelta(days=9)}T09:00:00+08:00",
        "ends_at": f"{first + timedelta(days=11)}T18:00:00+08:00",
    }
    await stage.event("summit", **days)
    headers = await stage.citizen()
    await agree(stage, headers)
    badge = (await stage.badges(1, "summit"))[0]
    journey = EXAMPLE_A | {"from_city": "重庆"}
    scanned = await stage.scan(badge["code"], headers, journey=journey)
    assert scanned.status_code == 201, scanned.text
    event_g = scanned.json()["footprint"]["total_g"]
    period = await my_period(stage, await programme(stage, first), headers)
    (event,) = period["events"]
    assert (event["slug"], event["footprint_g"], event["has_travel"]) == ("summit", event_g, True)
    there = {"day": str(first + timedelta(days=9)), "from_city": "重庆", "to_city": "成都", "mode": "hsr"}
    doubled = await tell(stage, period, {"journeys": [there]}, headers)
    assert (doubled.status_code, doubled.json()["code"]) == (409, "period_counted_at_event")
    elsewhere = there | {"to_city": "西安"}
    assert (
        await tell(stage, period, {"journeys": [elsewhere], "food": "low_meat"}, headers)
    ).status_code == 200
    silent = await close(stage, period, headers)
    assert (silent.status_code, silent.json()["code"]) == (409, "period_events_unconfirmed")
    closed = await close(stage, period, headers, events_left_out=True)
    meals = next(line for line in closed.json()["footprint"]["lines"] if line["source"] == "food")
    all_days = (date.fromisoformat(period["ends_on"]) - first).days + 1
    assert meals["quantity"] == str(3 * (all_days - event["meal_days"])) or meals["quantity"] == 3 * (
        all_days - event["meal_days"]
    )


async def test_the_pool_waits_holds_and_certifies_as_at_an_event(stage: Service) -> None:
    slug = await programme(stage, month_ago(5))
    headers, heavy = await stage.citizen(), await stage.citizen()
    period = await my_period(stage, slug, headers)
    await tell(stage, period, HOUSEHOLD, headers)
    total_g = (await close(stage, period, headers)).json()["footprint"]["total_g"]
    both = await offset(stage, period, headers, "both", share=50, grams=5)
    assert (both.status_code, both.json()["code"]) == (422, "invalid_body")
    waits = await offset(stage, period, headers, "waits")
    assert (waits.status_code, waits.json()["offset_status"]) == (201, "pool_exhausted")
    await stage.pool(slug, 5 * TONNE)
    full = await offset(stage, period, headers, "full")
    assert (full.json()["offset"]["kind"], full.json()["offset"]["grams"]) == ("full", total_g)
    # Not twice, and not as a journey that is told anew.
    again = await offset(stage, period, headers, "again")
    assert again.json()["offset"] == full.json()["offset"]
    revised = await stage.post(
        f"/v1/events/{slug}/journey",
        {"journey": EXAMPLE_A},
        headers | {"Idempotency-Key": "journey"},
    )
    assert (revised.status_code, revised.json()["code"]) == (409, "journey_closed")
    # Above the ceiling for one person staff look first.
    flights = [
        {"day": period["starts_on"], "from_city": "成都", "to_city": "伦敦", "mode": "plane"}
        for _ in range(3)
    ]
    large = await my_period(stage, slug, heavy)
    await tell(stage, large, {"journeys": flights}, heavy)
    assert (await close(stage, large, heavy)).json()["footprint"]["total_g"] > 1_500_000
    held = await offset(stage, large, heavy, "held")
    assert held.json()["offset_status"] == "held"
    assert await broken(stage) == []


async def test_a_closed_period_is_never_changed_in_the_database(
    stage: Service, rows: asyncpg.Connection
) -> None:
    headers = await stage.citizen()
    period = await my_period(stage, await programme(stage, month_ago(6)), headers)
    await tell(stage, period, HOUSEHOLD, headers)
    await close(stage, period, headers)
    with pytest.raises(asyncpg.CheckViolationError, match="never changed"):
        await rows.execute(
            "UPDATE personal_periods SET inputs = '{}' WHERE citizen_id = $1", id_of(stage, headers)
        )


async def test_children_need_their_guardian_and_guests_an_account(stage: Service) -> None:
    slug = await programme(stage, month_ago(7))
    for age, code in ((None, "age_needed"), (10, "guardian_needed")):
        refused = await stage.post("/v1/me/periods", {"programme": slug}, await stage.person(age))
        assert refused.json()["code"] == code


async def test_who_leaves_takes_their_periods_along_and_the_certificate_stays(
    stage: Service, rows: asyncpg.Connection
) -> None:
    slug = await programme(stage, month_ago(8))
    await stage.pool(slug, TONNE)
    headers = await stage.citizen()
    period = await my_period(stage, slug, headers)
    await tell(stage, period, HOUSEHOLD, headers)
    await close(stage, period, headers)
    number = (await offset(stage, period, headers, "mine")).json()["certificate"]["number"]
    exported = (await stage.client.get("/v1/me/export", headers=headers)).json()["personal_periods"]
    assert [(each["id"], each["inputs"]["household"]) for each in exported] == [(period["id"], 2)]
    assert exported[0]["footprint"]["lines"]
    # The ledger has sums alone, whatever the citizen consents to.
    body = await rows.fetchval(
        "SELECT f.body FROM attendances a JOIN footprints f USING (event_id)"
        " WHERE a.citizen_id = $1 AND f.digest = a.footprint_digest",
        id_of(stage, headers),
    )
    assert b'"lines":[]' in body
    receipt = (await stage.client.delete("/v1/me", headers=headers)).json()
    assert {each["code"]: each["count"] for each in receipt["erased"]}["periods"] == 1
    for table in ("personal_periods", "personal_period_months"):
        count = f"SELECT count(*) FROM {table} WHERE citizen_id = $1"  # noqa: S608 - one of two names
        assert await rows.fetchval(count, id_of(stage, headers)) == 0
    assert (await stage.client.get(f"/v1/certificates/{number}")).status_code == 200


async def test_two_accounts_become_one_with_their_periods(stage: Service, rows: asyncpg.Connection) -> None:
    common, others = await programme(stage, month_ago(9)), await programme(stage, month_ago(10))
    own, other = await stage.citizen(), await stage.citizen()
    kept = await my_period(stage, common, own)
    gone, moved = await my_period(stage, common, other), await my_period(stage, others, other)
    token = other["Authorization"].removeprefix("Bearer ")
    merged = await stage.post(
        "/v1/me/merges", {"other_access_token": token}, own | {"Idempotency-Key": "one"}
    )
    assert merged.status_code == 201, merged.text
    mine = (await stage.client.get("/v1/me/periods", headers=own)).json()["items"]
    assert [each["id"] for each in mine] == [kept["id"], moved["id"]]
    assert gone["id"] not in {each["id"] for each in mine}
    months = "SELECT count(*) FROM personal_period_months WHERE citizen_id = $1"
    assert await rows.fetchval(months, id_of(stage, own)) == 2
    assert (await tell(stage, moved, HOUSEHOLD, own)).status_code == 200
    assert await broken(stage) == []
