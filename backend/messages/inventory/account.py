"""The whole event's account, and what may be said of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from backend.messages.inventory.lines import MeasureView
from backend.messages.shape import Answer, Bilingual, Grams, Instant, Statement

Percent = Annotated[Decimal, Meta(description="one decimal, cut off")]


class ClaimView(msgspec.Struct, kw_only=True, rename={"zh": "zh-CN"}):
    """What may be said of the whole event, in both languages; `missing` says what a claim of all of it lacks."""

    zh: str
    en: str
    standard: str
    covered_pct: Annotated[Percent, Meta(description="of the upper estimate, retired")]
    response_rate_pct: Annotated[Percent, Meta(description="of all people, those who scanned")]
    missing: list[str]


class GroupView(Answer):
    """One of the nine groups of Net Zero Carbon Events; of a year one of the six categories of ISO 14064-1."""

    group: str
    name: Bilingual
    state: Literal["counted", "none", "missing"]
    reason: Annotated[str | None, Meta(description="why there is none")]
    lines: int
    lines_g: Annotated[Grams, Meta(description="recorded by the organiser")]
    scanned_g: Annotated[Grams, Meta(description="of people who scanned")]
    filled_g: Annotated[Grams, Meta(description="filled in for people who did not scan")]
    counted: Annotated[
        Literal["lines", "people", "both", "nothing"],
        Meta(description="what of these counts; what a venue shares out among people is counted once"),
    ]
    total_g: Grams


class StratumView(Answer):
    """People of one category and day. Of `filled_in` people nothing is known but that they were there."""

    category: str
    name: Bilingual
    day: date | None
    headcount: Annotated[str, Meta(description="list, gates, badges, expected or scans")]
    listed: Annotated[int, Meta(description="what that source says; fewer than the scans count as the scans")]
    people: int
    scanned: int
    scanned_g: Grams
    filled_in: int
    filled_g: Grams
    method: Annotated[
        str, Meta(description="whose mean fills in: own, category, event or default; counted: nobody's")
    ]
    low_g: Grams
    high_g: Grams


class PeopleView(Answer):
    people: int
    scanned: int
    filled_in: int
    response_rate_pct: Percent
    scanned_g: Grams
    filled_g: Grams
    total_g: Grams
    low_g: Annotated[Grams, Meta(description="lower end of the interval of 95 %")]
    high_g: Annotated[Grams, Meta(description="upper end of the interval of 95 %")]
    default_g: Annotated[Grams, Meta(description="of scanned_g: people who declared nothing")]
    strata: list[StratumView]


class SourceSum(Answer):
    source: str
    name: Bilingual
    group: str
    emission_g: Grams


class GapView(Answer):
    """Something that a claim about the whole event lacks."""

    code: str
    text: Statement


class IncludedYearView(Answer):
    """A venue's year that is counted within an enterprise's or institution's."""

    slug: str
    name: Bilingual
    state: str
    lines_g: Annotated[Grams, Meta(description="what it emitted; part of the account")]
    retired_g: Annotated[Grams, Meta(description="retired for it, at most what it emitted")]


class AccountView(Answer):
    """An event's emissions as a whole, in one phase, against what is retired for it."""

    phase: Literal["planned", "actual"]
    standard: str
    as_of: Instant
    factor_set: str
    estimate_g: Grams
    low_g: Grams
    high_g: Annotated[Grams, Meta(description="the upper estimate, which a claim has to cover")]
    lines: int
    lines_g: Annotated[Grams, Meta(description="of the lines that count")]
    people_g: Grams
    retired_g: Annotated[Grams, Meta(description="in the event's pool, given to people or kept")]
    quality_score: Annotated[
        Decimal | None, Meta(description="mean tier by grams: 1 measured … 4 assumed; null: nothing counted")
    ]
    groups: list[GroupView]
    sources: list[SourceSum]
    people: PeopleView
    measures: list[MeasureView]
    missing: list[GapView]
    claim: ClaimView
    expected_people: int | None = None
    boundary: Annotated[
        Literal["event", "organisation"],
        Meta(description="organisation: of a venue's or an organisation's year"),
    ] = "event"
    included: list[IncludedYearView] = []
