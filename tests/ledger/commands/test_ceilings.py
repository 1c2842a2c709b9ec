"""Ceilings hold in the ledger: within a batch, over the days of a month, and after a reversal."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec

from backend.domain.days import SHANGHAI, day_of
from backend.ledger.commands.log_action import LogAction
from tests.ledger.commands.claiming import body_of, reverse
from tests.ledger.stage import act, assert_every_promise_holds, catalogue, open_fair
from tests.service import Service

LIMITS = catalogue().guards_on(day_of(datetime.now(UTC)))
FIRST = day_of(datetime.now(UTC)).replace(day=1)


def on(command: LogAction, days: int) -> LogAction:
    """The same action so many days after the first of this month."""
    day = FIRST + timedelta(days=days)
    at = datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)
    return msgspec.structs.replace(command, day=day, occurred_at=at)


async def test_actions_of_one_batch_see_each_other(service: Service) -> None:
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    queue = service.components.queue
    rides = [act(citizen, "clothes_recycle", Decimal(4), tier="E1") for _ in range(2)]
    one, two = [body_of(outcome) for outcome in await asyncio.gather(*map(queue.submit, rides))]
    assert (one["reduction_g"], one["capped_by"]) == (5000, "grams_per_day")
    assert (two["state"], two["reduction_g"], two["points"]) == ("capped", 0, 0)
    await assert_every_promise_holds(service)


async def test_the_points_of_one_act_have_a_limit_and_its_grams_have_none(service: Service) -> None:
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    trip = body_of(
        await service.components.queue.submit(act(citizen, "rail_for_air", Decimal(1500), tier="E1"))
    )
    assert (trip["reduction_g"], trip["points"]) == (120_180, LIMITS.points_per_act)
    assert (trip["state"], trip["capped_by"]) == ("posted", "points_per_act")
    assert trip["reductions"][-1] == {"rule": "points_per_act", "removed": 12_018 - 920, "unit": "point"}
    # The day has 1,000 points with a partner's proof.
    more = body_of(
        await service.components.queue.submit(act(citizen, "clothes_recycle", Decimal(3), tier="E1"))
    )
    assert (more["reduction_g"], more["points"]) == (3840, 80)
    assert more["capped_by"] == "tier_points_per_day"
    await assert_every_promise_holds(service)


async def test_a_month_on_one_s_own_word_has_a_limit_and_a_reversal_makes_room(service: Service) -> None:
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    queue = service.components.queue
    told = [
        body_of(await queue.submit(on(act(citizen, "bike_own", Decimal(15), tier="E5"), days)))
        for days in range(12)
    ]
    assert [each["points"] for each in told] == [30] * 10 + [0, 0]
    assert {each["capped_by"] for each in told[10:]} == {"tier_grams_per_month"}
    assert (await queue.submit(reverse(citizen, told[0]["id"]))).status == 201
    again = body_of(await queue.submit(on(act(citizen, "bike_own", Decimal(15), tier="E5"), 13)))
    assert again["points"] == 30
    # In one batch with the reversal too.
    undo = reverse(citizen, told[1]["id"])
    both = await asyncio.gather(
        queue.submit(undo), queue.submit(on(act(citizen, "bike_own", Decimal(15), tier="E5"), 14))
    )
    assert body_of(both[1])["points"] == 30
    # The next month is a new one.
    later = on(act(citizen, "bike_own", Decimal(15), tier="E5"), 32)
    assert body_of(await queue.submit(later))["points"] == 30
    await assert_every_promise_holds(service)
