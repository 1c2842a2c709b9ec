"""Issuing points against budgets: to the point, whoever spends at one moment, and whatever staff do meanwhile."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from backend.ledger.command import Outcome
from backend.ledger.commands.lapse_pending import LapsePending
from backend.ledger.commands.log_action import RequestedReview
from backend.models.keys import uuid7
from backend.settings import Settings
from tests.ledger.commands.claiming import reverse
from tests.ledger.stage import act, assert_every_promise_holds, join, open_fair, open_queue, refresh_counts
from tests.service import Service

JOIN_POINTS = 10


async def set_total(owner: asyncpg.Connection, total: int, sponsor: str = "city") -> None:
    """What staff do when they raise a budget or lower it, in one statement."""
    await owner.execute(
        """WITH changed AS (
               UPDATE issuance_budgets SET total_points = $1 WHERE sponsor = $2 AND closed_at IS NULL RETURNING id
           )
           INSERT INTO issuance_budget_changes (budget_id, sequence, kind, points_before, points_after, reason, at)
           SELECT c.budget_id, max(sequence) + 1,
                  CASE WHEN $1 > (array_agg(points_after ORDER BY sequence DESC))[1] THEN 'raise' ELSE 'lower' END,
                  (array_agg(points_after ORDER BY sequence DESC))[1], $1, 'test', now()
           FROM issuance_budget_changes c JOIN changed ON changed.id = c.budget_id GROUP BY c.budget_id""",
        total,
        sponsor,
    )


async def issued(owner: asyncpg.Connection, sponsor: str = "city") -> int:
    found: int = await owner.fetchval(
        "SELECT sum(issued_points)::int FROM issuance_budgets WHERE sponsor = $1", sponsor
    )
    return found


async def open_budget(owner: asyncpg.Connection, sponsor: str, whose: UUID, total: int) -> None:
    column = {"event": "event_id", "partner": "partner_id"}[sponsor]
    await owner.execute(
        f"""WITH made AS (
                INSERT INTO issuance_budgets (id, sponsor, {column}, name_zh, name_en, total_points, opened_at)
                VALUES ($1, $2, $3, '预算', 'Budget', $4, now())
            )
            INSERT INTO issuance_budget_changes (budget_id, sequence, kind, points_before, points_after, reason, at)
            VALUES ($1, 1, 'open', 0, $4, 'test', now())""",  # noqa: S608
        *(uuid7(), sponsor, whose, total),
    )


def told(outcome: Outcome) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(outcome.body)
    return found


def earned(outcomes: list[Outcome]) -> int:
    return sum(told(outcome)["points"]["earned"] for outcome in outcomes)


async def test_an_empty_budget_still_lets_people_in_and_is_named(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 3, None)
    people = await fair.citizen_ids(3)
    await set_total(owner, 2 * JOIN_POINTS + JOIN_POINTS - 1)
    async with open_queue(settings) as queue:
        outcomes = [
            await queue.submit(join(citizen, fair.event_id, n)) for n, citizen in enumerate(people, start=1)
        ]
    assert [outcome.status for outcome in outcomes] == [201] * 3
    paid = {"earned": JOIN_POINTS, "pending": 0, "balance": JOIN_POINTS}
    # All or nothing: nine are left, and a scan is worth ten.
    assert [told(outcome)["points"] for outcome in outcomes] == [
        paid,
        paid,
        {"earned": 0, "pending": 0, "balance": 0, "capped_by": "issuance_budget"},
    ]
    assert await issued(owner) == 2 * JOIN_POINTS
    await refresh_counts(service, [fair.event_id])
    await assert_every_promise_holds(service)


async def test_without_a_budget_an_action_keeps_its_grams_and_earns_nothing(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, None)
    (citizen,) = await fair.citizen_ids(1)
    await set_total(owner, 0)
    await owner.execute("UPDATE issuance_budgets SET closed_at = now()")
    async with open_queue(settings) as queue:
        answer = told(await queue.submit(act(citizen, "bus", Decimal(5))))
    assert (answer["points"], answer["balance"]) == (0, 0)
    assert answer["reduction_g"] > 0
    assert answer["state"] == "posted"
    assert answer["capped_by"] == "issuance_budget"
    (reduced,) = answer["reductions"]
    assert (reduced["rule"], reduced["unit"]) == ("issuance_budget", "point")
    assert float(reduced["removed"]) > 0
    await assert_every_promise_holds(service)


async def test_the_events_budget_pays_for_the_event_and_nothing_else(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 2, None)
    first, second = await fair.citizen_ids(2)
    await open_budget(owner, "event", fair.event_id, JOIN_POINTS)
    async with open_queue(settings) as queue:
        assert told(await queue.submit(join(first, fair.event_id, 1)))["points"]["earned"] == JOIN_POINTS
        assert told(await queue.submit(join(second, fair.event_id, 2)))["points"]["earned"] == 0
        assert told(await queue.submit(act(second, "bus", Decimal(5))))["points"] > 0
    assert await issued(owner, "event") == JOIN_POINTS
    assert await issued(owner) > 0
    await refresh_counts(service, [fair.event_id])
    await assert_every_promise_holds(service)


async def test_a_partners_budget_pays_for_its_reports(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, None)
    (citizen,) = await fair.citizen_ids(1)
    partner = uuid7()
    await open_budget(owner, "partner", partner, 1000)
    version = service.components.catalogue.policies.in_force(datetime.now(UTC)).version
    await owner.execute(
        "INSERT INTO source_grants (citizen_id, id, partner_id, subject, consent_version, granted_at)"
        " VALUES ($1, $2, $3, 'card-1', $4, now())",
        *(citizen, uuid7(), partner, version),
    )
    async with open_queue(settings) as queue:
        ride = msgspec.structs.replace(act(citizen, "bus", Decimal(5), tier="E1"), partner_id=partner)
        points = told(await queue.submit(ride))["points"]
    assert points > 0
    assert await issued(owner, "partner") == points
    assert await issued(owner) == 0


async def test_two_hundred_spend_while_the_budget_is_raised_and_none_is_lost(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 200, None)
    people = await fair.citizen_ids(200)
    await set_total(owner, 50 * JOIN_POINTS)
    async with open_queue(settings, batch_size_max=10) as queue:
        asked = [
            asyncio.ensure_future(queue.submit(join(citizen, fair.event_id, n)))
            for n, citizen in enumerate(people, start=1)
        ]
        for tens in (75, 100, 120):
            await asyncio.sleep(0.02)
            await set_total(owner, tens * JOIN_POINTS)
        outcomes = await asyncio.gather(*asked)
    assert Counter(outcome.status for outcome in outcomes) == {201: 200}
    assert await owner.fetchval("SELECT count(*) FROM attendances") == 200
    assert 50 * JOIN_POINTS <= earned(outcomes) <= 120 * JOIN_POINTS
    assert await issued(owner) == earned(outcomes)
    withheld = [o for o in outcomes if told(o)["points"].get("capped_by") == "issuance_budget"]
    assert len(withheld) == 200 - earned(outcomes) // JOIN_POINTS
    await refresh_counts(service, [fair.event_id])
    await assert_every_promise_holds(service)


async def test_four_processes_empty_one_budget_to_the_point(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 200, None)
    people = await fair.citizen_ids(200)
    await set_total(owner, 120 * JOIN_POINTS + 7)
    async with AsyncExitStack() as stack:
        queues = [await stack.enter_async_context(open_queue(settings, batch_size_max=7)) for _ in range(4)]
        outcomes = await asyncio.gather(
            *(
                queues[n % 4].submit(join(citizen, fair.event_id, n))
                for n, citizen in enumerate(people, start=1)
            )
        )
    assert Counter(outcome.status for outcome in outcomes) == {201: 200}
    # Not one that fits is refused, whoever was first, and not one beyond is paid.
    assert earned(outcomes) == 120 * JOIN_POINTS
    assert await issued(owner) == 120 * JOIN_POINTS
    await refresh_counts(service, [fair.event_id])
    await assert_every_promise_holds(service)


async def test_a_budget_that_was_emptied_behind_a_batch_is_decided_again(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 4, None)
    people = await fair.citizen_ids(4)
    await set_total(owner, 2 * JOIN_POINTS)
    async with open_queue(settings, is_started=False) as first, open_queue(settings) as second:
        blocker = await asyncpg.connect(settings.owner_database_url)
        async with blocker.transaction():
            # The first batch has read what is left and waits for an account; the other takes it meanwhile.
            await blocker.execute("SELECT FROM accounts WHERE id = $1 FOR UPDATE", people[0])
            waiting = [
                asyncio.ensure_future(first.submit(join(citizen, fair.event_id, n)))
                for n, citizen in enumerate(people[:2], start=1)
            ]
            first.start()
            await asyncio.sleep(0.2)
            quick = [
                await second.submit(join(citizen, fair.event_id, n))
                for n, citizen in enumerate(people[2:], 3)
            ]
        slow = await asyncio.gather(*waiting)
        await blocker.close()
    assert earned(quick) == 2 * JOIN_POINTS
    assert [told(outcome)["points"]["earned"] for outcome in slow] == [0, 0]
    assert await issued(owner) == 2 * JOIN_POINTS
    await refresh_counts(service, [fair.event_id])
    await assert_every_promise_holds(service)


async def test_what_is_reversed_returns_to_its_budget(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, None)
    (citizen,) = await fair.citizen_ids(1)
    action = act(citizen, "bus", Decimal(5))
    async with open_queue(settings) as queue:
        points = told(await queue.submit(action))["points"]
        assert await issued(owner) == points
        await queue.submit(reverse(citizen, str(action.id)))
    assert await issued(owner) == 0
    await assert_every_promise_holds(service)


async def newcomer(service: Service, fair: Any) -> UUID:
    found: UUID = fair.citizen_id(await service.newcomer())
    return found


async def test_free_points_wait_until_there_is_one_proven_act(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 1, None)
    citizen = await newcomer(service, fair)
    async with open_queue(settings) as queue:
        joined = told(await queue.submit(join(citizen, fair.event_id, 1)))
        assert joined["points"] == {"earned": 0, "pending": JOIN_POINTS, "balance": 0}
        said = told(await queue.submit(act(citizen, "bike_own", Decimal(5), tier="E5")))
        assert said["pending_points"] == said["points"] > 0
        assert said["balance"] == 0
        waiting = JOIN_POINTS + said["points"]
        assert await issued(owner) == waiting, "reserved when it is shown, so that the promise is kept"
        await refresh_counts(service, [fair.event_id])
        await assert_every_promise_holds(service)
        proof = told(await queue.submit(act(citizen, "bus", Decimal(5))))
        assert proof["pending_points"] == 0
        assert proof["balance"] == waiting + proof["points"]
        later = told(await queue.submit(act(citizen, "bike_own", Decimal(5), tier="E5")))
        assert later["pending_points"] == 0
    assert await issued(owner) == waiting + proof["points"] + later["points"]
    await refresh_counts(service, [fair.event_id])
    await assert_every_promise_holds(service)


async def test_a_proof_in_the_same_batch_releases_what_came_before_it(
    service: Service, settings: Settings
) -> None:
    fair = await open_fair(service, 1, None)
    citizen = await newcomer(service, fair)
    async with open_queue(settings, is_started=False) as queue:
        asked = [
            asyncio.ensure_future(queue.submit(command))
            for command in (join(citizen, fair.event_id, 1), act(citizen, "bus", Decimal(5)))
        ]
        await asyncio.sleep(0)
        queue.start()
        joined, proof = map(told, await asyncio.gather(*asked))
    assert joined["points"]["pending"] == JOIN_POINTS
    assert proof["balance"] == JOIN_POINTS + proof["points"]
    await refresh_counts(service, [fair.event_id])
    await assert_every_promise_holds(service)


async def test_an_act_that_waits_for_a_person_proves_nothing_yet(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 1, None)
    citizen = await newcomer(service, fair)
    async with open_queue(settings) as queue:
        await queue.submit(join(citizen, fair.event_id, 1))
        asked = act(citizen, "bike_own", Decimal(5), tier="E4")
        held = msgspec.structs.replace(asked, review=RequestedReview("photo", {}))
        assert told(await queue.submit(held))["balance"] == 0
        await owner.execute(
            "UPDATE reviews SET state = 'approved', decided_at = now(), decided_by = gen_random_uuid()"
        )
        approved = msgspec.structs.replace(asked, review=None, is_approved=True, idempotency=None)
        booked = told(await queue.submit(approved))
    assert booked["balance"] == JOIN_POINTS + booked["points"]
    await refresh_counts(service, [fair.event_id])
    await assert_every_promise_holds(service)


async def test_what_waits_is_reversed_whole_and_lapses_whole(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 1, None)
    citizen = await newcomer(service, fair)
    said = act(citizen, "bike_own", Decimal(5), tier="E5")
    joining = join(citizen, fair.event_id, 1)
    async with open_queue(settings) as queue:
        await queue.submit(joining)
        points = told(await queue.submit(said))["points"]
        reversal = told(await queue.submit(reverse(citizen, str(said.id))))
        assert (reversal["points"], reversal["points_short"]) == (points, 0)
        assert await issued(owner) == JOIN_POINTS
        lapse = LapsePending(
            id=uuid7(),
            citizen_id=citizen,
            at=joining.at + timedelta(days=91),
            sources=(("event_join", joining.id),),
        )
        assert told(await queue.submit(lapse))["points"] == JOIN_POINTS
        assert told(await queue.submit(lapse))["points"] == 0
    assert await issued(owner) == 0
    await refresh_counts(service, [fair.event_id])
    await assert_every_promise_holds(service)
