"""Finds, locks and shows events. Filing is in application.py, moving between states in lifecycle.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any
from uuid import UUID

import msgspec
from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from backend.auth import PEOPLE, Principal
from backend.catalogue.agencies import load_agencies
from backend.domain.events.agencies import Agency
from backend.domain.events.lifecycle import UNPUBLISHED as UNPUBLISHED
from backend.domain.events.years import PERSONAL_TEMPLATE
from backend.errors import EventNotFound, GateNotFound
from backend.errors.supervision.freezes import EventFrozen
from backend.ledger.facts.events import event_facts
from backend.ledger.facts.footprints import FootprintBook
from backend.messages.events.events import EventView, GateView
from backend.messages.events.lifecycle import AgencyBrief, DefaultProfile, EvaluationView, PointsOffsetView
from backend.messages.events.years import YearView
from backend.messages.organisations.organisations import EventOrganisationView, OrganisationBrief
from backend.messages.shape import Bilingual, Page, view_of
from backend.models import (
    Badge,
    Event,
    EventMember,
    EventOrganisation,
    EventVerifier,
    Gate,
    Organisation,
    OrganisationMember,
)
from backend.services.events.years import year_views
from backend.services.organisations.remits import check_in_remit, events_within, remits_of
from backend.storage.database import Database
from backend.storage.statements import lock, read

FIRST_YEAR, LAST_YEAR = 2000, 2100


async def find_event(slug: str) -> Event:
    """The event with a slug. Raises EventNotFound."""
    event = await Event.get_or_none(slug=slug)
    if event is None:
        raise EventNotFound
    return event


async def visible_event(slug: str, caller: Principal | None) -> Event:
    """An event that `caller` may read about. Raises EventNotFound."""
    event = await find_event(slug)
    await check_visible(event, caller)
    return event


async def check_visible(event: Event, caller: Principal | None) -> None:
    """Raises EventNotFound for an unpublished event unless the caller works at it, organises or oversees it."""
    if event.state not in UNPUBLISHED:
        return
    if caller is None or caller.role in PEOPLE:
        raise EventNotFound
    await check_may_run(caller, event)


async def event_of_staff(staff: Principal, slug: str) -> Event:
    """An event that this member of staff may run. Raises EventNotFound."""
    event = await find_event(slug)
    await check_may_run(staff, event)
    return event


async def overseen_event(staff: Principal, slug: str) -> Event:
    """An event whose unpublished parts `staff` may read. Raises EventNotFound, also for another organiser's."""
    event = await visible_event(slug, staff)
    await check_may_run(staff, event)
    return event


async def check_may_run(staff: Principal, event: Event) -> None:
    """Raises EventNotFound for an organiser and another organisation's event, for a venue's staff where they do not
    work, for a regulator outside of their remits, and for members of another organisation than its verifier.

    Which of their duties a route wants is asked before its handler (services.events.members).
    """
    if staff.role == "organiser" and not await _runs(staff.id, event):
        raise EventNotFound
    if staff.role == "verifier" and not await _verifies(staff.id, event):
        raise EventNotFound
    if staff.role == "staff" and not await EventMember.exists(
        event_id=event.id, staff_id=staff.id, removed_at=None
    ):
        raise EventNotFound
    if staff.role == "regulator":
        await check_in_remit(staff, event)


async def _runs(staff_id: UUID, event: Event) -> bool:
    """Whether an organiser is a member of one of an event's organisations, or created it and it has no host."""
    running = await EventOrganisation.filter(event_id=event.id, removed_at=None)
    if event.created_by == staff_id and not any(each.part == "host" for each in running):
        return True
    return bool(running) and await OrganisationMember.exists(
        staff_id=staff_id, removed_at=None, organisation_id__in=[each.organisation_id for each in running]
    )


