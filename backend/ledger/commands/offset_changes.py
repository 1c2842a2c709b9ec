"""What happens to a footprint and its offset after the scan: a citizen declares the journey again, a wait is over.

A journey declared again is a further revision: the old one stays. A full offset follows the footprint, by further
allocations or by releasing its last serials; a partial one keeps its grams, and never exceeds what was emitted.
Pure after `load`; pools and budgets are loaded and locked with those of the scans.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

import msgspec

from backend.domain.community.consent_uses import JOURNEYS_KEPT
from backend.domain.footprint.footprint import Journey
from backend.errors import EventClosed, EventNotFound, PointsPaymentClosed, SessionRevoked
from backend.errors.account.points import PointsInsufficient
from backend.errors.events.offsets import (
    AttendanceNotFound,
    BudgetExhausted,
    HeldOffsetNotFound,
    JourneyClosed,
    RevisionLimit,
)
from backend.errors.supervision.freezes import EventFrozen
from backend.ledger.command import Command, Outcome
from backend.ledger.commands.offsets import (
    OffsetRows,
    certificate_link,
    end_wait,
    grow,
    has_left,
    hindrance,
    new_offset,
    offset_view,
    pay,
    pay_more,
    refund,
    shrink,
    stopped_by,
    take,
    told_alone,
    wait,
)
from backend.ledger.facts.attendances import AttendanceFacts
from backend.ledger.facts.events import EventFacts
from backend.ledger.facts.footprints import FootprintBook, FootprintFacts
from backend.ledger.facts.offsets import OffsetFacts, WaitFacts
from backend.ledger.facts.pools import CreditBatchFacts
from backend.ledger.rows import JourneyRevisionRow, StaffActionRow
from backend.ledger.state import LedgerState
from backend.messages.encoding import encode
from backend.messages.events.journeys import Became, JourneyAnswer, SettleAnswer
from backend.messages.events.scans import PointsEarned
from backend.models.keys import uuid7
from backend.storage.transaction import Transaction

REVISIONS_MAX = 50
SHRINKS_MAX = 3
"""An offset that has released so often grows no more: what it releases is not allocated again, so a citizen
who declared a far and a near journey in turns would empty the pool for nothing."""
REVISABLE = ("running", "accounting")
SETTLEABLE = ("running", "accounting", "offset")
NOT_PAID = (PointsPaymentClosed, BudgetExhausted, PointsInsufficient)

Difference = Literal[
    "none", "allocated", "released", "waiting", "held", "frozen", "paused", "not_paid", "limit"
]
Decision = Literal["approved", "limited", "refused"]
"""Staff let through all of it, no more than the ceiling, or nothing."""


class _ChangesOffset(Command, frozen=True):
    event_id: UUID

    @property
    def journey(self) -> Journey | None:
        """The journey that is declared again."""
        return None

    @property
    def keeper(self) -> UUID:
        """Whose consent decides whether it is kept."""
        return self.citizen_id

    @property
    def may_offset(self) -> bool:
        """Whether grams may be taken from the event's pool."""
        return True

    @property
    def spends(self) -> bool:
        return True


class ReviseJourney(_ChangesOffset, frozen=True):
    """A citizen declares a journey again. `id` is the revision's."""

    journey: Journey


class SettleOffset(_ChangesOffset, frozen=True):
    """An attendee's turn has come: give what they wait for, all of it or nothing."""


class DecideHeldOffset(_ChangesOffset, frozen=True):
    """Staff looked at an offset above the ceiling that waited for them. `subject` names it in their record."""

    decision: Decision
    is_child: bool
    staff_id: UUID
    subject: str
    reason: str


OffsetChange = ReviseJourney | SettleOffset | DecideHeldOffset


