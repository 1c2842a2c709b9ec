"""Who may earn points by an act of their own, as a batch knows it; scans ask nothing of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from backend.domain.days import day_of
from backend.domain.minors.earning import hindrance
from backend.errors import Refusal
from backend.ledger.state import LedgerState
from backend.storage.transaction import Transaction


class Earners:
    """From when on citizens earn; None for who told no age."""

    def __init__(self) -> None:
        self.earns_from: dict[UUID, date | None] = {}

    async def load(self, transaction: Transaction, citizens: Iterable[UUID]) -> None:
        """Call it when the accounts are locked: a guardian's consent is given and withdrawn under the same lock."""
        for row in await transaction.read("load_earners", sorted(set(citizens) - self.earns_from.keys())):
            self.earns_from[row["id"]] = row["earns_from"]


def hindrance_of(state: LedgerState, citizen_id: UUID, at: datetime) -> Refusal | None:
    """Why a citizen earns nothing at a moment, if they do not."""
    return hindrance(state.component(Earners).earns_from.get(citizen_id), day_of(at))
