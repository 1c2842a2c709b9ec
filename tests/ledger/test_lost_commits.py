"""The connection breaks while COMMIT is under way: nobody is told a wrong thing, nothing is written twice."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from uuid import UUID

import asyncpg
import msgspec
import pytest

from backend.errors import Refusal
from backend.ledger import queue as ledger_queue
from backend.ledger.command import Outcome
from backend.settings import Settings
from tests.ledger.proxy import Cut, open_wire
from tests.ledger.stage import (
    act,
    assert_every_promise_holds,
    codes_of,
    count,
    join,
    open_fair,
    open_queue,
    refresh_counts,
    submit,
)
from tests.service import Service

CUTS: tuple[Cut, ...] = ("before COMMIT arrives", "after COMMIT is done")


@pytest.mark.parametrize("cut", CUTS)
async def test_batch_whose_commit_was_lost_is_answered_as_if_nothing_had_happened(
    service: Service, settings: Settings, owner: asyncpg.Connection, cut: Cut
) -> None:
    fair = await open_fair(service, 20)
    citizens = await fair.citizen_ids(20)
    recounted: list[UUID] = []
    async with (
        open_wire(settings) as wire,
        open_queue(settings, connect=wire.connect, recount=recounted.append) as queue,
    ):
        wire.cut = cut
        answers = await asyncio.gather(
            *(
                submit(queue, join(citizen, fair.event_id, serial, grams=1000))
                for serial, citizen in enumerate(citizens, 1)
            ),
            *(submit(queue, act(citizen, "bus", Decimal(5))) for citizen in citizens),
        )
        assert wire.cuts == 1
    # Also where it had been written: the first answer, not the "already joined" of a second scan.
    assert codes_of(answers) == ["201"] * 40
    joined = [_body(answer) for answer in answers[:20]]
    assert {body["outcome"] for body in joined} == {"joined"}
    assert {(body["points"]["earned"], body["offset"]["grams"]) for body in joined} == {(10, 1000)}
    for table in ("attendances", "offsets", "allocations", "actions"):
        assert await count(owner, table) == 20, table
    assert await count(owner, "transfers") == 40
    # What the lost COMMIT would have told Redis is told from the database.
    assert set(recounted) == {fair.event_id}
    await refresh_counts(service, [fair.event_id])
    await assert_every_promise_holds(service)


@pytest.mark.parametrize(("cut", "is_written"), [(CUTS[0], False), (CUTS[1], True)])
async def test_outcome_that_cannot_be_found_out_is_never_called_unwritten(
    service: Service,
    settings: Settings,
    owner: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
    cut: Cut,
    is_written: bool,
) -> None:
    monkeypatch.setattr(ledger_queue, "COMMIT_QUESTION_S_MAX", 0.3)
    fair = await open_fair(service, 1)
    (citizen,) = await fair.citizen_ids(1)
    async with open_wire(settings) as wire, open_queue(settings, connect=wire.connect) as queue:
        wire.cut, wire.stays_cut = cut, True
        lost = await submit(queue, join(citizen, fair.event_id, 1, grams=1000))
        assert codes_of([lost]) == ["outcome_unknown"]
        assert isinstance(lost, Refusal)
        assert (lost.status, lost.retry_after_s) == (503, 2.0)
        assert await count(owner, "attendances") == int(is_written)
        # The phone does as it is told: the same again, once the database is back.
        wire.mend()
        again = await submit(queue, join(citizen, fair.event_id, 1, grams=1000))
        assert codes_of([again]) == ["200" if is_written else "201"]
    assert await count(owner, "attendances") == await count(owner, "offsets") == 1
    await refresh_counts(service, [fair.event_id])
    await assert_every_promise_holds(service)


async def test_database_that_is_away_is_said_to_be_and_comes_back_by_itself(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 1)
    (citizen,) = await fair.citizen_ids(1)
    async with open_wire(settings) as wire, open_queue(settings, connect=wire.connect) as queue:
        wire.stays_cut, wire.cuts = True, 1
        away = await submit(queue, join(citizen, fair.event_id, 1))
        assert codes_of([away]) == ["database_unavailable"]
        assert await count(owner, "attendances") == 0
        wire.mend()
        assert codes_of([await submit(queue, join(citizen, fair.event_id, 1))]) == ["201"]


async def test_key_answers_the_same_after_a_lost_commit(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, None)
    (citizen,) = await fair.citizen_ids(1)
    async with open_wire(settings) as wire, open_queue(settings, connect=wire.connect) as queue:
        wire.cut = "after COMMIT is done"
        command = act(citizen, "bus", Decimal(5), "key")
        first = await submit(queue, command)
        again = await submit(queue, act(citizen, "bus", Decimal(5), "key"))
    assert codes_of([first, again]) == ["201", "201"]
    assert _body(first) == _body(again)
    assert _body(first)["id"] == str(command.id)
    assert await count(owner, "actions") == 1


def _body(answer: Outcome | Refusal) -> dict[str, object]:
    assert isinstance(answer, Outcome)
    body: dict[str, object] = msgspec.json.decode(answer.body)
    return body
