"""Complaints: a citizen's objections, anybody's reports, and what staff answer."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from backend.messages.shape import Answer, Instant, Request

Decision = Literal["review", "action", "offset", "age"]
Claim = Literal["certificate", "event_report", "event", "organisation", "disclosure", "list_entry"]
About = Literal[
    "review",
    "action",
    "offset",
    "age",
    "certificate",
    "event_report",
    "event",
    "organisation",
    "disclosure",
    "list_entry",
]
State = Literal["received", "under_review", "answered", "upheld", "rejected"]
Outcome = Literal["answered", "upheld", "rejected"]
Text = Annotated[str, Meta(min_length=1, max_length=2000)]
Subject = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=64,
        description=(
            "a review's, an action's or a list entry's id, an event's slug, an organisation's code, a month of birth "
            "as it was told, a certificate's or a disclosure's number"
        ),
    ),
]


class ObjectionRequest(Request):
    """A citizen objects: to a rejected review, a capped action, a held offset that was limited or refused, and to the
    month of birth that they told wrongly.
    """

    about: Decision
    subject: Subject
    text: Text


class ReportRequest(Request):
    """Anybody reports a public claim. Nothing personal is asked for."""

    about: Claim
    subject: Subject
    text: Text
    contact: (
        Annotated[
            str, Meta(max_length=200, description="kept encrypted, for questions; nobody has to give one")
        ]
        | None
    ) = None


class LookupRequest(Request):
    code: Annotated[str, Meta(min_length=1, max_length=64)]


class ComplaintView(Answer, kw_only=True):
    """A complaint as its author sees it."""

    id: str
    about: About
    subject: str
    text: Annotated[str | None, Meta(description="null once its time is over")]
    state: State
    received_at: Instant
    due_on: Annotated[date, Meta(description="answered by then: fifteen working days")]
    answer: str | None
    answered_at: Instant | None


class ReportReceipt(ComplaintView, kw_only=True):
    """A report that was received."""

    code: Annotated[
        str, Meta(description="the only way to its text and its answer; shown once, kept as a hash")
    ]
    number: Annotated[str, Meta(description="by which anybody follows it, without its text")]


class PublicComplaint(Answer, kw_only=True):
    """A complaint as anybody may follow it: nothing of who complained, and nothing of what they wrote."""

    number: str
    about: Claim
    subject: str
    state: State
    received_at: Instant
    due_on: Annotated[date, Meta(description="answered by then: fifteen working days")]
    is_overdue: bool
    public_answer: Annotated[str | None, Meta(description="the outcome as it is published")]
    answered_at: Instant | None


class ComplaintItem(ComplaintView, kw_only=True):
    """A complaint as staff see it, without its citizen."""

    number: str | None
    contact: str | None
    is_overdue: bool
    may_answer: Annotated[bool, Meta(description="false for who made the decision that it is about")]


class ComplaintDecision(Request):
    state: Outcome
    answer: Text
    public_answer: (
        Annotated[
            str, Meta(min_length=1, max_length=2000, description="published under the number; names nobody")
        ]
        | None
    ) = None
