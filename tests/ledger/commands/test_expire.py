"""Points run out by lot, once, however often the run is broken off; nobody spends what ran out."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from backend.domain.account.lots import lot_of
from backend.jobs import points_expiry
from backend.jobs.points_expiry import expire_points, find_expiring
from backend.models.keys import uuid7
from backend.settings import Settings
from tests.ledger.commands.claiming import Return, body_of, expire, lots_of, may_spend, spend, take_rides
from tests.ledger.stage import assert_every_promise_holds, count, open_fair, open_queue
from tests.service import Service

SEPTEMBER, OCTOBER, NOVEMBER = (date(2026, month, 3) for month in (9, 10, 11))
EXPIRED = "SELECT balance FROM accounts WHERE kind = 'expiry'"


async def earn(service: Service, citizen: UUID) -> int:
    """One ride in each of three months; the points of one."""
    points = 0
    for day in (SEPTEMBER, OCTOBER, NOVEMBER):
        (ridden,) = await take_rides(service.components.queue, citizen, 1, day)
        points = ridden["points"]
    return points


async def test_a_lot_runs_out_on_its_day_and_not_before(service: Service, owner: asyncpg.Connection) -> None:
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    each = await earn(service, citizen)
    database, queue = service.components.database, service.components.queue
    early = await expire_points(database, queue, lot_of(SEPTEMBER) - timedelta(days=1))
    assert (early.citizens, early.lots, early.points) == (0, 0, 0)
    run = await expire_points(database, queue, lot_of(SEPTEMBER))
    assert (run.citizens, run.lots, run.points, run.left) == (1, 1, each, 0)
    assert await lots_of(owner, citizen) == {lot_of(OCTOBER): each, lot_of(NOVEMBER): each}
    assert await owner.fetchval(EXPIRED) == each
    row = await owner.fetchrow("SELECT * FROM transfers WHERE reason = 'expiry'")
    assert (row["debit_account"], row["points"], row["balance_after"]) == (citizen, each, 2 * each)
    # A worker that slept for months books off everything that is due with one command.
    late = await expire_points(database, queue, lot_of(NOVEMBER) + timedelta(days=40))
    assert (late.citizens, late.lots, late.points) == (1, 2, 2 * each)
    again = await expire_points(database, queue, lot_of(NOVEMBER) + timedelta(days=40))
    assert (again.citizens, again.points) == (0, 0)
    await assert_every_promise_holds(service)


async def test_a_run_that_is_broken_off_and_repeated_books_every_lot_once(
    service: Service, settings: Settings, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(points_expiry, "CITIZENS_PER_CHUNK", 5)
    monkeypatch.setattr(points_expiry, "COMMANDS_AT_ONCE_MAX", 2)
    citizens = await (await open_fair(service, 0, None)).citizen_ids(30)
    for citizen in citizens:
        (ridden,) = await take_rides(service.components.queue, citizen, 1, SEPTEMBER)
    today, done = lot_of(SEPTEMBER), 0
    for _ in range(2):
        run = asyncio.create_task(expire_points(service.components.database, service.components.queue, today))
        async with asyncio.timeout(20):
            while await count(owner, "transfers", "reason = 'expiry'") <= done:
                pass
        run.cancel()
        await asyncio.wait({run})
        done = await count(owner, "transfers", "reason = 'expiry'")
        assert 0 < done < 30
        await assert_every_promise_holds(service)
    await expire_points(service.components.database, service.components.queue, today)
    assert await count(owner, "transfers", "reason = 'expiry'") == 30
    assert await owner.fetchval(EXPIRED) == 30 * ridden["points"]
    await assert_every_promise_holds(service)


async def test_two_runs_at_once_book_every_lot_once(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    citizens = await (await open_fair(service, 0, None)).citizen_ids(12)
    for citizen in citizens:
        each = await earn(service, citizen)
    async with open_queue(settings, batch_size_max=5) as one, open_queue(settings, batch_size_max=3) as two:
        runs = await asyncio.gather(
            *(expire_points(service.components.database, queue, lot_of(OCTOBER)) for queue in (one, two, one))
        )
    assert sum(run.lots for run in runs) == 24
    assert sum(run.points for run in runs) == 24 * each == await owner.fetchval(EXPIRED)
    await assert_every_promise_holds(service)


async def test_spending_takes_the_oldest_lot_first_and_never_one_that_ran_out(
    service: Service, owner: asyncpg.Connection
) -> None:
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    each = await earn(service, citizen)
    queue = service.components.queue
    may_spend(service.components.ledger)
    # The run has not come by yet: the lot is still there, and does not count.
    today = lot_of(SEPTEMBER)
    refused = await queue.submit(spend(citizen, 2 * each + 1, today))
    assert (refused.status, body_of(refused)["code"]) == (409, "points_insufficient")
    assert body_of(refused)["facts"] == {"points": 2 * each + 1, "balance": 2 * each}
    assert (await queue.submit(spend(citizen, each + 1, today))).status == 200
    assert await lots_of(owner, citizen) == {lot_of(SEPTEMBER): each, lot_of(NOVEMBER): each - 1}


async def test_points_that_come_back_after_their_day_run_out_with_the_next_run(
    service: Service, owner: asyncpg.Connection
) -> None:
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    each = await earn(service, citizen)
    queue, today = service.components.queue, lot_of(SEPTEMBER)
    may_spend(service.components.ledger)
    assert (await queue.submit(spend(citizen, 5, SEPTEMBER))).status == 200
    assert body_of(await queue.submit(expire(citizen, today)))["points"] == each - 5
    await queue.submit(
        Return(id=uuid7(), citizen_id=citizen, lots=((lot_of(SEPTEMBER), 5),), at=datetime.now(UTC))
    )
    assert body_of(await queue.submit(expire(citizen, today)))["points"] == 0, "once a day"
    tomorrow = today + timedelta(days=1)
    assert body_of(await queue.submit(expire(citizen, tomorrow)))["points"] == 5
    assert await lots_of(owner, citizen) == {lot_of(OCTOBER): each, lot_of(NOVEMBER): each}


async def test_notices_are_for_lots_that_run_out_within_thirty_days(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(points_expiry, "CITIZENS_PER_CHUNK", 2)
    citizens = await (await open_fair(service, 0, None)).citizen_ids(5)
    for citizen in citizens:
        each = await earn(service, citizen)
    database = service.components.database

    async def found(today: date) -> list[tuple[UUID, date, int]]:
        return [
            (lot.citizen_id, lot.expires_on, lot.points)
            async for chunk in find_expiring(database, today)
            for lot in chunk
        ]

    day = lot_of(OCTOBER)
    due = sorted((citizen, day, each) for citizen in citizens)
    assert await found(day - timedelta(days=31)) == []
    assert await found(day - timedelta(days=30)) == due
    assert await found(day - timedelta(days=1)) == due
    assert due[0] not in await found(day)
