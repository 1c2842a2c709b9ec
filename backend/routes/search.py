"""One search over everything that is public."""

from __future__ import annotations

from typing import get_args

from backend.domain.events.lifecycle import State
from backend.errors.search import SearchBusy
from backend.messages.search import QUERY_CHARS_MAX, SearchKind, SearchView
from backend.routes.http.call import Call
from backend.routes.http.endpoint import PAGING, Endpoint, Query, in_section
from backend.services.search.search import SearchRequest

YEAR_MIN, YEAR_MAX = 2000, 2100
TRUTHS = {"true": True, "false": False}


async def search(call: Call) -> SearchView:
    demonstration = call.one_of("demonstration", TRUTHS)
    query = call.text("query", QUERY_CHARS_MAX, chars_min=0) or ""
    request = SearchRequest(
        query=query,
        kind=call.one_of("kind", get_args(SearchKind)),  # type: ignore[arg-type]
        city=call.text("city", 60),
        agency=call.text("agency", 60),
        year=call.whole("year", YEAR_MIN, YEAR_MAX),
        state=call.text("state", 30),
        sort=call.text("sort", 30),
        is_demonstration=None if demonstration is None else TRUTHS[demonstration],
        cursor=call.cursor,
        limit=call.limit,
    )
    return await call.components.search.find(request)


_TEXT = {"type": "string", "minLength": 1, "maxLength": 60}

ENDPOINTS = in_section(
    "search",
    Endpoint(
        "GET /v1/search",
        search,
        summary="Find events, organisations, verifiers, projects, credits, methods, factors, certificates by number",
        answers={200: SearchView},
        refusals=(SearchBusy,),
        query=(
            Query(
                "query",
                {"type": "string", "maxLength": QUERY_CHARS_MAX},
                "words in either language, simplified or traditional; a code or a number; empty: all there is",
            ),
            Query("kind", {"type": "string", "enum": list(get_args(SearchKind))}, "of this kind only"),
            Query("city", _TEXT, "of this city only, by its Chinese name"),
            Query("agency", _TEXT, "supervised by this agency only"),
            Query("year", {"type": "integer", "minimum": YEAR_MIN, "maximum": YEAR_MAX}, "of this year only"),
            Query("state", _TEXT, f"in this state only; events: {', '.join(get_args(State))}"),
            Query("sort", _TEXT, "of this kind of event, of organisation, of project or this product only"),
            Query("demonstration", {"type": "boolean"}, "demonstration projects only, or the others"),
            *PAGING,
        ),
    ),
)
