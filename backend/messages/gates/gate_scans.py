"""Scans at gates: online scans, annulments, queued scans, the offline bundle, history, search."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from backend.domain.gates.gate_rules import QUEUED_SCANS_MAX, GateResult
from backend.domain.gates.overrides import Overridable, OverrideReason
from backend.messages.gates.devices import Direction, GateNumber, GateRulesView, ScannedEvent, SerialNumber
from backend.messages.shape import VISIBLE, Answer, Bilingual, Instant, Request

ScanText = Annotated[str, Meta(min_length=1, max_length=256)]
OverrideNote = Annotated[str, VISIBLE, Meta(min_length=1, max_length=200)]
MadeBy = Annotated[
    str,
    VISIBLE,
    Meta(min_length=1, max_length=40, description="name or number of the member of staff"),
]


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
    replaced_by: int | UnsetType = UNSET
    """The badge that is good now, where this one was replaced."""


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
    may_override: bool = False
    """Whether staff may let this badge pass all the same, with a reason."""


class OverrideRequest(Request):
    """Staff let pass a badge that this device has just refused."""

    id: UUID
    """Of the scan that lets it pass; made by the device, once: sent again, it gets its first answer."""
    reason: OverrideReason
    made_by: MadeBy
    at_device: Instant
    note: OverrideNote | None = None
    """Needed where the reason is `other`."""


class QueuedOverride(Request):
    """What staff said when they let pass a badge that a device had refused offline."""

    refused_scan: UUID
    refusal: Overridable
    reason: OverrideReason
    made_by: MadeBy
    note: OverrideNote | None = None


class QueuedScan(Request):
    """A scan that a device decided by its bundle; `told` is the result that it showed at the gate."""

    id: UUID
    gate: GateNumber
    direction: Direction
    at_device: Instant
    told: GateResult
    code: ScanText | None = None
    serial: SerialNumber | None = None
    override: QueuedOverride | None = None
    """Where `told` is `overridden`, and only there."""


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
    may_override: bool
    """Whether staff may let a badge pass that was refused so."""


class ReplacedBadge(Answer):
    serial: int
    replaced_by: int


class DeviceBundle(Answer):
    """What a device needs to decide scans offline; it holds no personal data.

    `badges` is base64 of records of 14 bytes, numbers big-endian: 8 bytes of SHA-256(salt ‖ code), the serial in 4,
    the category's position in `categories` counted from 1 (0: none), and bits: 1 revoked, 2 blocked, 4 inside, 8
    replaced, 16 inside since a day before `day`. A badge has a record for every text that opens a gate as it.
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
    day: date
    """In Asia/Shanghai, on which the records were made."""
    replaced: list[ReplacedBadge]
    """Of the badges among the records that were replaced: those that are good now."""


class FoundBadge(Answer):
    serial: int
    category: str | None
    label: str | None
    holder_ref: str | None
    is_revoked: bool
    is_blocked: bool
    is_inside: bool
    replaced_by: int | None
    """The badge that is good now, where this one was replaced."""
    found_by: int | None
    """The serial that was asked for, where this badge replaced the one that had it."""


class FoundBadges(Answer):
    items: list[FoundBadge]


class OverrideView(Answer):
    """Why staff let pass what a gate had refused."""

    refused_scan: str
    refusal: Overridable
    reason: OverrideReason
    note: str | None
    made_by: str


class GateScanView(Answer):
    id: str
    device_id: str
    device_name: str | None
    gate: int
    direction: Direction
    code: GateResult
    badge_serial: int | None
    replaced_by: int | None
    """The badge that is good now, where this one was replaced."""
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
    override: OverrideView | None
