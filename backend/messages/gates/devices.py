"""Scanning devices, their onboarding, gates' rules, blocked badges, statistics of an event's gates."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from backend.messages.shape import VISIBLE, Answer, Bilingual, Instant, Request

GateNumber = Annotated[int, Meta(ge=1, le=999)]
Reason = Annotated[str, Meta(min_length=1, max_length=400)]
Direction = Literal["entry", "exit"]
BadgeCategory = Literal["local", "province", "national", "international"]
SerialNumber = Annotated[int, Meta(ge=1, le=2_147_483_647)]


class ScanDeviceRequest(Request):
    name: Annotated[str, VISIBLE, Meta(min_length=1, max_length=80)]
    gates: Annotated[list[GateNumber], Meta(min_length=1, max_length=100)]
    reason: Reason | None = None


class ScanDeviceView(Answer):
    id: str
    name: str
    gates: list[int]
    state: Literal["waiting", "expired", "active", "revoked"]
    """waiting: its onboarding code may still be used."""
    created_at: Instant
    onboarded_at: Instant | None
    last_seen_at: Instant | None
    revoked_at: Instant | None
    clock_offset_ms: int
    """By how much its clock had to be put forward at its last sync."""


class OnboardingCode(Answer):
    """A new device and its onboarding code, shown this once."""

    device: ScanDeviceView
    onboarding_code: str
    url: str
    """The text of the QR code; the onboarding code follows the `#`, which browsers send to no server."""
    qr_svg: str
    expires_at: Instant


class DeviceRevocationRequest(Request):
    reason: Reason


class DeviceSessionRequest(Request):
    onboarding_code: Annotated[str, Meta(min_length=1, max_length=128)]


class GateRulesView(Answer):
    gate: int
    name: Bilingual
    direction: Literal["both", "entry", "exit"]
    categories: list[str]
    """Categories of badges that may enter; none means every one."""
    opens_at: Instant | None
    closes_at: Instant | None
    is_entry_required: bool
    """Whether only attendees who were seen entering may leave."""


class ScannedEvent(Answer):
    id: str
    slug: str
    code: str
    name: Bilingual
    is_running: bool


class DeviceSession(Answer):
    """A device's session; its token is shown this once."""

    token: str
    device_id: str
    name: str
    event: ScannedEvent
    gates: list[GateRulesView]


class GateRulesRequest(Request):
    gate: GateNumber
    reason: Reason
    direction: Literal["both", "entry", "exit"] = "both"
    categories: Annotated[list[BadgeCategory], Meta(max_length=4)] = []
    opens_at: Instant | None = None
    closes_at: Instant | None = None
    is_entry_required: bool = True


class BadgeBlockRequest(Request):
    serial: SerialNumber
    is_blocked: bool
    reason: Reason


class BadgeBlockView(Answer):
    serial: int
    is_blocked: bool


class GateFigures(Answer):
    """Numbers of scans: attendees let in and out, attendees refused, and conflicts for staff to look at."""

    entered: int
    exited: int
    refused: int
    conflicts: int
    """Let through offline against the rules."""
    annulled: int


class FiguresOfGate(GateFigures):
    gate: int


class FiguresOfDevice(GateFigures):
    device_id: str
    name: str | None


class FiguresOfCategory(GateFigures):
    category: str | None
    expected: int
    inside: int
    joined: int


class FiguresOfMinute(GateFigures):
    minute: Instant


class GateStatistics(Answer):
    total: GateFigures
    inside: int
    """Badges inside now."""
    expected: int
    """Badges issued and not revoked."""
    joined: int
    """Attendees who joined the event by scanning a code themselves."""
    by_gate: list[FiguresOfGate]
    by_device: list[FiguresOfDevice]
    by_category: list[FiguresOfCategory]
    by_minute: list[FiguresOfMinute]
    """Minutes with scans, of the last 24 hours."""
