"""Programmes of periods of people's lives: an operator opens one for a month, a quarter or a year in a city.

A programme is a row of events, so that its pool, the ledger, certificates and the log serve it as they serve an event.
Nobody scans anything there, and it stands in no list of events.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.catalogue import Catalogue
from backend.domain.catalogue.factors import find_city
from backend.domain.certificates.number import new_event_code
from backend.domain.days import SHANGHAI, day_of, start_of
from backend.domain.events.years import PERSONAL_TEMPLATE
from backend.domain.footprint.personal_period import BOUNDARY
from backend.errors.neutrality import ProgrammeNotFound, ProgrammePeriodUnfit, ProgrammeThere
from backend.messages.neutrality import ProgrammeKind, ProgrammeRequest, ProgrammeView
from backend.messages.shape import Bilingual
from backend.models import Event, EventStep
from backend.services.identity.staff_accounts import record
from backend.storage.database import Database, constraint_of
from backend.texts import say

FACTOR_SET = "life-2026.1"
MONTHS: dict[ProgrammeKind, int] = {"month": 1, "quarter": 3, "year": 12}
KIND_OF: dict[int, ProgrammeKind] = {months: kind for kind, months in MONTHS.items()}
DAYS_AGO_MAX, DAYS_AHEAD_MAX = 800, 400
CODE_ATTEMPTS_MAX = 5
LISTED_MAX = 100


async def open_programme(
    database: Database, staff: Principal, request: ProgrammeRequest, catalogue: Catalogue, now: datetime
) -> ProgrammeView:
    """A new programme, in which people may open their periods at once.

    Raises CITY_REFUSALS, ProgrammePeriodUnfit, ProgrammeThere.
    """
    city = catalogue.cities.spelled(request.city, of="event")
    months, first, today = MONTHS[request.kind], request.starts_on, day_of(now)
    is_near = today - timedelta(DAYS_AGO_MAX) <= first <= today + timedelta(DAYS_AHEAD_MAX)
    if first.day != 1 or (first.month - 1) % months or not is_near:
        raise ProgrammePeriodUnfit
    last = _last_day(first, months)
    found = find_city(catalogue.cities, city)
    facts = _period_words(request.kind, first)
    label = "".join(each for each in found.name["en"].lower() if each.isascii() and each.isalnum())
    row: dict[str, Any] = {
        "slug": f"life-{found.region}-{label}-{facts['slug']}",
        "name_zh": say("zh-CN", f"programme.name.{request.kind}", city=found.name["zh-CN"], **facts),
        "name_en": say(
            "en",
            f"programme.name.{request.kind}",
            city=found.name["en"],
            **(facts | {"month": say("en", f"month.{first.month}")}),
        ),
        "kind": "operation",
        "city": city,
        "starts_at": start_of(first),
        "ends_at": datetime(last.year, last.month, last.day, 23, 59, 59, tzinfo=SHANGHAI),
        "boundary": BOUNDARY,
        "state": "running",
        "factor_set": FACTOR_SET,
        "profile": {"nights": 0, "meals": 0},
        "join_points": 0,
        "template": PERSONAL_TEMPLATE,
        "created_by": staff.id,
    }
    for attempt in range(CODE_ATTEMPTS_MAX):
        try:
            async with database.transaction():
                event = await Event.create(code=new_event_code(), **row)
                await EventStep.create(
                    event_id=event.id, to_state="running", actor=staff.id, note=request.reason
                )
                after = {"city": city, "starts_on": str(first), "ends_on": str(last)}
                await record(staff, "programme.open", event.slug, reason=request.reason, after=after)
            return programme_view(event, now)
        except IntegrityError as error:
            constraint = constraint_of(error)
            if constraint == "events_slug_unique":
                raise ProgrammeThere from error
            # Two events drew the same five characters: draw again.
            if constraint != "events_code_unique" or attempt + 1 == CODE_ATTEMPTS_MAX:
                raise
    raise AssertionError("unreachable")


async def list_programmes(now: datetime) -> list[ProgrammeView]:
    """Programmes in which people may open periods, the newest period first."""
    running = Event.filter(template=PERSONAL_TEMPLATE, state="running")
    return [
        programme_view(event, now) for event in await running.order_by("-starts_at", "slug").limit(LISTED_MAX)
    ]


async def find_programme(slug: str) -> Event:
    """A programme that is open. Raises ProgrammeNotFound."""
    event = await Event.get_or_none(slug=slug, template=PERSONAL_TEMPLATE, state="running")
    if event is None:
        raise ProgrammeNotFound
    return event


def programme_view(event: Event, now: datetime) -> ProgrammeView:
    """A programme as anyone may see it."""
    first, last = day_of(event.starts_at), day_of(event.ends_at)
    return ProgrammeView(
        slug=event.slug,
        name=Bilingual(event.name_zh, event.name_en),
        kind=KIND_OF[12 * (last.year - first.year) + last.month - first.month + 1],
        city=event.city,
        starts_on=first,
        ends_on=last,
        factor_set=event.factor_set,
        has_ended=day_of(now) > last,
    )


def _last_day(first: date, months: int) -> date:
    index = first.month - 1 + months
    return date(first.year + index // 12, index % 12 + 1, 1) - timedelta(days=1)


def _period_words(kind: ProgrammeKind, first: date) -> dict[str, str]:
    quarter = (first.month + 2) // 3
    part = {"month": f"-{first.month:02}", "quarter": f"-q{quarter}", "year": ""}[kind]
    return {
        "slug": f"{first.year}{part}",
        "year": str(first.year),
        "month": str(first.month),
        "quarter": str(quarter),
    }
