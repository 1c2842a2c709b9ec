"""Searches everything that is public, with a bound on the work of a query and on how many are done at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from backend.domain.certificates.number import event_code_of, read_certificate_number
from backend.domain.search import without_neighbours
from backend.errors import InvalidQuery
from backend.errors.search import SearchBusy
from backend.messages.cursors import read_id, read_instant, read_number, write_cursor
from backend.messages.search import Facet, FacetValue, FoundItem, KindCount, Match, SearchKind, SearchView
from backend.messages.shape import Statement, view_of
from backend.services.caching import ExpiringCache
from backend.storage.database import Database
from backend.storage.statements import Reader, read, snapshot

AT_ONCE_MAX = 4
"""Half of a process' connections: who searches leaves the others to everybody else."""
WAITING_MAX = 32
WAIT_S_MAX = 2.0
STATEMENT_MS_MAX = 1500
KEPT_S = 10.0
KEPT_MAX = 64
"""A page of a hundred is some 150 kB, and whoever varies a query must not fill the memory."""
COUNTED_MAX = 1000
FACETED_MAX = COUNTED_MAX + 1
OTHERS_COUNTED_MAX = 10_000
FACET_VALUES_MAX = 20
MATCHES: Final[dict[int, Match]] = {1: "exact", 2: "beginning", 3: "words", 4: "nearby"}
_ESCAPED = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})


class SearchRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for; every field that is None is left open."""

    query: str = ""
    kind: SearchKind | None = None
    city: str | None = None
    agency: str | None = None
    year: int | None = None
    state: str | None = None
    sort: str | None = None
    is_demonstration: bool | None = None
    cursor: str | None = None
    limit: int = 20


class Search:
    """The search of one process. What was asked a moment ago is answered from memory, whoever asks."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._free = asyncio.Semaphore(AT_ONCE_MAX)
        self._waiting = 0
        self._found: ExpiringCache[SearchRequest, SearchView] = ExpiringCache(
            "search", self._search, kept_s=KEPT_S, entries_max=KEPT_MAX
        )

    async def find(self, request: SearchRequest) -> SearchView:
        """What a query finds. Raises SearchBusy, InvalidQuery for a cursor that is none of ours."""
        read_cursor(request.cursor)
        return await self._found.get(request)

    async def _search(self, request: SearchRequest) -> SearchView:
        async with self._slot():
            if request.kind == "certificate":
                found = await self._certificate(request.query)
                return _view(request, found, None, [], [])
            async with snapshot(self._database) as reader:
                await reader("prefer_fresh_plans", str(STATEMENT_MS_MAX))
                return await self._read(reader, request)

    async def _read(self, reader: Reader, request: SearchRequest) -> SearchView:
        [asked] = await reader("read_search_query", request.query)
        folded, grams = asked["folded"], list(dict.fromkeys(asked["grams"]))
        begins = f"{folded.translate(_ESCAPED)}%"
        rows: Sequence[Any] = await reader(
            "read_search_page",
            folded,
            begins,
            grams,
            *_kind(request),
            *_filters(request),
            *read_cursor(request.cursor),
            request.limit + 1,
        )
        is_first = request.cursor is None
        certificates = await self._certificate(request.query) if is_first and request.kind is None else []
        is_approximate = False
        if not rows and not certificates and is_first:
            rows = await self._nearby(reader, request, grams)
            is_approximate = bool(rows)
        narrow = (grams, None if grams else begins, *_filters(request))
        counts, spread = [], []
        if is_first:
            spread = await reader("read_search_facets", *narrow, FACETED_MAX)
            counts = _counts(spread, await reader("read_search_counts", *narrow, OTHERS_COUNTED_MAX))
        if request.kind not in (None, "event"):
            spread = []
        if certificates:
            counts.append(_count("certificate", len(certificates)))
        shown = rows[: request.limit]
        marks = await _marks(reader, shown)
        items = [*certificates, *(_item(row, marks) for row in shown)]
        last = shown[-1] if len(rows) > request.limit and not is_approximate else None
        cursor = None if last is None else write_cursor(last["tier"], last["at"], last["id"])
        return _view(request, items, cursor, counts, _facets(spread), is_approximate=is_approximate)

    async def _nearby(self, reader: Reader, request: SearchRequest, grams: list[str]) -> Sequence[Any]:
        """What a query with a typing error may have meant; filters are not relaxed, so they must be left open."""
        if any(value is not None for value in _filters(request)):
            return []
        left = ["\t".join(pieces) for pieces in without_neighbours(grams)]
        return await reader("read_search_nearby", left, grams, *_kind(request), request.limit) if left else []

    async def _certificate(self, query: str) -> list[FoundItem]:
        """The certificate with exactly this number, without anybody's name: a number cannot be guessed."""
        number = read_certificate_number(query)
        if number is None:
            return []
        rows = await read(self._database, "read_certificate_event", event_code_of(number), number)
        return [
            FoundItem(
                kind="certificate",
                key=number,
                name=Statement(row["name_zh"], row["name_en"]),
                match="exact",
                href=f"/c/{number}",
                sort=None,
                state=None,
                city=row["city"],
                agency=None,
                year=None,
                is_demonstration=False,
                is_verifier=False,
                note=None,
                at=None,
            )
            for row in rows
        ]

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        """One of the few searches that are done at once. Raises SearchBusy."""
        if self._waiting >= WAITING_MAX:
            raise SearchBusy
        self._waiting += 1
        try:
            async with asyncio.timeout(WAIT_S_MAX):
                await self._free.acquire()
        except TimeoutError:
            raise SearchBusy from None
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._free.release()


