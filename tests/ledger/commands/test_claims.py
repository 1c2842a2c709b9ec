"""A reduction leaves `personal` once and one way, whoever gives it, however often and however many at a time."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime

import asyncpg
import pytest

from backend.domain.days import day_of
from backend.errors import Refusal
from backend.ledger.command import Outcome
from backend.ledger.commands import claim as claiming
from backend.services.actions.reduction_claims import claim_sums
from backend.settings import Settings
from tests.consents import agreed
from tests.ledger.commands.claiming import body_of, claim, donate, open_cause, reverse, ride, take_rides
from tests.ledger.stage import assert_every_promise_holds, count, open_fair, open_queue, submit
from tests.service import Service


def told(answer: Outcome | Refusal) -> str:
    """201, or the code of what was refused."""
    assert isinstance(answer, Outcome)
    return "201" if answer.status == 201 else body_of(answer)["code"]


async def test_a_donation_takes_the_oldest_whole_actions_that_fit(
    service: Service, owner: asyncpg.Connection
) -> None:
    cause = await open_cause(service)
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    queue = service.components.queue
    rides = await take_rides(queue, citizen, 6)
    each_g = rides[0]["reduction_g"]
    given = body_of(await queue.submit(donate(citizen, cause, 3 * each_g + each_g // 2)))
    assert (given["grams"], given["actions"], given["has_more"]) == (3 * each_g, 3, False)
    assert given["remaining_personal_g"] == 3 * each_g
    claims = await owner.fetch("SELECT action_id::text, claim_state, grams FROM claims ORDER BY action_id")
    assert [tuple(row) for row in claims] == [(each["id"], "donated", each_g) for each in rides[:3]]
    assert dict(await owner.fetchrow("SELECT donated_g, donations FROM causes")) == {
        "donated_g": 3 * each_g,
        "donations": 1,
    }
    rest = body_of(await queue.submit(donate(citizen, cause)))
    assert (rest["actions"], rest["remaining_personal_g"]) == (3, 0)
    refused = await queue.submit(donate(citizen, cause))
    assert (refused.status, body_of(refused)["code"]) == (409, "nothing_to_donate")
    await assert_every_promise_holds(service)


async def test_an_action_that_is_too_large_does_not_stand_in_the_way(service: Service) -> None:
    cause = await open_cause(service)
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    queue = service.components.queue
    large = body_of(await queue.submit(ride(citizen, hour=8, km=20)))
    small = body_of(await queue.submit(ride(citizen, hour=10, km=5)))
    assert large["reduction_g"] > small["reduction_g"]
    refused = await queue.submit(donate(citizen, cause, small["reduction_g"] - 1))
    assert body_of(refused)["code"] == "nothing_to_donate"
    given = body_of(await queue.submit(donate(citizen, cause, large["reduction_g"] - 1)))
    assert given["grams"] == small["reduction_g"]
    await assert_every_promise_holds(service)


async def test_fifty_simultaneous_donations_of_everything_give_it_once(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    cause = await open_cause(service)
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    rides = await take_rides(service.components.queue, citizen, 10)
    async with open_queue(settings, batch_size_max=7) as one, open_queue(settings, batch_size_max=5) as two:
        answers = await asyncio.gather(
            *(submit((one, two)[number % 2], donate(citizen, cause)) for number in range(50))
        )
    assert Counter(told(answer) for answer in answers) == {"201": 1, "nothing_to_donate": 49}
    assert await count(owner, "claims") == 10
    assert await owner.fetchval("SELECT donated_g FROM causes") == sum(each["reduction_g"] for each in rides)
    await assert_every_promise_holds(service)


async def test_fifty_simultaneous_donations_of_one_ride_each_give_no_ride_twice(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    causes = [await open_cause(service, slug) for slug in ("one", "other", "third")]
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    rides = await take_rides(service.components.queue, citizen, 12)
    each_g = rides[0]["reduction_g"]
    async with open_queue(settings, batch_size_max=7) as one, open_queue(settings, batch_size_max=5) as two:
        answers = await asyncio.gather(
            *(
                submit((one, two)[number % 2], donate(citizen, causes[number % 3], each_g))
                for number in range(50)
            )
        )
    assert Counter(told(answer) for answer in answers) == {"201": 12, "nothing_to_donate": 38}
    rows = await owner.fetch("SELECT donated_g, donations FROM causes")
    assert sum(row["donated_g"] for row in rows) == 12 * each_g
    assert sum(row["donations"] for row in rows) == await count(owner, "donations") == 12
    await assert_every_promise_holds(service)


async def test_many_citizens_giving_to_the_same_causes_from_two_processes(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    causes = [await open_cause(service, slug) for slug in ("one", "other")]
    citizens = await (await open_fair(service, 0, None)).citizen_ids(20)
    for citizen in citizens:
        await take_rides(service.components.queue, citizen, 2)
    async with open_queue(settings, batch_size_max=6) as one, open_queue(settings, batch_size_max=9) as two:
        answers = await asyncio.gather(
            *(
                submit((one, two)[(number + half) % 2], donate(citizen, causes[half]))
                for number, citizen in enumerate(citizens)
                for half in (0, 1)
            )
        )
    assert Counter(told(answer) for answer in answers) == {"201": 20, "nothing_to_donate": 20}
    assert await owner.fetchval("SELECT sum(donations)::int FROM causes") == 20
    await assert_every_promise_holds(service)


async def test_what_a_citizen_only_says_cannot_be_given_away(service: Service) -> None:
    cause = await open_cause(service)
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    queue = service.components.queue
    assert (await queue.submit(ride(citizen, tier="E5"))).status == 201
    refused = body_of(await queue.submit(donate(citizen, cause)))
    assert (refused["code"], refused["facts"]) == ("nothing_to_donate", {"personal_g": 0})


async def test_a_closed_cause_takes_nothing_and_an_unknown_one_is_not_there(
    service: Service, owner: asyncpg.Connection
) -> None:
    cause = await open_cause(service)
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    queue = service.components.queue
    await take_rides(queue, citizen, 1)
    await owner.execute("UPDATE causes SET is_open = false")
    closed = await queue.submit(donate(citizen, cause))
    unknown = await queue.submit(donate(citizen, citizen))
    assert [(each.status, body_of(each)["code"]) for each in (closed, unknown)] == [
        (409, "cause_closed"),
        (404, "cause_not_found"),
    ]
    assert await count(owner, "claims") == 0


async def test_the_same_key_gives_once_and_answers_alike(service: Service, owner: asyncpg.Connection) -> None:
    cause = await open_cause(service)
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    queue = service.components.queue
    rides = await take_rides(queue, citizen, 3)
    each_g = rides[0]["reduction_g"]
    answers = await asyncio.gather(
        *(submit(queue, donate(citizen, cause, each_g, key="gift")) for _ in range(100))
    )
    outcomes = [answer for answer in answers if isinstance(answer, Outcome)]
    assert len({outcome.body for outcome in outcomes}) == 1
    assert Counter(outcome.is_replay for outcome in outcomes) == {True: 99, False: 1}
    assert await count(owner, "donations") == 1


async def test_one_command_takes_no_more_actions_than_it_may_and_says_that_more_wait(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claiming, "ACTIONS_PER_COMMAND_MAX", 4)
    monkeypatch.setattr(claiming, "ACTIONS_PER_COMMAND_MIN", 1)
    cause = await open_cause(service)
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    queue = service.components.queue
    await take_rides(queue, citizen, 10)
    given = [body_of(await queue.submit(donate(citizen, cause))) for _ in range(3)]
    assert [(each["actions"], each["has_more"]) for each in given] == [(4, True), (4, True), (2, False)]
    await assert_every_promise_holds(service)


async def test_simultaneous_gifts_of_a_citizen_with_very_many_actions_each_find_some(
    service: Service, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claiming, "ACTIONS_PER_COMMAND_MAX", 4)
    monkeypatch.setattr(claiming, "ACTIONS_PER_COMMAND_MIN", 1)
    cause = await open_cause(service)
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    await take_rides(service.components.queue, citizen, 10)
    async with open_queue(settings, is_started=False) as queue:
        waiting = [asyncio.create_task(queue.submit(donate(citizen, cause))) for _ in range(4)]
        await asyncio.sleep(0)
        queue.start()  # all four in one batch
        answers = await asyncio.gather(*waiting)
    assert [each.status for each in answers] == [201, 201, 201, 409]
    assert [body_of(each)["actions"] for each in answers[:3]] == [4, 4, 2]
    await assert_every_promise_holds(service)


async def test_the_four_states_sum_to_what_was_logged(service: Service) -> None:
    cause = await open_cause(service)
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    queue, database = service.components.queue, service.components.database
    rides = await take_rides(queue, citizen, 10)
    await queue.submit(ride(citizen, day_of(datetime.now(UTC)), 20, tier="E5"))
    each_g = rides[0]["reduction_g"]
    assert (await queue.submit(donate(citizen, cause, 2 * each_g))).status == 201
    await agreed(citizen, "aggregation")
    assert (await queue.submit(claim(citizen, "aggregated", 3 * each_g))).status == 201
    assert (await queue.submit(claim(citizen, "cancelled", each_g))).status == 201
    assert (await queue.submit(reverse(citizen, rides[9]["id"]))).status == 201
    sums = await claim_sums(database, citizen)
    assert (sums.donated_g, sums.aggregated_g, sums.cancelled_g) == (2 * each_g, 3 * each_g, each_g)
    assert (sums.logged_g, sums.personal_g) == (9 * each_g, 3 * each_g)
    nothing = await queue.submit(claim(citizen, "cancelled", each_g - 1))
    assert (nothing.status, body_of(nothing)["code"]) == (409, "nothing_to_claim")
    await assert_every_promise_holds(service)
