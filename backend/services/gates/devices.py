"""Organisers create scanning devices, set gates' rules and block badges; every change is recorded."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from backend.auth import Principal
from backend.domain.folding import typed_token
from backend.errors import BadgeUnknown, EventClosed, GateNotFound, InvalidBody
from backend.errors.gates import OnboardingInvalid, ScanDeviceNotFound
from backend.messages.gates.devices import (
    BadgeBlockRequest,
    BadgeBlockView,
    DeviceSession,
    GateRulesRequest,
    GateRulesView,
    OnboardingCode,
    ScanDeviceRequest,
    ScanDeviceView,
)
from backend.messages.shape import Page, view_of
from backend.models import Badge, BadgeBlock, Gate, GateSettings, ScanDevice
from backend.models.keys import read_id
from backend.render.pictures.renderer import qr_svg
from backend.services.events.events import FIRST_YEAR, LAST_YEAR, event_of_staff, lock_event
from backend.services.gates.device_auth import (
    TOKEN_PREFIX,
    DeviceAuthenticator,
    hashed,
    json_list,
    read_gates,
)
from backend.services.gates.entry_settings import kept_hours
from backend.services.identity.staff_accounts import record
from backend.storage.database import Database
from backend.storage.statements import lock, read, write

ONBOARDING_LIFE = timedelta(minutes=10)
ONBOARDING_BYTES = 20
TOKEN_BYTES = 32


async def create_device(
    database: Database, staff: Principal, slug: str, request: ScanDeviceRequest, public_base: str
) -> OnboardingCode:
    """Create a device and the code that onboards it once. Raises EventNotFound, EventClosed, GateNotFound."""
    code = secrets.token_urlsafe(ONBOARDING_BYTES)
    now = datetime.now(UTC)
    gates = sorted(set(request.gates))
    async with database.transaction():
        event = await lock_event(staff, slug)
        if event.state in ("closed", "rejected"):
            raise EventClosed
        if await Gate.filter(event_id=event.id, gate__in=gates).count() != len(gates):
            raise GateNotFound
        device = await ScanDevice.create(
            event_id=event.id,
            name=request.name,
            gates=gates,
            onboarding_hash=hashed(code),
            onboarding_expires_at=now + ONBOARDING_LIFE,
            created_by=staff.id,
        )
        after = {"device": str(device.id), "name": device.name, "gates": gates}
        await record(staff, "device.enter", slug, reason=request.reason, after=after)
    url = f"{public_base}/scanner#{code}"
    svg = await asyncio.to_thread(qr_svg, url)
    return OnboardingCode(
        device=_view(device, now),
        onboarding_code=code,
        url=url,
        qr_svg=svg.decode(),
        expires_at=device.onboarding_expires_at,
    )


async def onboard_device(
    database: Database, authenticator: DeviceAuthenticator, code: str, now: datetime
) -> DeviceSession:
    """Give a device its token for its onboarding code, once. Raises OnboardingInvalid."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    rows = await write("onboard_device", hashed(typed_token(code)), hashed(token), now)
    if not rows:
        raise OnboardingInvalid
    (row,) = rows
    gates = await authenticator.gates_of(row["event_id"])
    return DeviceSession(
        token=token,
        device_id=str(row["id"]),
        name=row["name"],
        event=gates.event_view(),
        gates=gates.rules_views(frozenset(json_list(row["gates"]))),
    )


async def list_devices(staff: Principal, slug: str, limit: int, cursor: UUID | None) -> Page[ScanDeviceView]:
    """An event's devices, newest first. Raises EventNotFound."""
    event = await event_of_staff(staff, slug)
    query = ScanDevice.filter(event_id=event.id)
    if cursor is not None:
        query = query.filter(id__lt=cursor)
    rows = await query.order_by("-id").limit(limit + 1)
    now = datetime.now(UTC)
    return Page.of(rows, limit, lambda device: _view(device, now))


async def revoke_device(
    database: Database,
    authenticator: DeviceAuthenticator,
    staff: Principal,
    slug: str,
    device_id: str,
    reason: str,
) -> ScanDeviceView:
    """Revoke a device's token; a second time changes nothing. Raises EventNotFound, ScanDeviceNotFound."""
    wanted = read_id(device_id, ScanDeviceNotFound)
    event = await event_of_staff(staff, slug)
    now = datetime.now(UTC)
    async with database.transaction():
        found = ScanDevice.filter(id=wanted, event_id=event.id)
        device = await found.select_for_update(no_key=True).get_or_none()
        if device is None:
            raise ScanDeviceNotFound
        if device.revoked_at is None:
            device.revoked_at = now
            await ScanDevice.filter(id=wanted).update(revoked_at=now)
            after = {"device": str(device.id), "name": device.name}
            await record(staff, "device.revoke", slug, reason=reason, after=after)
    authenticator.forget(event.id)
    return _view(device, now)


