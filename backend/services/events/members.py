"""Who of the venues' staff works at an event: duties given, ended, listed.

What a duty opens is asked for in one place, before a route's handler (backend.routes.http.endpoint).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from uuid import UUID

from backend.auth import Principal
from backend.errors import EventNotFound
from backend.errors.events.members import DutyMissing, MemberNotFound, VenueStaffNotFound
from backend.messages.events.members import Duty, MemberRemovalRequest, MemberRequest, MemberView
from backend.messages.shape import Page
from backend.models import EventMember, Staff
from backend.models.keys import read_id
from backend.services.events.events import lock_event, overseen_event
from backend.services.identity.staff_accounts import record, usernames
from backend.storage.database import Database
from backend.storage.statements import read


async def check_duty(
    database: Database, staff: Principal, slug: str | None, duties: Collection[Duty]
) -> None:
    """Let staff of a venue do what is one of their duties at an event, or without a slug at any; other roles pass.

    Asked of the database at every request, so that a duty that ends, ends at once and in every process.
    Raises EventNotFound for an event they do not work at, DutyMissing.
    """
    if staff.role != "staff":
        return
    rows = await read(database, "read_duties", slug, staff.id)
    if not rows and slug is not None:
        raise EventNotFound
    if not any(row["duty"] in duties for row in rows):
        raise DutyMissing(duties=", ".join(duties))


async def list_members(staff: Principal, slug: str, limit: int, cursor: UUID | None) -> Page[MemberView]:
    """Who works at an event, by account, the newest account first. Raises EventNotFound."""
    event = await overseen_event(staff, slug)
    query = EventMember.filter(event_id=event.id, removed_at=None)
    if cursor is not None:
        query = query.filter(staff_id__lt=cursor)
    by_account: dict[UUID, list[EventMember]] = {}
    for row in await query.order_by("-staff_id", "added_at"):
        by_account.setdefault(row.staff_id, []).append(row)
    shown = list(by_account.items())[: limit + 1]
    names = await usernames({each for id_, rows in shown for each in (id_, rows[-1].added_by)})
    return Page.of([_view(id_, rows, names) for id_, rows in shown], limit)


async def set_duties(database: Database, staff: Principal, slug: str, request: MemberRequest) -> MemberView:
    """Say what a member of staff does at an event from now on. Raises EventNotFound, VenueStaffNotFound."""
    async with database.transaction():
        event = await lock_event(staff, slug)
        account = await Staff.get_or_none(
            username=request.username.casefold(), role="staff", disabled_at=None
        )
        if account is None:
            raise VenueStaffNotFound
        before = await _duties(event.id, account.id)
        wanted = set(request.duties)
        await _end(event.id, account.id, set(before) - wanted, staff)
        for duty in sorted(wanted - set(before)):
            await EventMember.create(event_id=event.id, staff_id=account.id, duty=duty, added_by=staff.id)
        if wanted != set(before):
            await record(
                staff,
                "member.set",
                slug,
                reason=request.reason,
                before={"username": account.username, "duties": before},
                after={"username": account.username, "duties": sorted(wanted)},
            )
        rows = await EventMember.filter(event_id=event.id, staff_id=account.id, removed_at=None).order_by(
            "added_at"
        )
        return _view(account.id, rows, await usernames({account.id, rows[-1].added_by}))


async def remove_member(
    database: Database, staff: Principal, slug: str, id_text: str, request: MemberRemovalRequest
) -> MemberView:
    """End every duty of a member of staff at an event; a second time changes nothing.

    Raises EventNotFound, MemberNotFound for who never worked there.
    """
    wanted = read_id(id_text, MemberNotFound)
    async with database.transaction():
        event = await lock_event(staff, slug)
        last = await EventMember.filter(event_id=event.id, staff_id=wanted).order_by("-added_at").first()
        if last is None:
            raise MemberNotFound
        before = await _duties(event.id, wanted)
        names = await usernames({wanted, last.added_by})
        if before:
            await _end(event.id, wanted, set(before), staff)
            told = {"username": names[wanted], "duties": before}
            await record(staff, "member.remove", slug, reason=request.reason, before=told)
    return MemberView(
        id=str(wanted),
        username=names[wanted],
        duties=[],
        added_by=names[last.added_by],
        added_at=last.added_at,
    )


async def _duties(event_id: UUID, staff_id: UUID) -> list[str]:
    found = EventMember.filter(event_id=event_id, staff_id=staff_id, removed_at=None)
    return sorted(row.duty for row in await found)


async def _end(event_id: UUID, staff_id: UUID, duties: Collection[str], staff: Principal) -> None:
    found = EventMember.filter(event_id=event_id, staff_id=staff_id, duty__in=list(duties), removed_at=None)
    await found.update(removed_at=datetime.now(UTC), removed_by=staff.id)


def _view(staff_id: UUID, rows: list[EventMember], names: dict[UUID, str]) -> MemberView:
    newest = rows[-1]
    return MemberView(
        id=str(staff_id),
        username=names[staff_id],
        duties=sorted(row.duty for row in rows),  # type: ignore[misc]
        added_by=names[newest.added_by],
        added_at=newest.added_at,
    )