class OffsetDecisions:
    """Decides what becomes of offsets after the scan; `batches` is filled as pools are loaded."""

    def __init__(
        self, footprints: FootprintBook, batches: Mapping[UUID, CreditBatchFacts], public_base: str
    ) -> None:
        self._footprints = footprints
        self._batches = batches
        self._certificate_base = f"{public_base}/c/"

    async def load(
        self, transaction: Transaction, state: LedgerState, commands: Sequence[OffsetChange]
    ) -> None:
        """Know the lots that offsets were paid from, and the badges' categories."""
        if not commands:
            return
        rows = state.component(OffsetRows)
        asked = sorted({(command.event_id, command.citizen_id) for command in commands})
        for row in await transaction.read("load_paid_lots", *zip(*asked, strict=True)):
            key = (row["event_id"], row["citizen_id"])
            rows.categories[key] = row["category"]
            if row["points"]:
                rows.paid_lots.setdefault(key, {})[row["expires_on"]] = row["points"]

    def decide(self, command: OffsetChange, state: LedgerState) -> Outcome:
        """One command. Raises a Refusal having changed nothing of `state`."""
        if command.citizen_id not in state.balances:
            raise SessionRevoked
        event = state.events.get(command.event_id)
        if event is None:
            raise EventNotFound
        attendance = state.attendances.get((command.event_id, command.citizen_id))
        if attendance is None:
            raise AttendanceNotFound
        if isinstance(command, SettleOffset):
            return self._settle(command, event, attendance, state)
        if isinstance(command, DecideHeldOffset):
            return self._decide_held(command, event, attendance, state)
        return self._revise(command, event, attendance, state)

    def _revise(
        self, command: ReviseJourney, event: EventFacts, attendance: AttendanceFacts, state: LedgerState
    ) -> Outcome:
        if event.state not in REVISABLE or event.is_personal:
            raise JourneyClosed
        attendance_key = (event.id, command.citizen_id)
        category = _category(event, attendance, state)
        told = self._footprints.of(event, command.journey, category)
        may_keep = (command.keeper, JOURNEYS_KEPT.scope) in state.consents
        kept = self._footprints.kept(told, event, category, may_keep=may_keep)
        footprint = kept.footprint
        before_g = self._footprints.total_of(attendance.footprint_digest, state)
        delta_g = footprint.total_g - before_g
        # A journey that is not kept cannot be compared: it is a revision whenever it is told, with its lines anew.
        if kept.lines_salt or not self._is_the_same(told, attendance, state):
            if attendance.revision > REVISIONS_MAX:
                raise RevisionLimit(revisions_max=REVISIONS_MAX)
            self._footprints.know(footprint, event, state)
            attendance = msgspec.structs.replace(
                attendance, revision=attendance.revision + 1, footprint_digest=footprint.digest
            )
            state.attendances[attendance_key] = attendance
            state.component(OffsetRows).revisions.append(
                JourneyRevisionRow(
                    event_id=event.id,
                    citizen_id=command.citizen_id,
                    revision=attendance.revision,
                    id=command.id,
                    footprint_digest=footprint.digest,
                    total_g=footprint.total_g,
                    delta_g=delta_g,
                    basis=footprint.basis,
                    created_at=command.at,
                    lines_digest=kept.lines_digest,
                )
            )
            # The cell of the minute of joining: no minute ever shows fewer grams than none.
            state.tally(event.id, attendance.gate, attendance.joined_at).footprint_g += delta_g
        balance = state.balances[command.citizen_id]
        difference = self._follow(event, attendance, footprint.total_g, before_g, state, command.at)
        paid = balance - state.balances[command.citizen_id]
        outcome = self._answer(event, attendance, delta_g, difference, paid, state)
        return told_alone(outcome.status, outcome.answer, told, kept) if kept.lines_salt else outcome

    def _is_the_same(self, told: FootprintFacts, attendance: AttendanceFacts, state: LedgerState) -> bool:
        digest = attendance.footprint_digest
        declared = None if told.journey is None else msgspec.json.decode(told.journey, type=Journey)
        return (
            state.footprints[digest] == told.body and self._footprints.journey_of(digest, state) == declared
        )

    def _follow(
        self,
        event: EventFacts,
        attendance: AttendanceFacts,
        total_g: int,
        before_g: int,
        state: LedgerState,
        at: datetime,
    ) -> Difference:
        """Bring the offset, or the wait for one, up or down to a new footprint."""
        attendance_key = (event.id, attendance.citizen_id)
        offset, waiting = state.offsets.get(attendance_key), state.waits.get(attendance_key)
        if offset is None:
            if waiting is None or not waiting.is_open:
                return "none"
            grams = total_g if waiting.grams >= before_g else min(waiting.grams, total_g)
            if grams == 0:
                end_wait(state, attendance_key, "replaced", at)
                return "none"
            ceiling_g = self._ceiling(event, attendance, state)
            is_held = grams > ceiling_g
            wait(state, event.id, attendance, grams, waiting.pay_with, at, is_held=is_held)
            return "held" if is_held else "waiting"
        target_g = total_g if offset.asked_kind == "full" else min(offset.grams, total_g)
        missing_g = target_g - offset.grams
        if missing_g > 0 and offset.shrinks < SHRINKS_MAX:
            return self._add(event, attendance, offset, missing_g, state, at)
        end_wait(state, attendance_key, "replaced", at)
        if missing_g > 0:
            return "limit"
        if missing_g == 0:
            return "none"
        points = refund(state, attendance_key, offset, -missing_g, at) if offset.pay_with == "points" else 0
        shrink(state, event, attendance, offset, -missing_g, points, at)
        return "released"

    def _add(
        self,
        event: EventFacts,
        attendance: AttendanceFacts,
        offset: OffsetFacts,
        grams: int,
        state: LedgerState,
        at: datetime,
    ) -> Difference:
        attendance_key = (event.id, attendance.citizen_id)
        ceiling_g = self._ceiling(event, attendance, state)
        missing = hindrance(state, event, grams, after_g=offset.taken_g + grams, ceiling_g=ceiling_g)
        if missing is not None:
            is_held = missing == "held"
            wait(state, event.id, attendance, grams, offset.pay_with, at, is_difference=True, is_held=is_held)
            return "waiting" if missing == "pool_exhausted" else missing
        points = 0
        if offset.pay_with == "points":
            try:
                points = pay_more(state, attendance_key, offset, grams, at)
            except NOT_PAID:
                # The footprint changes all the same; the offset stays as large as what was paid.
                end_wait(state, attendance_key, "not_paid", at)
                return "not_paid"
        grow(state, event, attendance, offset, grams, points, at, ceiling_g)
        end_wait(state, attendance_key, "met", at)
        return "allocated"

    def _ceiling(
        self, event: EventFacts, attendance: AttendanceFacts, state: LedgerState, *, is_child: bool = False
    ) -> int:
        category = _category(event, attendance, state)
        return self._footprints.ceiling_for(event, attendance, category, state, is_child=is_child)

    def _decide_held(
        self, command: DecideHeldOffset, event: EventFacts, attendance: AttendanceFacts, state: LedgerState
    ) -> Outcome:
        """End the held wait. What staff let through stands in line where it stood, and is given if it can be."""
        attendance_key = (event.id, command.citizen_id)
        held = state.waits.get(attendance_key)
        if held is None or not held.is_open or held.held_for is None:
            raise HeldOffsetNotFound
        if event.state not in SETTLEABLE:
            raise EventClosed
        if event.is_frozen:
            raise EventFrozen
        end_wait(state, attendance_key, command.decision, command.at)
        state.component(OffsetRows).records.append(_record(command, held))
        grams = held.grams
        if command.decision == "limited":
            offset = state.offsets.get(attendance_key)
            taken_g = 0 if offset is None else offset.taken_g
            ceiling_g = self._ceiling(event, attendance, state, is_child=command.is_child)
            grams = min(grams, ceiling_g - taken_g)
        if command.decision == "refused" or grams <= 0:
            return _settled("refused")
        wait(
            state,
            event.id,
            attendance,
            grams,
            held.pay_with,
            command.at,
            is_difference=held.is_difference,
            joined_at=held.joined_at,
        )
        return self._settle(command, event, attendance, state)

    def _settle(
        self, command: OffsetChange, event: EventFacts, attendance: AttendanceFacts, state: LedgerState
    ) -> Outcome:
        attendance_key = (event.id, command.citizen_id)
        waiting = state.waits.get(attendance_key)
        if waiting is None or not waiting.is_open:
            return _settled("not_waiting")
        if event.state not in SETTLEABLE:
            return _settled("closed")
        if waiting.held_for is not None:
            return _settled("held")
        if stopped := stopped_by(event):
            return _settled(stopped)
        exhausted = state.component(OffsetRows).exhausted
        if event.id in exhausted:
            return _settled("pool_exhausted")
        total_g = self._footprints.total_of(attendance.footprint_digest, state)
        offset = state.offsets.get(attendance_key)
        # Never more than staff let through: of a difference, what was asked then.
        grams = min(waiting.grams, total_g if offset is None else total_g - offset.grams)
        if grams <= 0:
            end_wait(state, attendance_key, "met", command.at)
            return _settled("not_waiting")
        if not has_left(state, event.id, grams):
            # In order of arrival: who stands behind does not overtake because they need less.
            exhausted.add(event.id)
            return _settled("pool_exhausted")
        try:
            self._give(event, attendance, waiting, offset, grams, total_g, state, command.at)
        except NOT_PAID:
            end_wait(state, attendance_key, "not_paid", command.at)
            return _settled("not_paid")
        end_wait(state, attendance_key, "settled", command.at)
        return _settled("settled", grams)

    def _give(
        self,
        event: EventFacts,
        attendance: AttendanceFacts,
        waiting: WaitFacts,
        offset: OffsetFacts | None,
        grams: int,
        total_g: int,
        state: LedgerState,
        at: datetime,
    ) -> None:
        """A whole offset or the missing difference. Raises one of NOT_PAID having changed nothing."""
        attendance_key = (event.id, attendance.citizen_id)
        with_points = waiting.pay_with == "points"
        ceiling_g = self._ceiling(event, attendance, state)
        if offset is not None:
            points = pay_more(state, attendance_key, offset, grams, at) if with_points else 0
            grow(state, event, attendance, offset, grams, points, at, ceiling_g)
            return
        payment = pay(state, event.id, attendance.citizen_id, grams, at) if with_points else None
        taken = take(state, event.id, grams)
        new_offset(state, event, attendance, total_g, taken, waiting.pay_with, at, payment, ceiling_g)

    def _answer(
        self,
        event: EventFacts,
        attendance: AttendanceFacts,
        delta_g: int,
        difference: Difference,
        paid: int,
        state: LedgerState,
    ) -> Outcome:
        attendance_key = (event.id, attendance.citizen_id)
        digest = attendance.footprint_digest
        offset, waiting = state.offsets.get(attendance_key), state.waits.get(attendance_key)
        view = certificate = None
        if offset is not None:
            view = offset_view(offset, *self._footprints.totals_of(digest, state), self._batches)
            certificate = certificate_link(self._certificate_base, offset)
        answer = JourneyAnswer(
            event=cast(Any, event.brief),
            revision=attendance.revision,
            footprint=cast(Any, msgspec.Raw(state.footprints[digest])),
            delta_g=delta_g,
            offset=view,
            difference=difference,
            waiting_g=waiting.grams if waiting is not None and waiting.is_open else 0,
            certificate=certificate,
            points_paid=paid,
            points=PointsEarned(earned=0, balance=state.balances[attendance.citizen_id]),
        )
        return Outcome(200, answer)


def _record(command: DecideHeldOffset, held: WaitFacts) -> StaffActionRow:
    return StaffActionRow(
        id=uuid7(),
        staff_id=command.staff_id,
        action="offset.decide",
        subject=command.subject,
        reason=command.reason,
        before=encode({"asked_g": held.grams}).decode(),
        after=encode({"decision": command.decision}).decode(),
    )


def _category(event: EventFacts, attendance: AttendanceFacts, state: LedgerState) -> str | None:
    category = state.component(OffsetRows).categories.get((event.id, attendance.citizen_id))
    if attendance.badge_serial is not None and category is None:
        # Joined in this very batch: the badge was loaded with the scan.
        badge = state.badges.get((event.id, attendance.badge_serial))
        category = badge.category if badge else None
    return category


def _settled(became: Became, grams: int = 0) -> Outcome:
    return Outcome(200, SettleAnswer(became=became, grams=grams))
