"""Rides with evidence on days of one's choice, causes to give them to, and points spent without a shop."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import asyncpg
import msgspec

from backend.domain.days import SHANGHAI, day_of
from backend.ledger.batch import Ledger
from backend.ledger.command import Command, IdempotencyKey, Outcome
from backend.ledger.commands.claim import ClaimReductions, DonateReductions
from backend.ledger.commands.expire import ExpirePoints
from backend.ledger.commands.log_action import LogAction
from backend.ledger.commands.reverse import ReverseAction
from backend.ledger.queue import LedgerQueue
from backend.ledger.state import LedgerState
from backend.models.keys import uuid7
from backend.storage.transaction import Transaction
from tests.service import Service

Json = dict[str, Any]
RIDES_PER_DAY = 4


def ride(
    citizen_id: UUID,
    day: date | None = None,
    hour: int = 9,
    *,
    km: int = 5,
    tier: str = "E1",
    key: str | None = None,
) -> LogAction:
    """A bus ride, vouched for by a partner, or with weaker evidence one by bicycle; rides of a day lie an hour apart
    or more.
    """
    day = day or day_of(datetime.now(UTC))
    return LogAction(
        id=uuid7(),
        citizen_id=citizen_id,
        method="bus" if tier == "E1" else "bike_own",
        quantity=Decimal(km),
        parameters={},
        tier=tier,
        occurred_at=datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI),
        day=day,
        event_id=None,
        gate=None,
        badge_serial=None,
        idempotency=None if key is None else IdempotencyKey(key, b"." * 32),
        at=datetime.now(UTC),
    )


async def take_rides(
    queue: LedgerQueue, citizen_id: UUID, count: int, first_day: date | None = None
) -> list[Json]:
    """Rides of 5 km, four a day from a day on, oldest first; their answers."""
    first_day = first_day or day_of(datetime.now(UTC)) - timedelta(days=count // RIDES_PER_DAY)
    found = []
    for number in range(count):
        day = first_day + timedelta(days=number // RIDES_PER_DAY)
        outcome = await queue.submit(ride(citizen_id, day, 8 + 2 * (number % RIDES_PER_DAY)))
        assert outcome.status == 201, outcome.body
        found.append(body_of(outcome))
    assert all(each["reduction_g"] > 0 and each["points"] > 0 for each in found)
    return found


def donate(
    citizen_id: UUID, cause_id: UUID, grams: int | None = None, key: str | None = None
) -> DonateReductions:
    return DonateReductions(
        id=uuid7(),
        citizen_id=citizen_id,
        cause_id=cause_id,
        grams=grams,
        idempotency=None if key is None else IdempotencyKey(key, b"." * 32),
        at=datetime.now(UTC),
    )


def claim(
    citizen_id: UUID, to: Literal["aggregated", "cancelled"], grams: int | None = None
) -> ClaimReductions:
    return ClaimReductions(
        id=uuid7(), citizen_id=citizen_id, to=to, grams=grams, idempotency=None, at=datetime.now(UTC)
    )


def reverse(citizen_id: UUID, action_id: object) -> ReverseAction:
    return ReverseAction(
        id=uuid7(),
        citizen_id=citizen_id,
        action_id=UUID(str(action_id)),
        reason="the ticket was refunded",
        actor="operator",
        idempotency=None,
        at=datetime.now(UTC),
    )


def expire(citizen_id: UUID, today: date) -> ExpirePoints:
    return ExpirePoints(id=uuid7(), citizen_id=citizen_id, today=today, at=datetime.now(UTC))


def body_of(outcome: Outcome) -> Json:
    found: Json = msgspec.json.decode(outcome.body)
    return found


async def open_cause(service: Service, slug: str = "panda-forest") -> UUID:
    """A cause that takes donations; its id."""
    body = {
        "slug": slug,
        "name": {"zh-CN": "大熊猫栖息地", "en": "Panda habitat"},
        "about": {"zh-CN": "把减排量送给栖息地。", "en": "Give reductions to the habitat."},
        "reason": "spring campaign",
    }
    made = await service.post("/v1/causes", body, await service.staff("operator"))
    assert made.status_code == 201, made.text
    return UUID(made.json()["id"])


class Spend(Command, frozen=True):
    """Points go to the account of redemptions for nothing."""

    points: int
    today: date

    @property
    def spends(self) -> bool:
        return True


class Return(Command, frozen=True):
    """Points come back to the lots they were spent from."""

    lots: tuple[tuple[date, int], ...]

    @property
    def spends(self) -> bool:
        return True


class Balance(msgspec.Struct):
    balance: int


class SpendingRules:
    """The shortest rules that spend: what the ledger's own commands do with lots, without a shop around it."""

    commands: tuple[type[Command], ...] = (Spend, Return)

    async def load(self, transaction: Transaction, state: LedgerState, commands: Sequence[Any]) -> None: ...

    def decide(self, command: Spend | Return, state: LedgerState) -> Outcome:
        if isinstance(command, Return):
            state.give_back(command.citizen_id, command.lots, "cancellation", command.id, command.at)
        else:
            state.spend(
                command.citizen_id, command.points, "redemption", command.id, command.at, command.today
            )
        return Outcome(200, Balance(state.balances[command.citizen_id]))

    async def store(self, transaction: Transaction, state: LedgerState) -> None: ...


def may_spend(ledger: Ledger) -> None:
    """Have a ledger know the commands of this file."""
    rules = SpendingRules()
    ledger._rules = (*ledger._rules, rules)
    ledger._rules_of |= dict.fromkeys(rules.commands, rules)


def spend(citizen_id: UUID, points: int, today: date | None = None) -> Spend:
    now = datetime.now(UTC)
    return Spend(id=uuid7(), citizen_id=citizen_id, points=points, today=today or day_of(now), at=now)


async def lots_of(owner: asyncpg.Connection, citizen_id: UUID) -> dict[date, int]:
    rows = await owner.fetch(
        "SELECT expires_on, points FROM lots WHERE citizen_id = $1 AND points > 0", citizen_id
    )
    return {row["expires_on"]: row["points"] for row in rows}
