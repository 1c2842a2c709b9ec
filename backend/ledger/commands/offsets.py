"""Making, adding to, releasing and paying for offsets: what a scan, a revised journey and the settling job share.

Pure between loading and storing. An offset's own row is never changed: what it holds now is the sum of the rows
that are added here. Serials that an offset gives up are nobody else's afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal, cast
from uuid import UUID

import msgspec

from backend.domain.certificates.commitment import first_secret, holder_link, new_seed
from backend.domain.certificates.number import new_certificate_number
from backend.domain.contribution import claim_of, contribution_g
from backend.domain.credits.allocation import SerialRange, allocate, held, points_for, release
from backend.domain.days import day_of
from backend.errors import PointsPaymentClosed
from backend.errors.events.offsets import BudgetExhausted
from backend.ledger.command import Outcome
from backend.ledger.facts.attendances import AttendanceFacts, EventCitizen
from backend.ledger.facts.events import EventFacts
from backend.ledger.facts.footprints import FootprintFacts, Kept
from backend.ledger.facts.offsets import AllocationFacts, OffsetFacts, WaitFacts
from backend.ledger.facts.pools import CreditBatchFacts
from backend.ledger.rows import (
    STORE_OFFSET_CHANGES,
    AllocationRow,
    BudgetRow,
    JourneyRevisionRow,
    OffsetChangeRow,
    OffsetPaymentRow,
    OffsetReleaseRow,
    OffsetRow,
    OffsetWaitEndRow,
    OffsetWaitRow,
    StaffActionRow,
)
from backend.ledger.state import LedgerState
from backend.messages.events.scans import AllocationView, CertificateLink, OffsetView
from backend.models.keys import uuid7
from backend.storage.transaction import Transaction

Payment = tuple[UUID, int, int]
"""Its id, its points, and the price per kilogram."""

Hindrance = Literal["held", "frozen", "paused", "pool_exhausted"]
"""Why grams are not given now: staff have to look first, the supervising authority has stopped the event, staff have
stopped the pool, it holds too little."""


class OffsetRows:
    """What a batch adds to offsets besides new ones, and what it knows of how they were paid."""

    def __init__(self) -> None:
        self.revisions: list[JourneyRevisionRow] = []
        self.waits: list[OffsetWaitRow] = []
        self.wait_ends: list[OffsetWaitEndRow] = []
        self.changes: list[OffsetChangeRow] = []
        self.releases: list[OffsetReleaseRow] = []
        self.payments: list[OffsetPaymentRow] = []
        self.records: list[StaffActionRow] = []
        self.points_spent: dict[UUID, int] = {}
        """By event: what its sponsor has given in points, where that has changed."""
        self.paid_lots: dict[EventCitizen, dict[date, int]] = {}
        """Lots that an offset was paid from, of attendees whose journey is declared again."""
        self.categories: dict[EventCitizen, str | None] = {}
        """Categories of the badges that attendees joined with."""
        self.exhausted: set[UUID] = set()
        """Events whose pool held too little for the first in line."""

    async def store(self, transaction: Transaction) -> None:
        budgets = [BudgetRow(event_id, self.points_spent[event_id]) for event_id in sorted(self.points_spent)]
        tables = (
            self.revisions,
            self.waits,
            self.wait_ends,
            self.changes,
            self.releases,
            self.payments,
            self.records,
            budgets,
        )
        if any(tables):
            await transaction.store(STORE_OFFSET_CHANGES, *tables)


def has_left(state: LedgerState, event_id: UUID, grams: int) -> bool:
    return sum(item.grams_left for item in state.pools.get(event_id, ())) >= grams


def hindrance(
    state: LedgerState, event: EventFacts, grams: int, *, after_g: int, ceiling_g: int
) -> Hindrance | None:
    """What keeps somebody from `grams` of the pool, who would then hold `after_g`; None where nothing does."""
    if after_g > ceiling_g:
        return "held"
    if stopped := stopped_by(event):
        return stopped
    return None if has_left(state, event.id, grams) else "pool_exhausted"


def waiting_for(event: EventFacts, waiting: WaitFacts | None) -> Hindrance | None:
    """What somebody who stands in line is waiting for."""
    if waiting is None or not waiting.is_open:
        return None
    if waiting.held_for is not None:
        return "held"
    return stopped_by(event) or "pool_exhausted"


def stopped_by(event: EventFacts) -> Literal["frozen", "paused"] | None:
    """Whether allocation at an event is stopped, and by whom: the authority's word comes before the organiser's."""
    if event.is_frozen:
        return "frozen"
    return "paused" if event.is_paused else None


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


def pay_more(
    state: LedgerState, attendance_key: EventCitizen, offset: OffsetFacts, grams: int, at: datetime
) -> int:
    """Take what an offset costs more with `grams` further grams, at its first price. Raises as `pay`."""
    points = points_for(offset.grams + grams, offset.points_per_kg) - offset.points_paid
    if points > 0:
        _pay(state, attendance_key, points, offset.points_per_kg, at)
    return max(0, points)


def _pay(
    state: LedgerState, attendance_key: EventCitizen, points: int, points_per_kg: int, at: datetime
) -> Payment:
    event_id, citizen_id = attendance_key
    budget = state.budgets.get(event_id)
    if budget is None:
        raise PointsPaymentClosed
    points_left = budget.points_budget - budget.points_spent
    if points > points_left:
        raise BudgetExhausted(points=points, points_left=points_left)
    before = dict(state.lots[citizen_id])
    source_id = uuid7()
    state.spend(citizen_id, points, "offset", source_id, at, day_of(at))
    rows = state.component(OffsetRows)
    paid = rows.paid_lots.setdefault(attendance_key, {})
    for lot, had in before.items():
        gone = had - state.lots[citizen_id].get(lot, 0)
        if gone:
            paid[lot] = paid.get(lot, 0) + gone
    budget.points_spent += points
    rows.points_spent[event_id] = budget.points_spent
    rows.payments.append(OffsetPaymentRow(event_id, citizen_id, source_id, points, points_per_kg, at))
    return source_id, points, points_per_kg


def refund(
    state: LedgerState, attendance_key: EventCitizen, offset: OffsetFacts, grams: int, at: datetime
) -> int:
    """Give back what an offset costs less without `grams` of its grams, to the lots it came from."""
    points = offset.points_paid - points_for(offset.grams - grams, offset.points_per_kg)
    if points <= 0:
        return 0
    event_id, citizen_id = attendance_key
    rows = state.component(OffsetRows)
    paid = rows.paid_lots[attendance_key]
    lots: list[tuple[date, int]] = []
    left = points
    # Points were taken oldest lot first; they come back newest first, to the lots that live longest.
    for lot in sorted(paid, reverse=True):
        returned = min(left, paid[lot])
        if returned:
            lots.append((lot, returned))
            paid[lot] -= returned
            left -= returned
    assert left == 0
    source_id = uuid7()
    state.give_back(citizen_id, lots, "offset_refund", source_id, at)
    # The budget's row is locked with the pools: the sponsor may give these points again.
    budget = state.budgets[event_id]
    budget.points_spent -= points
    rows.points_spent[event_id] = budget.points_spent
    rows.payments.append(OffsetPaymentRow(event_id, citizen_id, source_id, -points, offset.points_per_kg, at))
    return points


def new_offset(
    state: LedgerState,
    event: EventFacts,
    attendance: AttendanceFacts,
    total_g: int,
    taken: list[SerialRange],
    pay_with: str,
    at: datetime,
    payment: Payment | None,
    ceiling_g: int,
) -> OffsetFacts:
    """The offset of an attendee who had none, with its allocations and its certificate's number."""
    citizen_id = attendance.citizen_id
    grams = sum(serials.grams for serials in taken)
    seed = new_seed()
    offset = OffsetFacts(
        id=uuid7(),
        grams=grams,
        asked_kind="full" if grams >= total_g else "partial",
        certificate_number=new_certificate_number(event.code),
        secret=first_secret(seed),
        allocations=_facts(taken),
        issued_at=at,
        pay_with=pay_with,
        points_paid=payment[1] if payment else 0,
        points_per_kg=payment[2] if payment else 0,
    )
    state.offsets[(event.id, citizen_id)] = offset
    state.new_offsets.append(
        OffsetRow(
            event_id=event.id,
            citizen_id=citizen_id,
            id=offset.id,
            footprint_digest=attendance.footprint_digest,
            grams=grams,
            kind=offset.asked_kind,
            pay_with=pay_with,
            certificate_number=offset.certificate_number,
            issued_at=at,
            ceiling_g=ceiling_g,
            seed=seed,
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
    ceiling_g: int,
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
    _record_change(state, event.id, attendance, offset, grown, at, ceiling_g)
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
    given = [SerialRange(each.batch_id, each.serial_from, each.serial_to) for each in offset.allocations]
    released = release(held(given, offset.releases), grams)
    rows = state.component(OffsetRows)
    for serials in released:
        rows.releases.append(
            OffsetReleaseRow(
                event_id=event.id,
                batch_id=serials.batch_id,
                serial_from=serials.serial_from,
                serial_to=serials.serial_to,
                grams=serials.grams,
                citizen_id=attendance.citizen_id,
                revision=attendance.revision,
                created_at=at,
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
    ceiling_g: int | None = None,
) -> None:
    attendance_key = (event_id, attendance.citizen_id)
    state.offsets[attendance_key] = after
    grams = after.grams - before.grams
    state.component(OffsetRows).changes.append(
        OffsetChangeRow(
            event_id, attendance.citizen_id, after.changes, attendance.revision, grams, at, ceiling_g
        )
    )
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
    for position, serials in enumerate(taken, start=after + 1):
        state.new_allocations.append(
            AllocationRow(
                event_id=event_id,
                batch_id=serials.batch_id,
                serial_from=serials.serial_from,
                serial_to=serials.serial_to,
                grams=serials.grams,
                offset_id=offset.id,
                position=position,
                created_at=at,
            )
        )


def _facts(taken: list[SerialRange]) -> tuple[AllocationFacts, ...]:
    return tuple(
        AllocationFacts(serials.batch_id, serials.grams, serials.serial_from, serials.serial_to)
        for serials in taken
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
    is_held: bool = False,
    joined_at: datetime | None = None,
) -> None:
    """Put an attendee in line for grams; one who waits already keeps their turn.

    The pool lacks them or is paused; or, where the wait is held, staff have to look first. `joined_at` is their place
    in line where they stood in it before.
    """
    attendance_key = (event_id, attendance.citizen_id)
    known = state.waits.get(attendance_key)
    is_open = known is not None and known.is_open
    if known is not None and is_open:
        is_same = (known.grams, known.pay_with, known.is_difference) == (grams, pay_with, is_difference)
        # What staff let through, or was asked before the ceiling came down, is not held up again.
        if is_same and (is_held or known.held_for is None):
            return
        end_wait(state, attendance_key, "replaced", at)
    found = WaitFacts(
        sequence=known.sequence + 1 if known else 1,
        grams=grams,
        pay_with=pay_with,
        is_difference=is_difference,
        joined_at=known.joined_at if known and is_open else joined_at or at,
        is_open=True,
        held_for="ceiling" if is_held else None,
    )
    state.waits[attendance_key] = found
    state.component(OffsetRows).waits.append(
        OffsetWaitRow(
            event_id=event_id,
            citizen_id=attendance.citizen_id,
            sequence=found.sequence,
            asked_grams=grams,
            pay_with=pay_with,
            is_difference=is_difference,
            footprint_digest=attendance.footprint_digest,
            joined_at=found.joined_at,
            created_at=at,
            held_for=found.held_for,
        )
    )


def end_wait(state: LedgerState, attendance_key: EventCitizen, why: str, at: datetime) -> None:
    """Take an attendee out of the line, if they stand in it."""
    known = state.waits.get(attendance_key)
    if known is not None and known.is_open:
        state.waits[attendance_key] = msgspec.structs.replace(known, is_open=False)
        state.component(OffsetRows).wait_ends.append(
            OffsetWaitEndRow(*attendance_key, known.sequence, why, at)
        )


def told_alone(status: int, answer: Any, told: FootprintFacts, kept: Kept) -> Outcome:
    """An answer with lines that are not kept; a repeat gets it with the sums that are."""
    assert kept.lines_salt is not None
    assert kept.lines_digest is not None
    whole = msgspec.structs.replace(
        answer,
        footprint=msgspec.Raw(told.body),
        lines_salt=kept.lines_salt.hex(),
        lines_sha256=kept.lines_digest.hex(),
    )
    return Outcome(status, whole, repeated=answer)


def certificate_link(base: str, offset: OffsetFacts) -> CertificateLink:
    """The holder's link to an offset's certificate, with its secret."""
    number = offset.certificate_number
    return CertificateLink(number=number, url=holder_link(base + number, offset.secret))


def offset_view(
    offset: OffsetFacts, total_g: int, neutralised_g: int, batches: Mapping[UUID, CreditBatchFacts]
) -> OffsetView:
    """An offset as answers show it: the serials it holds now, and how much it gave up."""
    beyond_g = contribution_g(offset.grams, total_g, neutralised_g)
    given = [SerialRange(each.batch_id, each.serial_from, each.serial_to) for each in offset.allocations]
    ranges = held(given, offset.releases) if offset.releases else offset.allocations
    return OffsetView(
        grams=offset.grams,
        kind=cast(Any, "full" if offset.grams >= total_g else "partial"),
        allocations=[allocation_view(serials, batches[serials.batch_id]) for serials in ranges],
        claim=claim_of(beyond_g),
        contribution_g=beyond_g,
        released_g=sum(released.grams for released in offset.releases),
        points_paid=offset.points_paid,
    )


def allocation_view(serials: AllocationFacts | SerialRange, batch: CreditBatchFacts) -> AllocationView:
    return AllocationView(
        batch_id=str(batch.id),
        product=batch.product,
        project=batch.project_name,
        retirement_ref=batch.retirement_ref,
        grams=serials.grams,
        serial_from=serials.serial_from,
        serial_to=serials.serial_to,
    )
