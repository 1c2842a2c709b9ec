"""What a code says, and codes as pictures."""

from __future__ import annotations

import asyncio

from backend.errors import EventNotFound, InvalidQuery
from backend.errors.actions.evidence import SceneClosed, SceneNotFound
from backend.errors.venue import OutsideWindow, PassForStaff
from backend.messages.events import events as m_events
from backend.messages.events.events import CodeView
from backend.render.pictures.renderer import qr_svg
from backend.routes.http.call import Call
from backend.routes.http.endpoint import CODE, Endpoint, Query, in_section
from backend.routes.http.reply import Reply


async def show_code(call: Call) -> CodeView:
    return await call.components.code_lookup.show(
        call.params["code"], call.principal_if_citizen(), call.principal_if_staff(), call.now
    )


async def qr_image(call: Call) -> Reply:
    """An address of ours as a QR image in SVG. Other texts are refused: this is no public QR maker."""
    text = call.query("text")
    if text is None:
        raise InvalidQuery.of("text", "missing")
    if not call.components.code_lookup.is_ours(text, call.now):
        raise InvalidQuery.of("text", "not_our_address")
    svg = await asyncio.to_thread(qr_svg, text)
    return Reply(body=svg, media_type=b"image/svg+xml", headers=((b"cache-control", b"max-age=60"),))


ENDPOINTS = in_section(
    "scans",
    Endpoint(
        "GET /v1/codes/{code}",
        show_code,
        summary="The event or the scene a code belongs to",
        answers={200: m_events.CodeView},
        refusals=(*CODE, EventNotFound, SceneNotFound, SceneClosed, OutsideWindow, PassForStaff),
    ),
    Endpoint(
        "GET /v1/qr",
        qr_image,
        summary="An address of this service as a QR image",
        answers={200: None},
        media_type="image/svg+xml",
        query=(Query("text", {"type": "string", "maxLength": 200}, "an address under /q/ or /c/"),),
    ),
)
