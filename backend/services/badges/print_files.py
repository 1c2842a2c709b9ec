"""Files for printing an event's badges, written while they are sent: sheets, pictures, a list.

Badges are read a thousand at a time; the memory of a file does not grow with their number.
"""

from __future__ import annotations

import asyncio
import csv
import io
import zipfile
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from backend.domain.qr_codes import CodeKeys
from backend.errors.badges import NoBadgesToPrint
from backend.models import Event
from backend.render.drawing.qr_series import QrSeries
from backend.render.sheets.badges import Layout, Sheets
from backend.services.badges.serials import SERIAL_MAX
from backend.storage.database import Database
from backend.storage.statements import read

BADGES_AT_ONCE = 1000
PICTURES_AT_ONCE = 500
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
"""The same badges make the same file, byte by byte."""

Picture = Literal["png", "svg"]
Badges = Sequence[Mapping[str, Any]]


class Wanted(msgspec.Struct, frozen=True):
    """The badges to print: not revoked, between two serials, of one category."""

    serial_from: int = 1
    serial_to: int = SERIAL_MAX
    category: str | None = None


class BadgePrints:
    """Makes files of badges, in threads."""

    def __init__(self, database: Database, keys: CodeKeys, public_base: str) -> None:
        self._database = database
        self._keys = keys
        self._public_base = public_base

    async def check(self, event: Event, wanted: Wanted) -> None:
        """Check that there is a badge to print, before the answer begins. Raises NoBadgesToPrint."""
        if not await self._some(event, wanted, wanted.serial_from - 1, 1):
            raise NoBadgesToPrint

    async def pdf(self, event: Event, wanted: Wanted, layout: Layout) -> AsyncGenerator[bytes, None]:
        """A4 sheets of labels or cards."""
        values = (event.id, wanted.serial_from, wanted.serial_to, wanted.category)
        letters = [row["letter"] for row in await read(self._database, "read_badge_letters", *values)]
        sheets = await asyncio.to_thread(
            Sheets,
            layout,
            name=(event.name_zh, event.name_en),
            event_code=event.code,
            letters=letters,
            keys=self._keys,
            public_base=self._public_base,
        )
        yield await asyncio.to_thread(sheets.begin)
        async for piece in self._made(event, wanted, sheets.add, BADGES_AT_ONCE):
            yield piece
        yield await asyncio.to_thread(sheets.end)

    async def zip(self, event: Event, wanted: Wanted, picture: Picture) -> AsyncGenerator[bytes, None]:
        """A picture of each badge's QR code, named by its serial."""
        pack = _Pictures(picture, lambda serial: self._url(event, serial))
        async for piece in self._made(event, wanted, pack.add, PICTURES_AT_ONCE):
            yield piece
        yield await asyncio.to_thread(pack.end)

    async def csv(self, event: Event, wanted: Wanted) -> AsyncGenerator[bytes, None]:
        """Serials, codes and addresses, for organisers who print with a program of their own."""
        # Without the mark a spreadsheet does not read the file as UTF-8.
        yield b"\xef\xbb\xbfserial,code,url,category,holder_ref,label,alias\r\n"

        def lines(badges: Badges) -> bytes:
            table = io.StringIO(newline="")
            writer = csv.writer(table)
            for badge in badges:
                code = self._keys.badge(event.code, badge["serial"])
                rest = [badge[name] or "" for name in ("category", "holder_ref", "label", "alias")]
                writer.writerow([badge["serial"], code, f"{self._public_base}/q/{code}", *rest])
            return table.getvalue().encode()

        async for piece in self._made(event, wanted, lines, BADGES_AT_ONCE):
            yield piece

    async def _made(
        self, event: Event, wanted: Wanted, make: Callable[[Badges], bytes], at_once: int
    ) -> AsyncGenerator[bytes, None]:
        after = wanted.serial_from - 1
        while badges := await self._some(event, wanted, after, at_once):
            piece = await asyncio.to_thread(make, badges)
            if piece:
                yield piece
            after = badges[-1]["serial"]

    async def _some(self, event: Event, wanted: Wanted, after: int, limit: int) -> Badges:
        values = (event.id, after, wanted.serial_to, wanted.category, limit)
        return await read(self._database, "read_printed_badges", *values)

    def _url(self, event: Event, serial: int) -> str:
        return f"{self._public_base}/q/{self._keys.badge(event.code, serial)}"


class _Pictures:
    """A ZIP file of pictures, sent as it grows."""

    def __init__(self, picture: Picture, url_of: Callable[[int], str]) -> None:
        self._picture = picture
        self._url_of = url_of
        self._qr = QrSeries()
        self._tail = _Tail()
        self._zip = zipfile.ZipFile(self._tail, "w", zipfile.ZIP_STORED)

    def add(self, badges: Badges) -> bytes:
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
    """The unsent end of a file. Offsets in it count from the file's beginning.

    The library goes back to each entry's head to write its size there; without that, what it calls a data
    descriptor follows, which several readers of stored entries do not take.
    """

    def __init__(self) -> None:
        super().__init__()
        self._sent = 0

    def tell(self) -> int:
        return self._sent + super().tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._sent + super().seek(offset - self._sent if whence == io.SEEK_SET else offset, whence)

    def taken(self) -> bytes:
        made = self.getvalue()
        self._sent += len(made)
        super().seek(0)
        self.truncate(0)
        return made
