"""An action is taken back once, with its points as far as they are there, and never behind a donation's back."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import asyncpg
import msgspec
import pytest

from backend.domain.account.lots import lot_of
from backend.domain.days import day_of
from backend.errors.actions.reduction_claims import PartnerItemNotFound
from backend.ledger.command import Outcome
from backend.ledger.commands.log_action import PartnerItem
from backend.models import SourceGrant
from backend.models.keys import uuid7
from backend.services.actions.reduction_claims import reverse_partner_item
from backend.settings import Settings
from tests.consents import agreed
from tests.ledger.commands.claiming import (
    body_of,
    claim,
    donate,
    expire,
    lots_of,
    may_spend,
    open_cause,
    reverse,
    ride,
    spend,
    take_rides,
)
from tests.ledger.stage import assert_every_promise_holds, count, open_fair, open_queue, submit
from tests.service import Service

SEPTEMBER, OCTOBER, NOVEMBER = (date(2026, month, 3) for month in (9, 10, 11))
SUMS = (
    "SELECT coalesce(sum(actions), 0)::int, coalesce(sum(reduction_g), 0)::int, coalesce(sum(points), 0)::int"
)


def told(answer: object) -> str:
    assert isinstance(answer, Outcome)
    return "201" if answer.status == 201 else body_of(answer)["code"]


async def test_a_reversal_takes_points_sums_and_grams_back(
    service: Service, owner: asyncpg.Connection
) -> None:
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    queue = service.components.queue
    kept, wrong = await take_rides(queue, citizen, 2)
    answer = body_of(await queue.submit(reverse(citizen, wrong["id"])))
    assert (answer["points"], answer["points_short"]) == (wrong["points"], 0)
    assert (answer["reduction_g"], answer["balance"]) == (wrong["reduction_g"], kept["points"])
    assert tuple(await owner.fetchrow(f"{SUMS} FROM action_sums")) == (1, kept["reduction_g"], kept["points"])
    row = await owner.fetchrow("SELECT * FROM transfers WHERE reason = 'reversal'")
    assert (row["debit_account"], row["points"]) == (citizen, wrong["points"])
    assert str(row["source_id"]) == wrong["id"]
    assert str(row["credit_account"]) == "00000000-0000-7000-8000-000000000001"
    await assert_every_promise_holds(service)


async def test_a_hundred_simultaneous_reversals_happen_once(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    kept, wrong = await take_rides(service.components.queue, citizen, 2)
    async with open_queue(settings, batch_size_max=7) as one, open_queue(settings, batch_size_max=5) as two:
        answers = await asyncio.gather(
            *(submit((one, two)[number % 2], reverse(citizen, wrong["id"])) for number in range(100))
        )
    assert Counter(told(answer) for answer in answers) == {"201": 1, "action_reversed": 99}
    assert await count(owner, "reversals") == 1
    assert await owner.fetchval("SELECT balance FROM accounts WHERE id = $1", citizen) == kept["points"]
    await assert_every_promise_holds(service)


async def test_a_command_that_is_run_again_after_a_lost_commit_answers_as_it_did(service: Service) -> None:
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    (wrong,) = await take_rides(service.components.queue, citizen, 1)
    command = reverse(citizen, wrong["id"])
    first, again = [await service.components.queue.submit(command) for _ in range(2)]
    assert (first.status, first.body) == (again.status, again.body)
    await assert_every_promise_holds(service)


async def test_points_that_were_spent_are_let_go_and_nobody_owes(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    queue = service.components.queue
    may_spend(service.components.ledger)
    rides = await take_rides(queue, citizen, 2)
    each = rides[0]["points"]
    assert (await queue.submit(spend(citizen, 2 * each - 3))).status == 200
    answer = body_of(await queue.submit(reverse(citizen, rides[0]["id"])))
    assert (answer["points"], answer["points_short"], answer["balance"]) == (3, each - 3, 0)
    empty = body_of(await queue.submit(reverse(citizen, rides[1]["id"])))
    assert (empty["points"], empty["points_short"], empty["balance"]) == (0, each, 0)
    assert await lots_of(owner, citizen) == {}
    assert await owner.fetchval("SELECT count(*) FROM transfers WHERE reason = 'reversal'") == 1
    assert tuple(await owner.fetchrow(f"{SUMS} FROM action_sums")) == (0, 0, 0)


async def test_the_original_lot_is_emptied_first_and_then_the_oldest(
    service: Service, owner: asyncpg.Connection
) -> None:
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    queue = service.components.queue
    (old,) = await take_rides(queue, citizen, 1, SEPTEMBER)
    middle, other = await take_rides(queue, citizen, 2, OCTOBER)
    (late,) = await take_rides(queue, citizen, 1, NOVEMBER)
    each = old["points"]
    lots = {lot_of(SEPTEMBER): each, lot_of(OCTOBER): 2 * each, lot_of(NOVEMBER): each}
    assert await lots_of(owner, citizen) == lots
    await queue.submit(reverse(citizen, middle["id"]))
    assert await lots_of(owner, citizen) == lots | {lot_of(OCTOBER): each}
    # The lot of October runs out: the second ride of October is then taken from September, which is the oldest.
    await queue.submit(reverse(citizen, late["id"]))
    await queue.submit(expire(citizen, lot_of(SEPTEMBER)))
    (again,) = await take_rides(queue, citizen, 1, date(2026, 12, 1))
    assert await lots_of(owner, citizen) == {
        lot_of(OCTOBER): each,
        lot_of(date(2026, 12, 1)): again["points"],
    }
    answer = body_of(await queue.submit(reverse(citizen, old["id"])))
    assert (answer["points"], answer["points_short"]) == (each, 0)
    assert await lots_of(owner, citizen) == {lot_of(date(2026, 12, 1)): again["points"]}
    assert (await queue.submit(reverse(citizen, other["id"]))).status == 201
    await assert_every_promise_holds(service)


async def test_a_reversed_ride_makes_room_under_the_cap_again(service: Service) -> None:
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    queue, today = service.components.queue, day_of(datetime.now(UTC))
    rides = [body_of(await queue.submit(ride(citizen, today, hour))) for hour in range(6, 12)]
    assert {each["state"] for each in rides} == {"posted"}
    capped = body_of(await queue.submit(ride(citizen, today, 12)))
    assert (capped["state"], capped["capped_by"]) == ("capped", "rides_per_day")
    assert (await queue.submit(reverse(citizen, rides[0]["id"]))).status == 201
    assert body_of(await queue.submit(ride(citizen, today, 13)))["state"] == "posted"
    assert body_of(await queue.submit(ride(citizen, today, 14)))["state"] == "capped"
    await assert_every_promise_holds(service)


@pytest.mark.parametrize("to", ["donated", "aggregated", "cancelled"])
async def test_what_was_given_away_is_not_taken_back(
    service: Service, owner: asyncpg.Connection, to: str
) -> None:
    cause = await open_cause(service)
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    queue = service.components.queue
    (given,) = await take_rides(queue, citizen, 1)
    await agreed(citizen, "aggregation")
    command = donate(citizen, cause) if to == "donated" else claim(citizen, to)  # type: ignore[arg-type]
    assert (await queue.submit(command)).status == 201
    refused = await queue.submit(reverse(citizen, given["id"]))
    assert (refused.status, body_of(refused)["code"]) == (409, "action_claimed")
    assert body_of(refused)["facts"] == {"claim_state": to}
    assert await count(owner, "reversals") == 0
    await assert_every_promise_holds(service)


@pytest.mark.parametrize("is_reversed_first", [True, False])
async def test_a_donation_and_a_reversal_in_one_batch_see_each_other(
    service: Service, settings: Settings, is_reversed_first: bool
) -> None:
    cause = await open_cause(service)
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    (only,) = await take_rides(service.components.queue, citizen, 1)
    commands = [reverse(citizen, only["id"]), donate(citizen, cause)]
    async with open_queue(settings, is_started=False) as queue:
        ordered = commands if is_reversed_first else commands[::-1]
        waiting = [asyncio.create_task(queue.submit(command)) for command in ordered]
        await asyncio.sleep(0)
        queue.start()
        answers = await asyncio.gather(*waiting)
    refused = "nothing_to_donate" if is_reversed_first else "action_claimed"
    assert [told(answer) for answer in answers] == ["201", refused]
    await assert_every_promise_holds(service)


async def test_an_action_of_somebody_else_or_of_nobody_is_not_there(
    service: Service, owner: asyncpg.Connection
) -> None:
    lin, chen = await (await open_fair(service, 0, None)).citizen_ids(2)
    queue = service.components.queue
    (ridden,) = await take_rides(queue, lin, 1)
    for command in (reverse(chen, ridden["id"]), reverse(lin, uuid7()), reverse(uuid7(), ridden["id"])):
        refused = await queue.submit(command)
        assert (refused.status, body_of(refused)["code"]) == (404, "action_not_found")
    assert await count(owner, "reversals") == 0


async def test_what_staff_reverse_is_recorded_in_the_same_transaction(
    service: Service, owner: asyncpg.Connection
) -> None:
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    (wrong,) = await take_rides(service.components.queue, citizen, 1)
    headers = await service.staff("operator")
    staff_id = service.components.tokens.read(headers["Authorization"].removeprefix("Bearer ")).id
    command = msgspec.structs.replace(reverse(citizen, wrong["id"]), staff_id=staff_id)
    await service.components.queue.submit(command)
    row = await owner.fetchrow("SELECT * FROM staff_actions WHERE action = 'action.reverse'")
    assert (row["staff_id"], row["subject"], row["reason"]) == (staff_id, wrong["id"], command.reason)
    assert msgspec.json.decode(row["before"]) == {
        "points": wrong["points"],
        "reduction_g": wrong["reduction_g"],
    }
    # The record is dated by the database, a moment after the command was taken.
    late = row["at"] - await owner.fetchval("SELECT created_at FROM reversals")
    assert timedelta() < late < timedelta(seconds=10)


async def test_a_partner_takes_back_what_it_reported_by_its_own_id(service: Service) -> None:
    (citizen,) = await (await open_fair(service, 0, None)).citizen_ids(1)
    queue, partner_id = service.components.queue, uuid7()
    item = PartnerItem(partner_id, "trip-1", b"d" * 32)
    await SourceGrant.create(
        citizen_id=citizen,
        partner_id=partner_id,
        subject="card-1",
        consent_version="2026.2",
        granted_at=datetime.now(UTC),
    )
    told_of = msgspec.structs.replace(ride(citizen), item=item, partner_id=partner_id)
    ridden = body_of(await queue.submit(told_of))
    now = datetime.now(UTC)
    outcome = await reverse_partner_item(queue, partner_id, "trip-1", "refunded", now)
    assert (outcome.status, body_of(outcome)["action_id"]) == (201, ridden["id"])
    again = await reverse_partner_item(queue, partner_id, "trip-1", "refunded", now)
    assert body_of(again)["code"] == "action_reversed"
    for stranger, external_id in ((partner_id, "trip-2"), (uuid7(), "trip-1")):
        with pytest.raises(PartnerItemNotFound):
            await reverse_partner_item(queue, stranger, external_id, "refunded", now)
    await assert_every_promise_holds(service)
