"""What time brings: points and vouchers that run out, offsets made, a month that ended; each is told once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg

from backend.domain.days import day_of
from backend.jobs.job import WorkerComponents
from backend.jobs.notifications.reminders import (
    last_month,
    notify_of_monthly_reports,
    notify_of_offsets,
    remind_of_expiring_points,
    remind_of_expiring_vouchers,
)
from backend.models import Citizen, Notice
from backend.models.keys import uuid7
from tests.service import Service


async def a_citizen() -> UUID:
    return UUID(str((await Citizen.create(id=uuid7())).id))


async def told(kind: str) -> dict[UUID, dict[str, object]]:
    rows = await Notice.filter(kind=kind)
    return {UUID(str(row.citizen_id)): row.facts for row in rows}


async def test_citizens_are_notified_once_of_points_that_run_out_within_thirty_days(
    components: WorkerComponents, owner: asyncpg.Connection
) -> None:
    today = day_of(datetime.now(UTC))
    soon, later = uuid4(), uuid4()
    first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    for citizen_id, day in ((soon, first), (later, first.replace(year=first.year + 1))):
        await owner.execute("INSERT INTO lots VALUES ($1, $2, 120)", citizen_id, day)
    # The first of next month lies within thirty days, or is the thirty-first.
    is_near = first - today <= timedelta(days=30)
    for count in (int(is_near), 0):
        assert await remind_of_expiring_points(components.database) == {"told": count}
    if is_near:
        assert await told("points_expiring") == {soon: {"points": 120, "expires_on": first.isoformat()}}


async def test_citizens_active_last_month_are_notified_of_their_report_once(
    components: WorkerComponents, owner: asyncpg.Connection
) -> None:
    month = last_month((datetime.now(UTC) + timedelta(hours=8)).date())
    active, idle, before = await a_citizen(), await a_citizen(), await a_citizen()
    for citizen_id, when in ((active, month), (before, last_month(month))):
        for is_verified in (True, False):
            await owner.execute(
                "INSERT INTO action_sums VALUES ($1, $2, 'bus', $3, 1, 10, 1)", citizen_id, when, is_verified
            )
    assert await notify_of_monthly_reports(components.database) == {"told": 1}
    assert await notify_of_monthly_reports(components.database) == {"told": 0}
    assert await told("monthly_report") == {active: {"month": f"{month:%Y-%m}"}}
    assert idle not in await told("monthly_report")


def test_the_month_before_january_is_december() -> None:
    assert last_month(date(2027, 1, 31)) == date(2026, 12, 1)
    assert last_month(date(2026, 11, 1)) == date(2026, 10, 1)


async def test_a_citizen_is_reminded_of_a_voucher_in_its_last_week_but_not_on_the_day_of_purchase(
    components: WorkerComponents, owner: asyncpg.Connection
) -> None:
    now = datetime.now(UTC)
    merchant, reward = uuid7(), uuid7()
    await owner.execute(
        "INSERT INTO merchants (id, code, name_zh, name_en) VALUES ($1, 'shop', '店', 'Shop')", merchant
    )
    await owner.execute(
        """INSERT INTO rewards (id, slug, merchant_id, kind, name_zh, name_en, about_zh, about_en, cost_points)
           VALUES ($1, 'coffee', $2, 'goods', '咖啡', 'Coffee', '一杯', 'A cup', 10)""",
        reward,
        merchant,
    )

    async def a_voucher(days_left: float, days_old: float, state: str = "issued") -> UUID:
        citizen_id = uuid4()
        code = "-".join([uuid4().hex[:5].upper() for _ in range(4)])
        await owner.execute(
            """INSERT INTO vouchers (citizen_id, redemption_id, code, reward_id, merchant_id, state, expires_at,
                   created_at, cancelled_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
            *(citizen_id, uuid7(), code, reward, merchant, state, now + timedelta(days=days_left)),
            *(now - timedelta(days=days_old), now if state == "cancelled" else None),
        )
        return citizen_id

    near = await a_voucher(6, 30)
    for days_left, days_old, state in (
        (8, 30, "issued"),
        (-1, 30, "issued"),
        (3, 0.5, "issued"),
        (3, 30, "cancelled"),
    ):
        await a_voucher(days_left, days_old, state)
    assert await remind_of_expiring_vouchers(components.database) == {"told": 1}
    assert await remind_of_expiring_vouchers(components.database) == {"told": 0}
    expires_on = day_of(now + timedelta(days=6)).isoformat()
    assert await told("voucher_expiring") == {
        near: {"reward": {"zh-CN": "咖啡", "en": "Coffee"}, "expires_on": expires_on}
    }


async def test_only_citizens_who_accepted_a_message_are_notified_of_their_offset(service: Service) -> None:
    await service.event()
    await service.pool(grams=50_000_000)
    certificates = {}
    for badge, accepts in zip(await service.badges(2), (True, False), strict=True):
        citizen = await service.citizen()
        if accepts:
            body = {"template": "offset_done", "result": "accept"}
            await service.consent(citizen, "subscribe")
            await service.post("/v1/me/subscriptions", body, citizen)
        joined = (await service.scan(badge["code"], citizen, offset={"share": 100})).json()
        me = (await service.client.get("/v1/me", headers=citizen)).json()
        certificates[UUID(me["id"])] = joined["certificate"]["number"]
    database = service.components.database
    assert await notify_of_offsets(database) == {"told": 1}
    assert await notify_of_offsets(database) == {"told": 0}
    ((citizen_id, facts),) = (await told("offset_done")).items()
    assert facts["number"] == certificates[citizen_id]
    assert facts["event"] == {"zh-CN": "测试活动", "en": "Test fair"}
    assert (await Notice.get(citizen_id=citizen_id)).delivery == "waiting"


async def test_a_contribution_is_called_one_in_the_list_and_in_the_notice(service: Service) -> None:
    await service.event(neutralises=["meals"])
    await service.pool(grams=50_000_000)
    citizen = await service.citizen()
    await service.consent(citizen, "subscribe")
    await service.post("/v1/me/subscriptions", {"template": "offset_done", "result": "accept"}, citizen)
    (badge,) = await service.badges(1)
    joined = (await service.scan(badge["code"], citizen, offset={})).json()
    meals_g = sum(line["emission_g"] for line in joined["footprint"]["lines"] if line["source"] == "meals")
    assert joined["offset"]["contribution_g"] == meals_g > 0
    (listed,) = (await service.client.get("/v1/me/certificates", headers=citizen)).json()["items"]
    assert (listed["claim"], listed["contribution_g"]) == ("contribution", meals_g)
    assert await notify_of_offsets(service.components.database) == {"told": 1}
    assert await notify_of_offsets(service.components.database) == {"told": 0}
    (notice,) = (await service.client.get("/v1/me/notices", headers=citizen)).json()["items"]
    assert notice["kind"] == "contribution_done"
    assert f"{meals_g:,} g are a contribution, not an offset" in notice["text"]["en"]
    assert "是贡献，不是抵消" in notice["text"]["zh-CN"]
