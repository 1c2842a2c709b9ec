"""Posters with a static code, and the windows in which staff let it count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from tortoise.functions import Max

from backend.auth import Principal
from backend.domain.qr_codes import POSTER_MAX, CodeKeys
from backend.errors import EventClosed, InvalidBody
from backend.errors.venue import PosterLimit, PosterNotFound, WindowNotFound, WindowOverlaps
from backend.messages.shape import Bilingual, Page, view_of
from backend.messages.venue import PosterRequest, PosterView, WindowRequest, WindowView
from backend.models import Event, Gate, Poster, PosterWindow
from backend.models.keys import read_id
from backend.render.sheets.posters import SHEETS_MAX, PosterSheet
from backend.services.events.events import check_gate, event_of_staff, lock_event
from backend.services.identity.staff_accounts import record
from backend.services.venue.poster_cache import PosterCache
from backend.storage.database import Database

POSTERS_PER_EVENT_MAX = 500
WINDOWS_SHOWN_MAX = 5000
AHEAD = timedelta(days=60)
BEHIND = timedelta(minutes=5)
"""A window may begin a little before it is asked for: staff clocks differ, and nobody backdates a day."""
ENDED = ("closed", "rejected")


class PosterAdministration:
    """Posters of an event: hung up, listed, opened and closed by staff."""

    def __init__(self, database: Database, keys: CodeKeys, cache: PosterCache, public_base: str) -> None:
        self._database = database
        self._keys = keys
        self.cache = cache
        self._public_base = public_base

    async def create(self, staff: Principal, slug: str, request: PosterRequest, now: datetime) -> PosterView:
        """The event's next poster. Raises EventNotFound, EventClosed, GateNotFound, PosterLimit."""
        event, poster = await create_poster(self._database, staff, slug, request)
        return await self._changed(event, poster.number, now)

    async def list_all(self, staff: Principal, slug: str, now: datetime) -> Page[PosterView]:
        """The event's posters with their windows. Raises EventNotFound."""
        event = await event_of_staff(staff, slug)
        return Page(await self._views(event, await posters_of(event), now))

    async def open_window(
        self, staff: Principal, slug: str, number: int, request: WindowRequest, now: datetime
    ) -> PosterView:
        """Let a poster's code count from an instant on, for some minutes.

        Raises EventNotFound, EventClosed, PosterNotFound, InvalidBody, WindowOverlaps.
        """
        event = await open_window(self._database, staff, slug, number, request, now)
        return await self._changed(event, number, now)

    async def close_window(self, staff: Principal, slug: str, window_id: str, now: datetime) -> PosterView:
        """Close a window early, or call off one that has not begun. Raises EventNotFound, WindowNotFound."""
        event, number = await close_window(self._database, staff, slug, window_id, now)
        return await self._changed(event, number, now)

    async def sheets(
        self, staff: Principal, slug: str, number: int | None, now: datetime
    ) -> list[PosterSheet]:
        """What is printed of one poster, or of all. Raises EventNotFound, PosterNotFound."""
        event = await event_of_staff(staff, slug)
        found = await posters_of(event) if number is None else [await find_poster(event, number)]
        if not found:
            raise PosterNotFound
        gates = {gate.gate: gate for gate in await Gate.filter(event_id=event.id)}
        return [
            view_of(
                PosterSheet,
                view,
                event=Bilingual(event.name_zh, event.name_en),
                gate=Bilingual(gates[view.gate].name_zh, gates[view.gate].name_en),
            )
            for view in await self._views(event, found[:SHEETS_MAX], now)
        ]

    async def _changed(self, event: Event, number: int, now: datetime) -> PosterView:
        self.cache.forget(event.id)
        return (await self._views(event, [await find_poster(event, number)], now))[0]

    async def _views(self, event: Event, found: Sequence[Poster], now: datetime) -> list[PosterView]:
        return await poster_views(event, found, self._keys, self._public_base, now)


