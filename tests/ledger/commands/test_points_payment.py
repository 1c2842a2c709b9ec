"""Offsets paid with points: at the published price, never beyond the sponsor's budget, given back when released."""

from __future__ import annotations

import asyncio

import asyncpg

from backend.domain.credits.allocation import points_for
from backend.settings import Settings
from tests.ledger.commands.offsetting import (
    FAR,
    FAR_G,
    TOLD_G,
    TWIN,
    TWIN_G,
    agree,
    ask,
    give_points,
    offset_of,
    revise,
    run_settling,
    set_price,
    told,
    waits_of,
)
from tests.ledger.stage import (
    assert_every_promise_holds,
    codes_of,
    count,
    open_fair,
    open_queue,
    refresh_counts,
    submit,
)
from tests.service import TONNE, Service

PRICE = 2
TOLD_POINTS = points_for(TOLD_G, PRICE)


async def spent(owner: asyncpg.Connection) -> int:
    found: int = await owner.fetchval("SELECT points_spent FROM event_budgets")
    return found


def code(answer: object) -> str:
    found: str = told(answer)["code"]  # type: ignore[arg-type]
    return found


async def test_the_price_is_taken_once_and_follows_the_footprint(
    service: Service, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, TONNE)
    await set_price(service, PRICE, 5000)
    (who,) = await fair.citizen_ids(1)
    await give_points(service, [who], 1000)
    await give_points(service, [who], 1000)
    queue = service.components.queue
    joined = told(await queue.submit(ask(who, fair.event_id, pay_with="points")))
    assert TOLD_POINTS == 267  # 266.588, rounded up
    assert joined["offset"]["points_paid"] == TOLD_POINTS
    assert joined["points"] == {"earned": 10, "pending": 0, "balance": 2010 - TOLD_POINTS}
    again = told(await queue.submit(ask(who, fair.event_id, pay_with="points")))
    assert again["points"] == {"earned": 0, "pending": 0, "balance": 2010 - TOLD_POINTS}
    assert await spent(owner) == TOLD_POINTS

    far = told(await queue.submit(revise(who, fair.event_id, FAR)))
    assert far["points_paid"] == points_for(FAR_G, PRICE) - TOLD_POINTS
    await assert_every_promise_holds(service)
    # A new price is for new offsets.
    await set_price(service, 50, 5000)
    twin = told(await queue.submit(revise(who, fair.event_id, TWIN)))
    assert twin["points_paid"] == points_for(TWIN_G, PRICE) - points_for(FAR_G, PRICE)
    assert twin["points"]["balance"] == 2010 - points_for(TWIN_G, PRICE)
    assert twin["offset"]["points_paid"] == await spent(owner) == points_for(TWIN_G, PRICE)
    await assert_every_promise_holds(service)


async def test_nothing_is_written_where_the_price_cannot_be_paid(
    service: Service, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, TONNE)
    rich, poor = await fair.citizen_ids(2)
    await give_points(service, [rich], 1000)
    queue = service.components.queue
    closed = await submit(queue, ask(rich, fair.event_id, pay_with="points"))
    await set_price(service, PRICE, TOLD_POINTS - 1)
    exhausted = await submit(queue, ask(rich, fair.event_id, pay_with="points"))
    await set_price(service, PRICE, 5000)
    insufficient = await submit(queue, ask(poor, fair.event_id, pay_with="points"))
    assert [code(each) for each in (closed, exhausted, insufficient)] == [
        "points_payment_closed",
        "budget_exhausted",
        "points_insufficient",
    ]
    assert await count(owner, "attendances", "event_id = $1", fair.event_id) == 0
    assert await spent(owner) == 0
    assert await owner.fetchval("SELECT min(next_serial) FROM pools") == 1
    # Without the points they join all the same.
    assert codes_of([await submit(queue, ask(poor, fair.event_id))]) == ["201"]
    await assert_every_promise_holds(service)


