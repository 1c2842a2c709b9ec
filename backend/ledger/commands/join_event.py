"""A citizen joins an event: one attendance per citizen and per badge, its footprint, its offset, its certificate.

Pure: state and command in, outcome and rows out. The repeat is looked up before any rule, so that what was
once answered is answered again even when the event has closed since.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

import msgspec
from msgspec import UNSET

from backend.domain.community.consent_uses import JOURNEYS_KEPT
from backend.domain.credits.allocation import offset_grams
from backend.domain.days import day_of
from backend.domain.footprint.footprint import Journey
from backend.domain.issuance.budgets import ISSUANCE_BUDGET
from backend.errors import (
    BadgeBound,
    BadgeRevoked,
    BadgeUnknown,
    CodeForeign,
    EventNotRunning,
    PointsPaymentClosed,
    Refusal,
    SessionRevoked,
)
from backend.errors.badges import GuestOfAnotherBadge, IdentityNeeded
from backend.errors.supervision.freezes import EventFrozen
from backend.ledger.command import Command, Outcome
from backend.ledger.commands.offsets import (
    Payment,
    certificate_link,
    end_wait,
    hindrance,
    new_offset,
    offset_view,
    pay,
    take,
    told_alone,
    wait,
    waiting_for,
)
from backend.ledger.facts.attendances import AttendanceFacts
from backend.ledger.facts.events import EventFacts
from backend.ledger.facts.footprints import FootprintBook, FootprintFacts, Kept
from backend.ledger.facts.issuance import Granted
from backend.ledger.facts.offsets import OffsetFacts
from backend.ledger.facts.pools import CreditBatchFacts
from backend.ledger.rows import AttendanceRow
from backend.ledger.state import LedgerState
from backend.messages.events.scans import PointsEarned, ScanAnswer

NOTHING_GRANTED = Granted()


class RequestedOffset(msgspec.Struct, frozen=True):
    share_pct: int | None
    grams: int | None
    pay_with: str


class JoinEvent(Command, frozen=True):
    """A citizen scanned a badge or a venue's screen. `id` is the attendance's, if this is the first scan."""

    event_id: UUID
    badge_serial: int | None
    gate: int | None
    journey: Journey | None
    offset: RequestedOffset | None
    refusal_if_new: Refusal | None = None
    """What speaks against it by now (its code expired): said only if it is no repeat."""
    guardian_id: UUID | None = None
    """Who scanned a companion in. A companion earns no points: one phone would collect them for many."""
    is_child: bool = False
    """A companion who is a child has half an adult's ceiling."""

    @property
    def idempotency_owner(self) -> UUID:
        """A companion has no phone, so the key is the guardian's."""
        return self.guardian_id or self.citizen_id

    @property
    def keeper(self) -> UUID:
        """Whose consent decides whether the journey is kept."""
        return self.idempotency_owner

    @property
    def may_offset(self) -> bool:
        """Whether grams may be taken from the event's pool."""
        return self.offset is not None

    @property
    def issues(self) -> bool:
        return self.guardian_id is None

    @property
    def spends(self) -> bool:
        return self.offset is not None and self.offset.pay_with == "points"


class OffsetPeriod(JoinEvent, frozen=True, kw_only=True):
    """A citizen offsets a closed period of their life: its programme is joined with the period's own footprint."""

    footprint: FootprintFacts
    """The sums that the ledger keeps; the lines stay with the period."""
    lines_digest: bytes
    ceiling_g: int


