"""Takes scans that devices queued offline: stores each exactly once, in the order of their times, by stated rules.

The rules stand in docs/scanners.md. In short: times are corrected by the difference of the clocks; the first entry of
a badge wins by corrected time; what the device told the attendee at the gate is a fact and is not undone, but where the
rules say otherwise the scan is kept as a conflict; a file sent again gets its first answers.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from backend.domain.gates.gate_rules import (
    OK,
    OVERRIDDEN,
    BadgeFacts,
    ScanFacts,
    clock_offset,
    corrected,
    decide,
    plausible,
    settle,
)
from backend.domain.qr_codes import CodeKeys
from backend.messages.encoding import decode_body
from backend.messages.gates.gate_scans import QueuedScan, SyncAnswer, SyncedScan, SyncFile
from backend.messages.shape import view_of
from backend.services.gates.code_lookup import Found, Reading, digest_of, find_badges, read_text
from backend.services.gates.device_auth import DeviceAuthenticator, EventGates, ScanningDevice
from backend.services.gates.online_scan import badge_facts, is_same
from backend.storage.database import Database
from backend.storage.gates import (
    OverrideRow,
    ScanRow,
    load_badges,
    load_history,
    load_scans,
    lock_badges,
    lock_sync,
    record_clock_offset,
    store_overrides,
    store_presence,
    store_scans,
)
from backend.storage.transaction import Transaction

Row = Mapping[str, Any]
_FILE = msgspec.json.Decoder(SyncFile)
_SCAN = msgspec.json.Decoder(QueuedScan)


class _Queued(msgspec.Struct, frozen=True):
    """A readable scan of the file."""

    position: int
    scan: QueuedScan
    device_at: datetime
    at: datetime
    digest: bytes
    reading: Reading


class _File(msgspec.Struct, frozen=True):
    scans: list[_Queued]
    """In the order in which they were made."""
    answers: dict[int, SyncedScan]
    """Of those that could not be read."""
    offset: timedelta


LET_PASS = (OK, OVERRIDDEN)
"""What a device showed to those who went through."""

Moment = tuple[datetime, UUID, str, bool]
"""An admitted scan of a chain of badges: when, which, in or out, and whether it has had its answer before this file."""


async def sync(
    database: Database,
    authenticator: DeviceAuthenticator,
    codes: CodeKeys,
    device: ScanningDevice,
    content: bytes,
    now: datetime,
) -> SyncAnswer:
    """Take a file of queued scans. Raises MalformedBody, InvalidBody; one broken scan spoils only itself."""
    gates = await authenticator.gates_of(device.event_id)
    # Thousands of codes are checked: off the loop that serves the other gates.
    file = await asyncio.to_thread(_read_file, codes, gates, device, content, now)
    async with database.transaction() as transaction:
        answers = await _settle_file(transaction, device, gates, file, now)
        await record_clock_offset(transaction, device.id, _milliseconds(file.offset))
    authenticator.forget_inside(device.event_id)
    items = [answer for _, answer in sorted((file.answers | answers).items())]
    return SyncAnswer(
        items=items,
        clock_offset_ms=_milliseconds(file.offset),
        conflicts=sum(item.is_conflict for item in items),
        inside_count=await authenticator.inside(device.event_id),
        is_device_revoked=device.revoked_at is not None,
    )


def _read_file(
    codes: CodeKeys, gates: EventGates, device: ScanningDevice, content: bytes, now: datetime
) -> _File:
    file = decode_body(_FILE, content)
    offset = clock_offset(plausible(file.device_now), now)
    answers: dict[int, SyncedScan] = {}
    read: list[tuple[datetime, int, QueuedScan]] = []
    for position, raw in enumerate(file.scans):
        scan = _read_scan(raw)
        if scan is None:
            answers[position] = _not_kept(position, None, "invalid_scan")
        else:
            read.append((plausible(scan.at_device), position, scan))
    read.sort(key=lambda each: each[:2])
    times = corrected([device_at for device_at, _, _ in read], offset, device.onboarded_at, now)
    scans = [
        _Queued(
            position=position,
            scan=scan,
            device_at=device_at,
            at=at,
            digest=digest_of(scan.code, scan.serial),
            reading=Reading(serial=scan.serial)
            if scan.code is None
            else read_text(codes, gates.code, scan.code, at),
        )
        for (device_at, position, scan), at in zip(read, times, strict=True)
    ]
    return _File(scans=scans, answers=answers, offset=offset)


def _read_scan(raw: msgspec.Raw) -> QueuedScan | None:
    try:
        scan = _SCAN.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if (scan.code is None) == (scan.serial is None):
        return None
    override = scan.override
    if (scan.told == OVERRIDDEN) != (override is not None):
        return None
    is_unexplained = override is not None and override.reason == "other" and override.note is None
    return None if is_unexplained else scan


async def _settle_file(
    transaction: Transaction, device: ScanningDevice, gates: EventGates, file: _File, now: datetime
) -> dict[int, SyncedScan]:
    event_id = device.event_id
    await lock_sync(transaction, device.id)
    found = await find_badges(transaction, event_id, [queued.reading for queued in file.scans])
    serials = sorted({each.serial for each in found if each.serial is not None})
    await lock_badges(transaction, event_id, serials)
    badges = await load_badges(transaction, event_id, serials)
    known = await load_scans(transaction, event_id, [queued.scan.id for queued in file.scans])
    since = file.scans[0].at if file.scans else now
    chains = sorted({badge["chain"] for badge in badges.values()})
    history = _history_of(await load_history(transaction, event_id, chains, since))
    made, answers = await asyncio.to_thread(
        _decide_all, device, gates, list(zip(file.scans, found, strict=True)), badges, known, history
    )
    new = await store_scans(transaction, event_id, device.id, made, is_offline=True, received_at=now)
    await store_overrides(transaction, event_id, _overrides(file.scans, new))
    changed = {
        badges[row.badge_serial]["chain"] for row in made if row.is_admitted and row.badge_serial is not None
    }
    await store_presence(transaction, event_id, sorted(changed), now)
    if len(new) < len(made):
        # An online scan under one of these ids was written in this very moment: its answer stands.
        stored = await load_scans(transaction, event_id, [row.id for row in made if row.id not in new])
        for queued in file.scans:
            if queued.scan.id in stored:
                answers[queued.position] = _repeated(device, queued, stored[queued.scan.id])
    return answers


def _overrides(scans: Sequence[_Queued], new: set[UUID]) -> list[OverrideRow]:
    """What staff said of the scans that they let pass, of those that were not there already."""
    rows: dict[UUID, OverrideRow] = {}
    for queued in scans:
        scan = queued.scan
        if scan.override is not None and scan.id in new and scan.id not in rows:
            said = scan.override
            note = None if said.note is None else said.note.strip()
            rows[scan.id] = view_of(
                OverrideRow, said, scan_id=scan.id, note=note, made_by=said.made_by.strip()
            )
    return list(rows.values())


def _history_of(rows: Sequence[Row]) -> dict[int, list[Moment]]:
    history: dict[int, list[Moment]] = {}
    for row in rows:
        history.setdefault(row["chain"], []).append((row["scanned_at"], row["id"], row["direction"], True))
    return history


def _decide_all(
    device: ScanningDevice,
    gates: EventGates,
    scans: Sequence[tuple[_Queued, Found]],
    badges: Mapping[int, Row],
    known: Mapping[UUID, Row],
    history: dict[int, list[Moment]],
) -> tuple[list[ScanRow], dict[int, SyncedScan]]:
    """Decide each scan against its badge as it was then, with the file's other scans in the badge's history."""
    _fill_in(history, scans, badges, known)
    made: dict[UUID, ScanRow] = {}
    answers: dict[int, SyncedScan] = {}
    for queued, found in scans:
        scan = queued.scan
        earlier = known.get(scan.id) or _as_row(device, made.get(scan.id))
        if earlier is not None:
            answers[queued.position] = _repeated(device, queued, earlier)
            continue
        badge = badges.get(found.serial) if found.serial is not None else None
        asked = view_of(ScanFacts, found, gate=scan.gate, direction=scan.direction, at=queued.at)
        facts = None if badge is None else _facts_then(badge, history.get(badge["chain"], []), queued)
        # Whom staff let pass without a badge went in, but nothing can be recorded of them.
        told = OK if badge is None and scan.told == OVERRIDDEN else scan.told
        settled = settle(told, decide(asked, gates.post(device, scan.gate, queued.at), facts))
        made[scan.id] = view_of(
            ScanRow,
            scan,
            badge_serial=None if badge is None else badge["serial"],
            code_digest=queued.digest,
            result=settled.result,
            is_admitted=settled.is_admitted,
            device_at=queued.device_at,
            scanned_at=queued.at,
        )
        answers[queued.position] = SyncedScan(
            position=queued.position,
            id=str(scan.id),
            code=settled.result,  # type: ignore[arg-type]
            is_admitted=settled.is_admitted,
            is_conflict=settled.is_conflict,
            is_repeat=False,
            scanned_at=queued.at,
        )
    return list(made.values()), answers


def _fill_in(
    history: dict[int, list[Moment]],
    scans: Sequence[tuple[_Queued, Found]],
    badges: Mapping[int, Row],
    known: Mapping[UUID, Row],
) -> None:
    """Add the scans that devices let through to their badges' histories, whatever the rules say about them."""
    seen: set[UUID] = set()
    for queued, found in scans:
        scan = queued.scan
        is_new = scan.id not in known and scan.id not in seen
        if scan.told in LET_PASS and is_new and found.serial is not None and found.serial in badges:
            moments = history.setdefault(badges[found.serial]["chain"], [])
            insort(moments, (queued.at, scan.id, scan.direction, False))
        seen.add(scan.id)


