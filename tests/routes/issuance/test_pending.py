"""Points that wait for a first proven act, as the citizen sees them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from backend.domain.days import day_of
from backend.jobs.issuance.pending_lapse import lapse_pending
from tests.ledger.stage import assert_every_promise_holds
from tests.routes.evidencing import new_scene
from tests.service import Service


async def test_a_newcomer_sees_what_waits_and_what_releases_it(service: Service) -> None:
    await service.event()
    [badge] = await service.badges(1)
    citizen = await service.newcomer()
    joined = (await service.scan(badge["code"], citizen)).json()
    assert joined["points"] == {"earned": 0, "pending": 10, "balance": 0}
    repeated = (await service.scan(badge["code"], citizen)).json()
    assert repeated["points"] == {"earned": 0, "pending": 0, "balance": 0}
    account = (await service.client.get("/v1/me/points", headers=citizen)).json()
    assert (account["balance"], account["pending"]["points"]) == (0, 10)
    summary = (await service.client.get("/v1/me/summary", headers=citizen)).json()
    assert [month["earned"] for month in summary["points_by_month"] if month["earned"]] == []
    (item,) = account["pending"]["items"]
    assert item["reason"] == "event_join"
    today = day_of(datetime.now(UTC))
    assert item["lapses_on"] == (today + timedelta(days=90)).isoformat()
    sign = (await new_scene(service))["sign"]["code"]
    proof = (await service.act(citizen, "clean_plate", scene_code=sign)).json()
    assert (proof["tier"], proof["pending_points"]) == ("E3", 0)
    after = (await service.client.get("/v1/me/points", headers=citizen)).json()
    assert after["pending"] == {"points": 0, "items": []}
    assert after["balance"] == proof["balance"] == 10 + proof["points"]
    summary = (await service.client.get("/v1/me/summary", headers=citizen)).json()
    assert sum(month["earned"] for month in summary["points_by_month"]) == after["balance"]
    await assert_every_promise_holds(service)


async def test_what_waited_too_long_lapses_once_and_returns_to_its_budget(service: Service) -> None:
    await service.event()
    [badge] = await service.badges(1)
    citizen = await service.newcomer()
    await service.scan(badge["code"], citizen)
    components = service.components
    day = day_of(datetime.now(UTC)) + timedelta(days=90)
    early = await lapse_pending(components.database, components.queue, day - timedelta(days=1))
    assert (early.citizens, early.points) == (0, 0)
    first = await lapse_pending(components.database, components.queue, day)
    assert (first.citizens, first.points, first.left) == (1, 10, 0)
    assert (await lapse_pending(components.database, components.queue, day)).citizens == 0
    account = (await service.client.get("/v1/me/points", headers=citizen)).json()
    assert account["pending"]["points"] == 0
    await assert_every_promise_holds(service)
