"""Making, adding to, releasing and paying for offsets: what a scan, a revised journey and the settling job share.

Pure between loading and storing. An offset's own row is never changed: what it holds now is the sum of the rows
that are added here. Serials that an offset gives up are nobody else's afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

import msgspec

from backend.domain.certificates.number import new_certificate_number
from backend.domain.contribution import claim_of, contribution_g
from backend.domain.credits.allocation import SerialRange, allocate, held, points_for, release
from backend.domain.days import day_of
from backend.errors import PointsPaymentClosed
from backend.errors.events.offsets import BudgetExhausted
from backend.ledger.state import (
    AllocationFacts,
    AttendanceFacts,
    CreditBatchFacts,
    EventCitizen,
    EventFacts,
    LedgerState,
    OffsetFacts,
    WaitFacts,
)
from backend.messages.events.scans import AllocationView, OffsetView
from backend.models.keys import uuid7
from backend.storage.writer import Transaction

Payment = tuple[UUID, int, int]
"""Its id, its points, and the price per kilogram."""


class OffsetRows:
    """Rows that a batch adds in the columns of storage/sql/store_offset_changes.sql."""

    def __init__(self) -> None:
        self.revisions: list[tuple[object, ...]] = []
        self.waits: list[tuple[object, ...]] = []
        self.wait_ends: list[tuple[object, ...]] = []
        self.changes: list[tuple[object, ...]] = []
        self.releases: list[tuple[object, ...]] = []
        self.payments: list[tuple[object, ...]] = []
        self.changed_budgets: set[UUID] = set()
        self.paid_lots: dict[EventCitizen, dict[date, int]] = {}
        """Where the points paid for an offset came from, of those whose journey is told again."""
        self.categories: dict[EventCitizen, str | None] = {}
        """Categories of the badges people joined with."""
        self.exhausted: set[UUID] = set()
        """Events whose pool held too little for the first in line."""

    async def store(self, transaction: Transaction, state: LedgerState) -> None:
        budgets = [
            (event_id, state.budgets[event_id].points_spent) for event_id in sorted(self.changed_budgets)
        ]
        tables = (
            (self.revisions, 9),
            (self.waits, 9),
            (self.wait_ends, 5),
            (self.changes, 6),
            (self.releases, 8),
            (self.payments, 6),
            (budgets, 2),
        )
        if not any(rows for rows, _ in tables):
            return
        columns: list[Any] = []
        for rows, width in tables:
            columns += zip(*rows, strict=True) if rows else ((),) * width
        await transaction.rows("store_offset_changes", *columns)


def has_left(state: LedgerState, event_id: UUID, grams: int) -> bool:
    return sum(part.grams_left for part in state.pools.get(event_id, ())) >= grams


def take(state: LedgerState, event_id: UUID, grams: int) -> list[SerialRange]:
    """Grams from the front of a pool that has them."""
    taken = allocate(state.pools[event_id], grams)
    assert taken is not None
    state.changed_pools.add(event_id)
    return taken


def pay(state: LedgerState, event_id: UUID, citizen_id: UUID, grams: int, at: datetime) -> Payment:
    """Take the price of a new offset from a citizen and book it on the sponsor's budget.

    Raises PointsPaymentClosed, BudgetExhausted, PointsInsufficient, having changed nothing.
    """
    budget = state.budgets.get(event_id)
    if budget is None:
        raise PointsPaymentClosed
    points = points_for(grams, budget.points_per_kg)
    return _pay(state, (event_id, citizen_id), points, budget.points_per_kg, at)


def pay_more(state: LedgerState, place: EventCitizen, offset: OffsetFacts, grams: int, at: datetime) -> int:
    """Take what an offset costs more with `grams` further grams, at its first price. Raises as `pay`."""
    points = points_for(offset.grams + grams, offset.points_per_kg) - offset.points_paid
    if points > 0:
        _pay(state, place, points, offset.points_per_kg, at)
    return max(0, points)


def _pay(state: LedgerState, place: EventCitizen, points: int, points_per_kg: int, at: datetime) -> Payment:
    event_id, citizen_id = place
    budget = state.budgets.get(event_id)
    if budget is None:
        raise PointsPaymentClosed
    points_left = budget.points_budget - budget.points_spent
    if points > points_left:
        raise BudgetExhausted(points=points, points_left=points_left)
    before = dict(state.lots[citizen_id])
    source_id = uuid7()
    state.spend(citizen_id, points, "offset", source_id, at, day_of(at))
    rows = state.part(OffsetRows)
    paid = rows.paid_lots.setdefault(place, {})
    for lot, had in before.items():
        gone = had - state.lots[citizen_id].get(lot, 0)
        if gone:
            paid[lot] = paid.get(lot, 0) + gone
    budget.points_spent += points
    rows.changed_budgets.add(event_id)
    rows.payments.append((event_id, citizen_id, source_id, points, points_per_kg, at))
    return source_id, points, points_per_kg


def refund(state: LedgerState, place: EventCitizen, offset: OffsetFacts, grams: int, at: datetime) -> int:
    """Give back what an offset costs less without `grams` of its grams, to the lots it came from."""
    points = offset.points_paid - points_for(offset.grams - grams, offset.points_per_kg)
    if points <= 0:
        return 0
    event_id, citizen_id = place
    rows = state.part(OffsetRows)
    paid = rows.paid_lots[place]
    parts: list[tuple[date, int]] = []
    left = points
    # Points were taken oldest lot first; they come back newest first, to the lots that live longest.
    for lot in sorted(paid, reverse=True):
        part = min(left, paid[lot])
        if part:
            parts.append((lot, part))
            paid[lot] -= part
            left -= part
    assert left == 0
    source_id = uuid7()
    state.give_back(citizen_id, parts, "offset_refund", source_id, at)
    # The budget's row is locked with the pools: the sponsor may give these points again.
    state.budgets[event_id].points_spent -= points
    rows.changed_budgets.add(event_id)
    rows.payments.append((event_id, citizen_id, source_id, -points, offset.points_per_kg, at))
    return points


def new_offset(
    state: LedgerState,
    event: EventFacts,
    attendance: AttendanceFacts,
    total_g: int,
    taken: list[SerialRange],
    pay_with: str,
    at: datetime,
    payment: Payment | None = None,
) -> OffsetFacts:
    """The offset of somebody who had none, with its allocations and its certificate's number."""
    citizen_id = attendance.citizen_id
    grams = sum(part.grams for part in taken)
    offset = OffsetFacts(
        id=uuid7(),
        grams=grams,
        asked_kind="full" if grams >= total_g else "partial",
        certificate_number=new_certificate_number(event.code),
        allocations=_facts(taken),
        issued_at=at,
        pay_with=pay_with,
        points_paid=payment[1] if payment else 0,
        points_per_kg=payment[2] if payment else 0,
    )
    state.offsets[(event.id, citizen_id)] = offset
    state.new_offsets.append(
        (
            event.id,
            citizen_id,
            offset.id,
            attendance.footprint_digest,
            grams,
            offset.asked_kind,
            pay_with,
            offset.certificate_number,
            at,
        )
    )
    _add_allocations(state, event.id, offset, taken, at, after=0)
    tally = state.tally(event.id, attendance.gate, at)
    tally.offsets += 1
    tally.grams += grams
    return offset


