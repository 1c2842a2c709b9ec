"""Pools of retired credits, and the credit batches that they are ranges of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from backend.domain.credits.allocation import PoolRange

if TYPE_CHECKING:
    from backend.ledger.state import LedgerState
    from backend.storage.transaction import Transaction


class CreditBatchFacts(msgspec.Struct, frozen=True):
    """A credit batch as a certificate shows it; none of this ever changes."""

    id: UUID
    product: str
    project_name: str
    retirement_ref: str


class CreditBatchMemory:
    """Credit batches that were loaded before."""

    def __init__(self) -> None:
        self._known: dict[UUID, CreditBatchFacts] = {}

    @property
    def known(self) -> Mapping[UUID, CreditBatchFacts]:
        """By id; filled as pools and offsets are loaded."""
        return self._known

    def remember(self, batch: CreditBatchFacts) -> None:
        self._known[batch.id] = batch

    async def load_pools(self, transaction: Transaction, state: LedgerState, events: Iterable[UUID]) -> None:
        """Lock what is left in the pools of these events."""
        for row in await transaction.lock("lock_pools", sorted(events)):
            state.pools.setdefault(row["event_id"], []).append(
                PoolRange(row["position"], row["batch_id"], row["next_serial"], row["serial_to"])
            )
        await self.load(transaction, {item.batch_id for pool in state.pools.values() for item in pool})

    async def load(self, transaction: Transaction, ids: set[UUID]) -> None:
        """Know these credit batches."""
        missing = ids - self._known.keys()
        if missing:
            for row in await transaction.read("load_credit_batches", list(missing)):
                self.remember(
                    CreditBatchFacts(row["id"], row["product"], row["project_name"], row["retirement_ref"])
                )
