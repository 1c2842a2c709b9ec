"""Staff let pass a badge that their device has just refused, with a reason that is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from backend.domain.gates.gate_rules import OVERRIDDEN, plausible
from backend.domain.gates.overrides import OVERRIDE_WITHIN, may_override
from backend.errors.gates import (
    GateScanNotFound,
    OverrideImpossible,
    OverrideLate,
    OverrideUnexplained,
    ScanIdReused,
)
from backend.messages.gates.gate_scans import GateScanAnswer, OverrideRequest
from backend.messages.shape import view_of
from backend.models.keys import read_id
from backend.services.gates.device_auth import DeviceAuthenticator, EventGates, ScanningDevice
from backend.services.gates.online_scan import (
    Decided,
    answer_of,
    instant_after,
    is_counted,
    own_scan,
    repeat_of,
)
from backend.storage.database import Database
from backend.storage.gates import (
    OverrideRow,
    ScanRow,
    load_badges,
    load_override,
    load_scans,
    lock_badges,
    store_overrides,
    store_presence,
    store_scans,
)
from backend.storage.transaction import Transaction

Row = Mapping[str, Any]


async def override(
    database: Database,
    authenticator: DeviceAuthenticator,
    device: ScanningDevice,
    refused_id: str,
    request: OverrideRequest,
    now: datetime,
) -> tuple[GateScanAnswer, bool]:
    """Let pass what this device refused; the second value says whether it is a repeat.

    A refused scan is let pass once: whoever asks again, also under another id, gets the first answer. Raises
    GateScanNotFound, OverrideUnexplained, OverrideImpossible, OverrideLate, ScanIdReused.
    """
    wanted = read_id(refused_id, GateScanNotFound)
    if request.reason == "other" and request.note is None:
        raise OverrideUnexplained
    gates = await authenticator.gates_of(device.event_id)
    async with database.transaction() as transaction:
        refused = await own_scan(transaction, device, wanted)
        badge: Row | None = None
        if refused["badge_serial"] is not None:
            serials = [refused["badge_serial"]]
            await lock_badges(transaction, device.event_id, serials)
            badge = (await load_badges(transaction, device.event_id, serials))[refused["badge_serial"]]
        decided = await _first(transaction, device, request, refused, badge)
        if decided is None:
            decided = await _let_pass(transaction, device, gates, request, refused, badge, now)
    # After the commit, so that this process holds one connection at a time.
    inside = await authenticator.inside(device.event_id, decided.change)
    return answer_of(decided, inside), decided.is_repeat


async def _first(
    transaction: Transaction,
    device: ScanningDevice,
    request: OverrideRequest,
    refused: Row,
    badge: Row | None,
) -> Decided | None:
    """The answer that was given already. Looked up under the badge's lock: the first may just have been decided."""
    first = await load_override(transaction, device.event_id, request.id, refused["id"])
    known = await load_scans(transaction, device.event_id, [request.id])
    if first is None and not known:
        return None
    if first is None or first["refused_scan"] != refused["id"]:
        raise ScanIdReused
    scans = await load_scans(transaction, device.event_id, [first["scan_id"]])
    return repeat_of(scans[first["scan_id"]], badge)


async def _let_pass(
    transaction: Transaction,
    device: ScanningDevice,
    gates: EventGates,
    request: OverrideRequest,
    refused: Row,
    badge: Row | None,
    now: datetime,
) -> Decided:
    event_id = device.event_id
    is_possible = may_override(refused["result"], has_badge=badge is not None)
    if badge is None or refused["is_admitted"] or not is_possible:
        raise OverrideImpossible
    if now - refused["scanned_at"] > OVERRIDE_WITHIN:
        raise OverrideLate(minutes_max=int(OVERRIDE_WITHIN.total_seconds()) // 60)
    at = instant_after(badge)
    made = view_of(
        ScanRow,
        refused,
        id=request.id,
        result=OVERRIDDEN,
        is_admitted=True,
        device_at=plausible(request.at_device),
        scanned_at=at,
    )
    row = OverrideRow(
        scan_id=request.id,
        refused_scan=refused["id"],
        refusal=refused["result"],
        reason=request.reason,
        note=None if request.note is None else request.note.strip(),
        made_by=request.made_by.strip(),
    )
    if not await store_scans(transaction, event_id, device.id, [made], is_offline=False, received_at=at):
        # Under this id a scan of another badge came in this very moment.
        raise ScanIdReused
    await store_overrides(transaction, event_id, [row])
    await store_presence(transaction, event_id, [badge["chain"]], at)
    is_inside = refused["direction"] == "entry"
    return Decided(
        scan=msgspec.structs.asdict(made) | {"annulled_at": None},
        badge=badge,
        is_inside=is_inside,
        change=is_inside - is_counted(gates, badge, at),
    )
