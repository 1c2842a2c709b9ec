"""Offsets, waits for one, and sponsors' budgets as the ledger's rules need them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from backend.domain.certificates.commitment import secret_of
from backend.domain.credits.allocation import SerialRange
from backend.ledger.facts.attendances import EventCitizen

if TYPE_CHECKING:
    from backend.ledger.state import LedgerState
    from backend.storage.transaction import Transaction


class AllocationFacts(msgspec.Struct, frozen=True):
    batch_id: UUID
    grams: int
    serial_from: int
    serial_to: int


class OffsetFacts(msgspec.Struct, frozen=True):
    """An offset as it is now. `asked_kind` is what it was made as: a full one follows the footprint."""

    id: UUID
    grams: int
    asked_kind: str
    certificate_number: str
    secret: bytes
    """Of the holder's link to the certificate."""
    allocations: tuple[AllocationFacts, ...]
    issued_at: datetime
    pay_with: str = "sponsor"
    releases: tuple[SerialRange, ...] = ()
    changes: int = 0
    shrinks: int = 0
    """How many of the changes released something."""
    points_paid: int = 0
    points_per_kg: int = 0

    @property
    def taken_g(self) -> int:
        """Grams that it took from the pool. What it released since is nobody's: the pool has it no more."""
        return sum(each.grams for each in self.allocations)


class WaitFacts(msgspec.Struct, frozen=True):
    """An attendee's last wait at an event; an ended one is kept for its number."""

    sequence: int
    grams: int
    pay_with: str
    is_difference: bool
    joined_at: datetime
    is_open: bool
    held_for: str | None = None
    """Why staff have to look first; None: the pool holds too little, or is paused."""


class BudgetFacts(msgspec.Struct):
    """An event's price in points, and what its sponsor still pays for; under its lock."""

    points_per_kg: int
    points_budget: int
    points_spent: int


async def load_budgets(transaction: Transaction, state: LedgerState, events: Iterable[UUID]) -> None:
    """Lock prices in points and what sponsors still pay for; only where somebody may pay with points."""
    for row in await transaction.lock("lock_budgets", sorted(events)):
        state.budgets[row["event_id"]] = BudgetFacts(
            row["points_per_kg"], row["points_budget"], row["points_spent"]
        )


async def load_offsets(
    transaction: Transaction, state: LedgerState, attendees: Iterable[EventCitizen]
) -> set[UUID]:
    """Know the offsets and waits of attendees, and the last revisions of their journeys.

    Returns the ids of the credit batches that the offsets were allocated from.
    """
    rows = await transaction.read("load_offsets", *zip(*attendees, strict=True))
    for row in rows:
        key = (row["event_id"], row["citizen_id"])
        if row["revision"] is not None:
            state.attendances[key] = msgspec.structs.replace(
                state.attendances[key],
                revision=row["revision"],
                footprint_digest=row["footprint_digest"],
            )
        if row["wait_sequence"] is not None:
            state.waits[key] = WaitFacts(
                row["wait_sequence"],
                row["asked_grams"],
                row["wait_pay_with"],
                row["is_difference"],
                row["joined_at"],
                row["is_open"],
                row["held_for"],
            )
        if row["id"] is None:
            continue
        # A row for each allocation: the first one brings the offset along.
        allocation = AllocationFacts(
            row["batch_id"], row["allocated_grams"], row["serial_from"], row["serial_to"]
        )
        known = state.offsets.get(key)
        if known is None:
            state.offsets[key] = _offset_facts(row, allocation)
        else:
            state.offsets[key] = msgspec.structs.replace(known, allocations=(*known.allocations, allocation))
    return {row["batch_id"] for row in rows if row["batch_id"] is not None}


def _offset_facts(row: Mapping[str, Any], allocation: AllocationFacts) -> OffsetFacts:
    released = row["batch_ids"] or ()
    return OffsetFacts(
        id=row["id"],
        grams=row["grams"] + row["changed_grams"],
        asked_kind=row["kind"],
        certificate_number=row["certificate_number"],
        secret=secret_of(row),
        allocations=(allocation,),
        issued_at=row["issued_at"],
        pay_with=row["pay_with"],
        releases=tuple(
            SerialRange(*each) for each in zip(released, row["froms"] or (), row["tos"] or (), strict=True)
        ),
        changes=row["changes"],
        shrinks=row["shrinks"],
        points_paid=row["points_paid"],
        points_per_kg=row["points_per_kg"],
    )