class JoinDecisions:
    """Decides scans with what it looks things up in; `batches` is filled as pools are loaded."""

    def __init__(
        self, footprints: FootprintBook, batches: Mapping[UUID, CreditBatchFacts], public_base: str
    ) -> None:
        self._footprints = footprints
        self._batches = batches
        self._certificate_base = f"{public_base}/c/"

    def decide(self, command: JoinEvent, state: LedgerState) -> Outcome:
        """One scan. Raises a Refusal (a rule says no) having changed nothing of `state`."""
        if command.citizen_id not in state.balances:
            raise SessionRevoked
        event = state.events.get(command.event_id)
        if event is None:
            raise CodeForeign
        if state.guests:
            _check_guest(command, state)
        attendance = state.attendances.get((command.event_id, command.citizen_id))
        if attendance is None:
            if command.refusal_if_new is not None:
                raise command.refusal_if_new
            return self._join(command, event, state)
        if command.badge_serial is not None and attendance.badge_serial != command.badge_serial:
            self._check_badge(command, state)
        return self._join_again(command, event, attendance, state)

    def _join(self, command: JoinEvent, event: EventFacts, state: LedgerState) -> Outcome:
        self._check_badge(command, state)
        _check_open(command, event, state)
        book, category = self._footprints, _category(event, command.badge_serial, state)
        if isinstance(command, OffsetPeriod):
            told = command.footprint
            kept = Kept(told, lines_digest=command.lines_digest, ceiling_g=command.ceiling_g)
        else:
            told = book.of(event, command.journey, category)
            may_keep = (command.keeper, JOURNEYS_KEPT.scope) in state.consents
            kept = book.kept(told, event, category, may_keep=may_keep, is_child=command.is_child)
        footprint = kept.footprint
        grams = _asked(command, footprint.total_g)
        ceiling_g, missing = 0, None
        if grams:
            ceiling_g = book.ceiling_by_what_is_kept(
                event, kept.ceiling_g, command.journey, category, is_child=command.is_child
            )
            missing = hindrance(state, event, grams, after_g=grams, ceiling_g=ceiling_g)
        is_met = grams > 0 and missing is None
        # The last that may refuse; nothing has changed so far.
        payment = _paid(command, event, grams, state) if is_met else None
        status = "none" if not grams else "allocated" if is_met else "pool_exhausted"
        granted = _join_points(command, event, state)
        attendance = self._record_attendance(command, event, kept, status, granted.points, state)
        offset = None
        if is_met and command.offset is not None:
            taken = take(state, event.id, grams)
            offset = new_offset(
                state,
                event,
                attendance,
                footprint.total_g,
                taken,
                command.offset.pay_with,
                command.at,
                payment,
                ceiling_g,
            )
        elif grams and command.offset is not None:
            wait(
                state,
                event.id,
                attendance,
                grams,
                command.offset.pay_with,
                command.at,
                is_held=missing == "held",
            )
        return self._answer(
            201,
            event,
            attendance,
            offset,
            state,
            granted=granted,
            balance=state.balances[command.citizen_id],
            private=(told, kept) if kept.lines_salt else None,
        )

    def _record_attendance(
        self,
        command: JoinEvent,
        event: EventFacts,
        kept: Kept,
        status: str,
        points: int,
        state: LedgerState,
    ) -> AttendanceFacts:
        """The attendance with its footprint and its points, and what staff see of it."""
        footprint = kept.footprint
        self._footprints.know(footprint, event, state)
        attendance = AttendanceFacts(
            id=command.id,
            citizen_id=command.citizen_id,
            badge_serial=command.badge_serial,
            gate=command.gate,
            footprint_digest=footprint.digest,
            offset_status=status,
            points=points,
            joined_at=command.at,
        )
        state.attendances[(event.id, command.citizen_id)] = attendance
        if command.badge_serial is not None:
            state.badge_holders[(event.id, command.badge_serial)] = command.citizen_id
        state.new_attendances.append(
            AttendanceRow(
                event_id=event.id,
                citizen_id=command.citizen_id,
                id=command.id,
                badge_serial=command.badge_serial,
                gate=command.gate,
                footprint_digest=footprint.digest,
                offset_status=status,
                points=points,
                joined_at=command.at,
                lines_digest=kept.lines_digest,
            )
        )
        tally = state.tally(event.id, command.gate, command.at)
        tally.joined += 1
        tally.footprints += 1
        tally.footprint_g += footprint.total_g
        tally.points += points
        return attendance

    def _join_again(
        self, command: JoinEvent, event: EventFacts, attendance: AttendanceFacts, state: LedgerState
    ) -> Outcome:
        """The first answer again; an offset that was not asked for or not to be had the first time is tried now."""
        offset = state.offsets.get((event.id, command.citizen_id))
        balance = state.balances[command.citizen_id]
        if attendance.id == command.id:
            # Our own row: COMMIT had gone through when the connection broke.
            return self._answer(
                201,
                event,
                attendance,
                offset,
                state,
                granted=_granted_before(attendance, state),
                balance=balance,
            )
        status = None
        if offset is None and command.offset is not None:
            _check_open(command, event, state)
            total_g = self._footprints.total_of(attendance.footprint_digest, state)
            grams = _asked(command, total_g)
            status = None if grams else "none"
            if grams:
                offset = self._offset_later(command, event, attendance, grams, total_g, state)
                balance = state.balances[command.citizen_id]
        return self._answer(
            200, event, attendance, offset, state, granted=NOTHING_GRANTED, balance=balance, status=status
        )

    def _offset_later(
        self,
        command: JoinEvent,
        event: EventFacts,
        attendance: AttendanceFacts,
        grams: int,
        total_g: int,
        state: LedgerState,
    ) -> OffsetFacts | None:
        """The offset of somebody who joined without one; None where they have to wait for it."""
        assert command.offset is not None
        pay_with = command.offset.pay_with
        category = _category(event, attendance.badge_serial, state)
        ceiling_g = self._footprints.ceiling_for(
            event, attendance, category, state, is_child=command.is_child
        )
        missing = hindrance(state, event, grams, after_g=grams, ceiling_g=ceiling_g)
        if missing is not None:
            is_held = missing == "held"
            wait(state, event.id, attendance, grams, pay_with, command.at, is_held=is_held)
            return None
        payment = _paid(command, event, grams, state)
        taken = take(state, event.id, grams)
        offset = new_offset(
            state, event, attendance, total_g, taken, pay_with, command.at, payment, ceiling_g
        )
        end_wait(state, (event.id, command.citizen_id), "met", command.at)
        return offset

    def _check_badge(self, command: JoinEvent, state: LedgerState) -> None:
        if command.badge_serial is None:
            return
        badge_key = (command.event_id, command.badge_serial)
        badge = state.badges.get(badge_key)
        refusal: type[Refusal] | None = None
        if badge is None:
            refusal = BadgeUnknown
        elif badge.is_revoked:
            refusal = BadgeRevoked
        elif state.badge_holders.get(badge_key, command.citizen_id) != command.citizen_id:
            refusal = BadgeBound
        if refusal is not None:
            raise refusal

    def _answer(
        self,
        http_status: int,
        event: EventFacts,
        attendance: AttendanceFacts,
        offset: OffsetFacts | None,
        state: LedgerState,
        *,
        granted: Granted,
        balance: int,
        status: str | None = None,
        private: tuple[FootprintFacts, Kept] | None = None,
    ) -> Outcome:
        view = certificate = None
        if offset is not None:
            digest = attendance.footprint_digest
            total_g, neutralised_g = self._footprints.totals_of(digest, state)
            view = offset_view(offset, total_g, neutralised_g, self._batches)
            certificate = certificate_link(self._certificate_base, offset)
        answer = ScanAnswer(
            outcome="joined" if http_status == 201 else "already_joined",
            event=cast(Any, event.brief),
            # The footprint goes out as the bytes that were stored, not encoded once more for everybody.
            footprint=cast(Any, msgspec.Raw(state.footprints[attendance.footprint_digest])),
            offset=view,
            offset_status=cast(Any, status or _status(event, attendance, offset, state)),
            certificate=certificate,
            points=PointsEarned(
                earned=granted.earned,
                balance=balance,
                pending=granted.pending,
                capped_by=ISSUANCE_BUDGET if granted.withheld else UNSET,
            ),
            joined_at=attendance.joined_at,
        )
        return told_alone(http_status, answer, *private) if private else Outcome(http_status, answer)


