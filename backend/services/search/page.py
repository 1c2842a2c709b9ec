"""The search as a page asks for it: lenient with its address, with links for every narrowing and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, get_args
from urllib.parse import urlencode

import msgspec

from backend.errors import InvalidQuery
from backend.messages.search import QUERY_CHARS_MAX, SearchKind, SearchView
from backend.services.search.search import Search, SearchRequest, read_cursor

TABS: Final[tuple[SearchKind, ...]] = get_args(SearchKind)
NARROWING: Final = ("city", "agency", "year", "state", "sort", "demonstration")
TEXT_CHARS_MAX: Final = 60
YEARS: Final = range(2000, 2101)


def asked_of(parameter: Callable[[str], str | None]) -> SearchRequest:
    """What an address asks for; what it says wrongly is left open, as a link may have been cut short."""

    def text(name: str) -> str | None:
        return (parameter(name) or "").strip()[:TEXT_CHARS_MAX] or None

    kind, year, cursor = text("kind"), text("year") or "", parameter("cursor")
    try:
        read_cursor(cursor)
    except InvalidQuery:
        cursor = None
    demonstration = {"true": True, "false": False}.get(text("demonstration") or "")
    return SearchRequest(
        query=(parameter("query") or "").replace("\0", "").strip()[:QUERY_CHARS_MAX],
        kind=kind if kind in TABS else None,
        city=text("city"),
        agency=text("agency"),
        year=int(year) if year.isdecimal() and int(year) in YEARS else None,
        state=text("state"),
        sort=text("sort"),
        is_demonstration=demonstration,
        cursor=cursor,
    )


async def find_for_page(search: Search, parameter: Callable[[str], str | None]) -> dict[str, Any]:
    """What the page of the search shows. Raises SearchBusy."""
    asked = asked_of(parameter)
    found = await search.find(asked)
    return {"asked": asked, "found": found} | search_links(asked, found)


def search_links(asked: SearchRequest, found: SearchView) -> dict[str, Any]:
    """Addresses of the tabs, of the facets' values, of the page that follows; and what narrows the search now."""
    now = _parameters(asked)
    narrowing = {name: now[name] for name in NARROWING if name in now}
    counts = {each.kind: each for each in found.counts}
    return {
        "tabs": [
            {"kind": kind, "count": counts.get(kind), "href": _address(now | {"kind": kind})}
            for kind in TABS
            if kind == asked.kind or (kind in counts and counts[kind].count)
        ],
        "all_href": _address({name: value for name, value in now.items() if name != "kind"}),
        "narrowing": [
            {
                "name": name,
                "value": value,
                "href": _address({key: each for key, each in now.items() if key != name}),
            }
            for name, value in narrowing.items()
        ],
        "facets": [
            {
                "name": facet.name,
                "values": [
                    {
                        "value": value.value,
                        "count": value.count,
                        "href": _address(now | {"kind": "event", facet.name: value.value}),
                    }
                    for value in facet.values
                ],
            }
            for facet in found.facets
            if facet.name not in narrowing and len(facet.values) > 1
        ],
        "next_href": _address(now | {"cursor": found.next_cursor}) if found.next_cursor else None,
    }


def _parameters(asked: SearchRequest) -> dict[str, str]:
    """The address's parameters, without the cursor: what narrows a search begins it anew."""
    values = msgspec.structs.asdict(asked)
    demonstration = values.pop("is_demonstration")
    if demonstration is not None:
        values["demonstration"] = "true" if demonstration else "false"
    names = ("query", "kind", *NARROWING)
    return {name: str(values[name]) for name in names if values.get(name) not in (None, "")}


def _address(parameters: dict[str, str]) -> str:
    return f"/search?{urlencode(parameters)}" if parameters else "/search"
