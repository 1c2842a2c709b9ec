"""What the public search takes and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from backend.messages.shape import Answer, Statement

SearchKind = Literal[
    "event",
    "organisation",
    "verifier",
    "project",
    "product",
    "credit_batch",
    "method",
    "factor",
    "certificate",
]
Match = Literal["exact", "beginning", "words", "nearby"]
QUERY_CHARS_MAX = 60


class FoundItem(Answer):
    """One thing that was found. `href` leads to its page or record; null where there is none yet."""

    kind: SearchKind
    key: Annotated[
        str, msgspec.Meta(description="a slug, a code, a number: what the thing's own address has")
    ]
    name: Statement
    match: Annotated[
        Match,
        msgspec.Meta(description="its very name or number; begun by the query; all its words; nearly all"),
    ]
    href: str | None
    sort: Annotated[
        str | None,
        msgspec.Meta(
            description="kind of event, of organisation or of project; a batch's or project's product"
        ),
    ]
    state: str | None
    city: str | None
    agency: str | None
    year: int | None
    is_demonstration: bool
    is_verifier: bool
    note: str | None
    at: Annotated[
        datetime | None, msgspec.Meta(description="when an event begins; since when others are known")
    ]
    mark: Annotated[
        Literal["frozen", "blacklisted"] | None,
        msgspec.Meta(
            description="an event that the supervising authority stopped; an organisation on the black list"
        ),
    ] = None


class KindCount(Answer):
    kind: SearchKind
    count: int
    is_more: Annotated[bool, msgspec.Meta(description="counting ended there; it is at least as many")]


class FacetValue(Answer):
    value: str
    count: int


class Facet(Answer):
    """How the newest events that were found are spread; no more than a thousand of them are looked at."""

    name: Literal["city", "agency", "year", "state", "sort", "demonstration"]
    values: list[FacetValue]


class SearchView(Answer):
    """What was found, best first and newest first among equals."""

    query: str
    items: list[FoundItem]
    next_cursor: str | None
    counts: list[KindCount]
    facets: list[Facet]
    is_approximate: Annotated[
        bool, msgspec.Meta(description="nothing has all the words; what is shown has nearly all of them")
    ]
