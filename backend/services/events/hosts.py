"""Which organisations run an event: its host from when it is filed, and others that the host invites.

A host's owner asks another organisation; an owner of that one accepts or refuses. Either side ends it at any time, and
the host never leaves.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.errors import EventClosed
from backend.errors.organisations import (
    EventHostStays,
    EventOrganisationMissing,
    EventOrganisationNotFound,
    EventOrganisationTaken,
    OrganisationDutyMissing,
)
from backend.messages.organisations.organisations import (
    EventInvitationAnswer,
    EventInvitationView,
    EventOrganisationRequest,
    EventOrganisationView,
)
from backend.messages.shape import Bilingual, Page, view_of
from backend.models import Event, EventInvitation, EventOrganisation, Organisation, OrganisationMember
from backend.models.keys import read_id
from backend.services.events.events import lock_event
from backend.services.identity.staff_accounts import record
from backend.services.organisations.organisations import (
    check_active,
    check_organisation_duty,
    find_organisation,
    lock_organisation,
    organisation_brief,
    organisations_of_event,
    public_organisation,
)
from backend.services.organisations.standing import check_may_file, check_not_blacklisted
from backend.storage.database import Database

FILERS = ("owner", "editor")
"""Duties that file events for an organisation."""


async def host_of_new_event(staff: Principal, code: str | None, *, is_demo: bool) -> Organisation | None:
    """The organisation that hosts a new event: the one that is named, or the only one that its organiser files for.

    None for an operator who names none, and in demo mode. Raises OrganisationNotFound, OrganisationDutyMissing,
    OrganisationNotActive, EventOrganisationMissing.
    """
    if code is not None:
        found = await find_organisation(code)
        await check_organisation_duty(staff, found, FILERS)
        check_active(found)
        return found
    if staff.role == "operator":
        return None
    held = OrganisationMember.filter(staff_id=staff.id, duty__in=FILERS, removed_at=None)
    ids = {row.organisation_id for row in await held}
    active = await Organisation.filter(id__in=list(ids), state="active").limit(2)
    if len(active) == 1:
        check_active(active[0])
        return active[0]
    if is_demo:
        return None
    raise EventOrganisationMissing


async def add_host(staff: Principal, event: Event, organisation: Organisation) -> None:
    """Enter the host of an event that is made in the same transaction."""
    await EventOrganisation.create(
        event_id=event.id, organisation_id=organisation.id, part="host", added_by=staff.id
    )


async def list_event_organisations(event_id: UUID) -> list[EventOrganisationView]:
    """The organisations that run an event, the host first."""
    return [
        EventOrganisationView(organisation=organisation_brief(each), part="co_host" if number else "host")
        for number, each in enumerate(await organisations_of_event(event_id))
    ]


async def invite(
    database: Database, staff: Principal, slug: str, request: EventOrganisationRequest
) -> EventInvitationView:
    """Ask another organisation to run an event with its host.

    Raises EventNotFound, OrganisationNotFound, OrganisationDutyMissing, OrganisationNotActive,
    OrganisationBlacklisted, EventClosed, EventOrganisationMissing where the event has no host, EventOrganisationTaken.
    """
    try:
        async with database.transaction():
            event = await lock_event(staff, slug)
            if event.state == "closed":
                raise EventClosed
            host = await _host(event)
            if host is None:
                raise EventOrganisationMissing
            await check_organisation_duty(staff, host, ("owner",))
            check_active(host)
            asked = await public_organisation(request.organisation)
            check_active(asked)
            await check_not_blacklisted(database, [asked.id])
            runs = EventOrganisation.filter(event_id=event.id, organisation_id=asked.id, removed_at=None)
            if await runs.exists():
                raise EventOrganisationTaken
            invitation = await EventInvitation.create(
                event_id=event.id, organisation_id=asked.id, invited_by=staff.id
            )
            after = {"organisation": asked.code}
            await record(staff, "event.invite_organisation", slug, reason=request.reason, after=after)
    except IntegrityError as error:
        raise EventOrganisationTaken from error
    return _view(invitation, event, host, asked)


async def list_invitations(staff: Principal, code: str) -> Page[EventInvitationView]:
    """Events that an organisation is asked to run with others. Raises OrganisationNotFound, OrganisationDutyMissing."""
    found = await find_organisation(code)
    await check_organisation_duty(staff, found, FILERS)
    rows = await EventInvitation.filter(organisation_id=found.id, answer=None).order_by("id").limit(100)
    events = {each.id: each for each in await Event.filter(id__in=[row.event_id for row in rows])}
    hosts = {row.event_id: await _host(events[row.event_id]) for row in rows}
    return Page([_view(row, events[row.event_id], hosts[row.event_id], found) for row in rows])


async def answer(
    database: Database, staff: Principal, code: str, id_text: str, request: EventInvitationAnswer
) -> None:
    """Accept an invitation to run an event, or refuse it, as an owner of the organisation that is asked.

    Raises OrganisationNotFound, OrganisationDutyMissing, OrganisationNotActive, OrganisationBlacklisted, EventClosed,
    EventOrganisationNotFound for none that waits.
    """
    wanted = read_id(id_text, EventOrganisationNotFound)
    async with database.transaction():
        found = await lock_organisation(code)
        await check_organisation_duty(staff, found, ("owner",))
        row = await EventInvitation.get_or_none(id=wanted, organisation_id=found.id, answer=None)
        if row is None:
            raise EventOrganisationNotFound
        event = await Event.get(id=row.event_id)
        if request.answer == "accepted":
            if event.state == "closed":
                raise EventClosed
            check_active(found)
            await check_may_file(database, staff.id, found)
            await EventOrganisation.create(
                event_id=event.id, organisation_id=found.id, part="co_host", added_by=row.invited_by
            )
        await _answer(row, request.answer, staff)
        after = {"organisation": found.code, "answer": request.answer}
        await record(staff, "event.organisation_answer", event.slug, reason=request.reason, after=after)


async def remove(
    database: Database, staff: Principal, slug: str, code: str, reason: str
) -> list[EventOrganisationView]:
    """End a co-host's part, or take an invitation back: by an owner of the host, or of the organisation itself.

    Raises EventNotFound, OrganisationNotFound, EventHostStays, OrganisationDutyMissing, EventOrganisationNotFound.
    """
    async with database.transaction():
        event = await lock_event(staff, slug)
        found, host = await find_organisation(code), await _host(event)
        if host is not None and host.id == found.id:
            raise EventHostStays
        sides = [each.id for each in (found, host) if each is not None]
        owns = OrganisationMember.filter(
            staff_id=staff.id, organisation_id__in=sides, duty="owner", removed_at=None
        )
        if staff.role != "operator" and not await owns.exists():
            raise OrganisationDutyMissing(duties="owner")
        now = datetime.now(UTC)
        runs = EventOrganisation.filter(event_id=event.id, organisation_id=found.id, removed_at=None)
        ended = await runs.update(removed_at=now, removed_by=staff.id)
        asked = await EventInvitation.get_or_none(event_id=event.id, organisation_id=found.id, answer=None)
        if asked is not None:
            await _answer(asked, "withdrawn", staff)
        if not ended and asked is None:
            raise EventOrganisationNotFound
        before = {"organisation": found.code}
        await record(staff, "event.remove_organisation", slug, reason=reason, before=before)
    return await list_event_organisations(event.id)


async def _answer(row: EventInvitation, said: str, staff: Principal) -> None:
    open_ = EventInvitation.filter(event_id=row.event_id, id=row.id, answer=None)
    if not await open_.update(answer=said, answered_by=staff.id, answered_at=datetime.now(UTC)):
        raise EventOrganisationNotFound


async def _host(event: Event) -> Organisation | None:
    row = await EventOrganisation.get_or_none(event_id=event.id, part="host", removed_at=None)
    return None if row is None else await Organisation.get(id=row.organisation_id)


def _view(
    row: EventInvitation, event: Event, host: Organisation | None, asked: Organisation
) -> EventInvitationView:
    return view_of(
        EventInvitationView,
        row,
        id=str(row.id),
        slug=event.slug,
        event=Bilingual(event.name_zh, event.name_en),
        host=None if host is None else organisation_brief(host),
        organisation=organisation_brief(asked),
    )
