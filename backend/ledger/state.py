"""What a batch knows and what it will write: plain dictionaries and lists, filled by storage/batch.py.

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
from backend.domain.actions.plausibility import EarlierAction
from backend.domain.credits.allocation import PoolRange, SerialRange
from backend.domain.footprint.footprint import EventProfile
from backend.models.keys import uuid7

ISSUANCE_ACCOUNT = UUID("00000000-0000-7000-8000-000000000001")
REDEMPTION_ACCOUNT = UUID("00000000-0000-7000-8000-000000000002")
EXPIRY_ACCOUNT = UUID("00000000-0000-7000-8000-000000000003")

MINUTE = timedelta(minutes=1)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

EventCitizen = tuple[UUID, UUID]
EventBadge = tuple[UUID, int]
Cell = tuple[UUID, int, datetime]
Part = TypeVar("Part")


class EventFacts(msgspec.Struct, frozen=True):
    """An event as the ledger needs it; a new `revision` is another EventFacts."""

    id: UUID
    code: str
    slug: str
    name_zh: str
    name_en: str
    city: str
    boundary: str
    state: str
    factor_set: str
    join_points: int
    revision: int
    profile: EventProfile
    brief: msgspec.Raw
    """The `event` part of every answer, encoded once."""

    @property
    def is_running(self) -> bool:
        return self.state == "running"


class BadgeFacts(msgspec.Struct, frozen=True):
    category: str | None
    is_revoked: bool


class CreditBatchFacts(msgspec.Struct, frozen=True):
    """A credit batch as a certificate shows it; none of this ever changes."""

    id: UUID
    product: str
    project_name: str
    retirement_ref: str


class AttendanceFacts(msgspec.Struct, frozen=True):
    id: UUID
    citizen_id: UUID
    badge_serial: int | None
    gate: int | None
    footprint_digest: bytes
    offset_status: str
    points: int
    joined_at: datetime
    revision: int = 1
    """How often the journey was told; `footprint_digest` is the last one's."""


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
    allocations: tuple[AllocationFacts, ...]
    issued_at: datetime
    pay_with: str = "sponsor"
    releases: tuple[SerialRange, ...] = ()
    changes: int = 0
    shrinks: int = 0
    """How many of the changes released something."""
    points_paid: int = 0
    points_per_kg: int = 0


class WaitFacts(msgspec.Struct, frozen=True):
    """The last wait of a person at an event; an ended one is kept for its number."""

    sequence: int
    grams: int
    pay_with: str
    is_difference: bool
    joined_at: datetime
    is_open: bool


class BudgetFacts(msgspec.Struct):
    """An event's price in points, and what its sponsor still pays for; under its lock."""

    points_per_kg: int
    points_budget: int
    points_spent: int


class StoredAnswer(msgspec.Struct, frozen=True):
    request_digest: bytes
    status: int
    body: bytes