def grow(
    state: LedgerState,
    event: EventFacts,
    attendance: AttendanceFacts,
    offset: OffsetFacts,
    grams: int,
    points: int,
    at: datetime,
) -> OffsetFacts:
    """Add grams to an offset, from the front of a pool that has them."""
    taken = take(state, event.id, grams)
    _add_allocations(state, event.id, offset, taken, at, after=len(offset.allocations))
    grown = msgspec.structs.replace(
        offset,
        grams=offset.grams + grams,
        allocations=offset.allocations + _facts(taken),
        changes=offset.changes + 1,
        points_paid=offset.points_paid + points,
    )
    _record_change(state, event.id, attendance, offset, grown, at)
    return grown


def shrink(
    state: LedgerState,
    event: EventFacts,
    attendance: AttendanceFacts,
    offset: OffsetFacts,
    grams: int,
    points: int,
    at: datetime,
) -> OffsetFacts:
    """Release the last grams of an offset; the serials are the event's surplus from now on."""
    given = [SerialRange(part.batch_id, part.serial_from, part.serial_to) for part in offset.allocations]
    released = release(held(given, offset.releases), grams)
    rows = state.part(OffsetRows)
    for part in released:
        rows.releases.append(
            (
                event.id,
                part.batch_id,
                part.serial_from,
                part.serial_to,
                part.grams,
                attendance.citizen_id,
                attendance.revision,
                at,
            )
        )
    shrunk = msgspec.structs.replace(
        offset,
        grams=offset.grams - grams,
        releases=(*offset.releases, *released),
        changes=offset.changes + 1,
        shrinks=offset.shrinks + 1,
        points_paid=offset.points_paid - points,
    )
    _record_change(state, event.id, attendance, offset, shrunk, at)
    return shrunk


