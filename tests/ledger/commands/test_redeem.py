"""Redeeming and giving back: never a piece too many, never a point lost, whoever comes at the same moment."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from backend.errors import Refusal
from backend.jobs import voucher_expiry
from backend.ledger.audit.ledger import audit_database
from backend.ledger.command import Command, IdempotencyKey, Outcome
from backend.ledger.commands.redeem import CancelRedemption, Redeem
from backend.models.keys import uuid7
from tests.ledger.stage import assert_every_promise_holds, codes_of, count, open_queue, submit
from tests.mall import POINTS, Mall, open_mall, told
from tests.service import Service


@pytest.fixture
async def mall(service: Service) -> Mall:
    return await open_mall(service)


def id_of(mall: Mall, citizen: dict[str, str]) -> UUID:
    return mall.service.components.tokens.read(citizen["Authorization"].split()[1]).id


def ask(citizen_id: UUID, slug: str, key: str | None = None) -> Redeem:
    made = uuid7()
    return Redeem(
        id=made,
        citizen_id=citizen_id,
        reward_slug=slug,
        cost_points=None,
        idempotency=IdempotencyKey(key or str(made), b"." * 32),
        at=datetime.now(UTC),
    )


async def lots(owner: asyncpg.Connection, citizen_id: UUID) -> dict[date, int]:
    rows = await owner.fetch("SELECT expires_on, points FROM lots WHERE citizen_id = $1", citizen_id)
    return {row["expires_on"]: row["points"] for row in rows}


async def second_lot(owner: asyncpg.Connection, citizen_id: UUID, points: int) -> date:
    """Make some of a citizen's points run out two years earlier, with the transfer that brought them."""
    early = date(datetime.now(UTC).year + 1, 1, 1)
    await owner.execute(
        """INSERT INTO transfers SELECT citizen_id, gen_random_uuid(), debit_account, credit_account, $2, reason,
           source_id, balance_after, created_at, $3, budget_id FROM transfers WHERE citizen_id = $1""",
        citizen_id,
        points,
        early,
    )
    await owner.execute(
        "UPDATE transfers SET points = points - $2 WHERE citizen_id = $1 AND expires_on <> $3",
        citizen_id,
        points,
        early,
    )
    await owner.execute("UPDATE accounts SET balance = balance - $2 WHERE id = $1", citizen_id, points)
    await owner.execute("UPDATE lots SET points = points - $2 WHERE citizen_id = $1", citizen_id, points)
    await owner.execute("INSERT INTO lots VALUES ($1, $2, $3)", citizen_id, early, points)
    return early


async def test_three_hundred_buyers_of_a_hundred_pieces_get_a_hundred_different_codes(mall: Mall) -> None:
    await mall.ticket(codes=100)
    buyers = [await mall.buyer() for _ in range(300)]
    answers = await asyncio.gather(*(mall.redeem(buyer, "metro") for buyer in buyers))
    sold = [answer.json() for answer in answers if answer.status_code == 201]
    assert len({answer["coupon_code"] for answer in sold}) == len(sold) == 100
    assert Counter(told(answer) for answer in answers if answer.status_code != 201) == {
        (409, "reward_sold_out"): 200
    }
    assert await mall.left("metro") == 0
    balances = Counter([await mall.balance(buyer) for buyer in buyers])
    assert balances == {POINTS - 100: 100, POINTS: 200}
    await assert_every_promise_holds(mall.service)


async def test_buyers_of_several_processes_get_as_many_pieces_as_there_are(
    mall: Mall, owner: asyncpg.Connection
) -> None:
    await mall.reward(stock=30)
    await mall.ticket(codes=20)
    buyers = [id_of(mall, await mall.buyer()) for _ in range(60)]
    settings = mall.service.settings
    async with open_queue(settings) as one, open_queue(settings, batch_size_max=7) as two:
        queues = (one, two, mall.service.components.queue)
        commands = [ask(buyer, slug) for buyer in buyers for slug in ("tea", "metro")]
        outcomes = await asyncio.gather(
            *(submit(queues[number % 3], command) for number, command in enumerate(commands))
        )
    assert Counter(codes_of(outcomes)) == {"201": 50, "409": 70}
    assert await count(owner, "redemptions") == 50
    assert await count(owner, "vouchers") == 30
    assert await count(owner, "reward_codes", "redemption_id IS NOT NULL") == 20
    await assert_every_promise_holds(mall.service)


async def test_twenty_requests_at_one_moment_get_no_more_than_one_person_may(mall: Mall) -> None:
    await mall.reward(per_person_max=3, cost_points=10)
    buyer = await mall.buyer()
    answers = await asyncio.gather(*(mall.redeem(buyer) for _ in range(20)))
    assert Counter(told(answer) for answer in answers) == {(201, ""): 3, (409, "reward_limit_reached"): 17}
    assert await mall.balance(buyer) == POINTS - 30
    await assert_every_promise_holds(mall.service)