async def _verifies(staff_id: UUID, event: Event) -> bool:
    """Whether an account is a member of the organisation that verifies an event now."""
    attached = await EventVerifier.get_or_none(event_id=event.id, ended_at=None)
    return attached is not None and await OrganisationMember.exists(
        staff_id=staff_id, removed_at=None, organisation_id=attached.organisation_id
    )


async def lock_event(staff: Principal, slug: str) -> Event:
    """An event's row, locked until the transaction ends. Raises EventNotFound, also for another organiser's."""
    event = await find_event(slug)
    await check_may_run(staff, event)
    return await lock_row(event)


async def lock_row(event: Event) -> Event:
    """The event's row as it is now, locked until the transaction ends, after the batches before it are committed."""
    await lock("queue_for_event", event.id)
    return await Event.filter(id=event.id).select_for_update().get()


def check_not_frozen(event: Event) -> None:
    """Raises EventFrozen while the supervising authority has stopped an event. Call it with the row locked."""
    if event.frozen_at is not None:
        raise EventFrozen


async def check_gate(event: Event, gate: int) -> None:
    """Raises GateNotFound: a scan at an unknown gate would be missing from the counts."""
    if not await Gate.exists(event_id=event.id, gate=gate):
        raise GateNotFound


async def badge_category(event: Event, serial: int | None) -> str | None:
    """The category of a badge, if it has one."""
    badge = None if serial is None else await Badge.get_or_none(event_id=event.id, serial=serial)
    return badge.category if badge else None


async def event_views(
    database: Database, events: Sequence[Event], footprints: FootprintBook
) -> list[EventView]:
    """Events as anyone may see them, with the footprint of an attendee who declares nothing."""
    gate_rows: dict[UUID, list[Mapping[str, Any]]] = {event.id: [] for event in events}
    for row in await read(database, "read_event_gates_and_prices", list(gate_rows)):
        gate_rows[row["event_id"]].append(row)
    running: dict[UUID, list[EventOrganisationView]] = {event.id: [] for event in events}
    for row in await read(database, "read_event_organisations", list(running)):
        name = Bilingual(row["name_zh"], row["name_en"])
        brief = view_of(OrganisationBrief, row, name=name)
        running[row["event_id"]].append(EventOrganisationView(organisation=brief, part=row["part"]))
    years = await year_views(events)
    verifiers = await _verifiers_of(events)
    return [
        _view(event, gate_rows[event.id], running[event.id], footprints, years.get(event.id), verifiers)
        for event in events
    ]


async def _verifiers_of(events: Sequence[Event]) -> dict[str, OrganisationBrief]:
    """By id, the verifiers on whose signature these events were evaluated, as they stand today."""
    ids = {
        str(each.evaluation["verifier_id"]) for each in events if (each.evaluation or {}).get("verifier_id")
    }
    found = await Organisation.filter(id__in=list(ids)) if ids else []
    return {
        str(each.id): view_of(OrganisationBrief, each, name=Bilingual(each.name_zh, each.name_en))
        for each in found
    }


async def show_event(
    database: Database, footprints: FootprintBook, slug: str, caller: Principal | None
) -> EventView:
    """An event that the caller may read about. Raises EventNotFound."""
    return await event_view(database, await visible_event(slug, caller), footprints)


async def event_view(database: Database, event: Event, footprints: FootprintBook) -> EventView:
    """An event as anyone may see it."""
    return (await event_views(database, [event], footprints))[0]


