"""Periods of people's lives, and the programmes in which they are accounted for."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from backend.domain.footprint.footprint import Footprint
from backend.domain.footprint.personal_period import PeriodInputs, Quality
from backend.messages.events.journeys import MyAttendance
from backend.messages.shape import VISIBLE, Answer, Bilingual, Grams, Instant, Request, Slug, Statement

ProgrammeKind = Literal["month", "quarter", "year"]


class ProgrammeRequest(Request, kw_only=True):
    """A programme for a month, a quarter or a year of the calendar in a city."""

    kind: ProgrammeKind
    city: Annotated[str, VISIBLE, Meta(min_length=1, max_length=40)]
    starts_on: Annotated[date, Meta(description="the first day of the month, quarter or year")]
    reason: Annotated[str, Meta(min_length=1, max_length=400)]


class ProgrammeView(Answer):
    slug: str
    name: Bilingual
    kind: ProgrammeKind
    city: str
    starts_on: date
    ends_on: date
    factor_set: str
    has_ended: Annotated[bool, Meta(description="its period is over, so periods in it may be closed")]


class PeriodRequest(Request):
    programme: Annotated[Slug, Meta(description="slug of the programme")]


class PeriodClosing(Request):
    """Closing fixes the footprint for good."""

    events_left_out: Annotated[
        bool,
        Meta(description="journeys, nights and meals of the events that are listed are not in the inputs"),
    ] = False


class PeriodEvent(Answer):
    """An event that the citizen attended in the period: what was emitted for it is counted there."""

    slug: str
    name: Bilingual
    city: str
    starts_on: date
    ends_on: date
    footprint_g: Grams
    has_travel: Annotated[bool, Meta(description="a journey to it and back is counted there")]
    meal_days: Annotated[
        int, Meta(description="whole days whose meals are counted there and not in the period")
    ]


class PeriodView(Answer):
    """A period with its footprint: as it would be closed now, or as it was closed."""

    id: str
    programme: ProgrammeView
    starts_on: date
    ends_on: date
    state: Literal["open", "closed"]
    inputs: PeriodInputs
    footprint: Footprint
    qualities: Annotated[
        dict[str, Quality],
        Meta(
            description="by source: evidenced (a picture was sent; nobody has examined it), declared, assumed"
        ),
    ]
    not_included: Annotated[list[str], Meta(description="within the boundary, but nothing was told of it")]
    outside: Annotated[list[str], Meta(description="outside of the boundary of every period")]
    about: Annotated[Statement, Meta(description="the boundary in words")]
    events: list[PeriodEvent]
    opened_at: Instant
    closed_at: Instant | None
    lines_salt: Annotated[
        str | None,
        Meta(description="with the lines it gives the lines_sha256 of the certificate; once closed"),
    ]
    attendance: Annotated[
        MyAttendance | None, Meta(description="what the ledger has of it, once an offset was asked for")
    ]
