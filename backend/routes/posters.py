"""Posters with a static code, the windows in which it counts, and sheets to print."""

from __future__ import annotations

import re
from typing import cast, get_args

from backend.errors import Busy, EventClosed, EventNotFound, GateNotFound, TooManyAtOnce
from backend.errors.venue import PosterLimit, PosterNotFound, WindowNotFound, WindowOverlaps
from backend.messages import venue as m_venue
from backend.messages.shape import Page
from backend.messages.venue import PosterView
from backend.render.sheets.posters import Paper, poster_sheets
from backend.routes.http.call import Call
from backend.routes.http.endpoint import OF_THE_GATES, ORGANISER, Endpoint, Query, in_section
from backend.routes.http.reply import Reply

AT_THE_VENUE = ("staff", *ORGANISER)


async def create_poster(call: Call) -> PosterView:
    return await call.components.posters.create(call.principal, call.params["slug"], call.body, call.now)


async def list_posters(call: Call) -> Page[PosterView]:
    return await call.components.posters.list_all(call.principal, call.params["slug"], call.now)


async def open_window(call: Call) -> PosterView:
    return await call.components.posters.open_window(
        call.principal, call.params["slug"], _poster_number(call), call.body, call.now
    )


async def close_window(call: Call) -> PosterView:
    return await call.components.posters.close_window(
        call.principal, call.params["slug"], call.params["id"], call.now
    )


async def show_sheets(call: Call) -> Reply:
    return await _print(call, None)


async def show_sheet(call: Call) -> Reply:
    return await _print(call, _poster_number(call))


async def _print(call: Call, number: int | None) -> Reply:
    paper, slug = call.one_of("paper", get_args(Paper)) or "A4", call.params["slug"]
    sheets = await call.components.posters.sheets(call.principal, slug, number, call.now)
    drawing = poster_sheets(sheets, cast(Paper, paper))
    body = await call.components.drawings.get(drawing, str(call.principal.id))
    disposition = f'inline; filename="posters-{slug}-{paper}.pdf"'.encode()
    return Reply(body=body, media_type=b"application/pdf", headers=((b"content-disposition", disposition),))


def _poster_number(call: Call) -> int:
    text = call.params["number"]
    if not re.fullmatch(r"[1-9][0-9]{0,3}", text):
        raise PosterNotFound
    return int(text)


_PAPER = Query("paper", {"type": "string", "enum": list(get_args(Paper))}, "A4 when left out")

ENDPOINTS = in_section(
    "venue",
    Endpoint(
        "POST /v1/events/{slug}/posters",
        create_poster,
        roles=AT_THE_VENUE,
        organiser_duty=OF_THE_GATES,
        duty=("gate",),
        summary="A new poster with its static code; it counts for nothing until a window is opened",
        body=m_venue.PosterRequest,
        answers={201: m_venue.PosterView},
        refusals=(EventNotFound, EventClosed, GateNotFound, PosterLimit),
    ),
    Endpoint(
        "GET /v1/events/{slug}/posters",
        list_posters,
        roles=AT_THE_VENUE,
        duty=("gate",),
        summary="The event's posters with their windows",
        answers={200: Page[m_venue.PosterView]},
        refusals=(EventNotFound,),
    ),
    Endpoint(
        "GET /v1/events/{slug}/posters/sheets",
        show_sheets,
        roles=AT_THE_VENUE,
        duty=("gate",),
        summary="All posters to print, in one file",
        answers={200: None},
        media_type="application/pdf",
        refusals=(EventNotFound, PosterNotFound, TooManyAtOnce, Busy),
        query=(_PAPER,),
    ),
    Endpoint(
        "GET /v1/events/{slug}/posters/{number}/sheet",
        show_sheet,
        roles=AT_THE_VENUE,
        duty=("gate",),
        summary="A poster to print",
        answers={200: None},
        media_type="application/pdf",
        refusals=(EventNotFound, PosterNotFound, TooManyAtOnce, Busy),
        query=(_PAPER,),
    ),
    Endpoint(
        "POST /v1/events/{slug}/posters/{number}/windows",
        open_window,
        roles=AT_THE_VENUE,
        organiser_duty=OF_THE_GATES,
        duty=("gate",),
        summary="Let a poster's code count for some minutes, from now or from an instant on",
        body=m_venue.WindowRequest,
        answers={201: m_venue.PosterView},
        refusals=(EventNotFound, EventClosed, PosterNotFound, WindowOverlaps),
    ),
    Endpoint(
        "POST /v1/events/{slug}/windows/{id}/closing",
        close_window,
        roles=AT_THE_VENUE,
        organiser_duty=OF_THE_GATES,
        duty=("gate",),
        summary="Close a window early",
        answers={200: m_venue.PosterView},
        refusals=(EventNotFound, WindowNotFound),
    ),
)
