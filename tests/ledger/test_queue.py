"""The queue: bounded, drained, grouped; one bad command fails alone; nothing accepted is left without an answer."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import asyncpg
import msgspec
import pytest
from prometheus_client import REGISTRY

from backend.errors import Busy, Refusal
from backend.ledger.command import IdempotencyKey, Outcome
from backend.ledger.commands.join_event import JoinEvent
from backend.settings import Settings
from tests.ledger.stage import (
    assert_every_promise_holds,
    codes_of,
    count,
    join,
    open_fair,
    open_queue,
    refresh_counts,
    submit,
)
from tests.service import Service, open_service


def _sample(name: str) -> float:
    return REGISTRY.get_sample_value(name) or 0.0


async def test_full_queue_answers_busy_with_a_retry_after_that_is_spread(
    service: Service, settings: Settings
) -> None:
    fair = await open_fair(service, 0, None)
    citizens = await fair.citizen_ids(60)
    refused = _sample("tianfu_refused_busy_total")
    async with open_queue(settings, length_max=10, is_started=False) as queue:
        asked = [
            asyncio.ensure_future(submit(queue, join(citizen, fair.event_id, None, gate=1)))
            for citizen in citizens
        ]
        turned_away = [await task for task in asked[10:]]
        assert queue.length == 10
        assert not any(task.done() for task in asked[:10])
        queue.start()
        assert set(codes_of([await task for task in asked[:10]])) == {"201"}
    assert codes_of(turned_away) == ["busy"] * 50
    waits = [refusal.retry_after_s for refusal in turned_away if isinstance(refusal, Refusal)]
    assert len(set(waits)) > 40, "everybody would come back at one moment"
    assert all(wait is not None and 1 <= wait <= 4 for wait in waits)
    assert _sample("tianfu_refused_busy_total") == refused + 50


async def test_busy_reaches_the_phone_as_503_with_retry_after(settings: Settings) -> None:
    async with open_service(replace(settings, queue_length_max=1)) as service:
        citizens = await service.citizens(20)
        answers = await asyncio.gather(*(service.act(citizen, "bike_own", 5, "key") for citizen in citizens))
        statuses = Counter(answer.status_code for answer in answers)
        assert set(statuses) == {201, 503}
        for answer in answers:
            if answer.status_code == 503:
                assert answer.json()["code"] == "busy"
                assert 1 <= int(answer.headers["retry-after"]) <= 4
        # A phone that comes again as it was told is served; nothing that was refused had been written.
        for citizen, answer in zip(citizens, answers, strict=True):
            repeat = await service.act(citizen, "bike_own", 5, "key")
            assert repeat.status_code == 201
            assert ("idempotency-replayed" in repeat.headers) == (answer.status_code == 201)
        await assert_every_promise_holds(service)


async def test_command_that_waited_too_long_is_refused_unwritten(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, None)
    late, fresh = await fair.citizen_ids(2)
    async with open_queue(settings, wait_ms_max=200, is_started=False) as queue:
        waiting = asyncio.ensure_future(submit(queue, join(late, fair.event_id, None, gate=1)))
        await asyncio.sleep(0.25)  # it is the passing of time itself that is tested
        in_time = asyncio.ensure_future(submit(queue, join(fresh, fair.event_id, None, gate=1)))
        await asyncio.sleep(0)
        queue.start()
        assert codes_of([await waiting, await in_time]) == ["busy", "201"]
    assert [row["citizen_id"] for row in await owner.fetch("SELECT citizen_id FROM attendances")] == [fresh]


async def test_stopping_finishes_everything_accepted_and_takes_nothing_more(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, None)
    citizens = await fair.citizen_ids(120)
    async with open_queue(settings, batch_size_max=10) as queue:
        asked = [
            asyncio.ensure_future(submit(queue, join(citizen, fair.event_id, None, gate=1)))
            for citizen in citizens[:100]
        ]
        await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)  # under way, most of it still waiting
        assert queue.length > 0
        stopping = asyncio.ensure_future(queue.stop(30))
        await asyncio.sleep(0)
        late = await asyncio.gather(
            *(submit(queue, join(citizen, fair.event_id, None, gate=1)) for citizen in citizens[100:])
        )
        await stopping
        assert all(task.done() for task in asked)
    assert codes_of(task.result() for task in asked) == ["201"] * 100
    assert codes_of(late) == ["stopping"] * 20
    assert await count(owner, "attendances") == 100


async def test_stopping_that_runs_out_of_time_still_answers_everybody(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    """The database hangs, the drain's time is over: whoever was accepted is told to ask again, nobody hangs."""
    fair = await open_fair(service, 0, None)
    citizens = await fair.citizen_ids(20)
    async with open_queue(settings, batch_size_max=5) as queue, owner.transaction():
        await owner.execute("LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE")
        asked = [
            asyncio.ensure_future(submit(queue, join(citizen, fair.event_id, None, gate=1)))
            for citizen in citizens
        ]
        for _ in range(10):  # turns of the loop: all are accepted, the first batch is taken
            await asyncio.sleep(0)
        assert queue.length == 15
        await queue.stop(0.2)
        done, pending = await asyncio.wait(asked, timeout=5)
        for task in pending:
            task.cancel()
        assert pending == set(), f"{len(pending)} requests were accepted and never answered"
        answers = [task.result() for task in done]
        assert all(isinstance(answer, Refusal) and answer.status == 503 for answer in answers)
    assert await count(owner, "attendances") == 0


