"""Organisers say when badges may enter an event again, and at which hours its gates are open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from backend.auth import Principal
from backend.errors.gates import GateHoursInvalid
from backend.messages.gates.devices import EntrySettingsRequest, EntrySettingsView, GateHoursItem
from backend.models import EntrySettings
from backend.services.events.events import event_of_staff, lock_event
from backend.services.gates.device_auth import DeviceAuthenticator, EventGates, hours_views, read_gates
from backend.services.identity.staff_accounts import record
from backend.storage.database import Database


async def show_entry_settings(database: Database, staff: Principal, slug: str) -> EntrySettingsView:
    """When badges may enter an event again, and its daily hours. Raises EventNotFound."""
    event = await event_of_staff(staff, slug)
    return _entry_settings(await read_gates(database, event.id))


async def set_entry_settings(
    database: Database,
    authenticator: DeviceAuthenticator,
    staff: Principal,
    slug: str,
    request: EntrySettingsRequest,
) -> EntrySettingsView:
    """Set when badges may enter an event again, and its daily hours. Raises EventNotFound, GateHoursInvalid."""
    new: dict[str, Any] = {"entry_policy": request.entry_policy, "hours": kept_hours(request.hours)}
    async with database.transaction():
        event = await lock_event(staff, slug)
        found = EntrySettings.filter(event_id=event.id)
        old = await found.get_or_none()
        now = datetime.now(UTC)
        if old is None:
            await EntrySettings.create(event_id=event.id, changed_at=now, **new)
        else:
            await found.update(changed_at=now, **new)
        before = None if old is None else {name: getattr(old, name) for name in new}
        await record(staff, "gate.entry", slug, reason=request.reason, before=before, after=new)
    authenticator.forget(event.id)
    authenticator.forget_inside(event.id)
    return _entry_settings(await read_gates(database, event.id))


def _entry_settings(gates: EventGates) -> EntrySettingsView:
    return EntrySettingsView(entry_policy=gates.entry_policy, hours=hours_views(gates.hours))


def kept_hours(hours: Sequence[GateHoursItem]) -> list[dict[str, Any]]:
    """Daily hours as they are kept, by day. Raises GateHoursInvalid."""
    openings = Counter(each.day for each in hours)
    for row, each in enumerate(hours, start=1):
        is_closed = each.opens is None and each.closes is None
        is_half = not is_closed and (each.opens is None or each.closes is None)
        if is_half or (not is_closed and each.opens == each.closes) or (is_closed and openings[each.day] > 1):
            raise GateHoursInvalid(row=row)
    ordered = sorted(hours, key=lambda each: (each.day is not None, each.day or date.min, each.opens or ""))
    return [
        {
            "day": None if each.day is None else each.day.isoformat(),
            "opens": each.opens,
            "closes": each.closes,
        }
        for each in ordered
    ]