def _record_change(
    state: LedgerState,
    event_id: UUID,
    attendance: AttendanceFacts,
    before: OffsetFacts,
    after: OffsetFacts,
    at: datetime,
) -> None:
    place = (event_id, attendance.citizen_id)
    state.offsets[place] = after
    grams = after.grams - before.grams
    state.part(OffsetRows).changes.append((*place, after.changes, attendance.revision, grams, at))
    # The cell of the minute in which the offset was made, so that no minute shows fewer grams than none.
    state.tally(event_id, attendance.gate, after.issued_at).grams += grams


def _add_allocations(
    state: LedgerState,
    event_id: UUID,
    offset: OffsetFacts,
    taken: list[SerialRange],
    at: datetime,
    after: int,
) -> None:
    for position, part in enumerate(taken, start=after + 1):
        state.new_allocations.append(
            (
                event_id,
                part.batch_id,
                part.serial_from,
                part.serial_to,
                part.grams,
                offset.id,
                position,
                at,
            )
        )


def _facts(taken: list[SerialRange]) -> tuple[AllocationFacts, ...]:
    return tuple(
        AllocationFacts(part.batch_id, part.grams, part.serial_from, part.serial_to) for part in taken
    )


def wait(
    state: LedgerState,
    event_id: UUID,
    attendance: AttendanceFacts,
    grams: int,
    pay_with: str,
    at: datetime,
    *,
    is_difference: bool = False,
) -> None:
    """Put somebody in line for grams that the pool lacks. Who waits already keeps the place, whatever is asked now."""
    place = (event_id, attendance.citizen_id)
    known = state.waits.get(place)
    is_open = known is not None and known.is_open
    if known is not None and is_open:
        if (known.grams, known.pay_with, known.is_difference) == (grams, pay_with, is_difference):
            return
        end_wait(state, place, "replaced", at)
    found = WaitFacts(
        sequence=known.sequence + 1 if known else 1,
        grams=grams,
        pay_with=pay_with,
        is_difference=is_difference,
        joined_at=known.joined_at if known and is_open else at,
        is_open=True,
    )
    state.waits[place] = found
    state.part(OffsetRows).waits.append(
        (
            *place,
            found.sequence,
            grams,
            pay_with,
            is_difference,
            attendance.footprint_digest,
            found.joined_at,
            at,
        )
    )


def end_wait(state: LedgerState, place: EventCitizen, why: str, at: datetime) -> None:
    """Take somebody out of the line who may stand in it."""
    known = state.waits.get(place)
    if known is not None and known.is_open:
        state.waits[place] = msgspec.structs.replace(known, is_open=False)
        state.part(OffsetRows).wait_ends.append((*place, known.sequence, why, at))


def offset_view(
    offset: OffsetFacts, total_g: int, neutralised_g: int, batches: Mapping[UUID, CreditBatchFacts]
) -> OffsetView:
    """An offset as answers show it: the serials it holds now, and how much it gave up."""
    beyond_g = contribution_g(offset.grams, total_g, neutralised_g)
    given = [SerialRange(part.batch_id, part.serial_from, part.serial_to) for part in offset.allocations]
    parts = held(given, offset.releases) if offset.releases else offset.allocations
    return OffsetView(
        grams=offset.grams,
        kind=cast(Any, "full" if offset.grams >= total_g else "partial"),
        allocations=[allocation_view(part, batches[part.batch_id]) for part in parts],
        claim=claim_of(beyond_g),
        contribution_g=beyond_g,
        released_g=sum(part.grams for part in offset.releases),
        points_paid=offset.points_paid,
    )


def allocation_view(part: AllocationFacts | SerialRange, batch: CreditBatchFacts) -> AllocationView:
    return AllocationView(
        batch_id=str(batch.id),
        product=batch.product,
        project=batch.project_name,
        retirement_ref=batch.retirement_ref,
        grams=part.grams,
        serial_from=part.serial_from,
        serial_to=part.serial_to,
    )
