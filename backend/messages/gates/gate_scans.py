"""Scans at gates: online scans, annulments, queued scans, the offline bundle, history, search."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from backend.domain.gates.gate_rules import QUEUED_SCANS_MAX, GateResult
from backend.messages.gates.devices import Direction, GateNumber, GateRulesView, ScannedEvent, SerialNumber
from backend.messages.shape import Answer, Bilingual, Instant, Request

ScanText = Annotated[str, Meta(min_length=1, max_length=256)]


class GateScanRequest(Request):
    """One scan, by `code` from a camera, a wedge scanner or a tag reader, or by `serial` of a badge found by hand."""

    id: UUID
    """Made by the device, once per scan: sent again, it gets its first answer."""
    gate: GateNumber
    direction: Direction
    at_device: Instant
    code: ScanText | None = None
    serial: SerialNumber | None = None
    holder_pass: ScanText | None = None
    """The code of the holder's own pass, where staff check that the badge is theirs."""
    simulate: bool = False
    """Answer the same, and store nothing."""


class GateBadge(Answer):
    serial: int
    category: str | None
    label: str | None
    is_inside: bool
    """After this scan."""


class GateScanAnswer(Answer):
    """The decision on a scan. Its status is 200 whether the attendee may pass or not: refusals are stored as well."""

    id: str
    result: Literal["ok", "refused"]
    code: GateResult
    sentence: Bilingual
    gate: int
    direction: Direction
    scanned_at: Instant
    badge: GateBadge | None
    inside_count: int
    """Badges inside the event at the time of this answer."""
    is_simulated: bool = False
    annulled_at: Instant | None = None


class QueuedScan(Request):
    """A scan that a device decided by its bundle; `told` is the result that it showed at the gate."""

    id: UUID
    gate: GateNumber
    direction: Direction
    at_device: Instant
    told: GateResult
    code: ScanText | None = None
    serial: SerialNumber | None = None


class SyncRequest(Request):
    device_now: Instant
    """The device's clock at this moment; its difference from the server's corrects every time."""
    scans: Annotated[list[QueuedScan], Meta(max_length=QUEUED_SCANS_MAX)]


class SyncFile(Request):
    """The same with undecoded scans, so that a broken one does not keep the others from being taken."""

    device_now: Instant
    scans: Annotated[list[msgspec.Raw], Meta(max_length=QUEUED_SCANS_MAX)]


class SyncedScan(Answer):
    """The result of one queued scan. `scan_id_reused` and `invalid_scan` are not stored; the device can drop them."""

    position: int
    """Counted from 0, as in the request."""
    id: str | None
    code: GateResult | Literal["scan_id_reused", "invalid_scan"]
    is_admitted: bool
    is_conflict: bool
    """The device let the attendee through against the rules."""
    is_repeat: bool
    """The scan was stored before; this is its first answer."""
    scanned_at: Instant | None


class SyncAnswer(Answer):
    items: list[SyncedScan]
    clock_offset_ms: int
    """What the device's times were put forward by; 0 when its clock is right within 2 s."""
    conflicts: int
    inside_count: int
    is_device_revoked: bool
    """This device may not scan any more; its queue is accepted for 24 hours after its revocation."""


class SentenceOf(Answer):
    code: GateResult
    sentence: Bilingual


class DeviceBundle(Answer):
    """What a device needs to decide scans offline; it holds no personal data.

    `badges` is base64 of records of 14 bytes, numbers big-endian: 8 bytes of SHA-256(salt ‖ code), the serial in 4,
    the category's position in `categories` counted from 1 (0: none), and bits: 1 revoked, 2 blocked, 4 inside. A
    badge has a record for every text that opens a gate as it.
    """

    version: str
    """To be sent as `since` the next time."""
    is_full: bool
    """False: records that changed since; the others stay as they are."""
    server_time: Instant
    event: ScannedEvent
    gates: list[GateRulesView]
    """The gates this device may be used at."""
    categories: list[str]
    sentences: list[SentenceOf]
    salt: str
    """Hexadecimal."""
    records: int
    badges: str


class FoundBadge(Answer):
    serial: int
    category: str | None
    label: str | None
    holder_ref: str | None
    is_revoked: bool
    is_blocked: bool
    is_inside: bool


class FoundBadges(Answer):
    items: list[FoundBadge]


class GateScanView(Answer):
    id: str
    device_id: str
    device_name: str | None
    gate: int
    direction: Direction
    code: GateResult
    badge_serial: int | None
    category: str | None
    is_admitted: bool
    is_offline: bool
    is_conflict: bool
    at_device: Instant
    """By the device's own clock."""
    scanned_at: Instant
    """The same, corrected."""
    received_at: Instant
    annulled_at: Instant | None
