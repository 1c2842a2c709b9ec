"""Files for printing an event's badges, written while they are sent: sheets, pictures, a list.

Badges are read a thousand at a time; the memory of a file does not grow with their number.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from functools import partial

import msgspec

from backend.auth import Principal
from backend.domain.qr_codes import CodeKeys
from backend.errors.badges import NoBadgesToPrint
from backend.models import Event
from backend.outside.workshop.process import Job, Limits, WorkshopProcess
from backend.render.pictures.badges import Picture, add_pictures, begin_pack, end_pack
from backend.render.sheets.badges import Layout, add_badges, begin_sheets, end_sheets
from backend.render.tables.badges import Badges, badge_columns, badge_lines, no_lines
from backend.services.badges.serials import SERIAL_MAX
from backend.services.events.events import event_of_staff
from backend.storage.database import Database
from backend.storage.statements import read

BADGES_AT_ONCE = 1000
PICTURES_AT_ONCE = 500


class Wanted(msgspec.Struct, frozen=True):
    """The badges to print: not revoked, between two serials, of one category."""

    serial_from: int = 1
    serial_to: int = SERIAL_MAX
    category: str | None = None


class BadgeAddresses(msgspec.Struct, frozen=True):
    """What the QR codes of an event's badges hold."""

    keys: CodeKeys
    event_code: str
    public_base: str

    def __call__(self, serial: int) -> str:
        return f"{self.public_base}/q/{self.keys.badge(self.event_code, serial)}"


class BadgePrints:
    """Makes files of badges, each in a process of its own that ends with it."""

    def __init__(self, database: Database, keys: CodeKeys, public_base: str, limits: Limits) -> None:
        self._database = database
        self._keys = keys
        self._public_base = public_base
        self._limits = limits

    async def sheets(
        self, staff: Principal, slug: str, wanted: Wanted, layout: Layout
    ) -> AsyncGenerator[bytes, None]:
        """A4 sheets of labels or cards. Raises EventNotFound, NoBadgesToPrint, before the file begins."""
        return self._sheets(await self._event_of(staff, slug, wanted), wanted, layout)

    async def pictures(
        self, staff: Principal, slug: str, wanted: Wanted, picture: Picture
    ) -> AsyncGenerator[bytes, None]:
        """A ZIP with a picture of each badge's QR. Raises EventNotFound, NoBadgesToPrint, before the file begins."""
        return self._pictures(await self._event_of(staff, slug, wanted), wanted, picture)

    async def table(self, staff: Principal, slug: str, wanted: Wanted) -> AsyncGenerator[bytes, None]:
        """A CSV of codes and addresses. Raises EventNotFound, NoBadgesToPrint, before the file begins."""
        return self._table(await self._event_of(staff, slug, wanted), wanted)

    async def _event_of(self, staff: Principal, slug: str, wanted: Wanted) -> Event:
        event = await event_of_staff(staff, slug)
        if not await self._some(event, wanted, wanted.serial_from - 1, 1):
            raise NoBadgesToPrint
        return event

    async def _sheets(self, event: Event, wanted: Wanted, layout: Layout) -> AsyncGenerator[bytes, None]:
        values = (event.id, wanted.serial_from, wanted.serial_to, wanted.category)
        letters = [row["letter"] for row in await read(self._database, "read_badge_letters", *values)]
        name = (event.name_zh, event.name_en)
        begin = partial(begin_sheets, layout, name, event.code, letters, self._keys, self._public_base)
        async for piece in self._made(event, wanted, begin, add_badges, end_sheets, BADGES_AT_ONCE):
            yield piece

    async def _pictures(self, event: Event, wanted: Wanted, picture: Picture) -> AsyncGenerator[bytes, None]:
        begin = partial(begin_pack, picture, BadgeAddresses(self._keys, event.code, self._public_base))
        async for piece in self._made(event, wanted, begin, add_pictures, end_pack, PICTURES_AT_ONCE):
            yield piece

    async def _table(self, event: Event, wanted: Wanted) -> AsyncGenerator[bytes, None]:
        lines = partial(badge_lines, partial(self._keys.badge, event.code), self._public_base)
        async for piece in self._made(event, wanted, badge_columns, lines, no_lines, BADGES_AT_ONCE):
            yield piece

    async def _made(
        self, event: Event, wanted: Wanted, begin: Job, add: Callable[[Badges], bytes], end: Job, at_once: int
    ) -> AsyncGenerator[bytes, None]:
        """The pieces of one file, from a process that keeps its place between them."""
        process = WorkshopProcess("badges", self._limits)
        try:
            first = await process.do(begin)
            if first:
                yield first
            after = wanted.serial_from - 1
            while badges := await self._some(event, wanted, after, at_once):
                piece = await process.do(partial(add, [dict(badge) for badge in badges]))
                if piece:
                    yield piece
                after = badges[-1]["serial"]
            last = await process.do(end)
            if last:
                yield last
        finally:
            await process.end()

    async def _some(self, event: Event, wanted: Wanted, after: int, limit: int) -> Badges:
        values = (event.id, after, wanted.serial_to, wanted.category, limit)
        return await read(self._database, "read_printed_badges", *values)
