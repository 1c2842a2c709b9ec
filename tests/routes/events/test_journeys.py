"""Journeys told again over HTTP, one's own attendance, budgets in points, cities, and contributions."""

from __future__ import annotations

from uuid import uuid4

import asyncpg
import pytest

from backend.jobs.offset_waitlist import settle_waiting
from tests.routes.attending import EXAMPLE_A, EXAMPLE_B, FULLY_TOLD, agree, id_of
from tests.service import TONNE, Json, Service

TOLD_G, FAR_G = 133_294, 503_057


@pytest.fixture(scope="module")
async def fair(stage: Service) -> Service:
    await stage.event("journeys")
    await stage.pool("journeys", 20 * TONNE)
    return stage


async def revise(
    service: Service, citizen: dict[str, str], journey: Json, slug: str = "journeys", key: str | None = None
) -> Json:
    headers = citizen | {"Idempotency-Key": key or uuid4().hex}
    answer = await service.post(f"/v1/events/{slug}/journey", {"journey": journey}, headers)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def mine(service: Service, citizen: dict[str, str], slug: str = "journeys") -> Json:
    answer = await service.client.get(f"/v1/events/{slug}/me", headers=citizen)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def joined(service: Service, slug: str = "journeys", **body: object) -> tuple[dict[str, str], Json]:
    """A citizen who agreed that journeys are kept: these tests read again what was declared, line by line."""
    citizen = await service.citizen()
    await agree(service, citizen)
    badge = (await service.badges(1, slug))[0]
    answer = await service.scan(badge["code"], citizen, **body)
    assert answer.status_code == 201, answer.text
    return citizen, answer.json()


async def test_five_taps_lower_the_uncertainty_and_keep_what_was_said_before(fair: Service) -> None:
    citizen, first = await joined(fair, offset={})
    assert (first["footprint"]["basis"], first["footprint"]["uncertainty_pct"]) == ("default", 50)
    partial = await revise(fair, citizen, {"from_city": "重庆", "mode": "hsr"})
    assert (partial["revision"], partial["footprint"]["uncertainty_pct"]) == (2, 30)
    declared = await revise(fair, citizen, FULLY_TOLD)
    assert (declared["footprint"]["basis"], declared["footprint"]["uncertainty_pct"]) == ("declared", 20)
    assert declared["footprint"]["total_g"] == TOLD_G
    assert (declared["offset"]["grams"], declared["offset"]["kind"]) == (TOLD_G, "full")
    assert declared["footprint"]["factor_set"] == first["footprint"]["factor_set"]

    shown = await mine(fair, citizen)
    assert shown["footprint"] == declared["footprint"]
    assert shown["offset"] == declared["offset"]
    assert [each["revision"] for each in shown["revisions"]] == [1, 2, 3]
    assert [each["total_g"] for each in shown["revisions"]] == [
        answer["footprint"]["total_g"] for answer in (first, partial, declared)
    ]
    assert sum(each["delta_g"] for each in shown["revisions"]) == TOLD_G - first["footprint"]["total_g"]
    assert shown["revisions"][1]["journey"]["from_city"] == "重庆"
    assert (shown["waiting"], shown["points_earned"], shown["points_paid"]) == (None, 10, 0)


async def test_the_certificate_keeps_its_number_and_shows_what_holds_now(fair: Service) -> None:
    citizen, first = await joined(fair, journey=EXAMPLE_B, offset={})
    number = first["certificate"]["number"]
    assert first["offset"]["grams"] == FAR_G
    smaller = await revise(fair, citizen, EXAMPLE_A)
    assert smaller["difference"] == "released"
    assert smaller["certificate"]["number"] == number
    assert smaller["offset"]["released_g"] == FAR_G - TOLD_G
    shown = (await fair.client.get(f"/v1/certificates/{number}")).json()
    assert shown["offset"]["grams"] == TOLD_G
    assert shown["footprint"]["total_g"] == TOLD_G
    listed = (await fair.client.get("/v1/me/certificates", headers=citizen)).json()["items"]
    assert [(item["number"], item["grams"], item["kind"]) for item in listed] == [(number, TOLD_G, "full")]
    summary = (await fair.client.get("/v1/me/export", headers=citizen)).json()
    assert [each["delta_g"] for each in summary["journey_revisions"]] == [TOLD_G - FAR_G]
    assert sum(each["grams"] for each in summary["offset_releases"]) == FAR_G - TOLD_G
    again = (await fair.scan((await fair.badges(1, "journeys"))[0]["code"], citizen)).json()
    assert again["offset"] == smaller["offset"]
    assert again["footprint"] == smaller["footprint"]


async def test_who_waits_sees_it_and_then_the_offset(stage: Service) -> None:
    await stage.event("waiting")
    citizen, first = await joined(stage, "waiting", journey=EXAMPLE_A, offset={})
    assert first["offset_status"] == "pool_exhausted"
    shown = await mine(stage, citizen, "waiting")
    assert (shown["waiting"]["grams"], shown["waiting"]["is_difference"]) == (TOLD_G, False)
    await stage.pool("waiting", TONNE)
    assert (await settle_waiting(stage.components.database, stage.components.queue)).settled == 1
    shown = await mine(stage, citizen, "waiting")
    assert (shown["waiting"], shown["offset"]["grams"]) == (None, TOLD_G)
    assert shown["certificate"]["number"].startswith("TF-")


