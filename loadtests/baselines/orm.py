"""The scan as it is usually written: one ORM transaction per request, the shared rows locked, rows saved one by one.

The rules and the answer are the product's own; only loading and storing differ. The transaction writes what
the product's batch writes for one scan, and `tianfu audit` finds nothing to say about it. Nothing is told to
Redis, which spares it a call that the product makes.
"""

from __future__ import annotations

from typing import cast

import msgspec
from starlette.applications import Starlette
from tortoise import connections
from tortoise.expressions import F, Q

from backend.domain.credits.allocation import PoolRange
from backend.ledger.batch import Ledger
from backend.ledger.command import Command, Outcome
from backend.ledger.commands.join_event import JoinEvent
from backend.ledger.facts.attendances import BadgeFacts
from backend.ledger.facts.events import event_facts
from backend.ledger.facts.issuance import IssuanceBudgetFacts
from backend.ledger.state import LedgerState
from backend.models import (
    Account,
    Allocation,
    Attendance,
    Badge,
    Event,
    Footprint,
    IssuanceBudget,
    Lot,
    Offset,
    Pool,
    Tally,
    Transfer,
)
from backend.services.events.events import row_of
from backend.storage.database import Database
from loadtests.baselines.replaced import app_with


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
        if account.is_proven:
            state.proven.add(account.id)
        budgets = IssuanceBudget.filter(Q(sponsor="city") | Q(event_id=scan.event_id), closed_at=None)
        for budget in await budgets:
            left = budget.total_points - budget.issued_points
            state.issuance.know(IssuanceBudgetFacts(budget.id, left), budget.event_id)
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
        for footprint in state.footprint_rows():
            if not await Footprint.exists(event_id=footprint.event_id, digest=footprint.digest):
                await Footprint.create(**msgspec.structs.asdict(footprint))
        for attendance in state.new_attendances:
            await Attendance.create(**msgspec.structs.asdict(attendance))
        for offset in state.new_offsets:
            await Offset.create(**msgspec.structs.asdict(offset))
        for allocation in state.new_allocations:
            await Allocation.create(**msgspec.structs.asdict(allocation))
        for transfer in state.new_transfers:
            await Transfer.create(**msgspec.structs.asdict(transfer))
        for system in state.system_rows():
            await connections.get("default").execute_query(
                "UPDATE system_accounts SET balance = balance + $2 WHERE id = $1", [system.id, system.balance]
            )
        for issued in state.issuance.rows():
            await IssuanceBudget.filter(id=issued.id).update(
                issued_points=F("issued_points") + issued.issued_points
            )
        for (owner, expires_on), points in state.lot_gains.items():
            lot = Lot.filter(citizen_id=owner, expires_on=expires_on)
            if not await lot.update(points=F("points") + points):
                await Lot.create(citizen_id=owner, expires_on=expires_on, points=points)
        for pool in state.pool_rows():
            await Pool.filter(event_id=pool.event_id, position=pool.position).update(
                next_serial=pool.next_serial
            )
        await self._tally(state)

    async def _tally(self, state: LedgerState) -> None:
        # The event's lock is held, so nobody else makes the minute's first row.
        for tally in state.tally_rows():
            gains = msgspec.structs.asdict(tally)
            cell = {name: gains.pop(name) for name in ("event_id", "gate", "minute")}
            changed = await Tally.filter(**cell).update(
                **{name: F(name) + value for name, value in gains.items()}, revision=F("revision") + 1
            )
            if not changed:
                await Tally.create(**cell, revision=1, **gains)


def create_app() -> Starlette:
    return app_with(OrmTransactions, has_database=True)
