"""Statistics and history of an event's gates, and badges that staff find by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from backend.auth import Principal
from backend.domain.badges.serials import read_serial
from backend.domain.folding import folded_search
from backend.domain.gates.gate_rules import OK, OVERRIDDEN
from backend.errors import InvalidQuery
from backend.messages.cursors import read_instant_and_id, write_cursor
from backend.messages.gates.devices import (
    FiguresOfCategory,
    FiguresOfDay,
    FiguresOfDevice,
    FiguresOfGate,
    FiguresOfMinute,
    FiguresOfOverride,
    GateFigures,
    GateStatistics,
)
from backend.messages.gates.gate_scans import FoundBadge, FoundBadges, GateScanView, OverrideView
from backend.messages.shape import Page, view_of
from backend.models import ScanDevice
from backend.services.events.events import event_of_staff
from backend.services.gates.device_auth import DeviceAuthenticator, ScanningDevice
from backend.storage.database import Database
from backend.storage.statements import read, snapshot

MINUTES_SHOWN = timedelta(hours=24)
FOUND_MAX = 20
QUERY_CHARS_MAX = 40
_COUNTS = ("entered", "exited", "refused", "conflicts", "annulled")

Row = Mapping[str, Any]


class ScanFilter(msgspec.Struct, frozen=True):
    """Which scans of a history to list; None means any."""

    gate: int | None = None
    device_id: UUID | None = None
    result: str | None = None
    serial: int | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None


async def statistics(
    database: Database, authenticator: DeviceAuthenticator, staff: Principal, slug: str, now: datetime
) -> GateStatistics:
    """An event's gates in numbers, all as of one moment. Raises EventNotFound."""
    event_id = (await event_of_staff(staff, slug)).id
    since = (await authenticator.gates_of(event_id)).inside_since(now)
    async with snapshot(database) as look:
        rows = await look("read_gate_statistics", event_id, now - MINUTES_SHOWN)
        badges = await look("read_gate_badge_statistics", event_id, since)
        day_badges = await look("read_gate_day_badges", event_id)
        overrides = await look("read_gate_overrides", event_id)
        (people,) = await look("read_event_joined", event_id)
    names = {each.id: each.name for each in await ScanDevice.filter(event_id=event_id)}
    total = next(row for row in rows if not _grouped(row))
    badges_of = {row["day"]: row["badges"] for row in day_badges}
    by_category = {row["category"]: row for row in rows if row["is_category"]}
    return GateStatistics(
        total=GateFigures(**_counts(total)),
        inside=sum(row["inside"] for row in badges),
        expected=sum(row["expected"] for row in badges),
        joined=people["joined"],
        by_gate=[FiguresOfGate(gate=row["gate"], **_counts(row)) for row in rows if row["is_gate"]],
        by_device=[
            FiguresOfDevice(device_id=str(row["device_id"]), name=names.get(row["device_id"]), **_counts(row))
            for row in rows
            if row["is_device"]
        ],
        by_category=[
            view_of(FiguresOfCategory, row, **_counts(by_category.get(row["category"]))) for row in badges
        ],
        by_minute=[FiguresOfMinute(minute=row["minute"], **_counts(row)) for row in rows if row["is_minute"]],
        by_day=[
            FiguresOfDay(day=row["day"], badges=badges_of.get(row["day"], 0), **_counts(row))
            for row in rows
            if row["is_day"]
        ],
        overridden=sum(row["count"] for row in overrides),
        overrides=[view_of(FiguresOfOverride, row) for row in overrides],
    )


def _grouped(row: Row) -> bool:
    return bool(row["is_gate"] or row["is_device"] or row["is_category"] or row["is_minute"] or row["is_day"])


def _counts(row: Row | None) -> dict[str, int]:
    return {name: 0 if row is None else row[name] for name in _COUNTS}


async def list_scans(
    database: Database, staff: Principal, slug: str, wanted: ScanFilter, limit: int, cursor: str | None
) -> Page[GateScanView]:
    """Scans at an event's gates, the last received first. Raises EventNotFound, InvalidQuery."""
    event = await event_of_staff(staff, slug)
    before_at, before_id = read_instant_and_id(cursor)
    rows = await read(
        database,
        "read_gate_scans",
        event.id,
        wanted.gate,
        wanted.device_id,
        wanted.result,
        wanted.serial,
        wanted.from_at,
        wanted.to_at,
        before_at,
        before_id,
        limit + 1,
    )
    return Page.of(rows, limit, _view, lambda row: write_cursor(row["received_at"], row["id"]))


def _view(row: Row) -> GateScanView:
    return view_of(
        GateScanView,
        row,
        id=str(row["id"]),
        device_id=str(row["device_id"]),
        code=row["result"],
        is_conflict=row["is_admitted"] and row["result"] not in (OK, OVERRIDDEN),
        at_device=row["device_at"],
        override=None
        if row["refusal"] is None
        else view_of(OverrideView, row, refused_scan=str(row["refused_scan"])),
    )


async def find_badges(database: Database, device: ScanningDevice, text: str) -> FoundBadges:
    """Badges by their serial, or by the beginning of the organiser's reference. Raises InvalidQuery."""
    wanted = text.strip()
    if not 1 <= len(wanted) <= QUERY_CHARS_MAX:
        raise InvalidQuery.of("query", "length", chars_min=1, chars_max=QUERY_CHARS_MAX)
    beginning = folded_search(wanted)
    if not beginning:
        return FoundBadges(items=[])
    values = (device.event_id, read_serial(wanted), beginning, FOUND_MAX)
    rows: Sequence[Row] = await read(database, "find_gate_badges", *values)
    return FoundBadges(items=[view_of(FoundBadge, row) for row in rows])
