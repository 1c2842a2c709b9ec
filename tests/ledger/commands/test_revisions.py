"""A journey told again: the old footprint stays, the offset follows, and no gram is given twice or lost."""

from __future__ import annotations

import asyncio
from uuid import UUID

import asyncpg
import msgspec
import pytest

from backend.ledger.commands import offset_changes
from backend.settings import Settings
from tests.ledger.commands.offsetting import (
    FAR,
    FAR_G,
    TOLD,
    TOLD_G,
    TWIN,
    TWIN_G,
    agree,
    ask,
    offset_of,
    revise,
    run_settling,
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


async def raise_ceiling(owner: asyncpg.Connection) -> None:
    """The ceiling for one person, which what is released counts towards, shall stop nobody here."""
    await owner.execute("UPDATE events SET offset_ceiling_g = $1, revision = revision + 1", 100 * TONNE)


async def test_a_larger_footprint_is_offset_further_and_a_smaller_one_released(
    service: Service, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, TONNE)
    (who,) = await fair.citizen_ids(1)
    queue = service.components.queue
    first = told(await queue.submit(ask(who, fair.event_id)))
    assert first["offset"]["grams"] == TOLD_G

    far = told(await queue.submit(revise(who, fair.event_id, FAR)))
    assert (far["revision"], far["delta_g"], far["difference"]) == (2, FAR_G - TOLD_G, "allocated")
    assert (far["offset"]["grams"], far["offset"]["kind"]) == (FAR_G, "full")
    assert [part["serial_from"] for part in far["offset"]["allocations"]] == [1, TOLD_G + 1]
    assert far["certificate"] == first["certificate"]
    await assert_every_promise_holds(service)

    twin = told(await queue.submit(revise(who, fair.event_id, TWIN)))
    assert (twin["revision"], twin["difference"]) == (3, "released")
    assert (twin["offset"]["grams"], twin["offset"]["kind"]) == (TWIN_G, "full")
    # The last serials go first: the second range wholly, the first down to its front.
    assert [(part["serial_from"], part["serial_to"]) for part in twin["offset"]["allocations"]] == [
        (1, TWIN_G)
    ]
    assert twin["offset"]["released_g"] == FAR_G - TWIN_G

    again = told(await queue.submit(revise(who, fair.event_id, TOLD)))
    assert (again["revision"], again["difference"]) == (4, "allocated")
    # What was released is nobody's: the pool goes on behind it.
    assert [(part["serial_from"], part["serial_to"]) for part in again["offset"]["allocations"]] == [
        (1, TWIN_G),
        (FAR_G + 1, FAR_G + TOLD_G - TWIN_G),
    ]
    assert await count(owner, "journey_revisions") == 3
    assert await count(owner, "offsets", "grams = $1", TOLD_G) == 1
    await assert_every_promise_holds(service)


async def test_a_far_and_a_near_journey_in_turns_do_not_empty_the_pool(
    service: Service, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, 10 * TONNE)
    await raise_ceiling(owner)
    (who,) = await fair.citizen_ids(1)
    queue = service.components.queue
    await queue.submit(ask(who, fair.event_id))
    became = [
        told(await queue.submit(revise(who, fair.event_id, journey)))
        for _ in range(6)
        for journey in (FAR, TWIN)
    ]
    assert [each["difference"] for each in became[:7]] == ["allocated", "released"] * 3 + ["limit"]
    assert {each["difference"] for each in became[7:]} == {"none", "limit"}
    assert {each["offset"]["grams"] for each in became[6:]} == {TWIN_G}
    taken = await owner.fetchval("SELECT sum(grams) FROM allocations")
    assert taken == TOLD_G + (FAR_G - TOLD_G) + 2 * (FAR_G - TWIN_G)
    await assert_every_promise_holds(service)


async def test_a_part_keeps_its_grams_and_never_exceeds_the_footprint(
    service: Service, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, TONNE)
    (who,) = await fair.citizen_ids(1)
    queue = service.components.queue
    half = TOLD_G // 2
    await queue.submit(ask(who, fair.event_id, share=50))
    far = told(await queue.submit(revise(who, fair.event_id, FAR)))
    assert (far["difference"], far["offset"]["grams"], far["offset"]["kind"]) == ("none", half, "partial")
    local = told(await queue.submit(revise(who, fair.event_id, msgspec.structs.replace(TOLD, nights=0))))
    total = local["footprint"]["total_g"]
    assert total < half
    assert (local["difference"], local["offset"]["grams"], local["offset"]["kind"]) == (
        "released",
        total,
        "full",
    )
    # A part it was asked to be: a larger footprint does not make it larger.
    back = told(await queue.submit(revise(who, fair.event_id, FAR)))
    assert (back["difference"], back["offset"]["grams"]) == ("none", total)
    await assert_every_promise_holds(service)


async def test_the_same_journey_told_again_is_no_revision(
    service: Service, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, TONNE)
    (who,) = await fair.citizen_ids(1)
    await agree(who)
    await service.components.queue.submit(ask(who, fair.event_id))
    answer = told(await service.components.queue.submit(revise(who, fair.event_id, TOLD)))
    assert (answer["revision"], answer["delta_g"], answer["difference"]) == (1, 0, "none")
    assert await count(owner, "journey_revisions") == 0


async def test_a_difference_that_the_pool_lacks_waits_and_is_settled(
    service: Service, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, TOLD_G + 100)
    (who,) = await fair.citizen_ids(1)
    queue = service.components.queue
    await queue.submit(ask(who, fair.event_id))
    far = told(await queue.submit(revise(who, fair.event_id, FAR)))
    assert (far["difference"], far["waiting_g"]) == ("waiting", FAR_G - TOLD_G)
    assert (far["offset"]["grams"], far["offset"]["kind"]) == (TOLD_G, "partial")
    await assert_every_promise_holds(service)
    assert (await run_settling(service)).settled == 0
    await service.pool(grams=FAR_G)
    assert (await run_settling(service)).grams == FAR_G - TOLD_G
    assert await offset_of(owner, who) == {"grams": FAR_G, "kind": "full", "total_g": FAR_G}
    assert await waits_of(owner, who) == [(FAR_G - TOLD_G, "settled")]
    await assert_every_promise_holds(service)


async def test_a_revision_ends_or_changes_what_is_waited_for(
    service: Service, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, TWIN_G)
    (who, other) = await fair.citizen_ids(2)
    queue = service.components.queue
    await queue.submit(ask(who, fair.event_id))
    assert await waits_of(owner, who) == [(TOLD_G, None)]
    smaller = told(await queue.submit(revise(who, fair.event_id, TWIN)))
    assert (smaller["difference"], smaller["waiting_g"], smaller["offset"]) == ("waiting", TWIN_G, None)
    assert await waits_of(owner, who) == [(TOLD_G, "replaced"), (TWIN_G, None)]
    assert (await run_settling(service)).settled == 1

    await queue.submit(revise(who, fair.event_id, FAR))
    assert (await waits_of(owner, who))[-1] == (FAR_G - TWIN_G, None)
    await queue.submit(revise(who, fair.event_id, TWIN))
    assert (await waits_of(owner, who))[-1] == (FAR_G - TWIN_G, "replaced")
    assert await waits_of(owner, other) == []
    await assert_every_promise_holds(service)


async def test_a_journey_is_told_again_while_it_may_be(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    fair = await open_fair(service, 0, TONNE)
    who, stranger = await fair.citizen_ids(2)
    queue = service.components.queue
    await queue.submit(ask(who, fair.event_id))
    monkeypatch.setattr(offset_changes, "REVISIONS_MAX", 1)
    answers = [
        await submit(queue, revise(stranger, fair.event_id, TWIN)),
        await submit(queue, revise(who, UUID(int=5), TWIN)),
        await submit(queue, revise(who, fair.event_id, TWIN)),
        await submit(queue, revise(who, fair.event_id, FAR)),
    ]
    assert codes_of(answers) == ["404", "404", "200", "409"]
    assert told(answers[3])["code"] == "journey_revision_limit"  # type: ignore[arg-type]
    organiser = await service.staff("organiser")
    moved = await service.post("/v1/events/fair/transitions", {"to": "closed"}, organiser)
    if moved.status_code == 200:
        closed = await submit(queue, revise(who, fair.event_id, TOLD))
        assert told(closed)["code"] == "journey_closed"  # type: ignore[arg-type]


async def test_many_revisions_at_one_moment_from_two_processes(
    service: Service, settings: Settings, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every change in turn: the offset ends as large as the last footprint, whoever was last."""
    monkeypatch.setattr(offset_changes, "SHRINKS_MAX", 100)
    fair = await open_fair(service, 0, 20 * TONNE)
    await raise_ceiling(owner)
    people = await fair.citizen_ids(6)
    journeys = (TOLD, TWIN, FAR)
    async with open_queue(settings, batch_size_max=7) as one, open_queue(settings, batch_size_max=3) as two:
        await asyncio.gather(*(one.submit(ask(who, fair.event_id)) for who in people))
        answers = await asyncio.gather(
            *(
                submit(queue, revise(who, fair.event_id, journeys[(turn + place) % 3]))
                for turn in range(6)
                for place, who in enumerate(people)
                for queue in (one, two)
            )
        )
    assert set(codes_of(answers)) == {"200"}
    for who in people:
        offset = await offset_of(owner, who)
        assert offset is not None
        assert (offset["kind"], offset["grams"]) == ("full", offset["total_g"])
    await refresh_counts(service, [fair.event_id])
    await assert_every_promise_holds(service)


async def test_a_repeated_revision_gets_its_first_answer(service: Service, owner: asyncpg.Connection) -> None:
    fair = await open_fair(service, 0, TONNE)
    (who,) = await fair.citizen_ids(1)
    await agree(who)
    queue = service.components.queue
    await queue.submit(ask(who, fair.event_id))
    first = await queue.submit(revise(who, fair.event_id, TWIN, key="once"))
    await queue.submit(revise(who, fair.event_id, FAR))
    again = await queue.submit(revise(who, fair.event_id, TWIN, key="once"))
    assert (again.is_replay, again.body) == (True, first.body)
    assert await count(owner, "journey_revisions") == 2
