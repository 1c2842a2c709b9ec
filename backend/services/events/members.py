"""Who of the venues' staff works at an event or for the whole city: duties given, ended, listed.

What a duty opens is asked for in one place, before a route's handler (backend.routes.http.endpoint).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from backend.auth import Principal
from backend.domain.folding import folded_words
from backend.errors import EventNotFound
from backend.errors.events.members import DutyMissing, MemberNotFound, VenueStaffNotFound
from backend.messages.events.members import (
    CityDuty,
    CityMemberRequest,
    Duty,
    HeldDuty,
    MemberRemovalRequest,
    MemberRequest,
    MemberView,
)
from backend.messages.shape import Page, view_of
from backend.models import CityMember, EventMember, ScanDevice, Staff
from backend.models.keys import read_id
from backend.services.events.events import lock_event, overseen_event
from backend.services.identity.staff_accounts import record, usernames
from backend.storage.database import Database
from backend.storage.statements import read

CITY = "city"
Row = EventMember | CityMember


@dataclass(frozen=True)
class Place:
    """Where duties are held: an event, or the whole city."""

    name: str
    rows: type[EventMember] | type[CityMember]
    keys: dict[str, Any] = field(default_factory=dict)

    def held(self, **more: Any) -> Any:
        return self.rows.filter(removed_at=None, **self.keys, **more)


CITY_PLACE = Place(CITY, CityMember)


async def check_duty(
    database: Database, staff: Principal, slug: str | None, duties: Collection[Duty | CityDuty]
) -> None:
    """Let staff of a venue do what is one of their duties at an event, or without a slug at any or for the city;
    other roles pass.

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
    return await _page(_place_of(event.id, slug), limit, cursor)


async def list_city_members(limit: int, cursor: UUID | None) -> Page[MemberView]:
    """Who works for the whole city, by account, the newest account first."""
    return await _page(CITY_PLACE, limit, cursor)


async def set_duties(database: Database, staff: Principal, slug: str, request: MemberRequest) -> MemberView:
    """Say what a member of staff does at an event from now on. Raises EventNotFound, VenueStaffNotFound."""
    async with database.transaction():
        event = await lock_event(staff, slug)
        return await _set(_place_of(event.id, slug), staff, request.username, request.duties, request.reason)


async def set_city_duties(database: Database, staff: Principal, request: CityMemberRequest) -> MemberView:
    """Say what a member of staff does for the whole city from now on. Raises VenueStaffNotFound."""
    async with database.transaction():
        return await _set(CITY_PLACE, staff, request.username, request.duties, request.reason)


async def remove_member(
    database: Database, staff: Principal, slug: str, id_text: str, request: MemberRemovalRequest
) -> MemberView:
    """End every duty of a member of staff at an event, and if asked the devices that they entered; a second time
    changes nothing. Other processes take such a device for two seconds at most.

    Raises EventNotFound, MemberNotFound for who never worked there.
    """
    wanted = read_id(id_text, MemberNotFound)
    async with database.transaction():
        event = await lock_event(staff, slug)
        return await _remove(_place_of(event.id, slug), staff, wanted, request)


async def remove_city_member(
    database: Database, staff: Principal, id_text: str, request: MemberRemovalRequest
) -> MemberView:
    """End every duty of a member of staff for the whole city. Raises MemberNotFound for who never had one."""
    wanted = read_id(id_text, MemberNotFound)
    async with database.transaction():
        return await _remove(CITY_PLACE, staff, wanted, request)


def _place_of(event_id: UUID, slug: str) -> Place:
    return Place(slug, EventMember, {"event_id": event_id})


async def _page(place: Place, limit: int, cursor: UUID | None) -> Page[MemberView]:
    query = place.held() if cursor is None else place.held(staff_id__lt=cursor)
    by_account: dict[UUID, list[Row]] = {}
    for row in await query.order_by("-staff_id", "added_at"):
        by_account.setdefault(row.staff_id, []).append(row)
    shown = list(by_account.items())[: limit + 1]
    views = await _views(place, shown)
    return Page.of(views, limit)


async def _set(
    place: Place, staff: Principal, username: str, duties: Iterable[str], reason: str | None
) -> MemberView:
    # The account's row is locked: two who give the same duty for the city at one moment give it once.
    account = (
        await Staff.filter(username=folded_words(username), role="staff", disabled_at=None)
        .select_for_update()
        .get_or_none()
    )
    if account is None:
        raise VenueStaffNotFound
    before, wanted = await _duties(place, account.id), set(duties)
    await _end(place, account.id, set(before) - wanted, staff)
    for duty in sorted(wanted - set(before)):
        await place.rows.create(staff_id=account.id, duty=duty, added_by=staff.id, **place.keys)
    if wanted != set(before):
        await record(
            staff,
            "member.set",
            place.name,
            reason=reason,
            before={"username": account.username, "duties": before},
            after={"username": account.username, "duties": sorted(wanted)},
        )
    rows = await place.held(staff_id=account.id).order_by("added_at")
    (view,) = await _views(place, [(account.id, rows)])
    return view


async def _remove(
    place: Place, staff: Principal, staff_id: UUID, request: MemberRemovalRequest
) -> MemberView:
    account = await Staff.filter(id=staff_id).select_for_update().get_or_none()
    if account is None or not await place.rows.exists(staff_id=staff_id, **place.keys):
        raise MemberNotFound
    before = await _duties(place, staff_id)
    if before:
        await _end(place, staff_id, before, staff)
        told = {"username": account.username, "duties": before}
        await record(staff, "member.remove", place.name, reason=request.reason, before=told)
    devices = await _devices(place, [staff_id])
    if request.ends_devices:
        await _end_devices(place, staff, devices, request.reason)
        devices = []
    return MemberView(id=str(staff_id), username=account.username, duties=[], devices=len(devices))


async def _devices(place: Place, staff_ids: Collection[UUID]) -> list[ScanDevice]:
    """Open devices of an event that some of the staff entered."""
    if not place.keys:
        return []
    return await ScanDevice.filter(**place.keys, created_by__in=list(staff_ids), revoked_at=None)


async def _end_devices(place: Place, staff: Principal, devices: Iterable[ScanDevice], reason: str) -> None:
    for device in devices:
        await ScanDevice.filter(id=device.id).update(revoked_at=datetime.now(UTC))
        after = {"device": str(device.id), "name": device.name}
        await record(staff, "device.revoke", place.name, reason=reason, after=after)


async def _duties(place: Place, staff_id: UUID) -> list[str]:
    return sorted(row.duty for row in await place.held(staff_id=staff_id))


async def _end(place: Place, staff_id: UUID, duties: Collection[str], staff: Principal) -> None:
    found = place.held(staff_id=staff_id, duty__in=list(duties))
    await found.update(removed_at=datetime.now(UTC), removed_by=staff.id)


async def _views(place: Place, members: list[tuple[UUID, list[Row]]]) -> list[MemberView]:
    devices = Counter(each.created_by for each in await _devices(place, [id_ for id_, _ in members]))
    names = await usernames(
        {each for id_, rows in members for each in (id_, *(row.added_by for row in rows))}
    )
    return [
        MemberView(
            id=str(id_),
            username=names[id_],
            duties=[
                view_of(HeldDuty, row, added_by=names[row.added_by])
                for row in sorted(rows, key=lambda row: row.duty)
            ],
            devices=devices[id_],
        )
        for id_, rows in members
    ]
