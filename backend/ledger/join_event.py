"""Joining an event: one attendance per person and per badge, its footprint, its offset, its certificate.

Pure: state and command in, outcome and rows out. The repeat is looked up before any rule, so that what was
once answered is answered again even when the event has closed since.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import msgspec

from backend.domain.allocation import SerialRange, allocate, offset_grams
from backend.domain.certificates import new_certificate_number
from backend.domain.days import day_of
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
from backend.ledger.commands import JoinEvent, OffsetAsk, Outcome
from backend.ledger.state import (
    AllocationFacts,
    AttendanceFacts,
    BatchFacts,
    BatchState,
    EventFacts,
    FootprintFacts,
    OffsetFacts,
)
from backend.messages.encoding import encode
from backend.messages.scans import AllocationView, CertificateLink, OffsetView, PointsEarned, ScanAnswer
from backend.models.keys import uuid7

if TYPE_CHECKING:
    from backend.ledger.footprints import FootprintBook

EARNED_NOTHING = 0


class JoinRules:
    """The rules with what they look things up in; `batches` is filled as pools are loaded."""

    def __init__(
        self, footprints: FootprintBook, batches: Mapping[UUID, BatchFacts], public_base: str
    ) -> None:
        self._footprints = footprints
        self._batches = batches
        self._certificate_base = f"{public_base}/c/"

    def decide(self, command: JoinEvent, state: BatchState) -> Outcome:
        """One scan. Raises a Refusal (a rule says no) having changed nothing of `state`."""
        if command.citizen_id not in state.balances:
            raise SessionRevoked
        event = state.events.get(command.event_id)
        if event is None:
            raise CodeForeign
        attendance = state.attendances.get((command.event_id, command.citizen_id))
        if attendance is None:
            if command.refusal_if_new is not None:
                raise command.refusal_if_new
            return self._join(command, event, state)
        if command.badge_serial is not None and attendance.badge_serial != command.badge_serial:
            self._check_badge(command, state)
        return self._join_again(command, event, attendance, state)

    def _join(self, command: JoinEvent, event: EventFacts, state: BatchState) -> Outcome:
        self._check_badge(command, state)
        self._check_open(command.offset, event)
        badge = state.badges.get((event.id, command.badge_serial or 0))
        footprint = self._footprints.of(event, command.journey, badge.category if badge else None)
        taken = self._take(command, event, footprint.total_g, state)
        status = _status(command.offset, footprint.total_g, taken)

        if not self._footprints.is_stored(event.id, footprint.digest):
            state.new_footprints[(event.id, footprint.digest)] = footprint
        state.footprints[footprint.digest] = footprint.body
        attendance = AttendanceFacts(
            id=command.id,
            citizen_id=command.citizen_id,
            badge_serial=command.badge_serial,
            gate=command.gate,
            footprint_digest=footprint.digest,
            offset_status=status,
            points=event.join_points,
            joined_at=command.at,
        )
        state.attendances[(event.id, command.citizen_id)] = attendance
        if command.badge_serial is not None:
            state.badge_holders[(event.id, command.badge_serial)] = command.citizen_id
        state.new_attendances.append(
            (
                event.id,
                command.citizen_id,
                command.id,
                command.badge_serial,
                command.gate,
                footprint.digest,
                status,
                event.join_points,
                command.at,
            )
        )
        balance = state.balances[command.citizen_id]
        if event.join_points:
            balance = state.earn(
                command.citizen_id,
                event.join_points,
                "event_join",
                command.id,
                command.at,
                day_of(command.at),
            )
        tally = state.tally(event.id, command.gate, command.at)
        tally.joined += 1
        tally.footprints += 1
        tally.footprint_g += footprint.total_g
        tally.points += event.join_points
        offset = self._record_offset(command, event, footprint, taken, state) if taken else None
        return self._answer(201, event, attendance, offset, state, earned=event.join_points, balance=balance)

    def _join_again(
        self, command: JoinEvent, event: EventFacts, attendance: AttendanceFacts, state: BatchState
    ) -> Outcome:
        """The first answer again; an offset that was not asked for or not to be had the first time is tried now."""
        offset = state.offsets.get((event.id, command.citizen_id))
        balance = state.balances[command.citizen_id]
        if attendance.id == command.id:
            # Our own row: COMMIT had gone through when the connection broke.
            return self._answer(
                201, event, attendance, offset, state, earned=attendance.points, balance=balance
            )
        status = "allocated" if offset else attendance.offset_status
        if offset is None and command.offset is not None:
            self._check_open(command.offset, event)
            body = state.footprints[attendance.footprint_digest]
            total_g = self._footprints.total_of(attendance.footprint_digest, body)
            taken = self._take(command, event, total_g, state)
            status = _status(command.offset, total_g, taken)
            if taken:
                known = FootprintFacts(attendance.footprint_digest, total_g, "", event.factor_set, None, body)
                offset = self._record_offset(command, event, known, taken, state, gate=attendance.gate)
        return self._answer(
            200, event, attendance, offset, state, earned=EARNED_NOTHING, balance=balance, status=status
        )

    def _check_badge(self, command: JoinEvent, state: BatchState) -> None:
        if command.badge_serial is None:
            return
        place = (command.event_id, command.badge_serial)
        badge = state.badges.get(place)
        refusal: type[Refusal] | None = None
        if badge is None:
            refusal = BadgeUnknown
        elif badge.is_revoked:
            refusal = BadgeRevoked
        elif state.badge_holders.get(place, command.citizen_id) != command.citizen_id:
            refusal = BadgeBound
        if refusal is not None:
            raise refusal

    def _check_open(self, asked: OffsetAsk | None, event: EventFacts) -> None:
        if not event.is_running:
            raise EventNotRunning
        if asked is not None and asked.pay_with == "points":
            raise PointsPaymentClosed

    def _take(
        self, command: JoinEvent, event: EventFacts, footprint_g: int, state: BatchState
    ) -> list[SerialRange] | None:
        if command.offset is None:
            return None
        grams = offset_grams(footprint_g, share_pct=command.offset.share_pct, grams=command.offset.grams)
        if grams == 0:
            return None
        taken = allocate(state.pools.get(event.id, []), grams)
        if taken is not None:
            state.changed_pools.add(event.id)
        return taken

    def _record_offset(
        self,
        command: JoinEvent,
        event: EventFacts,
        footprint: FootprintFacts,
        taken: list[SerialRange],
        state: BatchState,
        gate: int | None = None,
    ) -> OffsetFacts:
        assert command.offset is not None
        grams = sum(part.grams for part in taken)
        offset = OffsetFacts(
            id=uuid7(),
            grams=grams,
            kind="full" if grams >= footprint.total_g else "partial",
            certificate_number=new_certificate_number(event.code),
            allocations=tuple(
                AllocationFacts(part.batch_id, part.grams, part.serial_from, part.serial_to) for part in taken
            ),
        )
        state.offsets[(event.id, command.citizen_id)] = offset
        state.new_offsets.append(
            (
                event.id,
                command.citizen_id,
                offset.id,
                footprint.digest,
                grams,
                offset.kind,
                command.offset.pay_with,
                offset.certificate_number,
                command.at,
            )
        )
        for position, part in enumerate(taken, start=1):
            state.new_allocations.append(
                (
                    event.id,
                    part.batch_id,
                    part.serial_from,
                    part.serial_to,
                    part.grams,
                    offset.id,
                    position,
                    command.at,
                )
            )
        tally = state.tally(event.id, command.gate or gate, command.at)
        tally.offsets += 1
        tally.grams += grams
        return offset

    def _answer(
        self,
        http_status: int,
        event: EventFacts,
        attendance: AttendanceFacts,
        offset: OffsetFacts | None,
        state: BatchState,
        *,
        earned: int,
        balance: int,
        status: str | None = None,
    ) -> Outcome:
        view = certificate = None
        if offset is not None:
            view = OffsetView(
                grams=offset.grams,
                kind=cast(Any, offset.kind),
                allocations=[
                    allocation_view(part, self._batches[part.batch_id]) for part in offset.allocations
                ],
            )
            number = offset.certificate_number
            certificate = CertificateLink(number=number, url=self._certificate_base + number)
        answer = ScanAnswer(
            outcome="joined" if http_status == 201 else "already_joined",
            event=cast(Any, event.brief),
            # The footprint goes out as the bytes that were stored, not encoded once more for everybody.
            footprint=cast(Any, msgspec.Raw(state.footprints[attendance.footprint_digest])),
            offset=view,
            offset_status=cast(Any, status or ("allocated" if offset else attendance.offset_status)),
            certificate=certificate,
            points=PointsEarned(earned=earned, balance=balance),
            joined_at=attendance.joined_at,
        )
        return Outcome(http_status, encode(answer))


def _status(asked: OffsetAsk | None, footprint_g: int, taken: list[SerialRange] | None) -> str:
    """What became of the offset; nothing is owed where nothing was asked or nothing was emitted."""
    if asked is None or footprint_g == 0:
        return "none"
    return "allocated" if taken else "pool_exhausted"


def allocation_view(part: AllocationFacts, batch: BatchFacts) -> AllocationView:
    return AllocationView(
        batch_id=str(batch.id),
        product=batch.product,
        project=batch.project_name,
        retirement_ref=batch.retirement_ref,
        grams=part.grams,
        serial_from=part.serial_from,
        serial_to=part.serial_to,
    )
