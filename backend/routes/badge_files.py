"""Badges by the file: taken from a CSV, printed as sheets, handed out as pictures and as a list."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from typing import cast, get_args

from backend.domain.badges.badge_csv import CATEGORIES
from backend.errors import Busy, EventClosed, EventNotFound, TooManyAtOnce
from backend.errors.badges import BadgeFileUnreadable, BadgeImportNotFound, BadgeRowsBroken, NoBadgesToPrint
from backend.messages.badges import BadgeImportView
from backend.messages.shape import Page
from backend.render.pictures.badges import Picture
from backend.render.sheets.badges import Layout
from backend.routes.http.call import Call
from backend.routes.http.endpoint import (
    OF_THE_GATES,
    ORGANISER,
    PAGING,
    TABLE_FILE,
    Endpoint,
    Query,
    Upload,
    in_section,
)
from backend.routes.http.reply import Reply
from backend.services.badges.csv_import import list_imports, show_import
from backend.services.badges.print_files import Wanted
from backend.services.badges.serials import SERIAL_MAX

ORGANISING = ("staff", *ORGANISER)
_SERIAL = re.compile(r"[1-9][0-9]{0,8}")


async def import_badges(call: Call) -> Reply:
    view, is_new = await call.components.badge_imports.take(call.principal, call.params["slug"], call.raw)
    return Reply(view, 202 if is_new else 200)


async def list_files(call: Call) -> Page[BadgeImportView]:
    return await list_imports(call.principal, call.params["slug"], call.limit, call.cursor_id)


async def show_file(call: Call) -> BadgeImportView:
    return await show_import(call.principal, call.params["slug"], call.params["id"])


async def print_sheets(call: Call) -> Reply:
    slug, layout = call.params["slug"], cast(Layout, call.one_of("layout", get_args(Layout)) or "labels")
    pieces = await call.components.badge_prints.sheets(call.principal, slug, _wanted(call), layout)
    return _download(call, pieces, b"application/pdf", f"badges-{slug}-{layout}.pdf")


async def pack_pictures(call: Call) -> Reply:
    slug, picture = call.params["slug"], cast(Picture, call.one_of("format", get_args(Picture)) or "png")
    pieces = await call.components.badge_prints.pictures(call.principal, slug, _wanted(call), picture)
    return _download(call, pieces, b"application/zip", f"badges-{slug}-{picture}.zip")


async def write_list(call: Call) -> Reply:
    slug = call.params["slug"]
    pieces = await call.components.badge_prints.table(call.principal, slug, _wanted(call))
    return _download(call, pieces, b"text/csv; charset=utf-8", f"badges-{slug}.csv")


def _wanted(call: Call) -> Wanted:
    first, last = _serial(call, "from", 1), _serial(call, "to", SERIAL_MAX)
    return Wanted(first, last, call.one_of("category", CATEGORIES))


def _download(call: Call, pieces: AsyncGenerator[bytes, None], media_type: bytes, name: str) -> Reply:
    disposition = (b"content-disposition", f'attachment; filename="{name}"'.encode())
    chunks = call.components.downloads.start(pieces, call.principal.id)
    return Reply(chunks=chunks, media_type=media_type, headers=(disposition,))


def _serial(call: Call, name: str, otherwise: int) -> int:
    return call.whole(name, 1, SERIAL_MAX) or otherwise


def _choice(name: str, known: tuple[str, ...], about: str) -> Query:
    return Query(name, {"type": "string", "enum": list(known)}, about)


_WHICH = (
    Query("from", {"type": "integer", "minimum": 1}, "the first serial"),
    Query("to", {"type": "integer", "minimum": 1}, "the last serial"),
    _choice("category", CATEGORIES, "of this category only"),
)

ENDPOINTS = in_section(
    "badges",
    Endpoint(
        "POST /v1/events/{slug}/badge-imports",
        import_badges,
        roles=ORGANISING,
        organiser_duty=OF_THE_GATES,
        duty=("badges",),
        summary="Issue the badges of a table file, all of them or none; the same file again is the same import",
        upload=Upload(TABLE_FILE, "badge_import_bytes_max"),
        answers={202: BadgeImportView, 200: BadgeImportView},
        refusals=(EventNotFound, EventClosed, BadgeFileUnreadable, BadgeRowsBroken),
    ),
    Endpoint(
        "GET /v1/events/{slug}/badge-imports",
        list_files,
        roles=ORGANISING,
        duty=("badges",),
        summary="Files of badges, newest first",
        answers={200: Page[BadgeImportView]},
        refusals=(EventNotFound,),
        query=PAGING,
    ),
    Endpoint(
        "GET /v1/events/{slug}/badge-imports/{id}",
        show_file,
        roles=ORGANISING,
        duty=("badges",),
        summary="How far a file of badges is, or which of its rows are wrong",
        answers={200: BadgeImportView},
        refusals=(EventNotFound, BadgeImportNotFound),
    ),
    Endpoint(
        "GET /v1/events/{slug}/badges.pdf",
        print_sheets,
        on_record="badges_downloaded",
        roles=ORGANISING,
        duty=("badges",),
        summary="Badges on A4, made while they are sent: 24 labels or 4 cards a page",
        answers={200: None},
        media_type="application/pdf",
        refusals=(EventNotFound, NoBadgesToPrint, TooManyAtOnce, Busy),
        query=(_choice("layout", get_args(Layout), "labels when left out"), *_WHICH),
    ),
    Endpoint(
        "GET /v1/events/{slug}/badges.zip",
        pack_pictures,
        on_record="badges_downloaded",
        roles=ORGANISING,
        duty=("badges",),
        summary="A picture of each badge's QR",
        answers={200: None},
        media_type="application/zip",
        refusals=(EventNotFound, NoBadgesToPrint, TooManyAtOnce, Busy),
        query=(_choice("format", get_args(Picture), "png when left out"), *_WHICH),
    ),
    Endpoint(
        "GET /v1/events/{slug}/badges.csv",
        write_list,
        on_record="badges_downloaded",
        roles=ORGANISING,
        duty=("badges",),
        summary="Serials, codes and addresses of badges",
        answers={200: None},
        media_type="text/csv",
        refusals=(EventNotFound, NoBadgesToPrint, TooManyAtOnce, Busy),
        query=_WHICH,
    ),
)
