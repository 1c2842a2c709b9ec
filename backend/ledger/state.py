"""What a batch knows and what it will write: plain dictionaries and lists, filled by storage/batch.py.

Commands of one batch see each other's effects here, in the order in which they arrived.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import msgspec

from backend.domain.allocation import PoolRange
from backend.domain.footprint import EventProfile

ISSUANCE_ACCOUNT = UUID("00000000-0000-7000-8000-000000000001")

MINUTE = timedelta(minutes=1)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

EventCitizen = tuple[UUID, UUID]
EventBadge = tuple[UUID, int]
Cell = tuple[UUID, int, datetime]


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


class BatchFacts(msgspec.Struct, frozen=True):
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


class AllocationFacts(msgspec.Struct, frozen=True):
    batch_id: UUID
    grams: int
    serial_from: int
    serial_to: int


class OffsetFacts(msgspec.Struct, frozen=True):
    id: UUID
    grams: int
    kind: str
    certificate_number: str
    allocations: tuple[AllocationFacts, ...]


class StoredAnswer(msgspec.Struct, frozen=True):
    request_digest: bytes
    status: int
    body: bytes


class UsedAction(msgspec.Struct, frozen=True):
    """One earlier action that counts towards a cap."""

    day: date
    credited_quantity: Decimal
    parameters: Mapping[str, object]


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


class BatchState:
    """Rows that were loaded, changed as commands are decided, and rows to add."""

    def __init__(self) -> None:
        self.balances: dict[UUID, int] = {}
        self.answers: dict[tuple[UUID, str], StoredAnswer] = {}
        self.events: dict[UUID, EventFacts] = {}
        self.badges: dict[EventBadge, BadgeFacts] = {}
        self.attendances: dict[EventCitizen, AttendanceFacts] = {}
        self.badge_holders: dict[EventBadge, UUID] = {}
        self.offsets: dict[EventCitizen, OffsetFacts] = {}
        self.footprints: dict[bytes, bytes] = {}
        self.pools: dict[UUID, list[PoolRange]] = {}
        self.used: defaultdict[tuple[UUID, str], list[UsedAction]] = defaultdict(list)

        # Rows to add, in the column order of storage/sql/store_batch.sql.
        self.new_footprints: dict[tuple[UUID, bytes], FootprintFacts] = {}
        self.new_attendances: list[tuple[object, ...]] = []
        self.new_offsets: list[tuple[object, ...]] = []
        self.new_allocations: list[tuple[object, ...]] = []
        self.new_transfers: list[tuple[object, ...]] = []
        self.new_actions: list[tuple[object, ...]] = []
        self.new_answers: list[tuple[object, ...]] = []
        self.changed_balances: set[UUID] = set()
        self.changed_pools: set[UUID] = set()
        self.issued_points = 0
        self._minute = LONG_AGO
        self.tallies: defaultdict[Cell, Tally] = defaultdict(Tally)

    def pay(
        self, citizen_id: UUID, points: int, reason: str, source_id: UUID, transfer_id: UUID, at: datetime
    ) -> int:
        """Book points from the issuing account to a citizen's; returns the citizen's balance afterwards.

        The issuing account's balance is brought up once per batch, so that its row, which every batch of every
        process needs, is locked only around COMMIT.
        """
        assert points > 0
        balance = self.balances[citizen_id] + points
        self.balances[citizen_id] = balance
        self.changed_balances.add(citizen_id)
        self.issued_points += points
        self.new_transfers.append(
            (citizen_id, transfer_id, ISSUANCE_ACCOUNT, citizen_id, points, reason, source_id, balance, at)
        )
        return balance

    @property
    def has_rows(self) -> bool:
        """Whether anything is to be written: a batch of repeats writes nothing."""
        return bool(
            self.new_attendances
            or self.new_offsets
            or self.new_actions
            or self.new_answers
            or self.new_transfers
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