async def test_points_are_never_spent_twice(mall: Mall) -> None:
    await mall.reward(cost_points=300)
    buyer = await mall.buyer()
    answers = await asyncio.gather(*(mall.redeem(buyer) for _ in range(8)))
    assert Counter(told(answer) for answer in answers) == {(201, ""): 3, (409, "points_insufficient"): 5}
    assert await mall.balance(buyer) == POINTS - 900
    await assert_every_promise_holds(mall.service)


async def test_oldest_points_go_first_and_come_back_with_their_own_expiry(
    mall: Mall, owner: asyncpg.Connection
) -> None:
    await mall.reward(cost_points=250)
    buyer = await mall.buyer()
    citizen_id = id_of(mall, buyer)
    early = await second_lot(owner, citizen_id, 100)
    before = await lots(owner, citizen_id)
    redeemed = (await mall.redeem(buyer)).json()
    late = max(before)
    assert await lots(owner, citizen_id) == {early: 0, late: POINTS - 250}
    cancelled = await mall.cancel(buyer, redeemed["id"])
    assert cancelled.json() == {
        "id": redeemed["id"],
        "state": "cancelled",
        "points_returned": 250,
        "balance": POINTS,
    }
    assert await lots(owner, citizen_id) == before
    assert await mall.left() == 10
    findings = await audit_database(mall.service.components.database, mall.service.settings)
    # Splitting the lot by hand left one attendance with two transfers; everything else must hold.
    assert {finding.promise for finding in findings if finding.is_broken} <= {"points have a source"}


async def test_a_redemption_is_given_back_once_whatever_comes_at_the_same_moment(mall: Mall) -> None:
    await mall.reward(stock=1, per_person_max=1)
    buyer = await mall.buyer()
    redeemed = (await mall.redeem(buyer)).json()
    answers = await asyncio.gather(*(mall.cancel(buyer, redeemed["id"]) for _ in range(10)))
    assert Counter(told(answer) for answer in answers) == {(200, ""): 1, (409, "redemption_cancelled"): 9}
    assert await mall.balance(buyer) == POINTS
    assert await mall.left() == 1
    # What was given back counts towards no limit.
    assert (await mall.redeem(buyer)).status_code == 201
    await assert_every_promise_holds(mall.service)


async def test_piece_given_back_and_asked_for_in_one_batch_is_sold_again_within_the_limit(
    mall: Mall,
) -> None:
    await mall.reward(stock=2, per_person_max=1)
    first, second, third = [await mall.buyer() for _ in range(3)]
    returned = (await mall.redeem(first)).json()["id"]
    await mall.redeem(second)
    cancel = CancelRedemption(
        id=uuid7(),
        citizen_id=id_of(mall, first),
        redemption_id=UUID(returned),
        idempotency=IdempotencyKey("back", b"." * 32),
        at=datetime.now(UTC),
    )
    commands: list[Command] = [cancel, *(ask(id_of(mall, buyer), "tea") for buyer in (second, third, first))]
    outcomes, _ = await mall.service.components.ledger.run(commands)
    assert [outcome.status for outcome in outcomes] == [200, 409, 201, 409]
    assert b"reward_limit_reached" in outcomes[1].body
    assert b"reward_sold_out" in outcomes[3].body
    await assert_every_promise_holds(mall.service)