def _view(
    event: Event,
    gate_rows: list[Mapping[str, Any]],
    running: list[EventOrganisationView],
    footprints: FootprintBook,
    year: YearView | None,
    verifiers: Mapping[str, OrganisationBrief],
) -> EventView:
    agency = load_agencies()[event.agency] if event.agency else None
    price = gate_rows[0] if gate_rows and gate_rows[0]["points_per_kg"] is not None else None
    evaluation = event.evaluation
    return view_of(
        EventView,
        event,
        id=str(event.id),
        name=Bilingual(event.name_zh, event.name_en),
        starts_at=event.starts_at.astimezone(UTC),
        ends_at=event.ends_at.astimezone(UTC),
        gates=[
            GateView(gate=row["gate"], name=Bilingual(row["name_zh"], row["name_en"])) for row in gate_rows
        ],
        journey_rules=footprints.rules_of(event.factor_set),
        default_footprint=footprints.compute(event_facts(row_of(event)), None, None),
        agency=None if agency is None else agency_brief(agency),
        profile=profile_view(event.profile),
        points_offset=None if price is None else points_offset_view(price),
        evaluation=None if evaluation is None else _evaluation_view(evaluation, verifiers),
        organisations=running,
        year=year,
    )


def _evaluation_view(
    evaluation: Mapping[str, Any], verifiers: Mapping[str, OrganisationBrief]
) -> EvaluationView:
    view = msgspec.convert(evaluation, EvaluationView)
    view.verifier_organisation = verifiers.get(evaluation.get("verifier_id") or "")
    return view


def agency_brief(agency: Agency) -> AgencyBrief:
    name = Bilingual(agency.name["zh-CN"], agency.name["en"])
    return AgencyBrief(code=agency.code, name=name)  # type: ignore[arg-type]


def profile_view(profile: Mapping[str, object]) -> DefaultProfile:
    known = {name: value for name, value in profile.items() if name in DefaultProfile.__struct_fields__}
    return msgspec.convert(known, DefaultProfile)


def points_offset_view(row: Mapping[str, Any]) -> PointsOffsetView:
    return PointsOffsetView(
        points_per_kg=row["points_per_kg"],
        points_budget=row["points_budget"],
        points_left=row["points_budget"] - row["points_spent"],
    )


def row_of(event: Event) -> dict[str, Any]:
    """The event's columns by name, as a statement would return them."""
    return {column: getattr(event, column) for column in Event._meta.db_fields}


async def list_events(
    database: Database, footprints: FootprintBook, limit: int, cursor: UUID | None
) -> Page[EventView]:
    """Published events, newest first."""
    return await _page(
        database,
        footprints,
        Event.filter(Q(template__isnull=True) | Q(template__not=PERSONAL_TEMPLATE)).exclude(
            state__in=UNPUBLISHED
        ),
        limit,
        cursor,
    )


async def list_my_events(
    database: Database, footprints: FootprintBook, staff: Principal, limit: int, cursor: UUID | None
) -> Page[EventView]:
    """The events that a member of staff runs, works at or oversees, drafts and applications included, newest first."""
    if staff.role == "organiser":
        query = _of_organiser(staff.id)
    elif staff.role == "staff":
        works_at = EventMember.filter(staff_id=staff.id, removed_at=None)
        query = Event.filter(id__in=await works_at.distinct().values_list("event_id", flat=True))
    else:
        query = Event.filter(events_within(await remits_of(staff)))
    return await _page(database, footprints, query, limit, cursor)


def _of_organiser(staff_id: UUID) -> QuerySet[Event]:
    """Events of the organisations that an organiser is a member of, and those they created that have no host."""
    mine = OrganisationMember.filter(staff_id=staff_id, removed_at=None).values("organisation_id")
    run = EventOrganisation.filter(organisation_id__in=Subquery(mine), removed_at=None).values("event_id")
    hosted = EventOrganisation.filter(part="host", removed_at=None).values("event_id")
    is_own = Q(created_by=staff_id) & ~Q(id__in=Subquery(hosted))
    return Event.filter(Q(id__in=Subquery(run)) | is_own)


async def _page(
    database: Database, footprints: FootprintBook, query: QuerySet[Event], limit: int, cursor: UUID | None
) -> Page[EventView]:
    if cursor is not None:
        query = query.filter(id__lt=cursor)
    rows = await query.order_by("-id").limit(limit + 1)
    return Page.of(await event_views(database, rows, footprints), limit)
