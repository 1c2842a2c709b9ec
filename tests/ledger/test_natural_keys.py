"""One participation per citizen and per badge, whatever keys, devices, processes and repeats are used."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from uuid import uuid4

import asyncpg

from backend.ledger.queue import LedgerQueue
from backend.settings import Settings
from tests.ledger.stage import (
    Fair,
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


async def test_one_badge_from_fifty_citizens_at_once_binds_once(
    service: Service, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 1)
    citizens = await service.citizens(50)
    body = {"code": fair.badges[0]["code"], "offset": {"share": 100}}
    answers = await asyncio.gather(
        *(service.post("/v1/scans", body, citizen | {"Idempotency-Key": uuid4().hex}) for citizen in citizens)
    )
    codes = Counter(answer.json().get("code", answer.json().get("outcome")) for answer in answers)
    assert codes == {"joined": 1, "badge_bound": 49}
    assert await count(owner, "attendances") == await count(owner, "offsets") == 1
    await assert_every_promise_holds(service)


async def test_one_citizen_with_many_devices_keys_and_badges_attends_once(
    service: Service, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 20)
    devices = [await service.citizen("the same person") for _ in range(20)]
    answers = await asyncio.gather(
        *(
            service.post(
                "/v1/scans",
                {"code": badge["code"], "offset": {"share": 100}},
                device | {"Idempotency-Key": uuid4().hex},
            )
            for badge, device in zip(fair.badges, devices, strict=True)
        )
    )
    assert Counter(answer.json()["outcome"] for answer in answers) == {"joined": 1, "already_joined": 19}
    assert len({answer.json()["certificate"]["number"] for answer in answers}) == 1
    assert Counter(answer.json()["points"]["earned"] for answer in answers) == {10: 1, 0: 19}
    assert await count(owner, "attendances") == await count(owner, "transfers") == 1
    await assert_every_promise_holds(service)


async def test_badges_of_a_repeat_stay_free_for_others(service: Service) -> None:
    fair = await open_fair(service, 2)
    one, other = await service.citizens(2)
    for badge in fair.badges:
        assert (await service.scan(badge["code"], one)).status_code in (200, 201)
    assert (await service.scan(fair.badges[1]["code"], other)).status_code == 201


async def test_repeat_gets_its_first_answer_after_the_badge_was_revoked_and_the_event_has_ended(
    service: Service, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 1)
    citizen, late = await service.citizens(2)
    first = await service.scan(fair.badges[0]["code"], citizen, offset={"share": 100})
    await owner.execute("UPDATE badges SET revoked_at = now()")
    await owner.execute("UPDATE events SET state = 'closed', revision = revision + 1")
    again = await service.scan(fair.badges[0]["code"], citizen, offset={"share": 100})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["certificate"] == first.json()["certificate"]
    refused = await service.scan(fair.badges[0]["code"], late)
    assert (refused.status_code, refused.json()["code"]) == (409, "badge_revoked")


async def test_two_server_processes_bind_a_badge_once(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 10)
    citizens = await service.citizens(40)
    async with open_service(settings) as second:
        doors = (service, second)
        answers = await asyncio.gather(
            *(
                doors[number % 2].scan(badge["code"], citizen, offset={"grams": 1000})
                for badge in fair.badges
                for number, citizen in enumerate(citizens)
            )
        )
        assert {answer.status_code for answer in answers} <= {200, 201, 409}
        assert Counter(answer.status_code for answer in answers)[201] == 10
        # While both are up: the ORM of one process knows one database, that of the second here.
        await assert_every_promise_holds(second)
    holders = await owner.fetch("SELECT badge_serial, citizen_id FROM attendances")
    assert len({row["badge_serial"] for row in holders}) == len({row["citizen_id"] for row in holders}) == 10


async def _race(queues: list[LedgerQueue], fair: Fair, people: int, *, badges: int) -> list[str]:
    """Every person tries every badge at every writer, each writer in an order of its own."""
    citizens = await fair.citizen_ids(people)
    attempts = []
    for queue in queues:
        pairs = [(citizen, serial) for citizen in citizens for serial in range(1, badges + 1)]
        random.shuffle(pairs)
        attempts += [
            submit(queue, join(citizen, fair.event_id, serial, grams=100)) for citizen, serial in pairs
        ]
    return codes_of(await asyncio.gather(*attempts))


async def test_writers_that_meet_in_shuffled_order_neither_deadlock_nor_double(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 12)
    before = await owner.fetchval("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    # Small batches: many transactions meet, where one large one would settle everything by itself.
    async with (
        open_queue(settings, batch_size_max=9) as one,
        open_queue(settings, batch_size_max=7) as two,
        open_queue(settings, batch_size_max=5) as three,
    ):
        codes = Counter(await _race([one, two, three], fair, 12, badges=12))
    assert codes["201"] == 12
    assert set(codes) <= {"200", "201", "409"}, codes
    holders = await owner.fetch("SELECT citizen_id, badge_serial FROM attendances")
    assert len({row["citizen_id"] for row in holders}) == len({row["badge_serial"] for row in holders}) == 12
    # Another connection, because a transaction sees its statistics as they were when it first looked.
    await owner.execute("SELECT pg_stat_clear_snapshot()")
    after = await owner.fetchval("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    assert after == before
    await refresh_counts(service, [fair.event_id])
    await assert_every_promise_holds(service)


async def test_two_writers_empty_a_pool_to_the_last_gram_and_no_further(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, grams=10_000)
    await service.pool(grams=5_000)
    citizens = await fair.citizen_ids(60)
    async with open_queue(settings, batch_size_max=4) as one, open_queue(settings, batch_size_max=3) as two:
        answers = await asyncio.gather(
            *(
                submit((one, two)[number % 2], join(citizen, fair.event_id, None, gate=1, grams=300))
                for number, citizen in enumerate(citizens)
            )
        )
    assert set(codes_of(answers)) == {"201"}
    statuses = Counter(
        row["offset_status"] for row in await owner.fetch("SELECT offset_status FROM attendances")
    )
    # 15 000 g at 300 g each: the 34th person's offset crosses from one batch into the next.
    assert statuses == {"allocated": 50, "pool_exhausted": 10}
    assert await owner.fetchval("SELECT sum(grams)::int FROM allocations") == 15_000
    assert await count(owner, "allocations") == 51
    await refresh_counts(service, [fair.event_id])
    await assert_every_promise_holds(service)
