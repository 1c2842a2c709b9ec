"""A citizen's own pass: a number that says nothing, a code that rotates, for staff alone to scan."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import httpx2 as httpx
import pytest

from backend.services.venue.passes import citizen_of
from tests.routes.attending import id_of
from tests.service import Service

STEP = timedelta(seconds=60)


@pytest.fixture(scope="module")
async def fair(stage: Service) -> Service:
    await stage.event("fair")
    await stage.event("draft", state="draft")
    return stage


async def ask_pass(fair: Service, citizen: dict[str, str], slug: str = "fair") -> httpx.Response:
    return await fair.client.get("/v1/me/pass", params={"event": slug}, headers=citizen)


async def event_id(fair: Service, slug: str = "fair") -> str:
    found: str = (await fair.client.get(f"/v1/events/{slug}")).json()["id"]
    return found


async def test_a_pass_has_the_codes_of_the_next_ten_minutes_and_leads_to_its_citizen(fair: Service) -> None:
    citizen = await fair.citizen()
    body = (await ask_pass(fair, citizen)).json()
    assert len(body["items"]) == 10
    assert len({item["code"] for item in body["items"]}) == 10
    event = await fair.components.event_cache.of_slug("fair")
    previous = None
    for item in body["items"]:
        shown_from, shown_to = datetime.fromisoformat(item["from"]), datetime.fromisoformat(item["to"])
        assert shown_to - shown_from == STEP
        assert previous in (None, shown_from)
        previous = shown_to
        code = fair.components.codes.read(item["code"], shown_from)
        assert (code.kind, code.number, code.is_expired) == ("P", body["number"], False)
        assert await citizen_of(event, code.number) == id_of(fair, citizen)
        assert str(id_of(fair, citizen))[:8] not in item["code"]


async def test_a_citizens_number_stays_and_is_nobody_elses(fair: Service) -> None:
    citizens = await fair.citizens(20)
    first = [(await ask_pass(fair, citizen)).json()["number"] for citizen in citizens]
    again = [(await ask_pass(fair, citizen)).json()["number"] for citizen in citizens]
    assert first == again
    assert len(set(first)) == 20


async def test_asking_many_times_at_one_moment_gives_one_number(fair: Service) -> None:
    citizen = await fair.citizen()
    answers = await asyncio.gather(*(ask_pass(fair, citizen) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["number"] for answer in answers}) == 1


async def test_a_pass_joins_nobody_and_proves_no_action(fair: Service) -> None:
    citizen, thief = await fair.citizen(), await fair.citizen()
    code = (await ask_pass(fair, citizen)).json()["items"][0]["code"]
    for who in (citizen, thief):
        for answer in (
            await fair.scan(code, who),
            await fair.act(who, "walk_steps", 3000, scene_code=code),
            await fair.client.get(f"/v1/codes/{code}", headers=who),
        ):
            assert (answer.status_code, answer.json()["code"]) == (409, "pass_for_staff")


async def test_a_pass_needs_an_event_that_is_announced_and_not_over(fair: Service) -> None:
    citizen = await fair.citizen()
    for slug in ("nothing", "draft"):
        answer = await ask_pass(fair, citizen, slug)
        assert (answer.status_code, answer.json()["code"]) == (404, "event_not_found")
    for slug in ("", "A b", "x" * 65):
        assert (await ask_pass(fair, citizen, slug)).json()["code"] == "invalid_query"


async def test_no_new_pass_is_given_once_an_event_is_over_and_an_old_one_still_shows(fair: Service) -> None:
    await fair.event("short")
    early = await fair.citizen()
    number = (await ask_pass(fair, early, "short")).json()["number"]
    organiser = await fair.staff("organiser")
    await fair.post("/v1/events/short/transitions", {"to": "accounting"}, organiser)
    assert (await ask_pass(fair, early, "short")).json()["number"] == number
    late = await ask_pass(fair, await fair.citizen(), "short")
    assert (late.status_code, late.json()["code"]) == (409, "event_closed")


async def test_a_pass_is_in_the_export_and_ends_with_the_account(
    fair: Service, rows: asyncpg.Connection
) -> None:
    citizen = await fair.citizen()
    number = (await ask_pass(fair, citizen)).json()["number"]
    exported = (await fair.client.get("/v1/me/export", headers=citizen)).json()["passes"]
    assert [row["number"] for row in exported] == [number]
    event = await fair.components.event_cache.of_slug("fair")
    assert (await fair.client.delete("/v1/me", headers=citizen)).status_code == 200
    assert await citizen_of(event, number) is None
    assert await rows.fetchval("SELECT count(*) FROM passes WHERE number = $1", number) == 0


async def test_a_photograph_of_a_pass_is_told_as_expired(fair: Service) -> None:
    code = (await ask_pass(fair, await fair.citizen())).json()["items"][0]["code"]
    assert fair.components.codes.read(code, datetime.now(UTC) + 3 * STEP).is_expired