async def test_a_repeat_gets_the_first_answer_and_the_key_buys_nothing_else(mall: Mall) -> None:
    await mall.reward()
    await mall.reward("other")
    buyer = await mall.buyer()
    first, again = [await mall.redeem(buyer, key="once") for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again.headers["idempotency-replayed"] == "true"
    assert told(await mall.redeem(buyer, "other", key="once")) == (422, "idempotency_key_reused")
    back, once_more = [await mall.cancel(buyer, first.json()["id"], key="back") for _ in range(2)]
    assert back.content == once_more.content
    assert await mall.balance(buyer) == POINTS
    await assert_every_promise_holds(mall.service)


async def test_verifying_and_giving_back_at_one_moment_end_in_one_of_the_two(mall: Mall) -> None:
    await mall.reward(stock=20, cost_points=10)
    outcomes: Counter[str] = Counter()
    for _ in range(12):
        buyer = await mall.buyer()
        redeemed = (await mall.redeem(buyer)).json()
        verified, cancelled = await asyncio.gather(
            mall.verify(redeemed["voucher"]["code"]), mall.cancel(buyer, redeemed["id"])
        )
        both = {verified.status_code, cancelled.status_code}
        assert both == {200, 409}, (verified.text, cancelled.text)
        refused = verified if verified.status_code == 409 else cancelled
        assert told(refused)[1] == ("voucher_cancelled" if refused is verified else "voucher_used")
        outcomes["verified" if verified.status_code == 200 else "cancelled"] += 1
        expected = POINTS - 10 if verified.status_code == 200 else POINTS
        assert await mall.balance(buyer) == expected
    assert outcomes.total() == 12
    await assert_every_promise_holds(mall.service)


async def test_stock_that_staff_change_while_a_crowd_buys_is_never_below_what_is_sold(mall: Mall) -> None:
    await mall.reward(stock=50, cost_points=10)
    buyers = [await mall.buyer() for _ in range(80)]

    async def turn_the_screw() -> list[int]:
        found = []
        for stock in (60, 20, 45, 30, 55, 40):
            found.append((await mall.change(stock=stock)).status_code)
            await asyncio.sleep(0.01)
        return found

    answers, changes = await asyncio.gather(
        asyncio.gather(*(mall.redeem(buyer) for buyer in buyers)), turn_the_screw()
    )
    assert set(changes) <= {200, 409}
    sold = sum(answer.status_code == 201 for answer in answers)
    reward = (await mall.service.client.get("/v1/rewards/tea")).json()
    assert reward["stock"] - reward["stock_left"] == sold
    await assert_every_promise_holds(mall.service)


async def test_a_lost_commit_redeems_once(mall: Mall, owner: asyncpg.Connection) -> None:
    await mall.reward()
    command = ask(id_of(mall, await mall.buyer()), "tea", key="lost")
    ledger = mall.service.components.ledger
    # As the queue does when it cannot know whether COMMIT went through: the very same command again.
    (first,), _ = await ledger.run([command])
    (again,), _ = await ledger.run([command])
    assert (first.status, again.body, again.is_replay) == (201, first.body, True)
    assert await count(owner, "redemptions") == 1
    await assert_every_promise_holds(mall.service)


async def test_refusal_writes_nothing_but_its_answer(mall: Mall, owner: asyncpg.Connection) -> None:
    await mall.reward(cost_points=POINTS + 1)
    outcome = await submit(mall.service.components.queue, ask(id_of(mall, await mall.buyer()), "tea"))
    assert isinstance(outcome, Outcome | Refusal)
    assert codes_of([outcome]) == ["409"]
    assert [await count(owner, table) for table in ("redemptions", "vouchers")] == [0, 0]
    assert await count(owner, "transfers", "reason <> 'event_join'") == 0
    assert await mall.left() == 10


DAMAGE = {
    "stock of": "UPDATE rewards SET stock_left = stock_left - 1 WHERE slug = 'tea'",
    "points of redemption": "UPDATE redemptions SET points = points + 1",
    "points returned": "UPDATE vouchers SET state = 'cancelled', cancelled_at = now() WHERE state = 'issued'",
    "voucher of": "DELETE FROM vouchers WHERE state = 'issued'",
    "coupon code of": "UPDATE reward_codes SET redemption_id = NULL WHERE redemption_id IS NOT NULL",
    "verification of": "DELETE FROM verifications",
    "codes of": "DELETE FROM reward_codes WHERE redemption_id IS NULL",
}


@pytest.mark.parametrize("what", DAMAGE)
async def test_the_audit_names_what_was_damaged(mall: Mall, owner: asyncpg.Connection, what: str) -> None:
    await mall.reward()
    await mall.ticket()
    for slug, times in (("tea", 3), ("metro", 1)):
        buyer = await mall.buyer()
        made = [(await mall.redeem(buyer, slug)).json() for _ in range(times)]
        if slug == "tea":
            await mall.verify(made[0]["voucher"]["code"])
            await mall.cancel(buyer, made[1]["id"])
    await assert_every_promise_holds(mall.service)
    await owner.execute(DAMAGE[what])
    findings = await audit_database(mall.service.components.database, mall.service.settings)
    (finding,) = [finding for finding in findings if finding.is_broken]
    assert finding.promise == "redemptions add up"
    assert what in finding.sentence


async def test_vouchers_past_their_time_are_marked_in_bites_and_given_back_no_more(
    mall: Mall, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voucher_expiry, "VOUCHERS_PER_CHUNK_MAX", 2)
    await mall.reward(cost_points=10)
    buyer = await mall.buyer()
    made = [(await mall.redeem(buyer)).json() for _ in range(6)]
    await owner.execute(
        "UPDATE vouchers SET expires_at = $1 WHERE redemption_id <> $2",
        datetime.now(UTC) - timedelta(seconds=1),
        UUID(made[0]["id"]),
    )
    # Before the run as after it: refused, and told as expired.
    for _ in range(2):
        assert told(await mall.cancel(buyer, made[1]["id"])) == (409, "voucher_expired")
        assert told(await mall.verify(made[2]["voucher"]["code"])) == (409, "voucher_expired")
        shown = await mall.service.client.get(f"/v1/me/redemptions/{made[3]['id']}", headers=buyer)
        assert shown.json()["voucher"]["state"] == "expired"
        await voucher_expiry.expire_vouchers(mall.service.components.database)
    assert await count(owner, "vouchers", "state = 'expired'") == 5
    assert await voucher_expiry.expire_vouchers(mall.service.components.database) == 0
    assert (await mall.verify(made[0]["voucher"]["code"])).status_code == 200
    await assert_every_promise_holds(mall.service)