async def test_refusals_have_their_words(fair: Service) -> None:
    citizen, _ = await joined(fair)
    stranger = await fair.citizen()
    path, body = "/v1/events/journeys/journey", {"journey": EXAMPLE_A}
    keyed = {"Idempotency-Key": uuid4().hex}
    cases = [
        (await fair.post(path, body, citizen), 400, "idempotency_key_missing"),
        (await fair.post(path, body, stranger | keyed), 404, "attendance_not_found"),
        (await fair.post("/v1/events/none/journey", body, citizen | keyed), 404, "event_not_found"),
        (
            await fair.post(
                path, {"journey": {"from_city": "亚特兰蒂斯"}}, citizen | {"Idempotency-Key": "a"}
            ),
            422,
            "city_unknown",
        ),
        (await fair.post(path, {"journey": {"nights": -1}}, citizen | keyed), 422, "invalid_body"),
        (await fair.post(path, body, await fair.staff("organiser") | keyed), 403, "role_forbidden"),
        (await fair.client.get("/v1/events/journeys/me", headers=stranger), 404, "attendance_not_found"),
        (await fair.client.get("/v1/cities"), 422, "invalid_query"),
        (await fair.client.get(f"/v1/cities?query={'x' * 41}"), 422, "invalid_query"),
    ]
    for answer, status, code in cases:
        assert answer.status_code == status, answer.text
        if code != "city_unknown":
            assert answer.json()["code"] == code


async def test_a_key_gives_its_first_answer_and_not_another_journeys(fair: Service) -> None:
    citizen, _ = await joined(fair, offset={})
    key = uuid4().hex
    first = await revise(fair, citizen, EXAMPLE_A, key=key)
    assert await revise(fair, citizen, EXAMPLE_A, key=key) == first
    headers = citizen | {"Idempotency-Key": key}
    other = await fair.post("/v1/events/journeys/journey", {"journey": EXAMPLE_B}, headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_an_organiser_sets_a_price_and_citizens_pay_it(stage: Service) -> None:
    await stage.event("paid", join_points=500)
    await stage.event("before", join_points=1000)
    await stage.pool("paid", TONNE)
    organiser = await stage.staff("organiser")
    body: Json = {"points_per_kg": 2, "points_budget": 10_000, "reason": "赞助商付费"}
    answer = await stage.post("/v1/events/paid/budget", body, organiser)
    assert answer.json() == {"event": "paid", "points_per_kg": 2, "points_budget": 10_000, "points_spent": 0}
    shown = await stage.client.get("/v1/events/paid/budget")
    assert shown.json() == answer.json()
    assert (await stage.client.get("/v1/events/before/budget")).json()["code"] == "budget_not_found"
    citizen = await stage.citizen()
    badge, other = (await stage.badges(1, "before"))[0], (await stage.badges(1, "paid"))[0]
    assert (await stage.scan(badge["code"], citizen)).status_code == 201
    offset = {"pay_with": "points"}
    scanned = (await stage.scan(other["code"], citizen, journey=EXAMPLE_A, offset=offset)).json()
    assert scanned["offset"]["points_paid"] == 267
    assert scanned["points"] == {"earned": 500, "pending": 0, "balance": 1500 - 267}
    twin = await revise(stage, citizen, EXAMPLE_A | {"room_sharing": 2}, "paid")
    assert twin["points_paid"] == 160 - 267  # 79,794 g at 2 points
    assert (await mine(stage, citizen, "paid"))["points_paid"] == 160
    entries = (await stage.client.get("/v1/me/points/entries", headers=citizen)).json()["items"]
    assert [(entry["reason"], entry["points"]) for entry in entries[:3]] == [
        ("offset_refund", 107),
        ("event_join", 500),
        ("offset", -267),
    ]
    assert "Test fair" in entries[0]["description"]["en"]
    low = await stage.post("/v1/events/paid/budget", body | {"points_budget": 159}, organiser)
    assert (low.status_code, low.json()["code"]) == (409, "budget_below_spent")
    assert (await stage.post("/v1/events/paid/budget", body, citizen)).status_code == 403


async def test_what_the_organiser_neutralises_is_a_contribution(
    stage: Service, rows: asyncpg.Connection
) -> None:
    await stage.event("neutral")
    await stage.pool("neutral", TONNE)
    citizen, first = await joined(stage, "neutral", journey=EXAMPLE_A, offset={"share": 1})
    assert (first["offset"]["claim"], first["offset"]["contribution_g"]) == ("offset", 0)
    assert "neutralised_by_organiser" not in first["footprint"]["lines"][0]
    await rows.execute(
        "UPDATE events SET neutralises = '[\"lodging\"]', revision = revision + 1 WHERE slug = 'neutral'"
    )
    citizen, second = await joined(stage, "neutral", journey=EXAMPLE_A, offset={})
    marked = {line["source"] for line in second["footprint"]["lines"] if line.get("neutralised_by_organiser")}
    assert marked == {"lodging"}
    assert (second["offset"]["claim"], second["offset"]["contribution_g"]) == ("contribution", 107_000)
    assert (await mine(stage, citizen, "neutral"))["offset"] == second["offset"]
    assert id_of(stage, citizen)


async def test_cities_are_found_as_they_are_typed(stage: Service) -> None:
    for text, name in (("成", "Chengdu"), ("cheng", "Chengdu"), ("cd", "Chengdu"), ("伦", "London")):
        answer = await stage.client.get("/v1/cities", params={"query": text})
        assert answer.status_code == 200
        assert answer.json()["items"][0]["name"]["en"] == name
