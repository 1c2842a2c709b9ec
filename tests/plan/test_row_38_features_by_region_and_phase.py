"""Row 38, 有序、谨慎监管: features by city and phase, with limits; a flag that is off → the route is 404."""

from __future__ import annotations

import asyncio
import time

import pytest

from backend.catalogue.features import load_features
from backend.domain.operations.features import is_in_pilot
from backend.errors.operations import OwnSwitch
from backend.messages.operations.features import SwitchDecisionRequest
from backend.models.keys import uuid7
from backend.routes import ROUTES
from backend.settings import Settings
from tests.service import Json, Service, open_service

OFF = {"phase": "off", "reason": "the pilot is over"}
CONFIRMED = {"decision": "confirmed", "reason": "agreed"}
WITHIN_S = 2.0


async def proposed(service: Service, feature: str, operator: dict[str, str], **body: object) -> Json:
    answer = await service.post(f"/v1/features/{feature}/switches", OFF | body, operator)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()["switches"][0]
    return found


async def decided(
    service: Service, switch: Json, operator: dict[str, str], **body: object
) -> tuple[int, str]:
    path = f"/v1/feature-switches/{switch['id']}/decision"
    answer = await service.post(path, CONFIRMED | body, operator)
    return answer.status_code, "" if answer.status_code == 200 else answer.json()["code"]


async def switched(service: Service, feature: str, **body: object) -> None:
    """A switch that one operator proposes and another confirms."""
    switch = await proposed(service, feature, await service.staff("operator"), **body)
    status, _ = await decided(service, switch, await service.staff("operator", "second-operator"))
    assert status == 200


async def quiz(service: Service, citizen: dict[str, str] | None) -> tuple[int, str]:
    answer = await service.client.get("/v1/me/quiz", headers=citizen)
    return answer.status_code, "" if answer.status_code == 200 else answer.json()["code"]


async def test_row_38_a_feature_that_is_off_here_is_not_there(service: Service) -> None:
    citizen = await service.citizen()
    assert await quiz(service, citizen) == (200, "")
    await switched(service, "quiz", city="绵阳")
    assert await quiz(service, citizen) == (200, "")
    await switched(service, "quiz", city="成都市")
    # To nobody: who is not signed in does not learn that there is such a route.
    assert await quiz(service, citizen) == await quiz(service, None) == (404, "not_found")
    # A city's own switch goes before the one for every city.
    await switched(service, "quiz", phase="on")
    assert await quiz(service, citizen) == (404, "not_found")
    await switched(service, "quiz", phase="on", city="成都")
    assert await quiz(service, citizen) == (200, "")


async def test_row_38_a_switch_takes_two_operators_and_reaches_every_process_within_two_seconds(
    settings: Settings,
) -> None:
    async with open_service(settings) as first, open_service(settings) as other:
        citizen, operator = await first.citizen(), await first.staff("operator")
        switch = await proposed(first, "quiz", operator)
        assert await quiz(first, citizen) == (200, "")
        alone = first.components.tokens.read(operator["Authorization"][7:])
        request = SwitchDecisionRequest(decision="confirmed", reason="my own")
        with pytest.raises(OwnSwitch):
            # In production; in the demo one person takes every step.
            await first.components.features.decide(alone, switch["id"], request, is_demo=False)
        assert await quiz(first, citizen) == (200, "")
        assert await decided(first, switch, await first.staff("operator", "second")) == (200, "")
        assert await quiz(first, citizen) == (404, "not_found")
        end = time.monotonic() + WITHIN_S
        seen = (200, "")
        while seen != (404, "not_found") and time.monotonic() < end:
            await asyncio.sleep(0.05)
            seen = await quiz(other, citizen)
        assert seen == (404, "not_found")


async def test_row_38_a_pilot_has_limits(service: Service) -> None:
    share = sum(is_in_pilot("quiz", uuid7(), 20) for _ in range(1000))
    assert 130 < share < 270
    citizens = [await service.citizen() for _ in range(12)]
    await switched(service, "quiz", phase="pilot", people_pct=50)
    inside = [each for each in citizens if (await quiz(service, each))[0] == 200]
    assert 0 < len(inside) < 12
    # The same people for as long as it lasts.
    assert [each for each in citizens if (await quiz(service, each))[0] == 200] == inside
    await switched(service, "teams", phase="pilot", uses_per_day_max=1)
    body = {"code": "nothing-of-ours"}
    first, second = [await service.post("/v1/team-joinings", body, citizens[0]) for _ in range(2)]
    assert first.json()["code"] != "feature_limit_reached"
    assert (second.status_code, second.json()["code"]) == (429, "feature_limit_reached")
    assert int(second.headers["retry-after"]) > 0


async def test_row_38_what_no_switch_can_be_is_refused(service: Service) -> None:
    operator = await service.staff("operator")
    for body, status, code in (
        ({"phase": "pilot"}, 422, "invalid_body"),
        ({"people_pct": 5}, 422, "invalid_body"),
        ({"phase": "pilot", "people_pct": 100}, 422, "invalid_body"),
        ({"city": "亚特兰蒂斯"}, 422, "unknown_city"),
    ):
        answer = await service.post("/v1/features/quiz/switches", OFF | body, operator)
        assert (answer.status_code, answer.json()["code"]) == (status, code), body
    pilot = {"phase": "pilot", "uses_per_day_max": 5}
    answer = await service.post("/v1/features/leaderboards/switches", OFF | pilot, operator)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body")
    answer = await service.post("/v1/features/teleport/switches", OFF, operator)
    assert (answer.status_code, answer.json()["code"]) == (404, "feature_not_found")
    switch = await proposed(service, "quiz", operator)
    answer = await service.post("/v1/features/quiz/switches", OFF, operator)
    assert (answer.status_code, answer.json()["code"]) == (409, "switch_waits")
    assert await decided(service, switch, operator, decision="withdrawn") == (200, "")
    assert await decided(service, switch, operator) == (409, "switch_decided")
    assert await decided(service, {"id": str(uuid7())}, operator) == (404, "switch_not_found")
    assert await quiz(service, await service.citizen()) == (200, "")


def test_row_38_every_feature_is_one_of_a_route_and_every_routes_feature_can_be_switched() -> None:
    assert {each.feature for each in ROUTES if each.feature is not None} == set(load_features())
