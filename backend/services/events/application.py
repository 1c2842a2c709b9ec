"""Organisers file an event: they create a draft and change it until an operator accepts it."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.catalogue import Catalogue
from backend.catalogue.agencies import load_agencies
from backend.domain.certificates.number import new_event_code
from backend.domain.days import day_of
from backend.domain.events.agencies import agency_of
from backend.domain.events.lifecycle import ANNUAL_MEETING_PEOPLE_MAX, CHANGEABLE, NOMINATED_RANKS
from backend.domain.events.years import YEAR_TEMPLATES
from backend.errors import InvalidBody, SlugTaken
from backend.errors.events.lifecycle import EventFiled, NominationUnfit, TemplateUnfit
from backend.ledger.facts.footprints import FootprintBook
from backend.messages.events.events import EventChangeRequest, EventRequest, EventView, GateRequest
from backend.messages.events.lifecycle import AgencyView, DefaultProfile, Filing, PointsOffsetRequest
from backend.messages.shape import Bilingual
from backend.models import Event, EventBudget, EventStep, Gate, Organisation
from backend.services.events.events import FIRST_YEAR, LAST_YEAR, check_not_frozen, event_view, lock_event
from backend.services.events.hosts import add_host, host_of_new_event
from backend.services.events.years import check_no_year, check_year, file_year, is_year, move_year
from backend.services.identity.staff_accounts import record
from backend.services.organisations.revisions import Seen, check_seen
from backend.services.organisations.standing import check_may_file
from backend.storage.database import Database, constraint_of
from backend.texts import both

EVENT_DAYS_MAX = 400
VENUE_KWH_MAX = 1000
CODE_ATTEMPTS_MAX = 5
PROFILE_NAMES = tuple(DefaultProfile.__struct_fields__)
COPIED_FIELDS = (
    "city",
    "starts_at",
    "ends_at",
    "boundary",
    "factor_set",
    "join_points",
    "rank",
    "is_nominated",
    "expected_people",
    "target_pct",
    "plan",
    "neutrality_scope",
)
"""Fields of a request that are columns of the same name."""


class Filed(msgspec.Struct, kw_only=True):
    """The columns of an event that its organiser decides."""

    name_zh: str
    name_en: str
    kind: str
    city: str
    starts_at: datetime
    ends_at: datetime
    boundary: str
    factor_set: str
    profile: dict[str, Any]
    join_points: int
    agency: str | None = None
    template: str | None = None
    rank: str | None = None
    is_nominated: bool = False
    expected_people: int | None = None
    target_pct: int = 100
    plan: str | None = None
    neutralises: list[str] = []
    neutrality_scope: str = "attendees"


COLUMNS = Filed.__struct_fields__


async def create_event(
    database: Database,
    staff: Principal,
    request: EventRequest,
    catalogue: Catalogue,
    footprints: FootprintBook,
    *,
    is_demo: bool,
) -> EventView:
    """Create a draft, hosted by an organisation that its creator files events for.

    Raises SlugTaken, CITY_REFUSALS, AgencyForeign, TemplateUnfit, NominationUnfit, InvalidBody, OrganisationNotFound,
    OrganisationDutyMissing, OrganisationNotActive, OrganisationBlacklisted, EventOrganisationMissing, and what is told
    of a year (services.events.years).
    """
    event = await _create(database, staff, request, catalogue, is_demo=is_demo)
    return await event_view(database, event, footprints)


async def _create(
    database: Database, staff: Principal, request: EventRequest, catalogue: Catalogue, *, is_demo: bool
) -> Event:
    host = await host_of_new_event(staff, request.organisation, is_demo=is_demo)
    filed = _filed_first(request, catalogue)
    _check(filed, catalogue)
    filed.city = catalogue.cities.spelled(filed.city, of="event")
    gates = request.gates or [GateRequest(gate=1, name=Bilingual(*both("gate.default")))]
    if len({gate.gate for gate in gates}) != len(gates):
        raise InvalidBody.at("/gates", "twice")
    for attempt in range(CODE_ATTEMPTS_MAX):
        try:
            async with database.transaction():
                await check_may_file(database, staff.id, host)
                return await _store(database, staff, request, filed, gates, host)
        except IntegrityError as error:
            # Two events drew the same five characters: draw again. The slug alone is the caller's matter.
            constraint = constraint_of(error)
            if constraint == "events_code_unique" and attempt + 1 < CODE_ATTEMPTS_MAX:
                continue
            if constraint == "events_slug_unique":
                raise SlugTaken from error
            raise
    raise AssertionError("unreachable")


async def _store(
    database: Database,
    staff: Principal,
    request: EventRequest,
    filed: Filed,
    gates: list[GateRequest],
    host: Organisation | None,
) -> Event:
    columns = msgspec.structs.asdict(filed)
    event = await Event.create(code=new_event_code(), slug=request.slug, created_by=staff.id, **columns)
    for gate in gates:
        await Gate.create(event_id=event.id, gate=gate.gate, name_zh=gate.name.zh, name_en=gate.name.en)
    if request.points_offset is not None:
        await _store_budget(event, request.points_offset)
    if host is not None:
        await add_host(staff, event, host)
    await EventStep.create(event_id=event.id, to_state="draft", actor=staff.id)
    if is_year(event):
        await file_year(database, staff, event, request, host)
    else:
        check_no_year(request)
    after = {"kind": event.kind, "city": event.city} | ({"organisation": host.code} if host else {})
    await record(staff, "event.create", event.slug, after=after)
    return event


async def change_event(
    database: Database,
    staff: Principal,
    slug: str,
    request: EventChangeRequest,
    catalogue: Catalogue,
    footprints: FootprintBook,
    seen: Seen | None = None,
) -> EventView:
    """Change what the organiser filed, until an operator accepts it; `seen` is the revision that was edited.

    Raises EventNotFound, EditOutdated, EventFrozen, EventFiled, CITY_REFUSALS, AgencyForeign, TemplateUnfit,
    NominationUnfit, InvalidBody.
    """
    event = await _change(database, staff, slug, request, catalogue, seen)
    return await event_view(database, event, footprints)


def list_agencies() -> list[AgencyView]:
    """Agencies that supervise events, and which kinds of events each may take."""
    return [
        AgencyView(
            code=each.code,  # type: ignore[arg-type]
            name=Bilingual(each.name["zh-CN"], each.name["en"]),
            leads=list(each.leads),  # type: ignore[arg-type]
            kinds=list(each.kinds),  # type: ignore[arg-type]
        )
        for each in load_agencies().values()
    ]


async def _change(
    database: Database,
    staff: Principal,
    slug: str,
    request: EventChangeRequest,
    catalogue: Catalogue,
    seen: Seen | None,
) -> Event:
    async with database.transaction():
        event = await lock_event(staff, slug)
        check_seen(seen, event.revision)
        # Another agency or city would take it out of the sight of who froze it.
        check_not_frozen(event)
        if event.state not in CHANGEABLE:
            raise EventFiled
        before = Filed(**{name: getattr(event, name) for name in COLUMNS})
        filed = msgspec.structs.replace(before)
        _apply(filed, request)
        if request.name is not None:
            filed.name_zh, filed.name_en = request.name.zh, request.name.en
        if request.kind is not None:
            filed.kind = request.kind
        is_led_anew = request.kind is not None and request.agency is None
        agencies = load_agencies()
        if is_led_anew and (filed.agency is None or not agencies[filed.agency].supervises(filed.kind)):
            filed.agency = None
        filed.agency = agency_of(agencies, filed.kind, filed.agency)
        _check(filed, catalogue)
        # The city that is filed stays, whatever a later list says of its name.
        if filed.city != before.city:
            filed.city = catalogue.cities.spelled(filed.city, of="event")
        changed = {name for name in COLUMNS if getattr(filed, name) != getattr(before, name)}
        event.update_from_dict({name: getattr(filed, name) for name in changed})
        event.revision += 1
        await event.save(update_fields=[*changed, "revision"])
        if is_year(event):
            await move_year(database, event)
        if request.points_offset is not None:
            changed.add("points_offset")
            await _store_budget(event, request.points_offset)
        await EventStep.create(
            event_id=event.id,
            from_state=event.state,
            to_state=event.state,
            actor=staff.id,
            note=request.reason,
        )
        sides = [
            {name: _plain(getattr(side, name)) for name in COLUMNS if name in changed}
            for side in (before, filed)
        ]
        if request.points_offset is not None:
            sides[1]["points_offset"] = msgspec.to_builtins(request.points_offset)
        await record(staff, "event.change", slug, reason=request.reason, before=sides[0], after=sides[1])
    return event


async def _store_budget(event: Event, request: PointsOffsetRequest) -> None:
    values: dict[str, Any] = {"points_per_kg": request.points_per_kg, "points_budget": request.points_budget}
    if not await EventBudget.filter(event_id=event.id).update(**values):
        await EventBudget.create(event_id=event.id, **values)


def _filed_first(request: EventRequest, catalogue: Catalogue) -> Filed:
    is_meeting = request.template == "annual_meeting"
    is_of_year = request.template in YEAR_TEMPLATES
    profile: dict[str, Any] = {}
    if is_meeting:
        # Counted as the footprint counts them; a meeting that ends before it begins is refused later on.
        days = (day_of(request.ends_at) - day_of(request.starts_at)).days + 1
        profile = {"nights": 0 if days <= 1 else 1, "meals": max(1, days)}
    elif is_of_year:
        profile = {"nights": 0, "meals": 0}
    filed = Filed(
        name_zh=request.name.zh,
        name_en=request.name.en,
        kind=request.kind,
        city=request.city,
        starts_at=request.starts_at,
        ends_at=request.ends_at,
        boundary="core" if is_meeting or is_of_year else "extended",
        factor_set=catalogue.event_factor_set,
        profile=profile,
        join_points=request.join_points,
        template=request.template,
        plan="\n".join(both("plan.annual_meeting")) if is_meeting else None,
        neutrality_scope="all" if is_of_year else "attendees",
        rank="none",
    )
    _apply(filed, request)
    filed.agency = agency_of(load_agencies(), filed.kind, filed.agency)
    return filed


def _apply(filed: Filed, request: Filing) -> None:
    """Copy the fields that a request names; the others stay."""
    for name in COPIED_FIELDS:
        value = getattr(request, name)
        if value is not None:
            setattr(filed, name, value)
    if request.agency is not None:
        filed.agency = request.agency
    if request.neutralises is not None:
        filed.neutralises = sorted(set(request.neutralises))
    profile = dict(filed.profile)
    if request.profile is not None:
        profile_given = {name: getattr(request.profile, name) for name in PROFILE_NAMES}
        profile |= {name: value for name, value in profile_given.items() if value is not None}
    venue_kwh: Decimal | None = request.venue_kwh  # type: ignore[attr-defined]  # of both kinds of requests
    if venue_kwh is not None:
        if not (venue_kwh.is_finite() and 0 <= venue_kwh <= VENUE_KWH_MAX):
            raise InvalidBody.at("/venue_kwh", "out_of_range", min=0, max=VENUE_KWH_MAX)
        profile["venue_kwh_per_person_day"] = str(venue_kwh)
    filed.profile = profile


def _check(filed: Filed, catalogue: Catalogue) -> None:
    for name, at in (("starts_at", filed.starts_at), ("ends_at", filed.ends_at)):
        if not FIRST_YEAR <= at.year <= LAST_YEAR:
            raise InvalidBody.at(f"/{name}", "year_out_of_range", year_min=FIRST_YEAR, year_max=LAST_YEAR)
    if filed.ends_at <= filed.starts_at:
        raise InvalidBody.at("/ends_at", "not_after", other="starts_at")
    if filed.ends_at - filed.starts_at > timedelta(days=EVENT_DAYS_MAX):
        raise InvalidBody.at("/ends_at", "event_too_long", days_max=EVENT_DAYS_MAX)
    if filed.factor_set not in catalogue.factor_sets:
        raise InvalidBody.at("/factor_set", "not_known", name=filed.factor_set)
    rules = catalogue.factor_sets[filed.factor_set].journey_rules
    if filed.profile.get("radiative_forcing") and rules == "2026.1":
        raise InvalidBody.at(
            "/profile/radiative_forcing", "no_radiative_forcing", factor_set=filed.factor_set
        )
    if filed.is_nominated and filed.rank not in NOMINATED_RANKS:
        raise NominationUnfit
    if (
        filed.template == "annual_meeting"
        and not 0 < (filed.expected_people or 0) <= ANNUAL_MEETING_PEOPLE_MAX
    ):
        raise TemplateUnfit(people_max=ANNUAL_MEETING_PEOPLE_MAX)
    if filed.template in YEAR_TEMPLATES:
        check_year(filed.kind, filed.neutrality_scope, filed.starts_at, filed.ends_at)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
