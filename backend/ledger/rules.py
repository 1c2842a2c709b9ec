"""What every kind of command brings along: how it is loaded, decided and stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from backend.ledger.command import Command, Outcome
from backend.ledger.state import LedgerState
from backend.storage.transaction import Transaction


class Rules(Protocol):
    """Rules of some commands. What they know of a batch they keep in `state.component(…)` of their own class.

    `load` runs when the citizens' accounts and the events are locked; it locks further rows in key order. `decide`
    raises a Refusal having changed nothing. `store` runs for a batch in which any rules have a component, and
    writes what there is in it, whichever command put it there.
    """

    commands: tuple[type[Command], ...]

    async def load(self, transaction: Transaction, state: LedgerState, commands: Sequence[Any]) -> None: ...
    def decide(self, command: Any, state: LedgerState) -> Outcome: ...
    async def store(self, transaction: Transaction, state: LedgerState) -> None: ...
