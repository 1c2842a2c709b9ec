"""The life of an event: created, moved from state to state, given badges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, timedelta
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.functions import Max

from backend.auth import Principal
from backend.catalogue import Catalogue
from backend.domain.certificates import new_event_code
from backend.domain.codes import SERIAL_MAX, CodeKeys
from backend.domain.factors import find_city
from backend.errors import (
    BadgeLimit,
    CodeForeign,
    EventClosed,
    EventNotFound,
    GateNotFound,
    InvalidBody,
    SlugTaken,
    TransitionIllegal,
)
from backend.ledger.events import event_facts
from backend.ledger.footprints import FootprintBook
from backend.messages.events import BadgesRequest, BadgeView, EventRequest, EventView, GateRequest, GateView
from backend.messages.shape import Bilingual
from backend.models import Badge, Event, Gate
from backend.services.staff import record
from backend.storage.database import Database, constraint_of

# State → states it may go to. The event runs only in `running`; what follows is accounting and offsetting.
TRANSITIONS: dict[str, frozenset[str]] = {
    "draft": frozenset({"submitted", "accepted", "running"}),
    "submitted": frozenset({"accepted", "rejected", "running"}),
    "accepted": frozenset({"running", "rejected"}),
    "rejected": frozenset({"draft"}),
    "running": frozenset({"accounting", "closed"}),
    "accounting": frozenset({"offset", "closed"}),
    "offset": frozenset({"evaluated", "closed"}),
    "evaluated": frozenset({"closed"}),
    "closed": frozenset(),
}
UNPUBLISHED = ("draft", "submitted", "rejected")
"""States in which an event is the staff's matter alone."""
EVENT_DAYS_MAX = 400
FIRST_YEAR, LAST_YEAR = 2000, 2100
BADGES_PER_EVENT_MAX = 100_000
CODE_ATTEMPTS_MAX = 5


async def find_event(slug: str) -> Event:
    event = await Event.get_or_none(slug=slug)
    if event is None:
        raise EventNotFound
    return event


def check_may_run(staff: Principal, event: Event) -> None:
    """An organiser runs their own events only; to the others theirs do not exist. Raises EventNotFound."""
    if staff.role == "organiser" and event.created_by != staff.id:
        raise EventNotFound


async def lock_event(staff: Principal, slug: str) -> Event:
    """The event's row, locked until the transaction ends. Raises EventNotFound, for a foreign one too."""
    event = await Event.filter(slug=slug).select_for_update().get_or_none()
    if event is None:
        raise EventNotFound
    check_may_run(staff, event)
    return event


async def check_gate(event: Event, gate: int) -> None:
    """Raises GateNotFound: what comes in at a gate that nobody knows would be missing from the counts."""
    if not await Gate.exists(event_id=event.id, gate=gate):
        raise GateNotFound


async def badge_category(event: Event, serial: int | None) -> str | None:
    badge = None if serial is None else await Badge.get_or_none(event_id=event.id, serial=serial)
    return badge.category if badge else None


async def find_event_of_code(event_code: str) -> Event:
    event = await Event.get_or_none(code=event_code)
    if event is None:
        raise CodeForeign
    return event


async def create_event(
    database: Database, staff: Principal, request: EventRequest, catalogue: Catalogue
) -> Event:
    """Create a draft. Raises SlugTaken, UnknownCity, InvalidBody."""
    if not all(FIRST_YEAR <= at.year <= LAST_YEAR for at in (request.starts_at, request.ends_at)):
        raise InvalidBody(reason=f"an event lies between the years {FIRST_YEAR} and {LAST_YEAR}")
    if request.ends_at <= request.starts_at:
        raise InvalidBody(reason="ends_at must lie after starts_at")
    if request.ends_at - request.starts_at > timedelta(days=EVENT_DAYS_MAX):
        raise InvalidBody(reason=f"an event lasts {EVENT_DAYS_MAX} days at most")
    factor_set = request.factor_set or catalogue.default_factor_set
    if factor_set not in catalogue.factor_sets:
        raise InvalidBody(reason=f"there is no factor set {factor_set!r}")
    find_city(catalogue.cities, request.city)
    profile: dict[str, Any] = {}
    if request.venue_kwh is not None:
        if not (request.venue_kwh.is_finite() and 0 <= request.venue_kwh <= 1000):
            raise InvalidBody(reason="venue_kwh lies between 0 and 1000 kWh per person and day")
        profile["venue_kwh_per_person_day"] = str(request.venue_kwh)
    gates = request.gates or [GateRequest(gate=1, name=Bilingual("入口", "Entrance"))]
    if len({gate.gate for gate in gates}) != len(gates):
        raise InvalidBody(reason="two gates have the same number")
    for attempt in range(CODE_ATTEMPTS_MAX):
        try:
            async with database.transaction():
                event = await Event.create(
                    code=new_event_code(),
                    slug=request.slug,
                    name_zh=request.name.zh,
                    name_en=request.name.en,
                    kind=request.kind,
                    city=request.city,
                    starts_at=request.starts_at,
                    ends_at=request.ends_at,
                    boundary=request.boundary,
                    factor_set=factor_set,
                    profile=profile,
                    join_points=request.join_points,
                    created_by=staff.id,
                )
                for gate in gates:
                    await Gate.create(
                        event_id=event.id, gate=gate.gate, name_zh=gate.name.zh, name_en=gate.name.en
                    )
                await record(
                    staff, "event.create", event.slug, after={"kind": event.kind, "city": event.city}
                )
        except IntegrityError as error:
            # Two events drew the same five characters: draw again. The slug alone is the caller's matter.
            constraint = constraint_of(error)
            if constraint == "events_code_unique" and attempt + 1 < CODE_ATTEMPTS_MAX:
                continue
            if constraint == "events_slug_unique":
                raise SlugTaken from error
            raise
        return event
    raise AssertionError("unreachable")