async def create_poster(
    database: Database, staff: Principal, slug: str, request: PosterRequest
) -> tuple[Event, Poster]:
    """Create an event's next poster. Raises EventNotFound, EventClosed, GateNotFound, PosterLimit."""
    async with database.transaction():
        # The event's row is locked, so that two requests do not take the same number.
        event = await lock_event(staff, slug)
        if event.state in ENDED:
            raise EventClosed
        await check_gate(event, request.gate)
        rows = await Poster.filter(event_id=event.id).annotate(last=Max("number")).values("last")
        number = (rows[0]["last"] or 0) + 1 if rows else 1
        if number > min(POSTERS_PER_EVENT_MAX, POSTER_MAX):
            raise PosterLimit
        poster = await Poster.create(
            event_id=event.id, number=number, gate=request.gate, name=request.name, created_by=staff.id
        )
        after = {"poster": number, "gate": request.gate, "name": request.name}
        await record(staff, "poster.hang", slug, after=after)
    return event, poster


async def open_window(
    database: Database, staff: Principal, slug: str, number: int, request: WindowRequest, now: datetime
) -> Event:
    """Let a poster's code count from an instant on, for some minutes.

    Raises EventNotFound, EventClosed, PosterNotFound, InvalidBody, WindowOverlaps.
    """
    opens_at = request.opens_at or now
    if not now - BEHIND <= opens_at <= now + AHEAD:
        raise InvalidBody.at("/opens_at", "too_far_ahead", days_max=AHEAD.days)
    closes_at = opens_at + timedelta(minutes=request.minutes)
    async with database.transaction():
        event = await lock_event(staff, slug)
        if event.state in ENDED:
            raise EventClosed
        if not await Poster.exists(event_id=event.id, number=number):
            raise PosterNotFound
        # Closing a window has to close the poster: so no second one may lie under it.
        if await PosterWindow.exists(
            event_id=event.id, poster=number, closed_at=None, opens_at__lt=closes_at, closes_at__gt=opens_at
        ):
            raise WindowOverlaps
        await PosterWindow.create(
            event_id=event.id, poster=number, opens_at=opens_at, closes_at=closes_at, opened_by=staff.id
        )
        after = {"poster": number, "opens_at": opens_at.isoformat(), "closes_at": closes_at.isoformat()}
        await record(staff, "poster.open", slug, after=after)
    return event


async def close_window(
    database: Database, staff: Principal, slug: str, window_id: str, now: datetime
) -> tuple[Event, int]:
    """Close a window early, or cancel a planned one; a second time changes nothing. Returns the poster's number.

    Raises EventNotFound, WindowNotFound.
    """
    wanted = read_id(window_id, WindowNotFound)
    async with database.transaction():
        event = await lock_event(staff, slug)
        window = await PosterWindow.get_or_none(id=wanted, event_id=event.id)
        if window is None:
            raise WindowNotFound
        open_ones = PosterWindow.filter(id=wanted, closed_at=None, closes_at__gt=now)
        if await open_ones.update(closed_at=now, closed_by=staff.id):
            await record(staff, "poster.close", slug, after={"poster": window.poster, "window": window_id})
    return event, window.poster


async def posters_of(event: Event) -> list[Poster]:
    return await Poster.filter(event_id=event.id).order_by("number")


async def find_poster(event: Event, number: int) -> Poster:
    """A poster by its number. Raises PosterNotFound."""
    poster = await Poster.get_or_none(event_id=event.id, number=number)
    if poster is None:
        raise PosterNotFound
    return poster


async def poster_views(
    event: Event, posters: Sequence[Poster], keys: CodeKeys, public_base: str, now: datetime
) -> list[PosterView]:
    """Posters with the windows that are not over and the last one that is."""
    windows: dict[int, list[PosterWindow]] = {}
    for window in (
        await PosterWindow.filter(event_id=event.id).order_by("-opens_at", "-id").limit(WINDOWS_SHOWN_MAX)
    ):
        windows.setdefault(window.poster, []).append(window)
    views = []
    for poster in posters:
        code = keys.poster(event.code, poster.number)
        shown = _shown(windows.get(poster.number, []), now)
        views.append(
            view_of(
                PosterView,
                poster,
                code=code,
                url=f"{public_base}/q/{code}",
                is_open=any(window.is_open for window in shown),
                windows=shown,
            )
        )
    return views


def _shown(newest_first: Sequence[PosterWindow], now: datetime) -> list[WindowView]:
    shown, past = [], 0
    for window in newest_first:
        is_over = window.closed_at is not None or window.closes_at <= now
        past += is_over
        if is_over and past > 1:
            continue
        shown.append(
            view_of(WindowView, window, id=str(window.id), is_open=not is_over and window.opens_at <= now)
        )
    return shown[::-1]
