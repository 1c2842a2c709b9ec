"""Codes as pictures, and files that are drawn elsewhere."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import lru_cache

import msgspec
import qrcode
from qrcode.image.svg import SvgPathImage


@lru_cache(maxsize=1024)
def qr_svg(text: str) -> bytes:
    """A QR code as one SVG path: error correction M, quiet zone of four modules.

    Takes milliseconds of plain Python the first time: not on the event loop.
    """
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4, box_size=10)
    code.add_data(text)
    picture = io.BytesIO()
    code.make_image(image_factory=SvgPathImage).save(picture)
    return picture.getvalue()


class Drawing(msgspec.Struct, frozen=True):
    """A file to draw: what it shows, to know it again by, and the job that draws it."""

    shown: bytes
    draw: Callable[[], bytes]
