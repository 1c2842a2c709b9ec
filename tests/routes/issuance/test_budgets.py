"""Operators open and change issuance budgets; regulators look; nobody else does."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from backend.jobs.issuance.budget_watch import watch_budgets
from tests.ledger.stage import assert_every_promise_holds
from tests.service import Service

Json = dict[str, Any]
EVENT_BUDGET = {
    "sponsor": "event",
    "event": "fair",
    "name": {"zh-CN": "活动积分", "en": "Points of the fair"},
    "total_points": 1000,
    "yuan_per_point": 0.02,
    "reason": "the fair begins",
}


async def opened(service: Service, **changes: object) -> Json:
    answer = await service.post(
        "/v1/issuance-budgets", EVENT_BUDGET | changes, await service.staff("operator")
    )
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


async def change(service: Service, budget: Json, kind: str, total: int | None = None) -> Any:
    body = {"kind": kind, "reason": "test"} | ({} if total is None else {"total_points": total})
    return await service.post(
        f"/v1/issuance-budgets/{budget['id']}/changes", body, await service.staff("operator")
    )


async def show(service: Service, budget: Json) -> Json:
    answer = await service.client.get(
        f"/v1/issuance-budgets/{budget['id']}", headers=await service.staff("regulator")
    )
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def test_a_budget_from_its_opening_to_its_end(service: Service) -> None:
    await service.event()
    budget = await opened(service)
    assert (budget["left_points"], budget["alarm"], budget["event"]) == (1000, None, "fair")
    [badge] = await service.badges(1)
    joined = await service.scan(badge["code"], await service.citizen())
    assert joined.json()["points"]["earned"] == 10
    raised = await change(service, budget, "raise", 2000)
    assert (raised.status_code, raised.json()["left_points"]) == (200, 1990)
    lowered = await change(service, budget, "lower", 12)
    assert (lowered.json()["left_points"], lowered.json()["alarm"]) == (2, "low")
    below = await change(service, budget, "lower", 9)
    assert (below.status_code, below.json()["code"]) == (409, "issuance_budget_below_issued")
    closed = await change(service, budget, "close")
    assert (closed.json()["total_points"], closed.json()["issued_points"]) == (10, 10)
    assert (await change(service, budget, "raise", 99)).json()["code"] == "issuance_budget_closed"
    told = (await show(service, budget))["changes"]
    assert [(each["kind"], each["points_before"], each["points_after"]) for each in told] == [
        ("open", 0, 1000),
        ("raise", 1000, 2000),
        ("lower", 2000, 12),
        ("close", 12, 10),
    ]
    assert {each["actor"] for each in told} == {"operator"}
    await assert_every_promise_holds(service)
    # The sponsor may open another one.
    await opened(service)


async def test_a_raise_that_is_sent_twice_raises_once(service: Service) -> None:
    await service.event()
    budget = await opened(service)
    first = await change(service, budget, "raise", 1500)
    again = await change(service, budget, "raise", 1500)
    assert (first.status_code, again.status_code) == (200, 409)
    assert again.json()["code"] == "issuance_budget_unchanged"
    assert (await show(service, budget))["total_points"] == 1500


async def test_a_budget_is_raised_over_http_while_two_hundred_spend_it(service: Service) -> None:
    await service.event()
    budget = await opened(service, total_points=500)
    badges, citizens = await service.badges(200), await service.citizens(200)

    async def raise_it() -> None:
        for total in (700, 900, 1200):
            answer = await change(service, budget, "raise", total)
            assert answer.status_code == 200, answer.text

    *scans, _ = await asyncio.gather(
        *(service.scan(badge["code"], citizen) for badge, citizen in zip(badges, citizens, strict=True)),
        raise_it(),
    )
    assert [scan.status_code for scan in scans] == [201] * 200
    earned = sum(scan.json()["points"]["earned"] for scan in scans)
    found = await show(service, budget)
    assert found["total_points"] == 1200
    assert 500 <= earned == found["issued_points"] <= 1200
    await assert_every_promise_holds(service)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"event": None}, 422, "invalid_body"),
        ({"event": "nowhere"}, 404, "event_not_found"),
        ({"sponsor": "city"}, 422, "invalid_body"),
        ({"sponsor": "partner", "event": None, "partner": "nobody"}, 404, "partner_not_found"),
        ({"total_points": 0}, 422, "invalid_body"),
        ({"yuan_per_point": -1}, 422, "invalid_body"),
        ({"sponsor": "city", "event": None}, 409, "issuance_budget_open"),
    ],
)
async def test_a_budget_that_makes_no_sense_is_refused(
    service: Service, change: Json, status: int, code: str
) -> None:
    await service.event()
    answer = await service.post(
        "/v1/issuance-budgets", EVENT_BUDGET | change, await service.staff("operator")
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


@pytest.mark.parametrize("role", ["regulator", "organiser", "staff"])
async def test_only_operators_open_budgets(service: Service, role: str) -> None:
    await service.event()
    answer = await service.post("/v1/issuance-budgets", EVENT_BUDGET, await service.staff(role))
    assert answer.status_code == 403


async def test_the_watch_notes_days_and_rates_follow(service: Service, owner: asyncpg.Connection) -> None:
    await service.event()
    budget = await opened(service, total_points=100)
    [badge] = await service.badges(1)
    await service.scan(badge["code"], await service.citizen())
    now = datetime.now(UTC)
    for _ in range(2):
        found = await watch_budgets(service.components.database, now)
    assert (found.open, found.low, found.empty) == (2, 0, 0)
    assert (await change(service, budget, "lower", 10)).status_code == 200
    assert (await watch_budgets(service.components.database, now + timedelta(days=1))).empty == 1
    told = await show(service, budget)
    assert [day["issued_points"] for day in told["days"]] == [10, 10]
    assert told["points_per_day_7"] == 10


async def test_what_is_owed_by_month_and_by_cost(service: Service) -> None:
    await service.event()
    await opened(service)
    badges = await service.badges(2)
    await service.scan(badges[0]["code"], await service.citizen())
    await service.scan(badges[1]["code"], await service.newcomer())
    regulator = await service.staff("regulator")
    told = (await service.client.get("/v1/reports/points-liability", headers=regulator)).json()
    assert (told["outstanding_points"], told["pending_points"]) == (10, 10)
    assert [(month["points"], month["yuan_least"]) for month in told["months"]] == [(10, 0.2)]
    assert (told["yuan_per_point_least"], told["yuan_per_point_mean"]) == (0.02, 0.02)
    table = await service.client.get(
        "/v1/reports/points-liability.csv", headers=regulator | {"Accept-Language": "en"}
    )
    lines = table.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "runs out on,points,yuan at least,yuan on average"
    assert lines[-2:] == ["total,10,0.2,0.2", "waiting for a proven act,10,,"]
