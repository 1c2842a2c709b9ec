"""The regulator's desk: an overview, events, subjects and alerts within a regulator's remits."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from backend.domain.events.agencies import AgencyCode
from backend.domain.events.lifecycle import State
from backend.domain.supervision.alerts import AlertKind
from backend.messages.organisations.organisations import (
    LicenceView,
    OrganisationKind,
    OrganisationState,
    SubjectKind,
)
from backend.messages.shape import Answer, Bilingual, Grams, Instant, Request


class RemitBrief(Answer):
    """Events that a regulator watches; null: of every agency, everywhere."""

    agency: AgencyCode | None
    city: str | None


class StateCount(Answer):
    state: State
    events: int


class AlertCount(Answer):
    """How often a rule is broken now."""

    kind: AlertKind
    name: Bilingual
    limit: Annotated[int, Meta(description="the rule's days, percent or number; 0 where it needs none")]
    alerts: int
    unacknowledged: int


class DeskOverview(Answer):
    """What lies within the caller's remits, in numbers."""

    is_province: bool
    remits: list[RemitBrief]
    events: list[StateCount]
    alerts: list[AlertCount]
    as_of: Instant


class WatchedEvent(Answer):
    """An event as its regulator sees it."""

    slug: str
    name: Bilingual
    kind: str
    city: str
    agency: AgencyCode | None
    state: State
    starts_at: Instant
    ends_at: Instant
    is_demonstration: bool
    frozen_at: Instant | None
    frozen_why: str | None
    pools_paused_at: Instant | None
    joined: int
    footprint_g: Grams
    offset_g: Grams
    pool_g: Grams
    pool_left_g: Grams
    late_days: Annotated[
        int, Meta(ge=0, description="days beyond what the rule of its state allows; 0: in time")
    ]


class ListedBrief(Answer):
    """A list that an organisation stands on today."""

    list: Literal["green", "black", "negative"]
    reason: str
    valid_to: date | None


class WatchedSubject(Answer):
    """An organisation as its regulator sees it."""

    code: str
    name: Bilingual
    kinds: list[OrganisationKind]
    subject: SubjectKind
    city: str | None
    agency: str | None
    state: OrganisationState
    state_why: str | None
    licences: list[LicenceView]
    running_events: int
    lists: Annotated[list[ListedBrief], Meta(description="its entries that are in force today")]
    open_cases: Annotated[int, Meta(description="of the negative list's detectors, not looked at yet")]


class AlertView(Answer):
    """What is late or unusual. Computed from what is stored; what regulators say of it is kept."""

    kind: AlertKind
    name: Bilingual
    subject: Annotated[
        str, Meta(description="an event's slug, an organisation's code, a complaint's or a case's id")
    ]
    event: Annotated[str | None, Meta(description="slug of the event that it is about")]
    event_name: Bilingual | None
    since: Instant
    limit: int
    number: Annotated[int | None, Meta(description="grams missing or left, or how many wait")]
    link: Annotated[str | None, Meta(description="address of a page about it")]
    note: str | None
    acknowledged_by: Annotated[str | None, Meta(description="user name")]
    acknowledged_at: Instant | None


class AlertNoteRequest(Request):
    """A regulator has seen an alert and says what is done about it."""

    kind: AlertKind
    subject: Annotated[str, Meta(min_length=1, max_length=64)]
    note: Annotated[str, Meta(min_length=1, max_length=400)]
