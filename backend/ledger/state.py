"""What a batch knows and what it will write: plain dictionaries and lists, filled while it is loaded.

Commands of one batch see each other's effects here, in the order in which they arrived.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

import msgspec

from backend.domain.account.lots import lot_of, take, take_back
from backend.domain.credits.allocation import PoolRange
from backend.domain.days import day_of
from backend.domain.issuance.pending import lapse_day
from backend.ledger.facts.attendances import AttendanceFacts, BadgeFacts, EventBadge, EventCitizen
from backend.ledger.facts.events import EventFacts
from backend.ledger.facts.footprints import FootprintFacts
from backend.ledger.facts.issuance import Granted, Issuance, PendingFacts
from backend.ledger.facts.offsets import BudgetFacts, OffsetFacts, WaitFacts
from backend.ledger.issuance_rows import PendingEndRow, PendingRow, ProvenRow
from backend.ledger.rows import (
    AllocationRow,
    AnswerRow,
    AttendanceRow,
    BalanceRow,
    FootprintRow,
    LotRow,
    OffsetRow,
    PoolRow,
    TallyRow,
    TransferRow,
)
from backend.messages.shape import view_of
from backend.models.keys import uuid7

ISSUANCE_ACCOUNT = UUID("00000000-0000-7000-8000-000000000001")
REDEMPTION_ACCOUNT = UUID("00000000-0000-7000-8000-000000000002")
EXPIRY_ACCOUNT = UUID("00000000-0000-7000-8000-000000000003")
MERGE_ACCOUNT = UUID("00000000-0000-7000-8000-000000000004")
"""Between a person's two accounts, so that each has its own double entry; always zero."""

MINUTE = timedelta(minutes=1)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

Cell = tuple[UUID, int, datetime]
Component = TypeVar("Component")


class StoredAnswer(msgspec.Struct, frozen=True):
    request_digest: bytes
    status: int
    body: bytes


class Tally:
    """What one cell of the live picture gains from a batch."""

    __slots__ = ("actions", "footprint_g", "footprints", "grams", "joined", "offsets", "points")

    def __init__(self) -> None:
        self.joined = self.footprints = self.footprint_g = 0
        self.offsets = self.grams = self.actions = self.points = 0