def _join_points(command: JoinEvent, event: EventFacts, state: LedgerState) -> Granted:
    """The points of a first scan; the event's sponsor pays, or the city."""
    if command.guardian_id is not None:
        return NOTHING_GRANTED
    day = day_of(command.at)
    return state.grant(
        command.citizen_id,
        event.join_points,
        "event_join",
        command.id,
        command.at,
        day,
        event_id=event.id,
    )


def _granted_before(attendance: AttendanceFacts, state: LedgerState) -> Granted:
    """What our own scan was granted: whatever is free for the asking waits as long as the account is not proven."""
    if attendance.citizen_id in state.proven:
        return Granted(earned=attendance.points)
    return Granted(pending=attendance.points)


def _check_guest(command: JoinEvent, state: LedgerState) -> None:
    """A guest joins with the badge that they signed in with, or the one that replaced it, and brings nobody.

    Raises IdentityNeeded, GuestOfAnotherBadge.
    """
    if command.guardian_id in state.guests:
        raise IdentityNeeded
    own = state.guests.get(command.citizen_id)
    if own is None:
        return
    if command.badge_serial is None:
        raise IdentityNeeded
    badge = state.badges.get((command.event_id, command.badge_serial))
    if badge is not None and own != (command.event_id, badge.holder_serial or command.badge_serial):
        raise GuestOfAnotherBadge


def _check_open(command: JoinEvent, event: EventFacts, state: LedgerState) -> None:
    is_open = (
        event.state == "running" and event.is_personal
        if isinstance(command, OffsetPeriod)
        else event.is_running
    )
    if not is_open:
        raise EventNotRunning
    if command.spends and event.is_frozen:
        raise EventFrozen
    if command.spends and event.id not in state.budgets:
        raise PointsPaymentClosed


def _status(
    event: EventFacts, attendance: AttendanceFacts, offset: OffsetFacts | None, state: LedgerState
) -> str:
    if offset is not None:
        return "allocated"
    waiting = waiting_for(event, state.waits.get((event.id, attendance.citizen_id)))
    return waiting or attendance.offset_status


def _category(event: EventFacts, badge_serial: int | None, state: LedgerState) -> str | None:
    badge = None if badge_serial is None else state.badges.get((event.id, badge_serial))
    return None if badge is None else badge.category


def _asked(command: JoinEvent, footprint_g: int) -> int:
    """Grams that a scan asks for; 0 where nothing was asked or nothing was emitted."""
    if command.offset is None:
        return 0
    return offset_grams(footprint_g, share_pct=command.offset.share_pct, grams=command.offset.grams)


def _paid(command: JoinEvent, event: EventFacts, grams: int, state: LedgerState) -> Payment | None:
    """Raises PointsPaymentClosed, BudgetExhausted, PointsInsufficient, having changed nothing."""
    if command.offset is None or command.offset.pay_with != "points":
        return None
    return pay(state, event.id, command.citizen_id, grams, command.at)
