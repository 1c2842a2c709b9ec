"""Anomalies go to a person with their reason; nothing is refused, and scans at an event are not looked at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from backend.models.keys import uuid7
from backend.services.actions.device_velocity import Devices
from backend.services.anomalies import Anomalies
from tests.routes.evidencing import new_scene
from tests.routes.partnering import new_partner, ride
from tests.service import Service


def strict(service: Service, *, same_quantity_max: int = 3, fresh_accounts_max: int = 3) -> None:
    """Limits that a test reaches."""
    actions = service.components.actions
    actions._anomalies = Anomalies(
        actions._anomalies._patterns,
        same_quantity_max=same_quantity_max,
        fresh_accounts_max=fresh_accounts_max,
        partner_fresh_accounts_max=20_000,
    )


async def states(
    service: Service, citizen: dict[str, str], quantities: list[object]
) -> list[tuple[Any, Any]]:
    answers = [(await service.act(citizen, "bike_own", each)).json() for each in quantities]
    return [(answer["state"], answer["reason"]) for answer in answers]


async def test_the_same_quantity_on_many_days_is_looked_at(service: Service) -> None:
    strict(service)
    anomalies, citizen, month = (
        service.components.actions._anomalies,
        uuid7(),
        datetime(2026, 11, 1, 4, tzinfo=UTC),
    )

    async def look(day: int, km: str = "12") -> str | None:
        found = await anomalies.look(citizen, "bus", Decimal(km), None, month + timedelta(days=day))
        return None if found is None else found.why

    assert [await look(day) for day in (0, 1, 1, 2, 3)] == [None, None, None, None, "same_quantity"]
    assert await look(3, "13") is None
    assert await look(30) is None, "a month begins anew"


async def test_one_exact_quantity_of_many_people_is_looked_at_and_a_round_one_is_not(
    service: Service,
) -> None:
    strict(service)
    people = await service.citizens(5)
    exact = [(await states(service, each, ["12.37"]))[0] for each in people]
    assert [reason for _, reason in exact] == [None, None, None, "same_quantity", "same_quantity"]
    assert [(await states(service, each, [12]))[0][1] for each in people] == [None] * 5


async def test_a_ring_of_fresh_accounts_at_one_scene_is_looked_at(service: Service) -> None:
    strict(service)
    sign = (await new_scene(service))["sign"]["code"]
    other = (await new_scene(service))["sign"]["code"]
    people = await service.citizens(5)
    found = [(await service.act(each, "clean_plate", scene_code=sign)).json() for each in people]
    assert [answer["reason"] for answer in found] == [None, None, None, "fresh_accounts", "fresh_accounts"]
    elsewhere = (await service.act(people[0], "own_cup", scene_code=other)).json()
    assert elsewhere.get("reason") is None


async def test_old_accounts_are_no_ring(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    strict(service, fresh_accounts_max=0)
    sign = (await new_scene(service))["sign"]["code"]
    citizen = await service.citizen()
    fresh = (await service.act(citizen, "clean_plate", scene_code=sign)).json()
    assert fresh["reason"] == "fresh_accounts"
    monkeypatch.setattr("backend.services.anomalies.is_fresh", lambda citizen, now: False)
    assert (await service.act(citizen, "own_bag", scene_code=sign)).json().get("reason") is None


async def test_requests_without_a_device_count_as_one_device_that_all_share(service: Service) -> None:
    actions = service.components.actions
    actions._devices = Devices(actions._devices._velocity, citizens_max=5, unnamed_citizens_max=3)
    people = await service.citizens(5)
    found = [(await service.act(each, "own_chopsticks")).json() for each in people]
    assert [answer["reason"] for answer in found] == [None, None, None, "no_device", "no_device"]
    named = (await service.act(people[4] | {"X-Device": uuid4().hex}, "walk_steps", 4000)).json()
    assert named["reason"] is None


async def test_a_crowd_that_joins_an_event_is_what_events_are_for(service: Service) -> None:
    strict(service, fresh_accounts_max=0)
    await service.event()
    badges, people = await service.badges(5), await service.citizens(5)
    for badge, citizen in zip(badges, people, strict=True):
        assert (await service.scan(badge["code"], citizen)).status_code == 201


async def test_a_partners_report_of_a_ring_waits_for_a_person(service: Service) -> None:
    partner = await new_partner(service)
    service.components.intake._anomalies = Anomalies(
        service.components.actions._anomalies._patterns,
        same_quantity_max=20,
        fresh_accounts_max=0,
        partner_fresh_accounts_max=1,
    )
    for name, status in (("first", "posted"), ("second", "pending")):
        await partner.bind(await service.citizen(), name)
        (told,) = await partner.told(ride(name))
        assert told["status"] == status
