"""One scan at a gate with a connection: decided under the badge's lock, stored in any case, annulled within minutes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET

from backend.domain.gates.gate_rules import (
    ANNUL_WITHIN,
    OK,
    OVERRIDDEN,
    TICK,
    BadgeFacts,
    ScanFacts,
    decide,
    plausible,
)
from backend.domain.gates.overrides import may_override
from backend.domain.qr_codes import CodeKeys
from backend.errors import InvalidBody
from backend.errors.gates import (
    AnnulmentLate,
    AnnulmentSuperseded,
    AnnulmentWithoutEffect,
    GateScanNotFound,
    ScanIdReused,
)
from backend.messages.gates.gate_scans import GateBadge, GateScanAnswer, GateScanRequest
from backend.messages.shape import Bilingual, view_of
from backend.models.keys import read_id
from backend.services.gates.code_lookup import Found, Reading, digest_of, find_badges, read_text
from backend.services.gates.device_auth import DeviceAuthenticator, EventGates, ScanningDevice
from backend.services.gates.helping_sentences import helping_sentence
from backend.storage.database import Database
from backend.storage.gates import (
    ScanRow,
    annul_scan,
    load_badges,
    load_scans,
    lock_badges,
    store_presence,
    store_scans,
)
from backend.storage.transaction import Transaction
from backend.texts import both

Row = Mapping[str, Any]


class Decided(msgspec.Struct, frozen=True):
    scan: Row
    """As a row of gate_scans, whether it was kept or not."""
    badge: Row | None
    is_inside: bool
    change: int = 0
    """To the number of holders of badges inside."""
    is_repeat: bool = False


async def scan(
    database: Database,
    authenticator: DeviceAuthenticator,
    codes: CodeKeys,
    device: ScanningDevice,
    request: GateScanRequest,
    now: datetime,
) -> tuple[GateScanAnswer, bool]:
    """Decide a scan and store it; the second value says whether it is a repeat. Raises InvalidBody, ScanIdReused."""
    if (request.code is None) == (request.serial is None):
        raise InvalidBody.at("/code", "one_of_two", other="serial")
    gates = await authenticator.gates_of(device.event_id)
    readings = [_reading(codes, gates, request, now)]
    if request.holder_pass is not None:
        readings.append(_pass(read_text(codes, gates.code, request.holder_pass, now)))
    async with database.transaction() as transaction:
        found, *of_holder = await find_badges(transaction, device.event_id, readings)
        if of_holder:
            trouble = found.trouble or of_holder[0].trouble or _missing(of_holder[0])
            found = msgspec.structs.replace(found, trouble=trouble, holder=of_holder[0].holder)
        decided = await _decide(transaction, device, gates, request, found)
    # After the commit, so that this process holds one connection at a time.
    inside = await authenticator.inside(device.event_id, decided.change)
    answer = answer_of(decided, inside, is_simulated=request.simulate)
    answer.sentence = await helping_sentence(answer.code, readings) or answer.sentence
    return answer, decided.is_repeat


def _reading(codes: CodeKeys, gates: EventGates, request: GateScanRequest, now: datetime) -> Reading:
    if request.code is None:
        return Reading(serial=request.serial)
    return read_text(codes, gates.code, request.code, now)


def _pass(reading: Reading) -> Reading:
    """A reading that must be a pass: a badge in its place says nothing about its holder."""
    is_pass = reading.pass_number is not None or reading.trouble is not None
    return reading if is_pass else Reading(trouble="malformed")


def _missing(found: Found) -> str | None:
    return found.missing if found.holder is None else None


async def _decide(
    transaction: Transaction,
    device: ScanningDevice,
    gates: EventGates,
    request: GateScanRequest,
    found: Found,
) -> Decided:
    event_id = device.event_id
    badge: Row | None = None
    if found.serial is not None:
        await lock_badges(transaction, event_id, [found.serial])
        badge = (await load_badges(transaction, event_id, [found.serial])).get(found.serial)
    digest = digest_of(request.code, request.serial, request.holder_pass)
    # The repeat is looked up before any rule, and under the lock: the first may just have been decided.
    first = (await load_scans(transaction, event_id, [request.id])).get(request.id)
    if first is not None:
        return _repeat(device, request, digest, first, badge)
    at = instant_after(badge)
    asked = view_of(ScanFacts, found, gate=request.gate, direction=request.direction, at=at)
    code = decide(
        asked, gates.post(device, request.gate, at), None if badge is None else badge_facts(badge, at)
    )
    made = view_of(
        ScanRow,
        request,
        badge_serial=None if badge is None else badge["serial"],
        code_digest=digest,
        result=code,
        is_admitted=code == OK,
        device_at=plausible(request.at_device),
        scanned_at=at,
    )
    is_inside = request.direction == "entry" if code == OK else badge is not None and badge["is_inside"]
    scan_row = msgspec.structs.asdict(made) | {"annulled_at": None}
    if request.simulate:
        return Decided(scan=scan_row, badge=badge, is_inside=is_inside)
    new = await store_scans(transaction, event_id, device.id, [made], is_offline=False, received_at=at)
    if not new:
        first = (await load_scans(transaction, event_id, [request.id]))[request.id]
        return _repeat(device, request, digest, first, badge)
    change = 0
    if code == OK and badge is not None:
        await store_presence(transaction, event_id, [badge["chain"]], at)
        change = is_inside - is_counted(gates, badge, at)
    return Decided(scan=scan_row, badge=badge, is_inside=is_inside, change=change)


def instant_after(badge: Row | None) -> datetime:
    """Now, or just after the badge's last scan: another machine's clock may be ahead of ours."""
    at = datetime.now(UTC)
    if badge is not None and badge["since"] is not None:
        at = max(at, badge["since"] + TICK)
    return at


def is_counted(gates: EventGates, badge: Row, at: datetime) -> bool:
    """Whether the number of those inside has a badge's holder in it: not where they came in on an earlier day and are
    to come in anew."""
    since = gates.inside_since(at)
    return bool(badge["is_inside"] and (since is None or badge["since"] >= since))


def badge_facts(badge: Row, at: datetime) -> BadgeFacts:
    """A badge as it is, its revocation, replacement and block as they were at the instant `at`."""
    revoked_at, replaced_at, block_changed_at = (
        badge["revoked_at"],
        badge["replaced_at"],
        badge["block_changed_at"],
    )
    return view_of(
        BadgeFacts,
        badge,
        is_revoked=revoked_at is not None and revoked_at <= at,
        is_replaced=replaced_at is not None and replaced_at <= at,
        is_blocked=badge["is_blocked"] and block_changed_at <= at,
    )


def is_same(device: ScanningDevice, first: Row, gate: int, direction: str, digest: bytes) -> bool:
    """Whether a scan under an id that exists already is the same scan."""
    first_scan = (first["device_id"], first["gate"], first["direction"], first["code_digest"])
    return bool(first_scan == (device.id, gate, direction, digest))


def _repeat(
    device: ScanningDevice, request: GateScanRequest, digest: bytes, first: Row, badge: Row | None
) -> Decided:
    if not is_same(device, first, request.gate, request.direction, digest):
        raise ScanIdReused
    return repeat_of(first, badge)


def repeat_of(first: Row, badge: Row | None) -> Decided:
    """The answer to a scan that is there already."""
    shown = badge if badge is not None and first["badge_serial"] == badge["serial"] else None
    is_inside = shown is not None and shown["is_inside"]
    return Decided(scan=first, badge=shown, is_inside=is_inside, is_repeat=True)


async def annul(
    database: Database,
    authenticator: DeviceAuthenticator,
    device: ScanningDevice,
    scan_id: str,
    now: datetime,
) -> GateScanAnswer:
    """Annul a scan that this device made; a second time changes nothing.

    Raises GateScanNotFound, AnnulmentLate, AnnulmentSuperseded, AnnulmentWithoutEffect.
    """
    wanted = read_id(scan_id, GateScanNotFound)
    event_id = device.event_id
    gates = await authenticator.gates_of(event_id)
    async with database.transaction() as transaction:
        made = await own_scan(transaction, device, wanted)
        serial = made["badge_serial"]
        badge = None
        if serial is not None:
            await lock_badges(transaction, event_id, [serial])
            badge = (await load_badges(transaction, event_id, [serial])).get(serial)
            made = await own_scan(transaction, device, wanted)
        was_counted = badge is not None and is_counted(gates, badge, now)
        if made["annulled_at"] is None:
            _check_annulment(made, badge, now)
            await annul_scan(transaction, event_id, wanted, device.id, now)
            if badge is not None:
                await store_presence(transaction, event_id, [badge["chain"]], now)
                badge = (await load_badges(transaction, event_id, [serial]))[serial]
            made = await own_scan(transaction, device, wanted)
        is_inside = badge is not None and badge["is_inside"]
        change = (badge is not None and is_counted(gates, badge, now)) - was_counted
    decided = Decided(scan=made, badge=badge, is_inside=is_inside)
    return answer_of(decided, await authenticator.inside(event_id, change))


async def own_scan(transaction: Transaction, device: ScanningDevice, scan_id: UUID) -> Row:
    """A scan that this device made. Raises GateScanNotFound."""
    made: Row | None = (await load_scans(transaction, device.event_id, [scan_id])).get(scan_id)
    if made is None or made["device_id"] != device.id:
        raise GateScanNotFound
    return made


def _check_annulment(made: Row, badge: Row | None, now: datetime) -> None:
    if not made["is_admitted"]:
        raise AnnulmentWithoutEffect
    if now - made["scanned_at"] > ANNUL_WITHIN:
        raise AnnulmentLate(minutes_max=int(ANNUL_WITHIN.total_seconds()) // 60)
    if badge is not None and badge["last_scan"] != made["id"]:
        raise AnnulmentSuperseded


def answer_of(decided: Decided, inside: int, *, is_simulated: bool = False) -> GateScanAnswer:
    made, badge = decided.scan, decided.badge
    code: str = made["result"]
    is_passed = code in (OK, OVERRIDDEN)
    replaced_by = None if badge is None else badge["replaced_by"]
    return view_of(
        GateScanAnswer,
        made,
        id=str(made["id"]),
        result="ok" if is_passed else "refused",
        code=code,
        sentence=_sentence(code, replaced_by),
        badge=None
        if badge is None
        else view_of(
            GateBadge,
            badge,
            is_inside=decided.is_inside,
            replaced_by=UNSET if replaced_by is None else replaced_by,
        ),
        inside_count=inside,
        is_simulated=is_simulated,
        may_override=not is_passed and not is_simulated and may_override(code, has_badge=badge is not None),
    )


def _sentence(code: str, replaced_by: int | None) -> Bilingual:
    if code == "replaced" and replaced_by is not None:
        return Bilingual(*both("gate.replaced_by", serial=replaced_by))
    return Bilingual(*both(f"gate.{code}"))
