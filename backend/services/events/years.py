"""The year of a venue, an enterprise or an institution: whose it is, its twelve months, and the years that it includes.

A venue's year is counted once. Within the year of the organisation that it belongs to it is included by itself; the
year of another organisation's venue is included when whoever files is a member of both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from uuid import UUID

from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.domain.days import day_of
from backend.domain.events.years import (
    COUNTED,
    ORGANISATION_KIND,
    WHOLES,
    YEAR_KINDS,
    YEAR_TEMPLATES,
    is_business_year,
    months_of,
)
from backend.domain.folding import folded_code
from backend.domain.inventory.lines import Draft, current_lines, find_overlaps
from backend.errors import InvalidBody
from backend.errors.actions.evidence import SceneNotFound
from backend.errors.events.years import (
    YearMetersTwice,
    YearNotIncludable,
    YearOrganisationUnfit,
    YearOverlaps,
    YearPeriodUnfit,
    YearSceneForeign,
    YearWholeFixed,
)
from backend.errors.organisations import OrganisationNotFound
from backend.messages.events.events import EventRequest
from backend.messages.events.years import YearBrief, YearScene, YearView
from backend.messages.organisations.organisations import OrganisationDuty
from backend.messages.shape import Bilingual
from backend.models import Event, EventYear, EventYearMonth, Organisation, Scene
from backend.services.organisations.organisations import (
    check_active,
    check_organisation_duty,
    lock_organisation,
    organisation_brief,
)
from backend.storage.database import Database, constraint_of
from backend.storage.statements import read

FILES_YEARS: tuple[OrganisationDuty, ...] = ("owner", "editor")
"""Duties at an organisation with which an account files its year."""


def is_year(event: Event) -> bool:
    return event.template in YEAR_TEMPLATES


def check_year(filed_kind: str, scope: str, starts_at: datetime, ends_at: datetime) -> None:
    """Raises InvalidBody, YearPeriodUnfit: a year is twelve months of running something, accounted for as a whole."""
    if filed_kind not in YEAR_KINDS:
        raise InvalidBody.at("/kind", "not_one_of", allowed=", ".join(YEAR_KINDS))
    if scope != "all":
        raise InvalidBody.at("/neutrality_scope", "not_one_of", allowed="all")
    if not is_business_year(day_of(starts_at), day_of(ends_at)):
        raise YearPeriodUnfit


def check_no_year(request: EventRequest) -> None:
    """Raises InvalidBody: an event that is no year has no venue of one and includes none."""
    for name in ("scene", "includes"):
        if getattr(request, name):
            raise InvalidBody.at(f"/{name}", "comes_with", other="template")


async def file_year(
    database: Database, staff: Principal, event: Event, request: EventRequest, host: Organisation | None
) -> None:
    """Say that a new event is its host's year, within the transaction that creates it.

    Raises InvalidBody, OrganisationNotActive, YearOrganisationUnfit, SceneNotFound, YearSceneForeign, YearOverlaps,
    YearNotIncludable, YearWholeFixed, YearMetersTwice.
    """
    assert event.template is not None
    if host is None:
        raise InvalidBody.at("/organisation", "missing")
    # One year of it at a time: what it includes depends on what is there.
    organisation = await lock_organisation(host.code)
    check_active(organisation)
    wanted = ORGANISATION_KIND.get(event.template)
    if wanted is not None and wanted not in organisation.kinds:
        raise YearOrganisationUnfit
    scene = None if request.scene is None else await _own_scene(event, organisation, request.scene)
    year = await EventYear.create(
        event_id=event.id,
        organisation_id=organisation.id,
        scene_id=None if scene is None else scene.id,
        starts_on=day_of(event.starts_at),
        ends_on=day_of(event.ends_at),
    )
    await _take_months(year)
    await _include(database, staff, event, year, request.includes)


async def move_year(database: Database, event: Event) -> None:
    """An application's period was changed: its months move with it. Raises YearOverlaps, YearNotIncludable."""
    year = await EventYear.get(event_id=event.id)
    period = (day_of(event.starts_at), day_of(event.ends_at))
    if (year.starts_on, year.ends_on) == period:
        return
    if year.within is not None or await EventYear.exists(within=event.id):
        raise YearNotIncludable
    await EventYearMonth.filter(event_id=event.id).delete()
    year.starts_on, year.ends_on = period
    await year.save(update_fields=["starts_on", "ends_on"])
    await _take_months(year)
    await _include_own(database, event, year)


async def give_up_months(event: Event) -> None:
    """A rejected year takes no month and is counted nowhere, so that a better application may be filed."""
    await EventYearMonth.filter(event_id=event.id).delete()
    await EventYear.filter(event_id=event.id).update(within=None)
    await EventYear.filter(within=event.id).update(within=None)


async def take_months_again(database: Database, event: Event) -> None:
    """A rejected year is a draft again. Raises YearOverlaps, YearNotIncludable, YearWholeFixed, YearMetersTwice."""
    year = await EventYear.get(event_id=event.id)
    await _take_months(year)
    await _include_own(database, event, year)


async def _own_scene(event: Event, organisation: Organisation, code: str) -> Scene:
    if event.template != "venue_year":
        raise InvalidBody.at("/scene", "comes_with", other="template: venue_year")
    scene = await Scene.get_or_none(code=folded_code(code))
    if scene is None:
        raise SceneNotFound
    # Otherwise a stranger could take the months of somebody else's hotel.
    if scene.organisation_id != organisation.id:
        raise YearSceneForeign
    return scene


