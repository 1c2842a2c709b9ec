"""What a code says, and codes as pictures."""

from __future__ import annotations

import asyncio
from uuid import UUID

from backend.domain.certificates.number import event_code_of
from backend.domain.qr_codes import Code
from backend.errors import CodeExpired, CodeForged, CodeMalformed, EventNotFound, InvalidQuery
from backend.errors.actions.evidence import SceneClosed, SceneNotFound
from backend.errors.venue import OutsideWindow, PassForStaff
from backend.messages.events import events as m_events
from backend.messages.events.events import CodeView
from backend.render.pictures.renderer import qr_svg
from backend.routes.http.call import Call
from backend.routes.http.endpoint import CODE, Endpoint, Query
from backend.routes.http.reply import Reply
from backend.services.actions.scenes import find_scene, scene_view
from backend.services.events.events import badge_category, check_visible, event_view, find_event_of_code


async def show_code(call: Call) -> CodeView:
    """The event or the scene of a code that a camera read; nothing is written.

    A signed-in citizen who shows a venue's code, or an open poster's, in time gets a ticket: the code changes every
    30 seconds, a window closes, and telling a journey takes longer.
    """
    caller = call.principal_if_citizen()
    codes = call.components.codes
    code = codes.read(call.params["code"], call.now, caller.id if caller else None)
    if code.is_expired:
        raise CodeExpired
    if code.kind == "S":
        return await _scene_of_sign(call, code)
    if code.kind == "P":
        raise PassForStaff
    event = await find_event_of_code(code.event_code)
    check_visible(event, call.principal_if_staff())
    gate = code.gate if code.kind == "V" else None
    if code.kind == "W":
        gate = await _gate_of_open_poster(call, event.id, code.number)
    ticket = None
    if gate is not None and caller is not None:
        ticket = codes.ticket(event.code, gate, call.now, caller.id)
    return CodeView(
        kind=code.kind,
        event=await event_view(call.components.database, event, call.components.ledger.footprints),
        category=await badge_category(event, code.badge_serial),  # type: ignore[arg-type]
        ticket=ticket,
    )


async def _gate_of_open_poster(call: Call, event_id: UUID, number: int) -> int:
    """Raises OutsideWindow. Who looks in time gets a ticket, however soon the window closes then."""
    poster = await call.components.poster_cache.poster(event_id, number)
    refusal = poster.refusal_at(call.now)
    if refusal is not None:
        raise refusal
    return poster.gate


async def _scene_of_sign(call: Call, code: Code) -> CodeView:
    scene = await find_scene(code.event_code)
    if code.number != scene.revision:
        raise CodeExpired
    if not scene.is_open:
        raise SceneClosed
    view = scene_view(scene, call.components.catalogue)
    return CodeView(kind="scene", event=None, category=None, ticket=None, scene=view)


async def qr_image(call: Call) -> Reply:
    """An address of ours as a QR image in SVG. Other texts are refused: this is no public QR maker."""
    text = call.query("text") or ""
    base = call.components.settings.public_base
    if text.startswith(f"{base}/c/"):
        is_ours = event_code_of(text.removeprefix(f"{base}/c/")) is not None
    else:
        is_ours = text.startswith(f"{base}/q/") and _is_code(call, text)
    if not is_ours:
        raise InvalidQuery(name="text", reason="an address of this service under /q/ or /c/")
    svg = await asyncio.to_thread(qr_svg, text)
    return Reply(body=svg, media_type=b"image/svg+xml", headers=((b"cache-control", b"max-age=60"),))


def _is_code(call: Call, text: str) -> bool:
    try:
        call.components.codes.read(text, call.now)
    except (CodeMalformed, CodeForged):
        return False
    return True


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/codes/{code}",
        handler=show_code,
        tag="scans",
        summary="The event or the scene a code belongs to",
        answers={200: m_events.CodeView},
        refusals=(*CODE, EventNotFound, SceneNotFound, SceneClosed, OutsideWindow, PassForStaff),
    ),
    Endpoint(
        method="GET",
        path="/v1/qr",
        handler=qr_image,
        tag="scans",
        summary="An address of this service as a QR image",
        answers={200: None},
        media_type="image/svg+xml",
        query=(Query("text", {"type": "string", "maxLength": 200}, "an address under /q/ or /c/"),),
    ),
)
