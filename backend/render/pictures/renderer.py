"""Codes as pictures, and pictures drawn off the event loop, few at a time."""

from __future__ import annotations

import asyncio
import io
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache

import qrcode
from qrcode.image.svg import SvgPathImage

from backend.errors import Busy

AT_ONCE_MAX = 2
WAITING_MAX = 64
KEPT_MAX = 48
"""Pictures of a quarter of a megabyte: twelve megabytes of a process."""


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


class Pictures:
    """Draws in threads and remembers the last pictures by what they show, so that sharing one twice draws it once."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(AT_ONCE_MAX)
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._under_way: dict[bytes, asyncio.Task[bytes]] = {}

    async def get(self, digest: bytes, draw: Callable[[], bytes]) -> bytes:
        """The picture whose content has this digest. Raises Busy when too many wait to be drawn."""
        if digest in self._kept:
            self._kept.move_to_end(digest)
            return self._kept[digest]
        task = self._under_way.get(digest)
        if task is None:
            if len(self._under_way) >= WAITING_MAX:
                raise Busy
            task = asyncio.create_task(self._draw(digest, draw))
            self._under_way[digest] = task
            task.add_done_callback(lambda _: self._under_way.pop(digest, None))
        # A client that hangs up does not take the picture from the others who wait for it.
        return await asyncio.shield(task)

    async def _draw(self, digest: bytes, draw: Callable[[], bytes]) -> bytes:
        async with self._slots:
            picture = await asyncio.to_thread(draw)
        self._kept[digest] = picture
        while len(self._kept) > KEPT_MAX:
            self._kept.popitem(last=False)
        return picture
