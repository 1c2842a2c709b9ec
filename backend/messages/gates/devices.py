"""Scanning devices, their onboarding, gates' rules, blocked badges, statistics of an event's gates."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from backend.domain.gates.gate_hours import HOURS_MAX
from backend.domain.gates.gate_rules import EntryPolicy
from backend.domain.gates.overrides import Overridable, OverrideReason
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


_OPENS = r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$(?!\n)"
_CLOSES = r"^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$(?!\n)"


class GateHoursItem(Request):
    """One daily opening on the clock of the event's city; a day with hours of its own has none of the others."""

    day: date | None = None
    """Every day without hours of its own, when it is not given."""
    opens: Annotated[str, Meta(pattern=_OPENS, description="a time like 08:30")] | None = None
    closes: (
        Annotated[
            str, Meta(pattern=_CLOSES, description="a time like 18:00, or 24:00; before `opens`: next day")
        ]
        | None
    ) = None
    """Neither `opens` nor `closes` means that the gate stays closed on this day."""


Hours = Annotated[list[GateHoursItem], Meta(max_length=HOURS_MAX)]


class GateHoursView(Answer):
    day: date | None
    """Null: every day without hours of its own."""
    opens: str | None
    closes: str | None
    """Not after `opens`: on the next day. Both null: closed on this day."""


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
    hours: list[GateHoursView]
    """Daily hours of its own; none means the event's."""


class EntrySettingsView(Answer):
    """When a badge may enter an event again, and its daily hours."""

    entry_policy: EntryPolicy
    """once_per_event: not before it was seen leaving. once_per_day: on another day too. unlimited: at any time."""
    hours: list[GateHoursView]
    """Daily hours of gates that have none of their own; none means at any time."""


class EntrySettingsRequest(Request):
    reason: Reason
    entry_policy: EntryPolicy = "once_per_event"
    hours: Hours = []


class ScannedEvent(Answer):
    id: str
    slug: str
    code: str
    name: Bilingual
    is_running: bool
    entry_policy: EntryPolicy
    hours: list[GateHoursView]
    day_begins: Annotated[
        str,
        Meta(description="when a day of entries begins: midnight, or when the last gate open over it closes"),
    ]


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
    hours: Hours = []


class BadgeBlockRequest(Request):
    serial: SerialNumber
    is_blocked: bool
    reason: Reason


class BadgeBlockView(Answer):
    serial: int
    """The badge that is good now, where the one that was named has been replaced."""
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


class FiguresOfDay(GateFigures):
    day: date
    """In Asia/Shanghai."""
    badges: int
    """Holders of badges who were let in on this day, each counted once."""


class FiguresOfOverride(Answer):
    refusal: Overridable
    reason: OverrideReason
    count: int


class GateStatistics(Answer):
    total: GateFigures
    inside: int
    """Holders of badges inside now; where they enter once a day, those who came in today."""
    expected: int
    """Badges issued and not revoked."""
    joined: int
    """Attendees who joined the event by scanning a code themselves."""
    by_gate: list[FiguresOfGate]
    by_device: list[FiguresOfDevice]
    by_category: list[FiguresOfCategory]
    by_minute: list[FiguresOfMinute]
    """Minutes with scans, of the last 24 hours."""
    by_day: list[FiguresOfDay]
    """All days with scans, the first first."""
    overridden: int
    """Let pass by staff after a refusal; counted as entered or exited too."""
    overrides: list[FiguresOfOverride]
