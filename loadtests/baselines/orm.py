"""The scan as it is usually written: one ORM transaction per request, the shared rows locked, rows saved one by one.

The rules and the answer are the product's own; only loading and storing differ. The transaction writes what
the product's batch writes for one scan, and `tianfu audit` finds nothing to say about it. Nothing is told to
Redis, which spares it a call that the product makes.
"""

from __future__ import annotations

from typing import Any, cast

from starlette.applications import Starlette
from tortoise.expressions import F

from backend.domain.credits.allocation import PoolRange
from backend.ledger.batch import Ledger
from backend.ledger.command import Command, JoinEvent, Outcome
from backend.ledger.events import event_facts
from backend.ledger.state import BadgeFacts, LedgerState
from backend.models import (
    Account,
    Allocation,
    Attendance,
    Badge,
    Event,
    Footprint,
    Lot,
    Offset,
    Pool,
    Tally,
    Transfer,
)
from backend.services.events.events import row_of
from backend.storage.database import Database
from loadtests.baselines.replaced import app_with

ATTENDANCE = ("event_id", "citizen_id", "id", "badge_serial", "gate", "footprint_digest", "offset_status", "points",
              "joined_at")  # fmt: skip
OFFSET = ("event_id", "citizen_id", "id", "footprint_digest", "grams", "kind", "pay_with", "certificate_number",
          "issued_at")  # fmt: skip
ALLOCATION = (
    "event_id",
    "batch_id",
    "serial_from",
    "serial_to",
    "grams",
    "offset_id",
    "position",
    "created_at",
)
TRANSFER = ("citizen_id", "id", "debit_account", "credit_account", "points", "reason", "source_id", "balance_after",
            "created_at", "expires_on")  # fmt: skip


class OrmTransactions:
    def __init__(self, ledger: Ledger, database: Database) -> None:
        self._ledger = ledger
        self._database = database

    async def submit(self, command: Command) -> Outcome:
        scan = cast(JoinEvent, command)
        async with self._database.transaction():
            state = await self._load(scan)
            outcome = self._ledger.decide(scan, state)
            await self._store(scan, state)
        for event_id, digest in state.new_footprints:
            self._ledger.footprints.mark_stored(event_id, digest)
        return outcome

    async def _load(self, scan: JoinEvent) -> LedgerState:
        """A first scan's rows. A repeat ends in the constraint, which this baseline is never sent."""
        state = LedgerState()
        account = await Account.filter(id=scan.citizen_id).select_for_update().get()
        state.balances[account.id] = account.balance
        if scan.badge_serial is not None:
            badge = await Badge.get(event_id=scan.event_id, serial=scan.badge_serial)
            state.badges[(scan.event_id, badge.serial)] = BadgeFacts(
                badge.category, badge.revoked_at is not None
            )
        event = await Event.filter(id=scan.event_id).select_for_update().get()
        state.events[event.id] = event_facts(row_of(event))
        assert not await Attendance.exists(event_id=scan.event_id, citizen_id=scan.citizen_id)
        assert not await Attendance.exists(event_id=scan.event_id, badge_serial=scan.badge_serial)
        pools = await Pool.filter(event_id=scan.event_id).order_by("position").select_for_update()
        state.pools[scan.event_id] = [
            PoolRange(pool.position, pool.batch_id, pool.next_serial, pool.serial_to) for pool in pools
        ]
        return state

    async def _store(self, scan: JoinEvent, state: LedgerState) -> None:
        for (event_id, digest), made in state.new_footprints.items():
            if not await Footprint.exists(event_id=event_id, digest=digest):
                await Footprint.create(
                    event_id=event_id,
                    digest=digest,
                    total_g=made.total_g,
                    basis=made.basis,
                    factor_set=made.factor_set,
                    body=made.body,
                )
        for row in state.new_attendances:
            await Attendance.create(**_named(ATTENDANCE, row))
        for row in state.new_offsets:
            await Offset.create(**_named(OFFSET, row))
        for row in state.new_allocations:
            await Allocation.create(**_named(ALLOCATION, row))
        for row in state.new_transfers:
            await Transfer.create(**_named(TRANSFER, row))
        for citizen_id in state.changed_balances:
            await Account.filter(id=citizen_id).update(balance=state.balances[citizen_id])
        for system_account, gained in state.system_rows():
            await Account.filter(id=system_account).update(balance=F("balance") + gained)
        for (owner, expires_on), points in state.lot_gains.items():
            lot = Lot.filter(citizen_id=owner, expires_on=expires_on)
            if not await lot.update(points=F("points") + points):
                await Lot.create(citizen_id=owner, expires_on=expires_on, points=points)
        for part in state.pools[scan.event_id]:
            await Pool.filter(event_id=scan.event_id, position=part.position).update(
                next_serial=part.next_serial
            )
        await self._tally(state)

    async def _tally(self, state: LedgerState) -> None:
        # The event's lock is held, so nobody else makes the minute's first row.
        for (event_id, gate, minute), gain in state.tallies.items():
            gains = {name: getattr(gain, name) for name in gain.__slots__}
            changed = await Tally.filter(event_id=event_id, gate=gate, minute=minute).update(
                **{name: F(name) + value for name, value in gains.items()}, revision=F("revision") + 1
            )
            if not changed:
                await Tally.create(event_id=event_id, gate=gate, minute=minute, revision=1, **gains)


def _named(columns: tuple[str, ...], row: tuple[object, ...]) -> dict[str, Any]:
    """A row to add, told by its columns as the ORM wants it."""
    return dict(zip(columns, row, strict=True))


def create_app() -> Starlette:
    return app_with(OrmTransactions, has_database=True)
