"""Staff supervise an event's pool: set what one person may take, watch the pace, pause it, decide what is held."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from backend.auth import Principal
from backend.domain.credits.pool_rate import GivenMinute, pool_rate
from backend.domain.footprint.footprint import Journey
from backend.errors import EventClosed
from backend.errors.events.offsets import HeldOffsetNotFound
from backend.ledger.command import Outcome
from backend.ledger.commands.offset_changes import DecideHeldOffset
from backend.ledger.facts.events import EventFacts, event_facts
from backend.ledger.facts.footprints import FootprintBook, kept_ceiling
from backend.ledger.queue import LedgerQueue
from backend.messages.events.pools import (
    Category,
    HeldOffset,
    HeldOffsetRequest,
    PoolLimitsRequest,
    PoolPauseRequest,
    PoolSupervisionView,
    UsualCeiling,
)
from backend.messages.shape import Page, columns_of, view_of
from backend.models import Pool
from backend.models.keys import read_id, uuid7
from backend.services.events.events import event_of_staff, lock_event, overseen_event, row_of
from backend.services.events.live_counts import LiveEvents
from backend.services.identity.staff_accounts import record
from backend.storage.database import Database
from backend.storage.statements import read

CATEGORIES: tuple[Category | None, ...] = (None, "province", "national", "international")
LIMITS = ("offset_ceiling_g", "companions_max")
OVER = ("closed", "rejected")
OLDEST = UUID(int=0)


class PoolSupervision:
    """What staff see and set of events' pools; scans obey from the next batch on."""

    def __init__(self, database: Database, live: LiveEvents, footprints: FootprintBook) -> None:
        self._database = database
        self._live = live
        self._footprints = footprints

    async def show(self, staff: Principal, slug: str) -> PoolSupervisionView:
        """The pool's ceiling, pace and pause. Raises EventNotFound, DatabaseUnavailable."""
        event = await overseen_event(staff, slug)
        facts = event_facts(row_of(event) | {"offset_ceiling_g": None})
        stats = await self._live.stats(event.id, slug)
        (held,) = await read(self._database, "count_held_offsets", event.id)
        pools = await Pool.filter(event_id=event.id)
        grams_left = sum(pool.serial_to - pool.next_serial + 1 for pool in pools)
        given = [GivenMinute(each.minute, each.offsets, each.grams) for each in stats.by_minute]
        return PoolSupervisionView(
            event=slug,
            offset_ceiling_g=event.offset_ceiling_g,
            usual_ceilings=[
                UsualCeiling(category=category, grams=self._footprints.ceiling_of(facts, None, category))
                for category in CATEGORIES
            ],
            companions_max=event.companions_max,
            paused_at=event.pools_paused_at,
            paused_why=event.pools_paused_why,
            frozen_at=event.frozen_at,
            frozen_why=event.frozen_why,
            held=held["waits"],
            held_g=held["grams"],
            grams_left=grams_left,
            rate=pool_rate(given, grams_left, datetime.now(UTC)),
        )

    async def limit(self, staff: Principal, slug: str, request: PoolLimitsRequest) -> PoolSupervisionView:
        """Set what one person may take and how many they may bring; what was given before stays given.

        Raises EventNotFound, EventClosed.
        """
        async with self._database.transaction():
            event = await lock_event(staff, slug)
            if event.state in OVER:
                raise EventClosed
            before = {name: getattr(event, name) for name in LIMITS}
            after = columns_of(request, "reason")
            event.update_from_dict(after)
            event.revision += 1
            await event.save(update_fields=[*LIMITS, "revision"])
            await record(staff, "pool.limit", slug, reason=request.reason, before=before, after=after)
        return await self.show(staff, slug)

    async def pause(self, staff: Principal, slug: str, request: PoolPauseRequest) -> PoolSupervisionView:
        """Stop the pool, or let it go on. Every batch that begins afterwards obeys. The same again changes nothing.

        Raises EventNotFound, EventClosed.
        """
        async with self._database.transaction():
            event = await lock_event(staff, slug)
            if event.state in OVER:
                raise EventClosed
            if request.is_paused != (event.pools_paused_at is not None):
                why = request.reason if request.is_paused else None
                at = datetime.now(UTC) if request.is_paused else None
                event.update_from_dict({"pools_paused_at": at, "pools_paused_why": why})
                event.revision += 1
                await event.save(update_fields=["pools_paused_at", "pools_paused_why", "revision"])
                action = "pool.pause" if request.is_paused else "pool.resume"
                await record(staff, action, slug, reason=request.reason)
        return await self.show(staff, slug)


async def list_held_offsets(
    database: Database,
    footprints: FootprintBook,
    staff: Principal,
    slug: str,
    limit: int,
    cursor: UUID | None,
) -> Page[HeldOffset]:
    """Offsets above the ceiling that wait for staff, oldest attendance first. Raises EventNotFound."""
    event = await overseen_event(staff, slug)
    facts = event_facts(row_of(event))
    rows = await read(database, "read_held_offsets", event.id, cursor or OLDEST, limit + 1)
    return Page.of(rows, limit, lambda row: _held(row, facts, footprints), lambda row: row["attendance_id"])


def _held(row: Mapping[str, Any], event: EventFacts, footprints: FootprintBook) -> HeldOffset:
    declared = row["journey"]
    journey = None if declared is None else msgspec.json.decode(declared, type=Journey)
    kind = row["companion_kind"]
    return view_of(
        HeldOffset,
        row,
        id=str(row["attendance_id"]),
        is_companion=kind is not None,
        ceiling_g=footprints.ceiling_by_what_is_kept(
            event, kept_ceiling(row["body"]), journey, row["category"], is_child=kind == "child"
        ),
        journey=journey,
    )


async def decide_held_offset(
    database: Database,
    queue: LedgerQueue,
    staff: Principal,
    slug: str,
    attendance_id: str,
    request: HeldOffsetRequest,
    at: datetime,
) -> Outcome:
    """The ledger's answer to a decision on a held offset; two at one moment decide it once.

    Raises EventNotFound, HeldOffsetNotFound.
    """
    event = await event_of_staff(staff, slug)
    found = await read(database, "find_held_offset", event.id, read_id(attendance_id, HeldOffsetNotFound))
    if not found:
        raise HeldOffsetNotFound
    command = DecideHeldOffset(
        id=uuid7(),
        citizen_id=found[0]["citizen_id"],
        event_id=event.id,
        decision=request.decision,
        is_child=found[0]["is_child"],
        staff_id=staff.id,
        subject=f"{slug}/{attendance_id}",
        reason=request.reason,
        at=at,
    )
    return await queue.submit(command)