def _view(
    request: SearchRequest,
    items: list[FoundItem],
    cursor: str | None,
    counts: list[KindCount],
    facets: list[Facet],
    *,
    is_approximate: bool = False,
) -> SearchView:
    return SearchView(
        query=request.query,
        items=items,
        next_cursor=cursor,
        counts=counts,
        facets=facets,
        is_approximate=is_approximate,
    )


def _kind(request: SearchRequest) -> tuple[str | None, bool | None]:
    """A verifier is an organisation of a kind."""
    is_verifier = request.kind == "verifier"
    return "organisation" if is_verifier else request.kind, True if is_verifier else None


def _filters(request: SearchRequest) -> tuple[object, ...]:
    return (
        request.city,
        request.agency,
        request.year,
        request.state,
        request.sort,
        request.is_demonstration,
    )


def read_cursor(cursor: str | None) -> tuple[int | None, datetime | None, UUID | None]:
    """What a page ended with. Raises InvalidQuery for a cursor that is none of ours."""
    if cursor is None:
        return None, None, None
    tier, _, rest = cursor.partition(".")
    instant, _, id_ = rest.partition(".")
    read_tier = read_number(tier, max(MATCHES))
    if not read_tier:
        raise InvalidQuery.of("cursor", "not_our_cursor")
    return read_tier, read_instant(instant), read_id(id_)


def _counts(spread: Iterable[Any], others: Iterable[Any]) -> list[KindCount]:
    """How many there are of each kind: events by their facets, organisations once more as verifiers."""
    found: dict[SearchKind, int] = {"event": sum(row["count"] for row in spread if row["facet"] == "all")}
    for row in others:
        found[row["kind"]] = row["count"]
        if row["verifiers"]:
            found["verifier"] = row["verifiers"]
    return [_count(kind, count) for kind, count in found.items()]


def _count(kind: SearchKind, count: int) -> KindCount:
    return KindCount(kind=kind, count=min(count, COUNTED_MAX), is_more=count > COUNTED_MAX)


def _facets(rows: Iterable[Any]) -> list[Facet]:
    by_name: dict[Any, list[FacetValue]] = {}
    for row in rows:
        if row["facet"] == "all":
            continue
        values = by_name.setdefault(row["facet"], [])
        if len(values) < FACET_VALUES_MAX:
            values.append(FacetValue(value=row["value"], count=row["count"]))
    return [Facet(name=name, values=values) for name, values in by_name.items()]


async def _marks(reader: Reader, rows: Sequence[Any]) -> dict[UUID, str]:
    """What the public is warned of, by the id of an event or an organisation: as it is now, never as it was found."""
    events = [row["id"] for row in rows if row["kind"] == "event"]
    organisations = [row["id"] for row in rows if row["kind"] == "organisation"]
    if not events and not organisations:
        return {}
    return {row["id"]: row["mark"] for row in await reader("read_search_marks", events, organisations)}


def _item(row: Any, marks: Mapping[UUID, str]) -> FoundItem:
    is_dated = row["kind"] not in ("method", "factor", "product")
    return view_of(
        FoundItem,
        row,
        name=Statement(row["name_zh"], row["name_en"]),
        match=MATCHES[row["tier"]],
        href=_address(row),
        at=row["at"] if is_dated else None,
        mark=marks.get(row["id"]) if row["kind"] in ("event", "organisation") else None,
    )


def _address(row: Any) -> str | None:
    """The page of a thing; of an event its report, once it is closed."""
    key = row["key"]
    match row["kind"]:
        case "event":
            return f"/events/{key}/report" if row["state"] == "closed" else None
        case "organisation":
            return f"/organisations/{key}"
        case "project":
            return f"/projects/{key}"
        case "product":
            return f"/v1/products/{key}/batches"
        case "credit_batch":
            return f"/v1/credit-batches/{key}"
        case "method":
            return f"/methods/{key}"
        case _:
            return f"/factors?query={key}"
