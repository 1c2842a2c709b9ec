"""Points that waited for a first proven act lapse: nobody gets them, and they return to the budget they were reserved
in. A repeat finds nothing that waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec

from backend.ledger.command import Command, Outcome
from backend.ledger.state import LedgerState
from backend.storage.transaction import Transaction


class LapsePending(Command, frozen=True):
    """What waits for these sources (reason and id) of a citizen has waited for long enough."""

    sources: tuple[tuple[str, UUID], ...]

    @property
    def issues(self) -> bool:
        return True

    @property
    def ends_pending(self) -> bool:
        return True


class Lapsed(msgspec.Struct, frozen=True):
    points: int


class LapseRules:
    """They keep nothing of their own: what waits is loaded with the accounts."""

    commands: tuple[type[Command], ...] = (LapsePending,)

    async def load(
        self, transaction: Transaction, state: LedgerState, commands: Sequence[LapsePending]
    ) -> None:
        """What waits is loaded already."""

    def decide(self, command: LapsePending, state: LedgerState) -> Outcome:
        points = sum(
            state.drop_pending(command.citizen_id, reason, source_id, "lapsed", command.at)
            for reason, source_id in command.sources
        )
        return Outcome(200, Lapsed(points))

    async def store(self, transaction: Transaction, state: LedgerState) -> None:
        """Ends are stored with everybody's."""
