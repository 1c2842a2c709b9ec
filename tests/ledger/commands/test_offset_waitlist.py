"""Who joined while the pool was empty is settled after a top-up: in order of arrival, wholly, and once."""

from __future__ import annotations

import asyncio

import asyncpg

from backend.jobs.offset_waitlist import settle_waiting
from backend.settings import Settings
from tests.ledger.commands.offsetting import (
    FAR,
    FAR_G,
    TOLD_G,
    TWIN,
    TWIN_G,
    ask,
    offset_of,
    run_settling,
    settle,
    told,
    waits_of,
)
from tests.ledger.stage import assert_every_promise_holds, count, open_fair, open_queue, refresh_counts
from tests.service import TONNE, Service


async def test_they_are_settled_in_order_of_arrival_until_the_pool_is_empty(
    service: Service, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, 10)
    people = await fair.citizen_ids(4)
    queue = service.components.queue
    for who in people:
        answer = told(await queue.submit(ask(who, fair.event_id)))
        assert (answer["offset"], answer["offset_status"]) == (None, "pool_exhausted")
    assert await run_settling(service) == await run_settling(service)  # nothing there: nothing done

    await service.pool(grams=2 * TOLD_G)
    run = await run_settling(service)
    assert (run.settled, run.grams) == (2, 2 * TOLD_G)
    assert [await offset_of(owner, who) is not None for who in people] == [True, True, False, False]
    assert (await run_settling(service)).settled == 0
    await assert_every_promise_holds(service)

    # The later scan shows what was settled meanwhile.
    shown = told(await queue.submit(ask(people[0], fair.event_id, share=None)))
    assert (shown["offset_status"], shown["offset"]["grams"]) == ("allocated", TOLD_G)
    assert shown["certificate"] is not None

    await service.pool(grams=TONNE)
    assert (await run_settling(service)).settled == 2
    for who in people:
        assert await waits_of(owner, who) == [(TOLD_G, "settled")]
    await assert_every_promise_holds(service)


async def test_nobody_in_line_overtakes_because_they_need_less(
    service: Service, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, None)
    large, small = await fair.citizen_ids(2)
    queue = service.components.queue
    await queue.submit(ask(large, fair.event_id, journey=FAR))
    await queue.submit(ask(small, fair.event_id, journey=TWIN))
    await service.pool(grams=FAR_G - 1)
    assert (await run_settling(service)).settled == 0
    # In one batch with the first, the second still stands behind.
    outcomes = await queue.submit_all([settle(large, fair.event_id), settle(small, fair.event_id)])
    assert [told(each)["became"] for each in outcomes] == ["pool_exhausted", "pool_exhausted"]  # type: ignore[arg-type]
    await service.pool(grams=1 + TWIN_G)
    assert (await run_settling(service)).settled == 2
    await assert_every_promise_holds(service)


async def test_who_asks_for_less_meanwhile_is_served_and_waits_no_more(
    service: Service, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, 1000)
    (who,) = await fair.citizen_ids(1)
    queue = service.components.queue
    await queue.submit(ask(who, fair.event_id))
    await queue.submit(ask(who, fair.event_id))
    await queue.submit(ask(who, fair.event_id, share=50))
    assert await waits_of(owner, who) == [(TOLD_G, "replaced"), (TOLD_G // 2, None)]
    joined = await owner.fetch("SELECT DISTINCT joined_at FROM offset_waits")
    assert len(joined) == 1  # the place in the line is kept
    await service.pool(grams=TWIN_G)
    served = told(await queue.submit(ask(who, fair.event_id, share=50)))
    assert served["offset_status"] == "allocated"
    assert (await waits_of(owner, who))[-1] == (TOLD_G // 2, "met")
    assert (await run_settling(service)).settled == 0
    await assert_every_promise_holds(service)


async def test_two_workers_and_a_crowd_of_scans_settle_each_once(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, None)
    waiting, late = await fair.citizen_ids(30), await fair.citizen_ids(20)
    async with open_queue(settings, batch_size_max=9) as one, open_queue(settings, batch_size_max=16) as two:
        for who in waiting:
            await one.submit(ask(who, fair.event_id))
        await service.pool(grams=25 * TOLD_G)
        database = service.components.database
        await asyncio.gather(
            settle_waiting(database, one),
            settle_waiting(database, two),
            *(two.submit(ask(who, fair.event_id)) for who in late),
        )
        await settle_waiting(database, one)
    assert await count(owner, "offsets") == 25
    # Of those who waited the first were served, however many scans came between.
    served = [await offset_of(owner, who) is not None for who in waiting]
    assert served == sorted(served, reverse=True)
    assert await count(owner, "offset_wait_ends", "why = 'settled'") == sum(served)
    await refresh_counts(service, [fair.event_id])
    await assert_every_promise_holds(service)


async def test_who_is_erased_waits_for_nothing(service: Service, owner: asyncpg.Connection) -> None:
    fair = await open_fair(service, 0, 10)
    leaving, staying = await service.citizens(2)
    for headers in (leaving, staying):
        await service.components.queue.submit(ask(fair.citizen_id(headers), fair.event_id))
    assert (await service.client.delete("/v1/me", headers=leaving)).status_code == 200
    await service.pool(grams=TONNE)
    assert (await run_settling(service)).settled == 1
    assert await offset_of(owner, fair.citizen_id(leaving)) is None
    assert await waits_of(owner, fair.citizen_id(leaving)) == [(TOLD_G, "erased")]
    await assert_every_promise_holds(service)