def _facts_then(badge: Row, moments: Sequence[Moment], queued: _Queued) -> BadgeFacts:
    """The badge as it was when it was scanned: after its last admitted scan before that instant.

    Two entries, or two exits, that follow each other are one badge used twice. The first of them in time is good;
    but where the second has had its answer already, the one that comes late is the conflict: of two, one always is.
    """
    before = bisect_left(moments, (queued.at, queued.scan.id, "", False))
    is_inside = before > 0 and moments[before - 1][2] == "entry"
    since = moments[before - 1][0] if before > 0 else None
    after = before + (queued.scan.told in LET_PASS)
    if after < len(moments):
        at, _, direction, is_answered = moments[after]
        if is_answered and direction == queued.scan.direction:
            is_inside, since = direction == "entry", at
    return msgspec.structs.replace(badge_facts(badge, queued.at), is_inside=is_inside, since=since)


def _as_row(device: ScanningDevice, made: ScanRow | None) -> Row | None:
    return None if made is None else msgspec.structs.asdict(made) | {"device_id": device.id}


def _repeated(device: ScanningDevice, queued: _Queued, first: Row) -> SyncedScan:
    scan = queued.scan
    if not is_same(device, first, scan.gate, scan.direction, queued.digest):
        return _not_kept(queued.position, scan.id, "scan_id_reused")
    return SyncedScan(
        position=queued.position,
        id=str(scan.id),
        code=first["result"],
        is_admitted=first["is_admitted"],
        is_conflict=first["is_admitted"] and first["result"] not in LET_PASS,
        is_repeat=True,
        scanned_at=first["scanned_at"],
    )


def _not_kept(position: int, scan_id: UUID | None, code: str) -> SyncedScan:
    return SyncedScan(
        position=position,
        id=None if scan_id is None else str(scan_id),
        code=code,  # type: ignore[arg-type]
        is_admitted=False,
        is_conflict=False,
        is_repeat=False,
        scanned_at=None,
    )


def _milliseconds(offset: timedelta) -> int:
    return offset // timedelta(milliseconds=1)
