"""Attending an event: joining it, declaring the journey again, an offset whose turn has come.

One rules for all three, because they share what they lock and what they write: the event's pool and budget, footprints,
offsets and allocations.
"""

from __future__ import annotations

from collections.abc import Sequence

from backend.domain.community.consent_uses import JOURNEYS_KEPT
from backend.domain.community.policies import Policies
from backend.ledger.command import Command, Outcome
from backend.ledger.commands.join_event import JoinDecisions, JoinEvent, OffsetPeriod
from backend.ledger.commands.offset_changes import (
    DecideHeldOffset,
    OffsetDecisions,
    ReviseJourney,
    SettleOffset,
)
from backend.ledger.commands.offsets import OffsetRows
from backend.ledger.facts.consents import load_consents
from backend.ledger.facts.footprints import FootprintBook, load_footprints
from backend.ledger.facts.offsets import load_budgets, load_offsets
from backend.ledger.facts.pools import CreditBatchMemory
from backend.ledger.rows import STORE_ATTENDANCES
from backend.ledger.state import LedgerState
from backend.storage.transaction import Transaction

AttendanceCommand = JoinEvent | ReviseJourney | SettleOffset | DecideHeldOffset


class AttendanceRules:
    commands: tuple[type[Command], ...] = (
        JoinEvent,
        OffsetPeriod,
        ReviseJourney,
        SettleOffset,
        DecideHeldOffset,
    )

    def __init__(
        self, footprints: FootprintBook, batches: CreditBatchMemory, public_base: str, policies: Policies
    ) -> None:
        self._policies = policies
        self._batches = batches
        self._joins = JoinDecisions(footprints, batches.known, public_base)
        self._changes = OffsetDecisions(footprints, batches.known, public_base)

    async def load(
        self, transaction: Transaction, state: LedgerState, commands: Sequence[AttendanceCommand]
    ) -> None:
        """Know what became of those who attend already, and lock the pools and budgets that may be drawn on."""
        telling = {c.keeper: c.at for c in commands if c.journey is not None}
        await load_consents(transaction, state, self._policies, JOURNEYS_KEPT, telling)
        attendees = {
            key
            for command in commands
            if (key := (command.event_id, command.citizen_id)) in state.attendances
        }
        if attendees:
            # A revised journey has another footprint than the attendance: known before footprints are read.
            await self._batches.load(transaction, await load_offsets(transaction, state, attendees))
            await load_footprints(transaction, state, attendees)
        drawn_on = {command.event_id for command in commands if command.may_offset}
        if drawn_on:
            await self._batches.load_pools(transaction, state, drawn_on)
        if state.lots:
            paid_with_points = {command.event_id for command in commands if command.spends}
            if paid_with_points:
                await load_budgets(transaction, state, paid_with_points)
        await self._changes.load(transaction, state, [c for c in commands if not isinstance(c, JoinEvent)])

    def decide(self, command: AttendanceCommand, state: LedgerState) -> Outcome:
        """One command. Raises a Refusal having changed nothing of `state`."""
        if isinstance(command, JoinEvent):
            return self._joins.decide(command, state)
        return self._changes.decide(command, state)

    async def store(self, transaction: Transaction, state: LedgerState) -> None:
        if (
            state.new_attendances
            or state.new_offsets
            or state.new_allocations
            or state.new_footprints
            or state.changed_pools
        ):
            await transaction.store(
                STORE_ATTENDANCES,
                state.footprint_rows(),
                state.new_attendances,
                state.new_offsets,
                state.new_allocations,
                state.pool_rows(),
            )
        if state.has_components:
            await state.component(OffsetRows).store(transaction)