def _gate_outside_smallint(command: JoinEvent) -> JoinEvent:
    return msgspec.structs.replace(command, gate=40_000)


def _key_that_is_too_long(command: JoinEvent) -> JoinEvent:
    return msgspec.structs.replace(command, idempotency=IdempotencyKey("k" * 65, b"." * 32))


def _key_with_a_zero_byte(command: JoinEvent) -> JoinEvent:
    return msgspec.structs.replace(command, idempotency=IdempotencyKey("a\0b", b"." * 32))


def _serial_that_is_no_number(command: JoinEvent) -> JoinEvent:
    return msgspec.structs.replace(command, badge_serial=2**31)


@pytest.mark.parametrize("place", [0, 7, 19])
@pytest.mark.parametrize(
    "poison",
    [_gate_outside_smallint, _key_that_is_too_long, _key_with_a_zero_byte, _serial_that_is_no_number],
)
async def test_a_poisonous_command_fails_alone_and_its_nineteen_neighbours_are_written(
    service: Service,
    settings: Settings,
    owner: asyncpg.Connection,
    poison: Callable[[JoinEvent], JoinEvent],
    place: int,
) -> None:
    fair = await open_fair(service, 20)
    citizens = await fair.citizen_ids(20)
    commands = [
        join(citizen, fair.event_id, serial, grams=1000, key=f"key {serial}")
        for serial, citizen in enumerate(citizens, 1)
    ]
    commands[place] = poison(commands[place])
    poisonous = _sample("tianfu_poisonous_commands_total")
    async with open_queue(settings, is_started=False) as queue:
        asked = [asyncio.ensure_future(submit(queue, command)) for command in commands]
        await asyncio.sleep(0)
        queue.start()
        answers = await asyncio.gather(*asked)
        assert codes_of(answers) == ["201"] * place + ["internal_error"] + ["201"] * (19 - place)
        # The writer goes on, and the one who was refused may come again with a request that is in order.
        again = await submit(queue, join(citizens[place], fair.event_id, 20, grams=1000))
        assert codes_of([again]) == ["201" if place == 19 else "409"]
    assert _sample("tianfu_poisonous_commands_total") == poisonous + 1
    assert await count(owner, "attendances") == (20 if place == 19 else 19)
    await refresh_counts(service, [fair.event_id])
    await assert_every_promise_holds(service)