class LedgerState:
    """Rows that were loaded, changed as commands are decided, and rows to add."""

    def __init__(self) -> None:
        self.balances: dict[UUID, int] = {}
        self.proven: set[UUID] = set()
        """Citizens whose account has one proven act."""
        self.erased: set[UUID] = set()
        """Citizens who have left: nothing new is kept of them."""
        self.guests: dict[UUID, EventBadge] = {}
        """The badge of each who attends as a guest: they join with it alone and earn nothing."""
        self.issuance = Issuance()
        self.pending: defaultdict[UUID, dict[tuple[str, UUID], PendingFacts]] = defaultdict(dict)
        """Points that wait, of the citizens whose waiting may end in this batch, by reason and source."""
        self.answers: dict[tuple[UUID, str], StoredAnswer] = {}
        self.events: dict[UUID, EventFacts] = {}
        self.badges: dict[EventBadge, BadgeFacts] = {}
        self.attendances: dict[EventCitizen, AttendanceFacts] = {}
        self.badge_holders: dict[EventBadge, UUID] = {}
        self.consents: set[tuple[UUID, str]] = set()
        """Who gave which consent, of those whose commands need one."""
        self.grants: dict[tuple[UUID, UUID], str] = {}
        """The policy's version of each grant in force, by citizen and partner, of those whom partners report."""
        self.offsets: dict[EventCitizen, OffsetFacts] = {}
        self.waits: dict[EventCitizen, WaitFacts] = {}
        self.budgets: dict[UUID, BudgetFacts] = {}
        self.footprints: dict[bytes, bytes] = {}
        self.journeys: dict[bytes, bytes | None] = {}
        """By footprint: the declared journey as JSON; None where nothing was declared."""
        self.pools: dict[UUID, list[PoolRange]] = {}
        self.lots: dict[UUID, dict[date, int]] = {}
        """Points by lot, of the citizens whose points may be taken in this batch."""

        self.new_footprints: dict[tuple[UUID, bytes], FootprintFacts] = {}
        self.new_attendances: list[AttendanceRow] = []
        self.new_offsets: list[OffsetRow] = []
        self.new_allocations: list[AllocationRow] = []
        self.new_transfers: list[TransferRow] = []
        self.new_answers: list[AnswerRow] = []
        self.new_pending: list[PendingRow] = []
        self.pending_ends: list[PendingEndRow] = []
        self.newly_proven: list[ProvenRow] = []
        self.lot_gains: defaultdict[tuple[UUID, date], int] = defaultdict(int)
        self.changed_lots: set[tuple[UUID, date]] = set()
        self.changed_pools: set[UUID] = set()
        self.system_points: defaultdict[UUID, int] = defaultdict(int)
        self.tallies: defaultdict[Cell, Tally] = defaultdict(Tally)
        self._components: dict[type, object] = {}
        self._minute = LONG_AGO

    def component(self, kind: type[Component]) -> Component:
        """What a command's own rules keep of this batch; made when first asked for."""
        found = self._components.get(kind)
        if found is None:
            found = self._components[kind] = kind()
        assert isinstance(found, kind)
        return found

    @property
    def has_components(self) -> bool:
        """Whether any rules keep something of their own: a batch of scans alone has nothing."""
        return bool(self._components)

    def grant(
        self,
        citizen_id: UUID,
        points: int,
        reason: str,
        source_id: UUID,
        at: datetime,
        day: date,
        *,
        event_id: UUID | None = None,
        partner_id: UUID | None = None,
        is_proof: bool = False,
    ) -> Granted:
        """Issue points against the budget that pays for them, all or none; a budget with fewer left issues nothing.

        What a proof earns is booked into the lot of the day's month. What is free for the asking waits, reserved in
        its budget, until the account has one proven act.
        """
        if not points or citizen_id in self.guests:
            return Granted()
        budget_id = self.issuance.charge(points, event_id, partner_id)
        if budget_id is None:
            return Granted(withheld=points)
        if not is_proof and citizen_id not in self.proven:
            facts = PendingFacts(source_id, reason, points, budget_id, day)
            self.pending[citizen_id][(reason, source_id)] = facts
            self.new_pending.append(
                view_of(
                    PendingRow, facts, citizen_id=citizen_id, lapses_on=lapse_day(day_of(at)), created_at=at
                )
            )
            return Granted(pending=points)
        self._move(citizen_id, lot_of(day), points, ISSUANCE_ACCOUNT, reason, source_id, at, budget_id)
        return Granted(earned=points)

    def prove(self, citizen_id: UUID, at: datetime) -> None:
        """The account has one proven act: what waited is booked, each into the lot of the day it was earned on."""
        if citizen_id in self.proven:
            return
        self.proven.add(citizen_id)
        self.newly_proven.append(ProvenRow(citizen_id, True))
        for each in self.pending.pop(citizen_id, {}).values():
            self._end_pending(citizen_id, each, "released", at)
            self._move(
                citizen_id,
                lot_of(each.day),
                each.points,
                ISSUANCE_ACCOUNT,
                each.reason,
                each.source_id,
                at,
                each.budget_id,
            )

    def drop_pending(self, citizen_id: UUID, reason: str, source_id: UUID, why: str, at: datetime) -> int:
        """Points stop waiting for nothing and return to their budget; how many there were, 0 where none waited."""
        facts = self.pending[citizen_id].pop((reason, source_id), None)
        if facts is None:
            return 0
        self._end_pending(citizen_id, facts, why, at)
        self.issuance.give_back(facts.budget_id, facts.points)
        return facts.points

    def _end_pending(self, citizen_id: UUID, facts: PendingFacts, why: str, at: datetime) -> None:
        self.pending_ends.append(PendingEndRow(citizen_id, facts.source_id, facts.reason, why, at))

    def spend(
        self,
        citizen_id: UUID,
        points: int,
        reason: str,
        source_id: UUID,
        at: datetime,
        today: date,
        account: UUID = REDEMPTION_ACCOUNT,
    ) -> int:
        """Take points, oldest lot first and never an expired one; returns the balance.

        Raises PointsInsufficient having changed nothing. One transfer for each lot that is touched.
        """
        for lot, taken in take(self.lots[citizen_id], points, today):
            self._move(citizen_id, lot, -taken, account, reason, source_id, at)
        return self.balances[citizen_id]

    def give_back(
        self,
        citizen_id: UUID,
        lots: Iterable[tuple[date, int]],
        reason: str,
        source_id: UUID,
        at: datetime,
        account: UUID = REDEMPTION_ACCOUNT,
    ) -> int:
        """Return points that were spent to the lots they came from, with their own expiry; returns the balance."""
        for lot, returned in lots:
            self._move(citizen_id, lot, returned, account, reason, source_id, at)
        return self.balances[citizen_id]

    def take_back(
        self,
        citizen_id: UUID,
        own: date,
        points: int,
        reason: str,
        source_id: UUID,
        at: datetime,
        budget_id: UUID,
    ) -> int:
        """Return points that should not have been earned to the issuing account and the budget that paid for them,
        from the lot `own` first.

        Takes what there is; returns the points that were taken.
        """
        by_lot = take_back(self.lots[citizen_id], own, points)
        for lot, taken in by_lot:
            self._move(citizen_id, lot, -taken, ISSUANCE_ACCOUNT, reason, source_id, at, budget_id)
        returned = sum(taken for _, taken in by_lot)
        self.issuance.give_back(budget_id, returned)
        return returned

    def move_expired(self, citizen_id: UUID, lot: date, source_id: UUID, at: datetime) -> int:
        """Book all that is left of a lot to the account of expired points; returns how many there were."""
        points = self.lots[citizen_id].get(lot, 0)
        if points:
            self._move(citizen_id, lot, -points, EXPIRY_ACCOUNT, "expiry", source_id, at)
        return points

    def move_lots(self, old_id: UUID, new_id: UUID, reason: str, source_id: UUID, at: datetime) -> None:
        """Move all points of one account to another, each lot with the day on which it runs out."""
        for lot, points in sorted(self.lots[old_id].items()):
            if points:
                self._move(old_id, lot, -points, MERGE_ACCOUNT, reason, source_id, at)
                self._move(new_id, lot, points, MERGE_ACCOUNT, reason, source_id, at)

    def move_pending(self, old_id: UUID, new_id: UUID, at: datetime) -> None:
        """Points that wait for a proven act wait on in another account, for no longer than before."""
        for facts in self.pending.pop(old_id, {}).values():
            self._end_pending(old_id, facts, "merged", at)
            self.pending[new_id][(facts.reason, facts.source_id)] = facts
            self.new_pending.append(
                view_of(PendingRow, facts, citizen_id=new_id, lapses_on=lapse_day(facts.day), created_at=at)
            )

    def _move(
        self,
        citizen_id: UUID,
        lot: date,
        points: int,
        other: UUID,
        reason: str,
        source_id: UUID,
        at: datetime,
        budget_id: UUID | None = None,
    ) -> int:
        """One transfer between a citizen and an account of the system; positive points come in.

        The system's balances are brought up once per batch, so that their rows, which every batch of every
        process needs, are locked only around COMMIT.
        """
        balance = self.balances[citizen_id] + points
        assert balance >= 0
        self.balances[citizen_id] = balance
        self.system_points[other] -= points
        lots = self.lots.get(citizen_id)
        if lots is None:
            assert points > 0, "a command that takes points says that it spends"
            self.lot_gains[(citizen_id, lot)] += points
        else:
            lots[lot] = lots.get(lot, 0) + points
            self.changed_lots.add((citizen_id, lot))
        debit, credit = (other, citizen_id) if points > 0 else (citizen_id, other)
        self.new_transfers.append(
            TransferRow(
                citizen_id=citizen_id,
                id=uuid7(),
                debit_account=debit,
                credit_account=credit,
                points=abs(points),
                reason=reason,
                source_id=source_id,
                balance_after=balance,
                created_at=at,
                expires_on=lot,
                budget_id=budget_id,
            )
        )
        return balance

    def footprint_rows(self) -> list[FootprintRow]:
        return [
            FootprintRow(
                event_id=event_id,
                digest=facts.digest,
                total_g=facts.total_g,
                basis=facts.basis,
                factor_set=facts.factor_set,
                journey=None if facts.journey is None else facts.journey.decode(),
                body=facts.body,
            )
            for (event_id, _), facts in self.new_footprints.items()
        ]

    def pool_rows(self) -> list[PoolRow]:
        return [
            PoolRow(event_id, item.position, item.next_serial)
            for event_id in self.changed_pools
            for item in self.pools[event_id]
        ]

    def lot_rows(self) -> list[LotRow]:
        """Gains of lots that nobody loaded."""
        return [LotRow(citizen_id, lot, points) for (citizen_id, lot), points in self.lot_gains.items()]

    def counted_lot_rows(self) -> list[LotRow]:
        """Lots that were loaded, with what is in them now."""
        return [LotRow(citizen_id, lot, self.lots[citizen_id][lot]) for citizen_id, lot in self.changed_lots]

    def system_rows(self) -> list[BalanceRow]:
        """What the system's accounts gain, in key order: two batches must not wait for each other in a circle."""
        return [
            BalanceRow(account, self.system_points[account])
            for account in sorted(self.system_points)
            if self.system_points[account]
        ]

    def tally_rows(self) -> list[TallyRow]:
        return [
            view_of(TallyRow, gains, event_id=event_id, gate=gate, minute=minute)
            for (event_id, gate, minute), gains in self.tallies.items()
        ]

    def tally(self, event_id: UUID, gate: int | None, at: datetime) -> Tally:
        """The cell of the live picture that an instant at a gate belongs to (gate 0: none is known)."""
        # Commands of one batch mostly fall into one minute: the cell's name is made once for it.
        start = self._minute
        if not start <= at < start + MINUTE:
            start = self._minute = at.replace(second=0, microsecond=0)
        return self.tallies[(event_id, gate or 0, start)]
