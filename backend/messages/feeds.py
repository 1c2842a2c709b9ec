"""What the feed to Tianfu Credit says: facts of organisations, and nothing of any person."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from backend.messages.organisations.organisations import OrganisationKind, SubjectKind
from backend.messages.shape import Answer, Statement


class FeedFact(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    """Base of the feed's facts. What is not a field of one of them is never sent."""

    code: Annotated[str, msgspec.Meta(description="unified social credit code of the organisation")]
    is_withdrawn: Annotated[
        bool,
        msgspec.Meta(description="no longer so: a code that was corrected, an event that it no longer runs"),
    ] = False


class OrganisationFact(FeedFact, tag="organisation"):
    """An organisation as the register has it now."""

    name: Statement
    kinds: list[OrganisationKind]
    subject: Annotated[SubjectKind, msgspec.Meta(description="which of the plan's three kinds of subject")]
    state: Literal["active", "suspended", "closed"]
    score: Annotated[
        str | None, msgspec.Meta(description="0 to 100, a decimal with two places; null: not rated")
    ] = None
    stars: Annotated[int | None, msgspec.Meta(description="1 to 5; null: not rated")] = None
    criteria_version: Annotated[
        str | None,
        msgspec.Meta(description="of the criteria that the score was computed by; null: not rated"),
    ] = None
    rated_on: Annotated[
        str | None, msgspec.Meta(description="day that the score is as of; null: not rated")
    ] = None


class NeutralityFact(FeedFact, tag="event_neutrality"):
    """How far an event that the organisation runs has come, and what may be said of it once it is evaluated."""

    slug: str
    kind: str
    part: Literal["host", "co_host"]
    starts_on: str
    ends_on: str
    state: str
    has_reached_target: bool | None
    is_partial: bool | None
    claim: Statement | None
    disclosure_number: Annotated[
        str | None, msgspec.Meta(description="of the newest release about the event")
    ]
    standard: Annotated[str | None, msgspec.Meta(description="the standard that the claim refers to")]


class ListFact(FeedFact, tag="list_entry"):
    """An entry of the green, black or negative list that is in force. Withdrawn: no more."""

    list: Literal["green", "black", "negative"]
    rule: Annotated[
        str | None, msgspec.Meta(description="code of the reason; the text of it stands in public lists")
    ]
    valid_from: str
    valid_to: str | None


Fact = OrganisationFact | NeutralityFact | ListFact


class FeedItemView(Answer):
    """One fact, by its place in the order of publication."""

    sequence: int
    published_at: datetime
    fact: Fact


class FeedPage(Answer):
    """Facts of one publication. A page that has items never changes: asked for again it is the same bytes."""

    feed: Annotated[str, msgspec.Meta(description="which feed this is; a cursor belongs to one")]
    page: Annotated[int | None, msgspec.Meta(description="null: nothing newer yet")]
    items: list[FeedItemView]
    next_cursor: Annotated[str, msgspec.Meta(description="for the next request; keep it")]


class FeedKey(Answer):
    """A key that answers of the feed are signed with."""

    keyid: str
    alg: Literal["ed25519"]
    public_key: Annotated[str, msgspec.Meta(description="32 bytes in base64")]


class FeedKeys(Answer):
    """Keys of the feed; the first one signs."""

    feed: str
    keys: list[FeedKey]