async def test_one_citizen_cannot_fill_the_queue(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, None)
    greedy, modest = await fair.citizen_ids(2)
    async with open_queue(settings, is_started=False) as queue:
        asked = [
            asyncio.ensure_future(submit(queue, join(who, fair.event_id, None, gate=1)))
            for who in (*[greedy] * 300, modest)
        ]
        await asyncio.sleep(0)
        queue.start()
        codes = codes_of(await asyncio.gather(*asked))
        assert Counter(codes) == {"201": 2, "200": 255, "too_many_at_once": 44}
        assert codes[-1] == "201"
        # The places are free again when the answers are there.
        assert codes_of([await submit(queue, join(greedy, fair.event_id, None, gate=1))]) == ["200"]
    assert await count(owner, "attendances") == 2


async def test_row_that_somebody_holds_makes_its_batch_busy_and_the_next_ones_go_on(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, None)
    held, free = await fair.citizen_ids(2)
    async with open_queue(settings, batch_size_max=1) as queue:
        async with owner.transaction():
            await owner.execute("SELECT FROM accounts WHERE id = $1 FOR UPDATE", held)
            answers = await asyncio.gather(
                *(submit(queue, join(who, fair.event_id, None, gate=1)) for who in (held, free))
            )
            assert codes_of(answers) == ["busy", "201"]
        assert codes_of([await submit(queue, join(held, fair.event_id, None, gate=1))]) == ["201"]
    assert await count(owner, "attendances") == 2


async def test_a_hundred_scans_at_once_take_few_transactions(
    service: Service, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 100)
    citizens = await service.citizens(100)
    batches, commands = _sample("tianfu_batch_size_count"), _sample("tianfu_batch_size_sum")
    commits = _sample("tianfu_commit_seconds_count")
    answers = await asyncio.gather(
        *(
            service.scan(badge["code"], citizen, offset={"grams": 100})
            for badge, citizen in zip(fair.badges, citizens, strict=True)
        )
    )
    assert {answer.status_code for answer in answers} == {201}
    assert _sample("tianfu_batch_size_sum") - commands == 100
    assert _sample("tianfu_batch_size_count") - batches <= 20
    assert _sample("tianfu_commit_seconds_count") - commits <= 20
    # The database says it too: rows of one transaction carry one xmin.
    assert await owner.fetchval("SELECT count(DISTINCT xmin::text) FROM attendances") <= 20
    await assert_every_promise_holds(service)


async def test_a_lone_command_does_not_wait_for_company(service: Service, settings: Settings) -> None:
    fair = await open_fair(service, 0, None)
    batches = _sample("tianfu_batch_size_count")
    async with open_queue(settings) as queue:
        for citizen in await fair.citizen_ids(5):
            assert codes_of([await submit(queue, join(citizen, fair.event_id, None, gate=1))]) == ["201"]
    assert _sample("tianfu_batch_size_count") - batches == 5


async def test_a_caller_who_went_away_neither_stops_the_writer_nor_undoes_the_write(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, None)
    gone, stays = await fair.citizen_ids(2)
    async with open_queue(settings, is_started=False) as queue:
        left = asyncio.ensure_future(queue.submit(join(gone, fair.event_id, None, gate=1)))
        stayed = asyncio.ensure_future(queue.submit(join(stays, fair.event_id, None, gate=1)))
        await asyncio.sleep(0)
        left.cancel()
        queue.start()
        assert (await stayed).status == 201
        repeat = await queue.submit(join(gone, fair.event_id, None, gate=1))
        assert repeat.status in (200, 201)
    assert await count(owner, "attendances") == 2


async def test_unknown_citizen_or_event_is_refused_without_a_trace(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 1)
    (citizen,) = await fair.citizen_ids(1)
    nobody = UUID(int=1)
    async with open_queue(settings) as queue:
        answers = await asyncio.gather(
            submit(queue, join(nobody, fair.event_id, 1, key="a")),
            submit(queue, join(citizen, nobody, 1, key="b")),
        )
    assert codes_of(answers) == ["401", "409"]
    assert all(isinstance(answer, Outcome) for answer in answers)
    # Who is not signed in has no keys; a refusal by the rules is kept like any answer.
    assert [row["key"] for row in await owner.fetch("SELECT key FROM idempotency_keys")] == ["b"]
    assert await count(owner, "attendances") == 0
    assert not isinstance(answers[0], Busy)
