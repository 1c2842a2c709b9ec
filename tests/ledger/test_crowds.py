"""Commands that come many in one request: each has its own outcome, and nobody who comes alone stands behind them."""

from __future__ import annotations

import asyncio
from uuid import UUID

import asyncpg
import pytest

from backend.errors import Busy, Refusal, Stopping
from backend.ledger.commands.join_event import JoinEvent
from backend.settings import Settings
from backend.storage.sqlfiles import sql
from tests.ledger.stage import Fair, codes_of, count, join, open_fair, open_queue, submit
from tests.service import Service


async def joins(fair: Fair, number: int) -> list[JoinEvent]:
    return [join(citizen, fair.event_id, None, gate=1) for citizen in await fair.citizen_ids(number)]


async def test_each_command_has_its_outcome_in_its_place(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, None)
    commands = await joins(fair, 30)
    stranger = join(UUID(int=7), fair.event_id, None, gate=1)
    async with open_queue(settings, batch_size_max=8) as queue:
        outcomes = await queue.submit_all([*commands[:15], stranger, *commands[15:]])
        assert codes_of(outcomes) == ["201"] * 15 + ["401"] + ["201"] * 15
        again = await queue.submit_all(commands[:3])
        assert again == outcomes[:3]  # the same commands: their rows are there
        assert await queue.submit_all([]) == []
    assert await count(owner, "attendances") == 30


async def test_who_comes_alone_goes_first(service: Service, settings: Settings) -> None:
    fair = await open_fair(service, 0, None)
    crowd, (alone,) = await joins(fair, 64), await joins(fair, 1)
    async with open_queue(settings, batch_size_max=8, is_started=False) as queue:
        many = asyncio.ensure_future(queue.submit_all(crowd))
        await asyncio.sleep(0)
        one = asyncio.ensure_future(submit(queue, alone))
        await asyncio.sleep(0)
        assert queue.length == 65
        queue.start()
        assert codes_of([await one]) == ["201"]
        assert not many.done()
        assert codes_of(await many) == ["201"] * 64


async def test_a_crowd_is_done_while_others_keep_coming(service: Service, settings: Settings) -> None:
    fair = await open_fair(service, 0, None)
    crowd, others = await joins(fair, 4), await joins(fair, 80)
    async with open_queue(settings, batch_size_max=8, is_started=False) as queue:
        singles = [asyncio.ensure_future(submit(queue, command)) for command in others]
        many = asyncio.ensure_future(queue.submit_all(crowd))
        await asyncio.sleep(0)
        queue.start()
        assert codes_of(await many) == ["201"] * 4
        assert not all(task.done() for task in singles)
        assert codes_of([await task for task in singles]) == ["201"] * 80


async def test_a_crowd_that_does_not_fit_is_refused_whole(service: Service, settings: Settings) -> None:
    fair = await open_fair(service, 0, None)
    commands = await joins(fair, 11)
    async with open_queue(settings, length_max=10) as queue:
        with pytest.raises(Busy):
            await queue.submit_all(commands)
        assert queue.length == 0
        assert codes_of(await queue.submit_all(commands[:10])) == ["201"] * 10


async def test_a_crowd_that_waited_too_long_is_refused_unwritten(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, None)
    commands = await joins(fair, 5)
    async with open_queue(settings, wait_ms_max=200, is_started=False) as queue:
        many = asyncio.ensure_future(queue.submit_all(commands))
        await asyncio.sleep(0.25)  # it is the passing of time itself that is tested
        queue.start()
        assert codes_of(await many) == ["busy"] * 5
    assert await count(owner, "attendances") == 0


async def test_stopping_answers_every_command_of_a_crowd(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, None)
    commands = await joins(fair, 20)
    async with open_queue(settings, batch_size_max=5) as queue, owner.transaction():
        await owner.execute("LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE")
        many = asyncio.ensure_future(queue.submit_all(commands))
        for _ in range(10):
            await asyncio.sleep(0)
        await queue.stop(0.2)
        outcomes = await asyncio.wait_for(many, 5)
        assert all(isinstance(outcome, Refusal) and outcome.status == 503 for outcome in outcomes)
        with pytest.raises(Stopping):
            await queue.submit_all(commands)
    assert await count(owner, "attendances") == 0


async def test_staff_come_to_their_turn_while_batches_follow_one_another(
    service: Service, settings: Settings
) -> None:
    """Batches share the event's row and overlap at a peak, so that it is never free of all of them."""
    fair = await open_fair(service, 0, None)
    is_over = asyncio.Event()

    async def batches(length_s: float) -> None:
        connection = await asyncpg.connect(settings.database_url)
        while not is_over.is_set():
            async with connection.transaction():
                await connection.fetch(sql("lock_events"), [fair.event_id])
                await asyncio.sleep(length_s)
        await connection.close()

    servers = [asyncio.ensure_future(batches(0.05 + number * 0.013)) for number in range(8)]
    try:
        await asyncio.sleep(0.1)
        for number in range(3):
            body = {"points_per_kg": 5 + number, "points_budget": 100, "reason": "peak"}
            answer = await asyncio.wait_for(
                service.post("/v1/events/fair/budget", body, await service.staff("organiser")), 5
            )
            assert answer.status_code == 200, answer.text
    finally:
        is_over.set()
        await asyncio.gather(*servers)
