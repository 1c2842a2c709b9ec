"""The QR codes of an event's badges as pictures in a ZIP that is sent while it grows."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from backend.render.drawing.qr_series import QrSeries
from backend.render.pictures.badges import Picture

ZIP_DATE = (1980, 1, 1, 0, 0, 0)
"""The same badges make the same file, byte by byte."""


class PicturePack:
    """A ZIP of pictures, stored as they are, taken away as it grows."""

    def __init__(self, picture: Picture, url_of: Callable[[int], str]) -> None:
        self._picture = picture
        self._url_of = url_of
        self._qr = QrSeries()
        self._tail = _Tail()
        self._zip = zipfile.ZipFile(self._tail, "w", zipfile.ZIP_STORED)

    def add(self, badges: Sequence[Mapping[str, Any]]) -> bytes:
        for badge in badges:
            modules = self._qr.draw(self._url_of(badge["serial"]))
            content = modules.png() if self._picture == "png" else modules.svg()
            name = f"badge-{badge['serial']:06d}.{self._picture}"
            self._zip.writestr(zipfile.ZipInfo(name, ZIP_DATE), content)
        return self._tail.taken()

    def end(self) -> bytes:
        self._zip.close()
        return self._tail.taken()


class _Tail(io.BytesIO):
    """The end of a file whose beginning has been sent. Positions in it count from the file's beginning.

    The library goes back to each entry's head to write its size there; without that, what it calls a data
    descriptor follows, which several readers of stored entries do not take.
    """

    def __init__(self) -> None:
        super().__init__()
        self._sent = 0

    def tell(self) -> int:
        return self._sent + super().tell()

    def seek(self, position: int, whence: int = io.SEEK_SET, /) -> int:
        return self._sent + super().seek(position - self._sent if whence == io.SEEK_SET else position, whence)

    def taken(self) -> bytes:
        made = self.getvalue()
        self._sent += len(made)
        super().seek(0)
        self.truncate(0)
        return made
