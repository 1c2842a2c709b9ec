"""An enterprise or institution releases its own figures: by its owner, of a period that is over, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from backend.domain.days import day_of
from tests.routes.disclosure.releasing import closed_event, correct, released, releases
from tests.service import Json, Service

CODE = "91350100M000100Y43"
ADDRESS = "/v1/organisation-disclosures"


@pytest.fixture
async def company(service: Service, owner: asyncpg.Connection) -> Service:
    """An active enterprise whose owner is the organiser, with a closed event that was over a week ago."""
    await closed_event(service, "fair", people=3)
    await owner.execute(
        """WITH made AS (INSERT INTO organisations (id, code, kinds, name_zh, name_en, state)
               VALUES (gen_random_uuid(), $1, '{enterprise}', '企业', 'Enterprise', 'active') RETURNING id),
             runs AS (INSERT INTO event_organisations (event_id, id, organisation_id, part, added_by)
               SELECT e.id, gen_random_uuid(), made.id, 'host', e.created_by FROM events e, made)
           INSERT INTO organisation_members (id, organisation_id, staff_id, duty, added_by)
           SELECT gen_random_uuid(), made.id, s.id, 'owner', s.id FROM staff s, made WHERE s.username = 'organiser'""",
        CODE,
    )
    await owner.execute(
        "UPDATE events SET starts_at = now() - interval '9 days', ends_at = now() - interval '7 days'"
    )
    return service


def body(**changes: object) -> Json:
    today = day_of(datetime.now(UTC))
    return {
        "organisation": CODE,
        "period_from": (today - timedelta(days=30)).isoformat(),
        "period_to": (today - timedelta(days=1)).isoformat(),
        "boundary": {"zh-CN": "全部活动", "en": "All events"},
    } | changes


async def test_an_owner_releases_the_sums_of_its_events(company: Service) -> None:
    organiser = await company.staff("organiser")
    answer = await company.post(ADDRESS, body(), organiser)
    assert answer.status_code == 200, answer.text
    number = answer.json()["number"]
    content = (await released(company, number))["release"]["content"]
    event = (await released(company, content["events"][0]["release"]))["release"]["content"]
    assert content["totals"]["attendances"] == event["totals"]["attendances"] == 3
    assert content["totals"]["estimate_g"] == event["totals"]["estimate_g"]
    assert content["totals"]["retired_g"] == event["offsets"]["retired_g"]
    assert content["boundary"]["en"] == "All events"
    again = await company.post(ADDRESS, body(), organiser)
    assert again.json()["number"] == number
    assert len(await releases(company, f"?organisation={CODE}")) == 2
    for language in ("zh-CN", "en"):
        page = await company.client.get(f"/disclosures/{number}?lang={language}")
        assert page.status_code == 200
        paper = await company.client.get(f"/v1/disclosures/{number}.pdf?language={language}")
        assert paper.content.startswith(b"%PDF")


async def test_a_period_that_is_not_over_or_empty_is_refused(company: Service) -> None:
    organiser = await company.staff("organiser")
    today = day_of(datetime.now(UTC))
    for changes, code in (
        ({"period_to": today.isoformat()}, "period_open"),
        ({"period_from": "2020-01-01", "period_to": "2020-12-31"}, "nothing_to_disclose"),
        ({"period_from": "2020-12-31", "period_to": "2020-01-01"}, "nothing_to_disclose"),
    ):
        answer = await company.post(ADDRESS, body(**changes), organiser)
        assert (answer.status_code, answer.json()["code"]) == (409, code), changes


async def test_nobody_but_its_owners_releases_an_organisations_figures(
    company: Service, owner: asyncpg.Connection
) -> None:
    stranger = await company.staff("organiser", "stranger")
    answer = await company.post(ADDRESS, body(), stranger)
    assert (answer.status_code, answer.json()["code"]) == (404, "organisation_not_found")
    await owner.execute("UPDATE organisation_members SET duty = 'editor'")
    answer = await company.post(ADDRESS, body(), await company.staff("organiser"))
    assert (answer.status_code, answer.json()["code"]) == (403, "organisation_duty_missing")
    await owner.execute("UPDATE organisation_members SET duty = 'owner'")
    await owner.execute("UPDATE organisations SET state = 'suspended', state_why = 'x'")
    answer = await company.post(ADDRESS, body(), await company.staff("organiser"))
    assert (answer.status_code, answer.json()["code"]) == (409, "organisation_not_active")


async def test_an_organisations_release_says_what_the_newest_release_of_its_event_says(
    company: Service, owner: asyncpg.Connection
) -> None:
    (first,) = await releases(company)
    await owner.execute("UPDATE actions SET reduction_g = reduction_g + 7")
    proposal = await correct(company, first["number"], "acts that were counted wrongly")
    confirmed = await company.post(
        f"/v1/disclosure-corrections/{proposal['id']}/decision",
        {"decision": "confirmed"},
        await company.staff("operator", "second"),
    )
    assert confirmed.status_code == 200, confirmed.text
    answer = await company.post(ADDRESS, body(), await company.staff("organiser"))
    content = (await released(company, answer.json()["number"]))["release"]["content"]
    (told,) = content["events"]
    assert told["release"] == confirmed.json()["published"]
    event = (await released(company, told["release"]))["release"]["content"]
    before = (await released(company, first["number"]))["release"]["content"]
    assert event["reductions"]["reduction_g"] != before["reductions"]["reduction_g"]
    assert told["reduction_g"] == content["totals"]["reduction_g"] == event["reductions"]["reduction_g"]