class FootprintFacts(msgspec.Struct, frozen=True):
    """A footprint with its digest and its JSON, as stored and as sent."""

    digest: bytes
    total_g: int
    basis: str
    factor_set: str
    journey: bytes | None
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
        self.answers: dict[tuple[UUID, str], StoredAnswer] = {}
        self.events: dict[UUID, EventFacts] = {}
        self.badges: dict[EventBadge, BadgeFacts] = {}
        self.attendances: dict[EventCitizen, AttendanceFacts] = {}
        self.badge_holders: dict[EventBadge, UUID] = {}
        self.offsets: dict[EventCitizen, OffsetFacts] = {}
        self.waits: dict[EventCitizen, WaitFacts] = {}
        self.budgets: dict[UUID, BudgetFacts] = {}
        self.footprints: dict[bytes, bytes] = {}
        self.pools: dict[UUID, list[PoolRange]] = {}
        self.earlier: defaultdict[UUID, dict[UUID, EarlierAction]] = defaultdict(dict)
        """By citizen and id: every action of the days that are asked about, and older ones that caps look at."""
        self.items: dict[tuple[UUID, str], StoredAnswer] = {}
        self.lots: dict[UUID, dict[date, int]] = {}
        """Points by lot, of the citizens whose points may be taken in this batch."""

        # Rows to add, in the column order of storage/sql/store_batch.sql.
        self.new_footprints: dict[tuple[UUID, bytes], FootprintFacts] = {}
        self.new_attendances: list[tuple[object, ...]] = []
        self.new_offsets: list[tuple[object, ...]] = []
        self.new_allocations: list[tuple[object, ...]] = []
        self.new_transfers: list[tuple[object, ...]] = []
        self.new_actions: list[tuple[object, ...]] = []
        self.new_answers: list[tuple[object, ...]] = []
        self.new_items: list[tuple[object, ...]] = []
        self.new_reviews: list[tuple[object, ...]] = []
        self.booked_reviews: list[tuple[object, ...]] = []
        self.lot_gains: defaultdict[tuple[UUID, date], int] = defaultdict(int)
        self.changed_lots: set[tuple[UUID, date]] = set()
        self.action_sums: dict[tuple[UUID, date, str, bool], list[int]] = {}
        self.changed_balances: set[UUID] = set()
        self.changed_pools: set[UUID] = set()
        self.system_points: defaultdict[UUID, int] = defaultdict(int)
        self._components: dict[type, object] = {}
        self._minute = LONG_AGO
        self.tallies: defaultdict[Cell, Tally] = defaultdict(Tally)

    def part(self, kind: type[Part]) -> Part:
        """What a command's own rules keep of this batch; made when first asked for."""
        found = self._components.get(kind)
        if found is None:
            found = self._components[kind] = kind()
        assert isinstance(found, kind)
        return found

    @property
    def has_parts(self) -> bool:
        """Whether any command of the batch had rules of its own: a crowd that only scans has none."""
        return bool(self._components)

    def earn(
        self, citizen_id: UUID, points: int, reason: str, source_id: UUID, at: datetime, day: date
    ) -> int:
        """Book points from the issuing account into the lot of the day's month; returns the citizen's balance."""
        assert points > 0
        return self._move(citizen_id, lot_of(day), points, ISSUANCE_ACCOUNT, reason, source_id, at)

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
        for lot, part in take(self.lots[citizen_id], points, today):
            self._move(citizen_id, lot, -part, account, reason, source_id, at)
        return self.balances[citizen_id]

    def give_back(
        self,
        citizen_id: UUID,
        parts: Iterable[tuple[date, int]],
        reason: str,
        source_id: UUID,
        at: datetime,
        account: UUID = REDEMPTION_ACCOUNT,
    ) -> int:
        """Return points that were spent to the lots they came from, with their own expiry; returns the balance."""
        for lot, part in parts:
            self._move(citizen_id, lot, part, account, reason, source_id, at)
        return self.balances[citizen_id]

    def take_back(
        self, citizen_id: UUID, own: date, points: int, reason: str, source_id: UUID, at: datetime
    ) -> int:
        """Return points that should not have been earned to the issuing account, from the lot `own` first.

        Takes what there is; returns the points that were taken.
        """
        parts = take_back(self.lots[citizen_id], own, points)
        for lot, part in parts:
            self._move(citizen_id, lot, -part, ISSUANCE_ACCOUNT, reason, source_id, at)
        return sum(part for _, part in parts)

    def move_expired(self, citizen_id: UUID, lot: date, source_id: UUID, at: datetime) -> int:
        """Book all that is left of a lot to the account of expired points; returns how many there were."""
        points = self.lots[citizen_id].get(lot, 0)
        if points:
            self._move(citizen_id, lot, -points, EXPIRY_ACCOUNT, "expiry", source_id, at)
        return points

    def _move(
        self,
        citizen_id: UUID,
        lot: date,
        points: int,
        other: UUID,
        reason: str,
        source_id: UUID,
        at: datetime,
    ) -> int:
        """One transfer between a citizen and an account of the system; positive points come in.

        The system's balances are brought up once per batch, so that their rows, which every batch of every
        process needs, are locked only around COMMIT.
        """
        balance = self.balances[citizen_id] + points
        assert balance >= 0
        self.balances[citizen_id] = balance
        self.changed_balances.add(citizen_id)
        self.system_points[other] -= points
        lots = self.lots.get(citizen_id)
        if lots is None:
            assert points > 0, "a command that takes points says so on its class"
            self.lot_gains[(citizen_id, lot)] += points
        else:
            lots[lot] = lots.get(lot, 0) + points
            self.changed_lots.add((citizen_id, lot))
        debit, credit = (other, citizen_id) if points > 0 else (citizen_id, other)
        self.new_transfers.append(
            (citizen_id, uuid7(), debit, credit, abs(points), reason, source_id, balance, at, lot)
        )
        return balance

    def add_to_sums(
        self,
        citizen_id: UUID,
        day: date,
        method: str,
        is_verified: bool,
        actions: int,
        grams: int,
        points: int,
    ) -> None:
        """Bring the citizen's month of a method up (or, with negative numbers, down)."""
        key = (citizen_id, day.replace(day=1), method, is_verified)
        sums = self.action_sums.get(key)
        if sums is None:
            sums = self.action_sums[key] = [0, 0, 0]
        sums[0] += actions
        sums[1] += grams
        sums[2] += points

    @property
    def has_rows(self) -> bool:
        """Whether anything is to be written: a batch of repeats writes nothing."""
        return bool(
            self.new_attendances
            or self.new_offsets
            or self.new_allocations
            or self.new_actions
            or self.new_answers
            or self.new_transfers
            or self.new_items
            or self.new_reviews
            or self.action_sums
        )

    def footprint_rows(self) -> list[tuple[object, ...]]:
        return [
            (event_id, f.digest, f.total_g, f.basis, f.factor_set, f.journey and f.journey.decode(), f.body)
            for (event_id, _), f in self.new_footprints.items()
        ]

    def pool_rows(self) -> list[tuple[object, ...]]:
        return [
            (event_id, part.position, part.next_serial)
            for event_id in self.changed_pools
            for part in self.pools[event_id]
        ]

    def lot_rows(self) -> list[tuple[object, ...]]:
        """Gains of lots that nobody loaded."""
        return [(citizen_id, lot, points) for (citizen_id, lot), points in self.lot_gains.items()]

    def counted_lot_rows(self) -> list[tuple[object, ...]]:
        """Lots that were loaded, with what is in them now."""
        return [(citizen_id, lot, self.lots[citizen_id][lot]) for citizen_id, lot in self.changed_lots]

    def sum_rows(self) -> list[tuple[object, ...]]:
        return [(*key, *sums) for key, sums in self.action_sums.items()]

    def system_rows(self) -> list[tuple[object, ...]]:
        """What the system's accounts gain, in key order: two batches must not wait for each other in a circle."""
        return sorted((account, points) for account, points in self.system_points.items() if points)

    def balance_rows(self) -> list[tuple[object, ...]]:
        return [(citizen_id, self.balances[citizen_id]) for citizen_id in self.changed_balances]

    def tally_rows(self) -> list[tuple[object, ...]]:
        return [
            (*cell, t.joined, t.footprints, t.footprint_g, t.offsets, t.grams, t.actions, t.points)
            for cell, t in self.tallies.items()
        ]

    def tally(self, event_id: UUID, gate: int | None, at: datetime) -> Tally:
        """The cell of the live picture that an instant at a gate belongs to (gate 0: none was told)."""
        # Commands of one batch mostly fall into one minute: the cell's name is made once for it.
        start = self._minute
        if not start <= at < start + MINUTE:
            start = self._minute = at.replace(second=0, microsecond=0)
        return self.tallies[(event_id, gate or 0, start)]
