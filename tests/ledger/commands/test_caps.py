"""Caps hold at their boundary, however many requests arrive at one moment."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import asyncpg
import msgspec

from backend.ledger.command import Outcome
from backend.ledger.commands.log_action import LogAction
from backend.settings import Settings
from tests.ledger.stage import act, assert_every_promise_holds, codes_of, open_fair, open_queue, submit
from tests.service import Service


def _ride(citizen: UUID, number: int) -> LogAction:
    """A ride of unknown length, at a time of its own."""
    ride = act(citizen, "bus")
    began = ride.occurred_at - timedelta(seconds=2 * number)
    return msgspec.structs.replace(ride, occurred_at=began, ended_at=began + timedelta(seconds=1))


async def test_two_hundred_simultaneous_rides_are_credited_six_times(
    service: Service, owner: asyncpg.Connection
) -> None:
    citizen = service.components.tokens.read((await service.citizen())["Authorization"].split()[1]).id
    answers = await asyncio.gather(
        *(submit(service.components.queue, _ride(citizen, number)) for number in range(200))
    )
    bodies = [msgspec.json.decode(answer.body) for answer in answers if isinstance(answer, Outcome)]
    assert Counter((body["state"], body["capped_by"]) for body in bodies) == {
        ("posted", None): 6,
        ("capped", "rides_per_day"): 194,
    }
    capped = [body for body in bodies if body["state"] == "capped"]
    assert {(body["points"], body["reduction_g"], Decimal(body["credited_quantity"])) for body in capped} == {
        (0, 0, Decimal(0))
    }
    points = sum(body["points"] for body in bodies)
    assert points == 6 * next(body["points"] for body in bodies if body["state"] == "posted") > 0
    assert max(body["balance"] for body in bodies) == points
    assert await owner.fetchval("SELECT balance FROM accounts WHERE kind = 'citizen'") == points
    await assert_every_promise_holds(service)


async def test_two_hundred_simultaneous_check_ins_earn_three_times(service: Service) -> None:
    citizen = await service.citizen()
    answers = await asyncio.gather(*(service.act(citizen, "bike_own", 4) for _ in range(200)))
    bodies = [answer.json() for answer in answers]
    assert Counter((body["state"], body["capped_by"]) for body in bodies) == {
        ("posted", None): 3,
        ("capped", "self_checkins_per_day"): 197,
    }
    assert (await service.act(citizen, "walk_steps", 10)).json()["code"] == "actions_per_day"
    await assert_every_promise_holds(service)


async def test_a_quantity_cap_trims_the_action_that_crosses_it(service: Service) -> None:
    citizen = await service.citizen()
    answers = [(await service.act(citizen, "walk_steps", steps)).json() for steps in (6000, 6000, 1)]
    assert [Decimal(answer["credited_quantity"]) for answer in answers] == [6000, 4000, 0]
    assert [answer["state"] for answer in answers] == ["posted", "posted", "capped"]
    assert [answer["capped_by"] for answer in answers] == [None, "steps_per_day", "steps_per_day"]
    assert answers[2]["points"] == 0
    assert answers[0]["points"] > answers[1]["points"] > 0
    assert answers[2]["balance"] == answers[0]["points"] + answers[1]["points"]
    await assert_every_promise_holds(service)


async def test_two_hundred_simultaneous_walks_are_credited_to_the_last_step(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    """Also by two server processes: the citizen's account is what they queue for."""
    fair = await open_fair(service, 0, None)
    (citizen,) = await fair.citizen_ids(1)
    async with open_queue(settings, batch_size_max=16) as one, open_queue(settings, batch_size_max=11) as two:
        answers = await asyncio.gather(
            *(
                submit((one, two)[number % 2], act(citizen, "walk_steps", Decimal(333)))
                for number in range(200)
            )
        )
    assert set(codes_of(answers)) == {"201"}
    credited = await owner.fetch("SELECT credited_quantity, points, state, capped_by FROM actions")
    assert sum(row["credited_quantity"] for row in credited) == 10_000
    # 30 whole walks, one of 10 steps, and 169 that earn nothing.
    assert Counter(row["credited_quantity"] for row in credited) == {333: 30, 10: 1, 0: 169}
    assert all(row["points"] == 0 and row["capped_by"] for row in credited if row["state"] == "capped")
    await assert_every_promise_holds(service)


async def test_a_cap_counts_the_day_in_shanghai_on_which_the_action_happened(service: Service) -> None:
    citizen = await service.citizen()
    days = [datetime.now(UTC) - timedelta(days=ago) for ago in (0, 1, 2)]
    answers = [await service.prove(citizen, "walk_steps", 10_000, occurred_at=day) for day in days]
    assert [answer["capped_by"] for answer in answers] == [None] * 3
    repeat = await service.prove(citizen, "walk_steps", 1, occurred_at=days[1])
    assert (repeat["state"], repeat["capped_by"], repeat["points"]) == ("capped", "steps_per_day", 0)


async def test_one_citizens_cap_is_not_anothers(service: Service) -> None:
    citizens = await service.citizens(3)
    for _ in range(3):
        assert (await service.act(citizens[0], "bike_own", 4)).json()["state"] == "posted"
    assert (await service.act(citizens[0], "bike_own", 4)).json()["state"] == "capped"
    for citizen in citizens[1:]:
        assert (await service.act(citizen, "bike_own", 4)).json()["state"] == "posted"