async def move_event(
    database: Database, staff: Principal, slug: str, to_state: str, note: str | None
) -> Event:
    """Move an event to another state. Scans that saw the old state are committed first.

    Raises EventNotFound, TransitionIllegal.
    """
    async with database.transaction():
        event = await lock_event(staff, slug)
        if to_state not in TRANSITIONS[event.state]:
            raise TransitionIllegal(from_state=event.state, to_state=to_state)
        before = event.state
        event.state = to_state
        event.revision += 1
        await event.save(update_fields=["state", "revision"])
        await record(
            staff, "event.move", slug, reason=note, before={"state": before}, after={"state": to_state}
        )
    return event


async def issue_badges(
    database: Database, staff: Principal, slug: str, request: BadgesRequest, keys: CodeKeys, public_base: str
) -> list[BadgeView]:
    """Issue the next `count` serials. Raises EventNotFound, EventClosed, BadgeLimit."""
    async with database.transaction():
        # The event's row is locked, so that two requests do not issue the same serials.
        event = await lock_event(staff, slug)
        if event.state in ("closed", "rejected"):
            raise EventClosed
        rows = await Badge.filter(event_id=event.id).annotate(last=Max("serial")).values("last")
        first = (rows[0]["last"] or 0) + 1 if rows else 1
        if first + request.count - 1 > min(BADGES_PER_EVENT_MAX, SERIAL_MAX):
            raise BadgeLimit
        serials = range(first, first + request.count)
        await Badge.bulk_create(
            [Badge(event_id=event.id, serial=serial, category=request.category) for serial in serials]
        )
        await record(
            staff,
            "badges.issue",
            slug,
            after={"first": first, "count": request.count, "category": request.category},
        )
    return [badge_view(event.code, serial, request.category, keys, public_base) for serial in serials]


def badge_view(
    event_code: str, serial: int, category: str | None, keys: CodeKeys, public_base: str
) -> BadgeView:
    code = keys.badge(event_code, serial)
    return BadgeView(serial=serial, code=code, url=f"{public_base}/q/{code}", category=category)  # type: ignore[arg-type]


async def event_views(events: Sequence[Event], footprints: FootprintBook) -> list[EventView]:
    """Events as anyone may see them, with the footprint of an attendee who tells nothing."""
    gates: dict[UUID, list[Gate]] = {event.id: [] for event in events}
    for gate in await Gate.filter(event_id__in=list(gates)).order_by("gate"):
        gates[gate.event_id].append(gate)
    return [_view(event, gates[event.id], footprints) for event in events]


async def event_view(event: Event, footprints: FootprintBook) -> EventView:
    return (await event_views([event], footprints))[0]


def _view(event: Event, gates: list[Gate], footprints: FootprintBook) -> EventView:
    return EventView(
        id=str(event.id),
        slug=event.slug,
        code=event.code,
        name=Bilingual(event.name_zh, event.name_en),
        kind=event.kind,  # type: ignore[arg-type]
        city=event.city,
        starts_at=event.starts_at.astimezone(UTC),
        ends_at=event.ends_at.astimezone(UTC),
        boundary=event.boundary,  # type: ignore[arg-type]
        state=event.state,  # type: ignore[arg-type]
        factor_set=event.factor_set,
        join_points=event.join_points,
        gates=[GateView(gate=gate.gate, name=Bilingual(gate.name_zh, gate.name_en)) for gate in gates],
        default_footprint=footprints.compute(event_facts(row_of(event)), None, None),
    )


def row_of(event: Event) -> dict[str, Any]:
    """The event's columns by name, as a statement would return them."""
    return {column: getattr(event, column) for column in Event._meta.db_fields}


async def list_events(limit: int, after: UUID | None) -> list[Event]:
    query = Event.exclude(state__in=UNPUBLISHED)
    if after is not None:
        query = query.filter(id__lt=after)
    return await query.order_by("-id").limit(limit)