async def show_rules(database: Database, staff: Principal, slug: str) -> list[GateRulesView]:
    """The rules of an event's gates. Raises EventNotFound."""
    event = await event_of_staff(staff, slug)
    return (await read_gates(database, event.id)).rules_views()


async def set_rules(
    database: Database,
    authenticator: DeviceAuthenticator,
    staff: Principal,
    slug: str,
    request: GateRulesRequest,
) -> GateRulesView:
    """Set what a gate lets through from now on.

    Raises EventNotFound, GateNotFound, GateHoursInvalid, InvalidBody.
    """
    for name, instant in (("opens_at", request.opens_at), ("closes_at", request.closes_at)):
        if instant is not None and not FIRST_YEAR <= instant.year <= LAST_YEAR:
            raise InvalidBody.at(f"/{name}", "year_out_of_range", year_min=FIRST_YEAR, year_max=LAST_YEAR)
    if (
        request.opens_at is not None
        and request.closes_at is not None
        and request.closes_at <= request.opens_at
    ):
        raise InvalidBody.at("/closes_at", "not_after", other="opens_at")
    new: dict[str, Any] = {
        "direction": request.direction,
        "categories": sorted(set(request.categories)),
        "opens_at": request.opens_at,
        "closes_at": request.closes_at,
        "is_entry_required": request.is_entry_required,
        "hours": kept_hours(request.hours),
    }
    async with database.transaction():
        event = await lock_event(staff, slug)
        if not await Gate.exists(event_id=event.id, gate=request.gate):
            raise GateNotFound
        found = GateSettings.filter(event_id=event.id, gate=request.gate)
        old = await found.get_or_none()
        now = datetime.now(UTC)
        if old is None:
            await GateSettings.create(event_id=event.id, gate=request.gate, changed_at=now, **new)
        else:
            await found.update(changed_at=now, **new)
        before = None if old is None else _snapshot({name: getattr(old, name) for name in new})
        after = _snapshot(new) | {"gate": request.gate}
        await record(staff, "gate.rules", slug, reason=request.reason, before=before, after=after)
    authenticator.forget(event.id)
    views = (await read_gates(database, event.id)).rules_views(frozenset({request.gate}))
    return views[0]


async def block_badge(
    database: Database, staff: Principal, slug: str, request: BadgeBlockRequest
) -> BadgeBlockView:
    """Block a badge for the time being, or unblock it: it, what it replaced and what replaced it, together.

    Raises EventNotFound, BadgeUnknown.
    """
    event = await event_of_staff(staff, slug)
    async with database.transaction():
        badge = await Badge.get_or_none(event_id=event.id, serial=request.serial)
        if badge is None:
            raise BadgeUnknown
        await lock("lock_gate_badges", event.id, [request.serial])
        newest = (await read(database, "find_chain", event.id, request.serial))[0]["serial"]
        found = BadgeBlock.filter(event_id=event.id, badge_serial=badge.chain)
        old = await found.get_or_none()
        was_blocked = old is not None and old.is_blocked
        if was_blocked != request.is_blocked:
            now = datetime.now(UTC)
            if old is None:
                await BadgeBlock.create(
                    event_id=event.id,
                    badge_serial=badge.chain,
                    is_blocked=request.is_blocked,
                    changed_at=now,
                )
            else:
                await found.update(is_blocked=request.is_blocked, changed_at=now)
            verb = "badge.block" if request.is_blocked else "badge.unblock"
            await record(staff, verb, slug, reason=request.reason, after={"serial": newest})
    return BadgeBlockView(serial=newest, is_blocked=request.is_blocked)


def _snapshot(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }


def _view(device: ScanDevice, now: datetime) -> ScanDeviceView:
    if device.revoked_at is not None:
        state = "revoked"
    elif device.onboarded_at is not None:
        state = "active"
    else:
        state = "waiting" if now < device.onboarding_expires_at else "expired"
    return view_of(ScanDeviceView, device, id=str(device.id), state=state)
