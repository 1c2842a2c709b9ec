"""Row 26, 星级评价: a score recomputes from its versioned criteria; old versions are readable."""

from __future__ import annotations

from backend.domain.days import day_of
from backend.models import CreditScore
from backend.services.evaluation.scores import compute_scores, recompute
from tests.plan.rating import ended_event, rated
from tests.routes.organisations.organising import organisation
from tests.service import Service


async def test_row_26_a_score_recomputes_from_stored_criteria(service: Service) -> None:
    firm = await organisation()
    await ended_event(service, firm, "fair", days_ago=30)
    found = await rated(service, firm)
    assert found["stars"] in range(1, 6)
    assert found["is_recomputed"]
    stored = await CreditScore.get(organisation_id=firm.id)
    catalogue = service.components.catalogue
    assert recompute(catalogue, stored)
    stored.facts["complaints_upheld"] = 1
    assert not recompute(catalogue, stored)


async def test_row_26_the_criteria_of_a_score_are_readable(service: Service) -> None:
    firm = await organisation()
    await ended_event(service, firm, "fair", days_ago=30)
    version = (await rated(service, firm))["criteria_version"]
    answer = await service.client.get(f"/v1/criteria/organisations/{version}")
    assert sum(each["weight"] for each in answer.json()["criteria"]) == 100
    assert all(each["source"]["title"] for each in answer.json()["criteria"])
    unknown = await service.client.get("/v1/criteria/organisations/1999-1")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "criteria_not_found")
    for language in ("zh-CN", "en"):
        page = await service.client.get("/criteria", headers={"Accept-Language": language})
        assert (page.status_code, version in page.text) == (200, True)


async def test_row_26_nothing_is_rated_out_of_nothing(service: Service) -> None:
    firm, suspended = await organisation(), await organisation(state="suspended")
    assert (await rated(service, firm))["not_rated"] == "not_enough_facts"
    assert (await rated(service, suspended))["not_rated"] == "not_active"


async def test_row_26_the_same_facts_are_stored_once(service: Service) -> None:
    firm = await organisation()
    await rated(service, firm)
    today = day_of((await CreditScore.get(organisation_id=firm.id)).computed_at)
    components = service.components
    assert await compute_scores(components.database, components.catalogue, [firm.id], today) == 0
