"""Row 40, 五厅局: each of the five agencies supervises its kinds of events; a competition is 体育局's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from backend.domain.days import day_of
from backend.models import CreditObjection, CreditScore, ListCase, ListEntry, Organisation, Staff
from backend.services.evaluation.scores import compute_scores
from tests.routes.organisations.organising import hosts_event, organisation
from tests.service import Service

DRAFT = {"state": "draft"}


async def a_case_and_an_objection_of(service: Service, one: Organisation) -> None:
    """A case, an entry that was proposed and an objection, each of which waits for somebody's word."""
    await service.staff("operator")
    staff, now = await Staff.get(username="operator"), datetime.now(UTC)
    await ListCase.create(
        rule="resale",
        subject=one.code,
        organisation_id=one.id,
        facts={},
        facts_digest=b"1" * 32,
        found_at=now,
    )
    await ListEntry.create(
        list="negative",
        organisation_id=one.id,
        state="proposed",
        reason="resale of points",
        rule="resale",
        evidence=[{"title": "a listing", "is_public": False}],
        publisher="ecology_environment",
        proposed_by=staff.id,
        proposed_at=now,
    )
    database, catalogue = service.components.database, service.components.catalogue
    await compute_scores(database, catalogue, [one.id], day_of(now))
    score = await CreditScore.get(organisation_id=one.id)
    await CreditObjection.create(
        organisation_id=one.id,
        score_id=score.id,
        criterion="complaints",
        fact="complaints_upheld",
        reason="not ours",
        filed_by=staff.id,
        filed_at=now,
    )


def code_of(organisation: Any) -> str:
    return str(organisation if isinstance(organisation, str) else organisation["code"])


async def remit(service: Service, username: str, **remit: str) -> dict[str, str]:
    """Headers of a regulator that watches this alone."""
    headers = await service.staff("regulator", username)
    operator = await service.staff("operator")
    listed = (await service.client.get("/v1/regulators", headers=operator)).json()["items"]
    (account,) = (each for each in listed if each["username"] == username)
    given = await service.post(
        f"/v1/regulators/{account['id']}/remits", {"reason": "competent department"} | remit, operator
    )
    assert given.status_code == 200, given.text
    return headers


async def slugs(service: Service, path: str, headers: dict[str, str]) -> set[str]:
    answer = await service.client.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return {each["slug"] for each in answer.json()["items"]}


async def seen(service: Service, path: str, headers: dict[str, str]) -> Any:
    answer = await service.client.get(path, headers=headers)
    return answer.status_code, None if answer.status_code == 200 else answer.json()["code"]


@pytest.mark.parametrize("listing", ["/v1/staff/events", "/v1/supervision/events"])
async def test_row_40_a_competition_is_seen_by_the_sports_bureau_and_by_no_other_agency(
    service: Service, listing: str
) -> None:
    race = await service.event("race", state="draft", kind="competition")
    await service.event("show", state="draft", kind="exhibition")
    assert race["agency"]["code"] == "sport"
    sport = await remit(service, "sports-bureau", agency="sport")
    culture = await remit(service, "culture", agency="culture_tourism")
    province = await service.staff("regulator", "province")
    assert await slugs(service, listing, sport) == {"race"}
    assert await slugs(service, listing, culture) == {"show"}
    assert await slugs(service, listing, province) == {"race", "show"}
    for path in (
        "/v1/events/race",
        "/v1/events/race/steps",
        "/v1/events/race/pools",
        "/v1/events/race/members",
    ):
        assert await seen(service, path, sport) == (200, None), path
        assert await seen(service, path, province) == (200, None), path
        assert await seen(service, path, culture) == (404, "event_not_found"), path


async def test_row_40_what_is_public_stays_public_for_a_regulator_of_another_agency(service: Service) -> None:
    await service.event("open-race", kind="competition")
    culture = await remit(service, "culture", agency="culture_tourism")
    assert await seen(service, "/v1/events/open-race", culture) == (200, None)
    for part in ("pools", "steps", "held-offsets", "gate-statistics", "account", "documents", "inventory"):
        assert await seen(service, f"/v1/events/open-race/{part}", culture) == (404, "event_not_found"), part


async def test_row_40_what_is_told_of_the_whole_platform_is_for_who_watches_the_province(
    service: Service,
) -> None:
    sport = await remit(service, "sports-bureau", agency="sport")
    province = await service.staff("regulator", "province")
    for path in (
        *("/v1/staff-actions", "/v1/security-records", "/v1/members", "/v1/reports/minors"),
        *("/v1/exports/indicators?scheme=low_carbon_city", "/v1/disclosure-corrections"),
    ):
        assert await seen(service, path, sport) == (403, "remit_too_narrow"), path
        assert (await seen(service, path, province))[0] == 200, path


async def test_row_40_remits_of_a_city_and_of_an_agency_there(service: Service) -> None:
    await service.event("here", state="draft", kind="competition", city="成都")
    await service.event("there", state="draft", kind="competition", city="绵阳")
    await service.event("fair-there", state="draft", kind="exhibition", city="绵阳")
    city = await remit(service, "mianyang", city="绵阳")
    both = await remit(service, "mianyang-sport", agency="sport", city="绵阳市")
    assert await slugs(service, "/v1/supervision/events", city) == {"there", "fair-there"}
    assert await slugs(service, "/v1/supervision/events", both) == {"there"}


async def test_row_40_what_waits_about_an_organisation_is_for_who_watches_it(service: Service) -> None:
    here, there, both = [await organisation(city=city) for city in ("成都", "绵阳", None)]
    for one in (here, there, both):
        await a_case_and_an_objection_of(service, one)
    await service.event("there-too", city="绵阳")
    await hosts_event(both, "there-too")
    regulator = await remit(service, "mianyang", city="绵阳")
    province = await service.staff("regulator", "province")
    watched = {there.code, both.code}
    for path in ("staff/list-entries", "staff/list-cases", "credit-objections", "staff/organisations"):
        for headers, codes in ((regulator, watched), (province, watched | {here.code})):
            items = (await service.client.get(f"/v1/{path}", headers=headers)).json()["items"]
            found = {code_of(each["organisation"]) for each in items}
            assert found & {here.code, there.code, both.code} == codes, path
    for one in (here, there, both):
        status = (404, "organisation_not_found") if one is here else (200, None)
        assert await seen(service, f"/v1/organisations/{one.code}/members", regulator) == status
    case = await ListCase.get(organisation_id=here.id)
    refused = await service.post(f"/v1/list-cases/{case.id}/dismissal", {"reason": "not ours"}, regulator)
    assert (refused.status_code, refused.json()["code"]) == (404, "organisation_not_found")