async def _take_months(year: EventYear) -> None:
    subject = year.scene_id or year.organisation_id
    rows = [
        EventYearMonth(subject=subject, month=month, event_id=year.event_id)
        for month in months_of(year.starts_on)
    ]
    try:
        await EventYearMonth.bulk_create(rows)
    except IntegrityError as error:
        if constraint_of(error) != "event_year_months_once":
            raise
        raise YearOverlaps from error


async def _include(
    database: Database, staff: Principal, event: Event, year: EventYear, includes: Sequence[str]
) -> None:
    if includes and event.template not in WHOLES:
        raise InvalidBody.at("/includes", "comes_with", other="template: enterprise_year, institution_year")
    await _include_own(database, event, year)
    for slug in dict.fromkeys(includes):
        venue = await Event.get_or_none(slug=slug, template="venue_year")
        part = None if venue is None else await EventYear.get(event_id=venue.id)
        if venue is None or part is None or not await _may_include(staff, part):
            raise YearNotIncludable
        if part.within != event.id:
            await _put_within(database, event, year, venue, part)


async def _may_include(staff: Principal, part: EventYear) -> bool:
    """Credits of another's venue are not taken over by a stranger: whoever files is a member of both."""
    owner = await Organisation.get(id=part.organisation_id)
    try:
        await check_organisation_duty(staff, owner, FILES_YEARS)
    except OrganisationNotFound:
        return False
    return True


async def _include_own(database: Database, event: Event, year: EventYear) -> None:
    """Years of the same organisation in the same months count each other: the venue's within the whole's."""
    is_whole = event.template in WHOLES
    others = await EventYear.filter(
        organisation_id=year.organisation_id, starts_on__lte=year.ends_on, ends_on__gte=year.starts_on
    ).exclude(event_id=year.event_id)
    events = {each.id: each for each in await Event.filter(id__in=[other.event_id for other in others])}
    for other in others:
        found = events[other.event_id]
        if found.state == "rejected" or (found.template in WHOLES) == is_whole:
            continue
        if is_whole:
            await _put_within(database, event, year, found, other)
        else:
            await _put_within(database, found, other, event, year)


async def _put_within(
    database: Database, whole: Event, whole_year: EventYear, venue: Event, part: EventYear
) -> None:
    if part.within is not None or venue.state == "rejected":
        raise YearNotIncludable
    if (part.starts_on, part.ends_on) != (whole_year.starts_on, whole_year.ends_on):
        raise YearNotIncludable
    if whole.state in COUNTED:
        raise YearWholeFixed
    await _check_meters(database, whole, venue)
    part.within = whole.id
    await part.save(update_fields=["within"])


async def _check_meters(database: Database, whole: Event, venue: Event) -> None:
    """Raises YearMetersTwice for a line that stands in both accounts."""
    now = datetime.now(UTC)
    for phase in ("planned", "actual"):
        own = current_lines(await read(database, "read_inventory_lines", whole.id, phase, now))
        parts = current_lines(await read(database, "read_inventory_lines", venue.id, phase, now))
        drafts = [
            Draft(
                row=0,
                phase=phase,
                source=line["source"],
                quantity=line["quantity"],
                unit=line["unit"],
                starts_on=line["starts_on"],
                ends_on=line["ends_on"],
                quality=line["quality"],
                factor_id=line["factor_id"],
                meter=line["meter"],
                note=line["note"],
            )
            for line in parts
        ]
        if find_overlaps(drafts, own):
            raise YearMetersTwice


async def relatives_of(event_id: UUID) -> list[UUID]:
    """Ids of the years whose lines may not count what this one counts: its whole, its parts, and what is beside it."""
    year = await EventYear.get_or_none(event_id=event_id)
    if year is None:
        return []
    found = {each.event_id for each in await EventYear.filter(within=event_id)}
    if year.within is not None:
        found |= {year.within, *(each.event_id for each in await EventYear.filter(within=year.within))}
    return sorted(found - {event_id})


async def included_years(event_id: UUID) -> list[Event]:
    """The years of venues that are counted within this one."""
    ids = await EventYear.filter(within=event_id).values_list("event_id", flat=True)
    return await Event.filter(id__in=list(ids)).order_by("slug") if ids else []


async def year_views(events: Iterable[Event]) -> dict[UUID, YearView]:
    """The years among these events, by event."""
    wanted = [event.id for event in events if is_year(event)]
    if not wanted:
        return {}
    years = {each.event_id: each for each in await EventYear.filter(event_id__in=wanted)}
    parts = await EventYear.filter(within__in=wanted)
    wholes = [each.within for each in years.values() if each.within is not None]
    briefs = {
        each.id: YearBrief(slug=each.slug, name=Bilingual(each.name_zh, each.name_en))
        for each in await Event.filter(id__in=[*wholes, *(each.event_id for each in parts)])
    }
    organisations = {
        each.id: each
        for each in await Organisation.filter(id__in=[each.organisation_id for each in years.values()])
    }
    scene_ids = [each.scene_id for each in years.values() if each.scene_id is not None]
    scenes = {
        each.id: YearScene(code=each.code, name=Bilingual(each.name_zh, each.name_en))
        for each in (await Scene.filter(id__in=scene_ids) if scene_ids else [])
    }
    return {
        year.event_id: YearView(
            organisation=organisation_brief(organisations[year.organisation_id]),
            scene=None if year.scene_id is None else scenes[year.scene_id],
            starts_on=year.starts_on,
            ends_on=year.ends_on,
            includes=[briefs[each.event_id] for each in parts if each.within == year.event_id],
            within=None if year.within is None else briefs[year.within],
        )
        for year in years.values()
    }
