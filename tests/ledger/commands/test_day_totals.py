"""A day's total brings its growth alone, also when what it brought before was taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from backend.ledger.command import Outcome
from backend.ledger.commands.log_action import LogAction
from backend.ledger.commands.reverse import ReverseAction
from backend.models.keys import uuid7
from tests.consents import agreed
from tests.ledger.stage import act, assert_every_promise_holds, open_fair, submit
from tests.service import Service


def total(citizen_id: UUID, steps: int) -> LogAction:
    return msgspec.structs.replace(
        act(citizen_id, "walk_steps", Decimal(steps), tier="E2"), is_day_total=True
    )


async def told(service: Service, command: Any) -> dict[str, Any]:
    outcome = await submit(service.components.queue, command)
    assert isinstance(outcome, Outcome), outcome
    body: dict[str, Any] = msgspec.json.decode(outcome.body)
    return body | {"status": outcome.status}


async def test_steps_that_were_taken_back_do_not_come_again(service: Service) -> None:
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    await agreed(citizen, "werun")
    first = await told(service, total(citizen, 8000))
    assert (first["state"], first["points"]) == ("posted", 16)
    reversal = ReverseAction(
        id=uuid7(),
        citizen_id=citizen,
        action_id=UUID(first["id"]),
        reason="not their phone",
        actor="operator",
        at=datetime.now(UTC),
    )
    assert (await told(service, reversal))["points"] == 16
    grown = await told(service, total(citizen, 9000))
    assert (Decimal(grown["quantity"]), grown["points"]) == (1000, 2)
    assert (await told(service, total(citizen, 9000)))["state"] == "unchanged"
    await assert_every_promise_holds(service)


async def test_steps_within_a_ride_are_named_and_not_paid(service: Service) -> None:
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    await agreed(citizen, "werun")
    ride = act(citizen, "metro", Decimal(20), tier="E1")
    noon = datetime.now(UTC).replace(hour=4, minute=0, second=0, microsecond=0)
    ride = msgspec.structs.replace(ride, occurred_at=noon, ended_at=noon + timedelta(minutes=60))
    assert (await told(service, ride))["state"] == "posted"
    steps = await told(service, total(citizen, 8000))
    assert steps["reductions"] == [{"rule": "steps_in_ride", "removed": 500, "unit": "step"}]
    assert (Decimal(steps["credited_quantity"]), steps["reduction_g"]) == (7500, 150)
    await assert_every_promise_holds(service)


async def test_the_same_trip_from_two_sources_counts_once_and_says_why(service: Service) -> None:
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    await agreed(citizen, "werun")
    for expected in (("posted", None), ("capped", "overlapping_trip")):
        answer = await told(service, act(citizen, "metro", Decimal(10), tier="E1"))
        assert (answer["state"], answer["capped_by"]) == expected
    assert answer["points"] == 0
    await assert_every_promise_holds(service)


async def test_a_ride_that_cannot_be_waits_for_a_person(service: Service) -> None:
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    await agreed(citizen, "werun")
    ride = act(citizen, "bus", Decimal(100), tier="E1")
    ride = msgspec.structs.replace(ride, ended_at=ride.occurred_at + timedelta(minutes=20))
    answer = await told(service, ride)
    assert (answer["state"], answer["reason"], answer["points"]) == ("pending", "speed", 0)
    assert answer["expected_by"]
    await assert_every_promise_holds(service)


async def test_a_days_grams_end_at_the_limit_over_all_methods(service: Service) -> None:
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    await agreed(citizen, "werun")
    answers = [
        await told(service, act(citizen, method, quantity, tier="E1"))
        for method, quantity in (("ev_trip", Decimal(30)), ("recyclables", Decimal(20)))
    ]
    assert sum(answer["reduction_g"] for answer in answers) == 5000
    assert answers[1]["capped_by"] == "grams_per_day"
    assert answers[1]["reductions"][-1]["unit"] == "gCO2e"
    more = await told(service, act(citizen, "clean_plate", tier="E3"))
    assert (more["state"], more["capped_by"], more["points"]) == ("capped", "grams_per_day", 0)
    await assert_every_promise_holds(service)
