"""Candidates of the green list: rated high enough by the criteria of today, and on no list."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from backend.domain.days import day_of
from backend.domain.evaluation.criteria import set_on
from backend.models import CreditScore, Organisation
from tests.organising import blacklist, new_organisation, propose
from tests.service import Service


async def rated(number: int, version: str, stars: int | None) -> Organisation:
    firm = await new_organisation(number)
    score = None if stars is None else Decimal(18 * stars)
    await CreditScore.create(
        organisation_id=firm.id,
        criteria_version=version,
        score=score,
        stars=stars,
        facts={},
        points=[],
        as_of=date(2026, 12, 1),
    )
    return firm


async def codes(service: Service) -> list[str]:
    regulator = await service.staff("regulator")
    answer = await service.client.get("/v1/evaluation/green-candidates?limit=100", headers=regulator)
    assert answer.status_code == 200, answer.text
    return [each["code"] for each in answer.json()["items"]]


async def test_whose_stars_reach_the_criteria_are_candidates_until_a_list_has_them(service: Service) -> None:
    criteria = set_on(service.components.catalogue.criteria, "organisations", day_of(datetime.now(UTC)))
    enough = criteria.green_from_stars
    best, other = await rated(1, criteria.version, enough), await rated(2, criteria.version, enough)
    await rated(3, criteria.version, enough - 1)
    await rated(4, criteria.version, None)
    await rated(5, "1999-1", enough)
    assert await codes(service) == [other.code, best.code]
    # The newest rating counts.
    fallen = await rated(6, criteria.version, enough)
    await CreditScore.create(
        organisation_id=fallen.id,
        criteria_version=criteria.version,
        score=Decimal(50),
        stars=2,
        facts={},
        points=[],
        as_of=date(2026, 12, 1),
    )
    await propose(service, best, "green")
    await blacklist(service, other)
    assert await codes(service) == []
