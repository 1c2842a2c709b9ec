"""A scene is certified by a licensed certifier, against published criteria, by a second person, for a term."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from backend.catalogue.scene_criteria import criteria_in_force
from backend.domain.days import day_of
from backend.models import Organisation, OrganisationLicence, Staff
from backend.settings import Settings
from tests.neutral import organisation
from tests.routes.contract import watch
from tests.service import Json, Service, open_service


@pytest.fixture
async def office(settings: Settings) -> AsyncIterator[Service]:
    """Outside demo mode, where nobody decides about their own assessment."""
    async with open_service(replace(settings, environment="production")) as running:
        yield watch(running)


def today() -> date:
    return day_of(datetime.now(UTC))


async def scene(service: Service, owner: str | None = None) -> str:
    body = {
        "kind": "hotel",
        "name": {"zh-CN": "锦江酒店", "en": "Jinjiang hotel"},
        "district": "锦江区",
        "reason": "list",
        "organisation": owner,
    }
    answer = await service.post("/v1/scenes", body, await service.staff("operator"))
    assert answer.status_code == 201, answer.text
    code: str = answer.json()["scene"]["code"]
    return code


async def certifier(service: Service, days: int = 1000, number: int = 7) -> str:
    """An organisation with a confirmed rating licence for so many days from yesterday on."""
    code = await organisation(service, number, kinds=("verifier",), member="certifier")
    found = await Organisation.get(code=code)
    first, second = (
        await Staff.get(username="certifier"),
        await Staff.create(username=f"second-{number}", role="operator", password_hash="x"),
    )
    await OrganisationLicence.create(
        organisation_id=found.id,
        kind="rating",
        number=f"R-{number}",
        issuer="市生态环境局",
        valid_from=today() - timedelta(days=1),
        valid_to=today() + timedelta(days=days),
        added_by=first.id,
        confirmed_by=second.id,
        confirmed_at=datetime.now(UTC),
    )
    return code


def assessment(code: str, points: int = 80, **changes: Any) -> Json:
    return {
        "organisation": code,
        "points": {each.code: points for each in criteria_in_force().criteria},
        "valid_from": str(today()),
        "valid_to": str(today() + timedelta(days=365)),
        "reason": "seen on site",
    } | changes


async def propose(service: Service, where: str, body: Json, who: str = "certifier") -> Any:
    headers = await service.staff("organiser", who)
    return await service.post(f"/v1/scenes/{where}/certifications", body, headers)


async def decide(service: Service, id_: str, who: str = "operator", decision: str = "confirmed") -> Any:
    body = {"decision": decision, "reason": "compared"}
    path = f"/v1/scene-certifications/{id_}/confirmation"
    return await service.post(path, body, await service.staff("operator", who))


async def test_a_scene_is_certified_shown_and_withdrawn(office: Service) -> None:
    where, code = await scene(office), await certifier(office)
    criteria = (await office.client.get("/v1/scene-criteria")).json()["items"]
    assert sum(each["weight"] for each in criteria[0]["criteria"]) == 100
    made = await propose(office, where, assessment(code))
    assert (made.status_code, made.json()["state"], made.json()["score"]) == (201, "proposed", 80.0)
    # Nobody sees what no second person has confirmed.
    assert (await office.client.get(f"/v1/scenes/{where}/certifications")).json()["items"] == []
    assert (await office.client.get(f"/v1/scenes/{where}")).json()["certification"] is None
    waiting = await office.client.get("/v1/scene-certifications", headers=await office.staff("operator"))
    assert [each["id"] for each in waiting.json()["items"]] == [made.json()["id"]]
    confirmed = await decide(office, made.json()["id"])
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "certified")
    again = await decide(office, made.json()["id"])
    assert (again.status_code, again.json()["code"]) == (409, "scene_certification_decided")
    shown = (await office.client.get(f"/v1/scenes/{where}")).json()["certification"]
    assert (shown["certifier"]["code"], shown["valid_to"]) == (code, str(today() + timedelta(days=365)))
    page = (await office.client.get(f"/scenes/{where}", params={"lang": "en"})).text
    assert 'data-state="certified"' in page
    assert "80.00 of 100" in page
    assert "neutral" not in page.lower()
    withdrawal = {"reason": "meters were removed"}
    path = f"/v1/scene-certifications/{made.json()['id']}/withdrawal"
    stranger = await office.post(path, withdrawal, await office.staff("organiser", "stranger"))
    assert (stranger.status_code, stranger.json()["code"]) == (404, "organisation_not_found")
    ended = await office.post(path, withdrawal, await office.staff("organiser", "certifier"))
    assert (ended.status_code, ended.json()["state"]) == (200, "withdrawn")
    page = (await office.client.get(f"/scenes/{where}", params={"lang": "en"})).text
    assert "meters were removed" in page
    assert "not certified at present" in page
    # What was withdrawn leaves its term free.
    assert (await propose(office, where, assessment(code))).status_code == 201


async def test_nobody_certifies_alone(office: Service) -> None:
    where, code = await scene(office), await certifier(office)
    proposed = await office.post(
        f"/v1/scenes/{where}/certifications", assessment(code), await office.staff("operator", "second-7")
    )
    assert proposed.status_code == 201, proposed.text
    own = await decide(office, proposed.json()["id"], "second-7")
    assert (own.status_code, own.json()["code"]) == (403, "scene_certification_own")
    assert (await decide(office, proposed.json()["id"], decision="rejected")).json()["state"] == "rejected"


@pytest.mark.parametrize(
    ("changes", "status", "refusal"),
    [
        ({"points": {"energy_metered": 100}}, 422, "criteria_mismatch"),
        ({"valid_to": "2020-01-01"}, 422, "invalid_body"),
        ({"valid_to": str(today() + timedelta(days=1200))}, 422, "invalid_body"),
        ({"valid_to": str(today() + timedelta(days=1050))}, 409, "certifier_unlicensed"),
    ],
)
async def test_an_assessment_that_does_not_hold_is_refused(
    service: Service, changes: Json, status: int, refusal: str
) -> None:
    where, code = await scene(service), await certifier(service)
    answer = await propose(service, where, assessment(code) | changes)
    assert (answer.status_code, answer.json()["code"]) == (status, refusal), answer.text


async def test_certifiers_are_licensed_strangers_and_strict(service: Service) -> None:
    code = await certifier(service)
    low = await propose(service, await scene(service, None), assessment(code, 59))
    assert (low.status_code, low.json()["code"]) == (409, "scene_score_too_low")
    unlicensed = await organisation(service, 8, member="certifier")
    found = (await service.client.get("/v1/scenes")).json()["items"][0]["code"]
    bare = await propose(service, found, assessment(unlicensed))
    assert (bare.status_code, bare.json()["code"]) == (409, "certifier_unlicensed")
    stranger = await propose(service, found, assessment(code), "stranger")
    assert (stranger.status_code, stranger.json()["code"]) == (404, "organisation_not_found")
    operator = await service.staff("operator")
    await service.post(f"/v1/scenes/{found}/changes", {"organisation": code, "reason": "r"}, operator)
    own = await propose(service, found, assessment(code))
    assert (own.status_code, own.json()["code"]) == (409, "certifier_own_scene")


async def test_a_certification_lapses_by_itself_and_terms_do_not_overlap(
    service: Service, owner: asyncpg.Connection
) -> None:
    where, code = await scene(service), await certifier(service)
    made = (await propose(service, where, assessment(code))).json()
    twice = await propose(service, where, assessment(code))
    assert (twice.status_code, twice.json()["code"]) == (409, "scene_certification_overlaps")
    await decide(service, made["id"])
    overlapping = await propose(service, where, assessment(code))
    assert (overlapping.status_code, overlapping.json()["code"]) == (409, "scene_certification_overlaps")
    await owner.execute(
        "UPDATE scene_certifications SET valid_from = $1, valid_to = $2",
        today() - timedelta(days=300),
        today() - timedelta(days=1),
    )
    shown = (await service.client.get(f"/v1/scenes/{where}")).json()
    assert shown["certification"] is None
    listed = (await service.client.get(f"/v1/scenes/{where}/certifications")).json()["items"]
    assert [each["state"] for each in listed] == ["lapsed"]
