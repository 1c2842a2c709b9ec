"""A regulator freezes an event, and two of them release it.

The event's row is locked as a change of its state is, so every batch of scans that saw it unfrozen is committed before
the freeze is answered, and every batch that begins afterwards allocates nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from backend.auth import Principal
from backend.errors import EventClosed
from backend.errors.supervision.freezes import EventFrozenByList, EventNotFrozen
from backend.messages.shape import view_of
from backend.messages.supervision.freezes import Freeze, FreezeView
from backend.models import Event, EventFreeze
from backend.services.events.events import find_event, lock_row, overseen_event
from backend.services.identity.staff_accounts import record, usernames
from backend.services.organisations.persons import is_another_person
from backend.services.supervision.second_person import check_another_person, check_remit
from backend.storage.database import Database

OVER = ("closed",)
"""States in which nothing of an event moves any more. A rejected application is filed anew as a draft."""
SHOWN_MAX = 50


async def freeze_event(
    database: Database, staff: Principal, slug: str, reason: str, *, is_demo: bool
) -> FreezeView:
    """Stop allocation at an event by order. While an order stands, another changes nothing but that it stays:
    a release that was proposed is withdrawn.

    Raises EventNotFound, EventClosed, OutsideRemit.
    """
    event = await find_event(slug)
    await check_remit(staff, agency=event.agency, city=event.city)
    async with database.transaction():
        await _freeze(staff, await lock_row(event), reason)
    return await show_freezes(staff, slug, is_demo=is_demo)


async def _freeze(staff: Principal, event: Event, reason: str) -> None:
    if event.state in OVER:
        raise EventClosed
    standing = await EventFreeze.get_or_none(event_id=event.id, cause="order", ended_at=None)
    if standing is not None and standing.release_proposed_by is None:
        return
    if standing is not None:
        before: dict[str, object] = {"is_frozen": True, "release": standing.release_reason}
        await EventFreeze.filter(event_id=event.id, id=standing.id).update(
            release_proposed_by=None, release_proposed_at=None, release_reason=None
        )
    else:
        before = {"is_frozen": event.frozen_at is not None}
        await add_freeze(event, staff.id, "order", reason, datetime.now(UTC))
    await record(staff, "event.freeze", event.slug, reason=reason, before=before, after={"is_frozen": True})


async def release_event(
    database: Database, staff: Principal, slug: str, reason: str, *, is_demo: bool
) -> FreezeView:
    """Propose that the order ends; called by another regulator, end it. The proposal again changes nothing.

    Raises EventNotFound, EventNotFrozen, EventFrozenByList, OutsideRemit, SamePerson for another account of the person
    who proposed.
    """
    event = await find_event(slug)
    await check_remit(staff, agency=event.agency, city=event.city)
    async with database.transaction():
        await _release(staff, await lock_row(event), reason, is_demo=is_demo)
    return await show_freezes(staff, slug, is_demo=is_demo)


async def _release(staff: Principal, event: Event, reason: str, *, is_demo: bool) -> None:
    standing = await EventFreeze.get_or_none(event_id=event.id, cause="order", ended_at=None)
    if standing is None:
        raise EventNotFrozen if event.frozen_at is None else EventFrozenByList
    now = datetime.now(UTC)
    proposer = standing.release_proposed_by
    if proposer is None:
        await EventFreeze.filter(event_id=event.id, id=standing.id).update(
            release_proposed_by=staff.id, release_proposed_at=now, release_reason=reason
        )
        after: dict[str, object] = {"is_frozen": True, "waits": True}
        await record(staff, "event.propose_release", event.slug, reason=reason, after=after)
        if not is_demo:
            return
    elif proposer == staff.id and not is_demo:
        return
    else:
        await check_another_person(staff, [proposer], is_demo=is_demo)
    await end_freezes(event, [standing.id], staff.id, now)
    after = {"is_frozen": event.frozen_at is not None}
    await record(staff, "event.release", event.slug, reason=reason, before={"is_frozen": True}, after=after)


async def add_freeze(
    event: Event, by: UUID, cause: str, reason: str, at: datetime, entry_id: UUID | None = None
) -> None:
    """Freeze an event whose row the caller has locked, in the caller's transaction."""
    await EventFreeze.create(
        event_id=event.id, cause=cause, entry_id=entry_id, reason=reason, frozen_by=by, frozen_at=at
    )
    if event.frozen_at is None:
        event.frozen_at, event.frozen_why = at, reason
        event.revision += 1
        await event.save(update_fields=["frozen_at", "frozen_why", "revision"])


async def end_freezes(event: Event, ids: Iterable[UUID], by: UUID | None, at: datetime) -> None:
    """End freezes of an event whose row the caller has locked; it stays frozen while another one stands."""
    await EventFreeze.filter(event_id=event.id, id__in=list(ids)).update(ended_by=by, ended_at=at)
    left = await EventFreeze.filter(event_id=event.id, ended_at=None).order_by("frozen_at").first()
    still = {
        "frozen_at": None if left is None else left.frozen_at,
        "frozen_why": None if left is None else left.reason,
    }
    event.update_from_dict(still | {"revision": event.revision + 1})
    await event.save(update_fields=["frozen_at", "frozen_why", "revision"])


async def show_freezes(staff: Principal, slug: str, *, is_demo: bool) -> FreezeView:
    """Whether an event is frozen, and by what. Raises EventNotFound, also for another organiser's."""
    event = await overseen_event(staff, slug)
    rows = await EventFreeze.filter(event_id=event.id).order_by("-frozen_at").limit(SHOWN_MAX)
    names = await usernames(
        each for row in rows for each in (row.frozen_by, row.release_proposed_by) if each is not None
    )
    proposers = [row.release_proposed_by for row in rows if row.ended_at is None and row.release_proposed_by]
    may_confirm = bool(proposers) and staff.role == "regulator"
    return FreezeView(
        event=slug,
        is_frozen=event.frozen_at is not None,
        frozen_at=event.frozen_at,
        frozen_why=event.frozen_why,
        waits=bool(proposers),
        may_confirm=may_confirm and (is_demo or await is_another_person(staff.id, proposers)),
        freezes=[_view(row, names) for row in rows],
    )


def _view(row: EventFreeze, names: dict[UUID, str]) -> Freeze:
    proposer = row.release_proposed_by
    return view_of(
        Freeze,
        row,
        id=str(row.id),
        entry=None if row.entry_id is None else str(row.entry_id),
        by=names[row.frozen_by],
        release_proposed_by=None if proposer is None else names[proposer],
    )
