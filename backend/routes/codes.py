"""What a code says, and codes as pictures."""

from __future__ import annotations

import asyncio
import io
from functools import lru_cache

import qrcode
from qrcode.image.svg import SvgPathImage

from backend.errors import InvalidQuery
from backend.messages.events import CodeView
from backend.routes.serving import Call, Reply
from backend.services.events import event_view, find_event_of_code

QR_TEXT_CHARS_MAX = 200


async def show_code(call: Call) -> CodeView:
    """The event of a code that a camera read; nothing is written."""
    code = call.parts.codes.read(call.params["code"], call.now)
    event = await find_event_of_code(code.event_code)
    return CodeView(kind=code.kind, event=await event_view(event, call.parts.ledger.footprints))


async def qr_image(call: Call) -> Reply:
    """An address of ours as a QR image in SVG. Other texts are refused: this is no public QR maker."""
    text = call.query("text") or ""
    base = call.parts.settings.public_base
    if not text.startswith((f"{base}/q/", f"{base}/c/")) or len(text) > QR_TEXT_CHARS_MAX:
        raise InvalidQuery(name="text", reason="an address of this service under /q/ or /c/")
    svg = await asyncio.to_thread(qr_svg, text)
    return Reply(body=svg, media_type=b"image/svg+xml", headers=((b"cache-control", b"max-age=60"),))


@lru_cache(maxsize=1024)
def qr_svg(text: str) -> bytes:
    """A QR code as one SVG path: error correction M, quiet zone of four modules. Off the event loop, please."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4, box_size=10)
    code.add_data(text)
    picture = io.BytesIO()
    code.make_image(image_factory=SvgPathImage).save(picture)
    return picture.getvalue()
