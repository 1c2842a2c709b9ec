"""A citizen's points run out: what is left of the lots goes to the account of expired points.

A repeat finds the lots empty. Should a lot ever be filled again after its day (a redemption that is cancelled
late), what came back runs out with the next day's run: a lot is booked off once a day at most, under a source that
is made from citizen, lot and day, so that the key `transfers_once_per_source` stands behind the rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid5

import msgspec

from backend.ledger.command import Command, Outcome
from backend.ledger.state import LedgerState
from backend.storage.transaction import Transaction

SOURCES = UUID("5b1a4d8e-2f0c-5c8e-9d6b-0a7e64c1f3d2")
"""The namespace of expiries' source ids; never to be changed."""


class ExpirePoints(Command, frozen=True):
    """Book off what is left of a citizen's lots that run out on `today` or ran out before."""

    today: date

    @property
    def spends(self) -> bool:
        return True


class Expired(msgspec.Struct, frozen=True):
    """What one command booked off."""

    points: int
    lots: int


class ExpiryState:
    """Sources of expiries that were booked before."""

    def __init__(self) -> None:
        self.booked: set[tuple[UUID, UUID]] = set()


class ExpiryRules:
    commands: tuple[type[Command], ...] = (ExpirePoints,)

    async def load(
        self, transaction: Transaction, state: LedgerState, commands: Sequence[ExpirePoints]
    ) -> None:
        asked = sorted(
            {
                (each.citizen_id, source_of(each.citizen_id, lot, each.today))
                for each in commands
                for lot in _due(state, each)
            }
        )
        if asked:
            rows = await transaction.read("load_expiries", *zip(*asked, strict=True))
            state.component(ExpiryState).booked = {(row["citizen_id"], row["source_id"]) for row in rows}

    def decide(self, command: ExpirePoints, state: LedgerState) -> Outcome:
        citizen_id, booked = command.citizen_id, state.component(ExpiryState).booked
        points = lots = 0
        for lot in _due(state, command):
            source = source_of(citizen_id, lot, command.today)
            if (citizen_id, source) not in booked:
                points += state.move_expired(citizen_id, lot, source, command.at)
                booked.add((citizen_id, source))
                lots += 1
        return Outcome(200, Expired(points, lots))

    async def store(self, transaction: Transaction, state: LedgerState) -> None:
        """Transfers, lots and balances are stored with everybody's."""


def source_of(citizen_id: UUID, lot: date, today: date) -> UUID:
    """Deterministic: every process gives the same citizen, lot and day the same id."""
    return uuid5(SOURCES, f"{citizen_id}/{lot.isoformat()}/{today.isoformat()}")


def _due(state: LedgerState, command: ExpirePoints) -> list[date]:
    lots = state.lots.get(command.citizen_id, {})
    return sorted(lot for lot, points in lots.items() if lot <= command.today and points > 0)