async def test_a_difference_that_cannot_be_paid_leaves_a_part(
    service: Service, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, TONNE)
    await set_price(service, PRICE, 5000)
    (who,) = await fair.citizen_ids(1)
    await agree(who)
    await give_points(service, [who], TOLD_POINTS)
    queue = service.components.queue
    await queue.submit(ask(who, fair.event_id, pay_with="points"))
    far = told(await queue.submit(revise(who, fair.event_id, FAR)))
    assert (far["difference"], far["points_paid"], far["offset"]["kind"]) == ("not_paid", 0, "partial")
    await give_points(service, [who], 1000)
    paid = told(await queue.submit(revise(who, fair.event_id, FAR)))
    assert (paid["revision"], paid["difference"], paid["offset"]["kind"]) == (2, "allocated", "full")
    await assert_every_promise_holds(service)


async def test_who_waits_pays_when_the_turn_comes(service: Service, owner: asyncpg.Connection) -> None:
    fair = await open_fair(service, 0, None)
    await set_price(service, PRICE, 5000)
    rich, poor = await fair.citizen_ids(2)
    await give_points(service, [rich], 1000)
    queue = service.components.queue
    for who in (poor, rich):
        answer = told(await queue.submit(ask(who, fair.event_id, pay_with="points")))
        assert answer["offset_status"] == "pool_exhausted"
    assert await spent(owner) == 0
    await service.pool(grams=TONNE)
    run = await run_settling(service)
    assert (run.settled, run.not_paid) == (1, 1)
    assert await waits_of(owner, poor) == [(TOLD_G, "not_paid")]
    assert await waits_of(owner, rich) == [(TOLD_G, "settled")]
    assert await offset_of(owner, poor) is None
    assert await spent(owner) == TOLD_POINTS
    await assert_every_promise_holds(service)


async def test_a_crowd_never_spends_more_than_the_sponsor_gives(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, 20 * TONNE)
    await set_price(service, PRICE, 5 * TOLD_POINTS + 3)
    people = await fair.citizen_ids(24)
    await give_points(service, people, 1000)
    async with open_queue(settings, batch_size_max=5) as one, open_queue(settings, batch_size_max=3) as two:
        answers = await asyncio.gather(
            *(
                submit((one, two)[place % 2], ask(who, fair.event_id, pay_with="points"))
                for place, who in enumerate(people)
            )
        )
        assert sorted(codes_of(answers)) == ["201"] * 5 + ["409"] * 19
        assert await spent(owner) == 5 * TOLD_POINTS
        # They come and go with other journeys at one moment; what is given back may be spent again.
        await asyncio.gather(
            *(
                submit((one, two)[turn % 2], revise(who, fair.event_id, (TWIN, FAR, TWIN)[turn]))
                for turn in range(3)
                for who in people
            )
        )
        await asyncio.gather(
            *(submit(one, ask(who, fair.event_id, pay_with="points")) for who in people),
            *(submit(two, revise(who, fair.event_id, TWIN)) for who in people),
        )
    assert await spent(owner) <= 5 * TOLD_POINTS + 3
    await refresh_counts(service, [fair.event_id])
    await assert_every_promise_holds(service)


async def test_one_persons_points_pay_once_at_two_events(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, TONNE)
    other = await service.event("other")
    await service.pool("other", TONNE)
    await set_price(service, PRICE, 5000)
    await set_price(service, PRICE, 5000, "other")
    (who,) = await fair.citizen_ids(1)
    await give_points(service, [who], TOLD_POINTS)
    async with open_queue(settings) as one, open_queue(settings) as two:
        answers = await asyncio.gather(
            submit(one, ask(who, fair.event_id, pay_with="points")),
            submit(two, ask(who, type(who)(other["id"]), pay_with="points")),
        )
    assert sorted(codes_of(answers)) == ["201", "409"]
    await refresh_counts(service, [fair.event_id, type(who)(other["id"])])
    await assert_every_promise_holds(service)
