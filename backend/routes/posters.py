"""Posters with a static code, the windows in which it counts, and sheets to print."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import cast, get_args

from backend.errors import EventClosed, EventNotFound, GateNotFound, InvalidQuery
from backend.errors.venue import PosterLimit, PosterNotFound, WindowNotFound, WindowOverlaps
from backend.messages import venue as m_venue
from backend.messages.shape import Bilingual, Page
from backend.messages.venue import PosterView
from backend.models import Event, Gate, Poster
from backend.render.sheets.posters import SHEETS_MAX, Paper, PosterSheet, poster_sheets_pdf
from backend.routes.http.endpoint import ORGANISER, Call, Endpoint, Query, Reply
from backend.services.venue import posters

AT_THE_VENUE = ("staff", *ORGANISER)


async def create_poster(call: Call) -> PosterView:
    event, poster = await posters.create_poster(
        call.components.database, call.principal, call.params["slug"], call.body
    )
    call.components.posters.forget(event.id)
    return (await _views(call, event, [poster]))[0]


async def list_posters(call: Call) -> Page[PosterView]:
    event, found = await posters.posters_of(call.principal, call.params["slug"])
    return Page(await _views(call, event, found))


async def open_window(call: Call) -> PosterView:
    number = _poster_number(call)
    event = await posters.open_window(
        call.components.database, call.principal, call.params["slug"], number, call.body, call.now
    )
    call.components.posters.forget(event.id)
    return (await _views(call, event, [await posters.find_poster(event, number)]))[0]


async def close_window(call: Call) -> PosterView:
    event, number = await posters.close_window(
        call.components.database, call.principal, call.params["slug"], call.params["id"], call.now
    )
    call.components.posters.forget(event.id)
    return (await _views(call, event, [await posters.find_poster(event, number)]))[0]


async def show_sheets(call: Call) -> Reply:
    event, found = await posters.posters_of(call.principal, call.params["slug"])
    return await _printed(call, event, found)


async def show_sheet(call: Call) -> Reply:
    event, _ = await posters.posters_of(call.principal, call.params["slug"])
    return await _printed(call, event, [await posters.find_poster(event, _poster_number(call))])


async def _printed(call: Call, event: Event, found: Sequence[Poster]) -> Reply:
    asked = call.query("paper") or "A4"
    if asked not in get_args(Paper):
        raise InvalidQuery(name="paper", reason=", ".join(get_args(Paper)))
    if not found:
        raise PosterNotFound
    paper = cast(Paper, asked)
    gates = {gate.gate: gate for gate in await Gate.filter(event_id=event.id)}
    sheets = [
        PosterSheet(
            event=Bilingual(event.name_zh, event.name_en),
            gate=Bilingual(gates[view.gate].name_zh, gates[view.gate].name_en),
            number=view.number,
            name=view.name,
            url=view.url,
        )
        for view in await _views(call, event, found[:SHEETS_MAX])
    ]
    body = await asyncio.to_thread(poster_sheets_pdf, sheets, paper)
    name = f"posters-{event.slug}-{paper}.pdf"
    disposition = f'inline; filename="{name}"'.encode()
    return Reply(body=body, media_type=b"application/pdf", headers=((b"content-disposition", disposition),))


async def _views(call: Call, event: Event, found: Sequence[Poster]) -> list[PosterView]:
    components = call.components
    return await posters.poster_views(
        event, found, components.codes, components.settings.public_base, call.now
    )


def _poster_number(call: Call) -> int:
    text = call.params["number"]
    if not re.fullmatch(r"[1-9][0-9]{0,3}", text):
        raise PosterNotFound
    return int(text)


_PAPER = Query("paper", {"type": "string", "enum": list(get_args(Paper))}, "A4 when not told")

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/v1/events/{slug}/posters",
        handler=create_poster,
        tag="venue",
        roles=AT_THE_VENUE,
        summary="A new poster with its static code; it counts for nothing until a window is opened",
        body=m_venue.PosterRequest,
        answers={201: m_venue.PosterView},
        refusals=(EventNotFound, EventClosed, GateNotFound, PosterLimit),
    ),
    Endpoint(
        method="GET",
        path="/v1/events/{slug}/posters",
        handler=list_posters,
        tag="venue",
        roles=AT_THE_VENUE,
        summary="The event's posters with their windows",
        answers={200: Page[m_venue.PosterView]},
        refusals=(EventNotFound,),
    ),
    Endpoint(
        method="GET",
        path="/v1/events/{slug}/posters/sheets",
        handler=show_sheets,
        tag="venue",
        roles=AT_THE_VENUE,
        summary="All posters to print, in one file",
        answers={200: None},
        media_type="application/pdf",
        refusals=(EventNotFound, PosterNotFound),
        query=(_PAPER,),
    ),
    Endpoint(
        method="GET",
        path="/v1/events/{slug}/posters/{number}/sheet",
        handler=show_sheet,
        tag="venue",
        roles=AT_THE_VENUE,
        summary="A poster to print",
        answers={200: None},
        media_type="application/pdf",
        refusals=(EventNotFound, PosterNotFound),
        query=(_PAPER,),
    ),
    Endpoint(
        method="POST",
        path="/v1/events/{slug}/posters/{number}/windows",
        handler=open_window,
        tag="venue",
        roles=AT_THE_VENUE,
        summary="Let a poster's code count for some minutes, from now or from an instant on",
        body=m_venue.WindowRequest,
        answers={201: m_venue.PosterView},
        refusals=(EventNotFound, EventClosed, PosterNotFound, WindowOverlaps),
    ),
    Endpoint(
        method="POST",
        path="/v1/events/{slug}/windows/{id}/closing",
        handler=close_window,
        tag="venue",
        roles=AT_THE_VENUE,
        summary="Close a window early",
        answers={200: m_venue.PosterView},
        refusals=(EventNotFound, WindowNotFound),
    ),
)
