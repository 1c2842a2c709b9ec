"""Issuance budgets as the ledger's rules need them, and points that wait for a first proven act.

A budget is a row that every batch of every process wants, so no batch holds it while it decides: what is left is read
without a lock, and what was issued is added by the last statement before COMMIT, where a constraint has the final say.
A batch that asked for too much is decided again, alone: all batches stand in a line that such a batch takes as a whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from backend.ledger.issuance_rows import IssuedRow

if TYPE_CHECKING:
    from backend.ledger.command import Command
    from backend.storage.transaction import Transaction

OVERSPENT = "issuance_budgets_issued_within"
"""The constraint that a batch meets which issued more than was left."""


class IssuanceBudgetFacts(msgspec.Struct):
    """A budget that pays, and what is left of it."""

    id: UUID
    left: int


class PendingFacts(msgspec.Struct, frozen=True):
    """Points that wait, reserved in their budget; `day` says which lot they will go to."""

    source_id: UUID
    reason: str
    points: int
    budget_id: UUID
    day: date


class Granted(msgspec.Struct, frozen=True):
    """What became of points that an act deserves: all of them, now or once the account is proven, or none."""

    earned: int = 0
    pending: int = 0
    withheld: int = 0
    """Points that no budget paid for."""

    @property
    def points(self) -> int:
        return self.earned + self.pending


class Issuance:
    """Open budgets by who they are of, and what a batch issues against each."""

    def __init__(self) -> None:
        self._city: IssuanceBudgetFacts | None = None
        self._events: dict[UUID, IssuanceBudgetFacts] = {}
        self._partners: dict[UUID, IssuanceBudgetFacts] = {}
        self._issued: defaultdict[UUID, int] = defaultdict(int)

    async def load(self, transaction: Transaction, commands: Collection[Command], *, is_alone: bool) -> None:
        """Know the open budgets that may pay. With `is_alone` nobody else issues until this batch has ended."""
        events = {command.event_id for command in commands} - {None}
        partners = {command.partner_id for command in commands} - {None}
        if is_alone:
            await transaction.lock("lock_issuance")
            rows = await transaction.lock("lock_issuance_budgets", list(events), list(partners))
        else:
            rows = await transaction.lock("join_issuance", list(events), list(partners))
        for row in rows:
            self.know(IssuanceBudgetFacts(row["id"], row["left_points"]), row["event_id"], row["partner_id"])

    def know(
        self, budget: IssuanceBudgetFacts, event_id: UUID | None = None, partner_id: UUID | None = None
    ) -> None:
        """A budget that may pay: an event's, a partner's, or else the city's."""
        if event_id is not None:
            self._events[event_id] = budget
        elif partner_id is not None:
            self._partners[partner_id] = budget
        else:
            self._city = budget

    def charge(self, points: int, event_id: UUID | None, partner_id: UUID | None) -> UUID | None:
        """The budget that pays for all of these points: the event's, the partner's, else the city's; or None."""
        budget = self._city
        if event_id is not None and event_id in self._events:
            budget = self._events[event_id]
        elif partner_id is not None and partner_id in self._partners:
            budget = self._partners[partner_id]
        if budget is None or budget.left < points:
            return None
        budget.left -= points
        self._issued[budget.id] += points
        return budget.id

    def give_back(self, budget_id: UUID, points: int) -> None:
        """Points come back to the budget that they were issued or reserved against."""
        self._issued[budget_id] -= points

    def rows(self) -> Sequence[IssuedRow]:
        return [IssuedRow(key, self._issued[key]) for key in sorted(self._issued) if self._issued[key]]


async def load_pending(
    transaction: Transaction, citizens: Sequence[UUID]
) -> defaultdict[UUID, dict[tuple[str, UUID], PendingFacts]]:
    """What waits for these citizens, whose accounts are locked, by reason and source."""
    found: defaultdict[UUID, dict[tuple[str, UUID], PendingFacts]] = defaultdict(dict)
    for row in await transaction.read("load_pending_points", citizens):
        facts = PendingFacts(row["source_id"], row["reason"], row["points"], row["budget_id"], row["day"])
        found[row["citizen_id"]][(facts.reason, facts.source_id)] = facts
    return found
