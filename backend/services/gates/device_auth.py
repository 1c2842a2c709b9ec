"""Authenticates scanning devices, and keeps their event's gates and the number of badges inside for some seconds.

Devices ask for all of this with every scan, so a process keeps it for seconds: a device that is revoked, or a rule
that is changed, is heard of everywhere within KEPT_S.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any
from uuid import UUID

import msgspec

from backend.domain.gates.gate_hours import GateHours, day_begins, read_hours, start_of_entry_day, time_of
from backend.domain.gates.gate_rules import EntryPolicy, GateRules, Post
from backend.errors import EventNotFound, NotSignedIn
from backend.errors.gates import ScannerRevoked, ScannerTokenInvalid
from backend.messages.gates.devices import GateHoursView, GateRulesView, ScannedEvent
from backend.messages.shape import Bilingual, view_of
from backend.services.caching import ExpiringCache
from backend.storage.database import Database
from backend.storage.statements import read, write

TOKEN_PREFIX = "dev_"  # noqa: S105 - what a scanner of leaked secrets looks for
TOKEN_CHARS_MAX = 64
KEPT_S = 10.0
DEVICE_KEPT_S = 2.0
"""How long a device that was ended is still taken in another process."""
COUNT_KEPT_S = 1.0
KEPT_MAX = 10_000
LATE_SYNC = timedelta(hours=24)
"""How long after its revocation a device may still hand in what it queued."""


class ScanningDevice(msgspec.Struct, frozen=True):
    """A device whose token is valid."""

    id: UUID
    event_id: UUID
    name: str
    gates: frozenset[int]
    onboarded_at: datetime
    revoked_at: datetime | None


class EventGates(msgspec.Struct, frozen=True):
    """An event as its gates see it."""

    event_id: UUID
    code: str
    slug: str
    name: Bilingual
    is_running: bool
    entry_policy: EntryPolicy
    hours: tuple[GateHours, ...]
    """Daily hours of gates without any of their own."""
    day_begins: int
    """When a day of entries begins, in minutes after midnight: alike at all gates."""
    rules: dict[int, GateRules]
    names: dict[int, Bilingual]

    def post(self, device: ScanningDevice, gate: int, at: datetime) -> Post:
        """The device's post at a gate; a device revoked after the instant `at` counts as not revoked."""
        return Post(
            allowed_gates=device.gates,
            rules=self.rules.get(gate),
            is_running=self.is_running,
            hours=self.hours,
            entry_policy=self.entry_policy,
            day_begins=self.day_begins,
            is_revoked=device.revoked_at is not None and device.revoked_at <= at,
        )

    def event_view(self) -> ScannedEvent:
        return view_of(
            ScannedEvent,
            self,
            id=str(self.event_id),
            hours=hours_views(self.hours),
            day_begins=time_of(self.day_begins),
        )

    def inside_since(self, now: datetime) -> datetime | None:
        """Since when a badge must have come in to be inside now; None means whenever it was."""
        is_daily = self.entry_policy == "once_per_day"
        return start_of_entry_day(now, self.day_begins) if is_daily else None

    def rules_views(self, gates: frozenset[int] | None = None) -> list[GateRulesView]:
        """The rules of these gates, or of all."""
        return [
            view_of(
                GateRulesView,
                rules,
                gate=gate,
                name=self.names[gate],
                categories=list(rules.categories),
                hours=hours_views(rules.hours),
            )
            for gate, rules in self.rules.items()
            if gates is None or gate in gates
        ]


class DeviceAuthenticator:
    """Authenticates scanning devices, and keeps what every scan asks for about the event's gates."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.devices = ExpiringCache(
            "scan_devices", _touch_device, kept_s=DEVICE_KEPT_S, entries_max=KEPT_MAX
        )
        self._gates = ExpiringCache("event_gates", self._read_gates, kept_s=KEPT_S, entries_max=KEPT_MAX)
        self._inside = ExpiringCache("inside", self._count_inside, kept_s=COUNT_KEPT_S, entries_max=KEPT_MAX)

    async def device_of(
        self, authorization: bytes | None, now: datetime, *, takes_revoked: bool = False
    ) -> ScanningDevice:
        """Find the device of a bearer token. Raises NotSignedIn, ScannerTokenInvalid, ScannerRevoked."""
        scheme, _, token = (authorization or b"").decode("latin-1").partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise NotSignedIn
        if not token.startswith(TOKEN_PREFIX) or len(token) > TOKEN_CHARS_MAX:
            raise ScannerTokenInvalid
        device = await self.devices.get(hashed(token))
        if device is None:
            raise ScannerTokenInvalid
        if device.revoked_at is not None and not (takes_revoked and now < device.revoked_at + LATE_SYNC):
            raise ScannerRevoked
        return device

    async def gates_of(self, event_id: UUID) -> EventGates:
        """The event's gates with their rules. Raises EventNotFound."""
        return await self._gates.get(event_id)

    def forget(self, event_id: UUID) -> None:
        """Have what this process has just changed of an event's gates or devices read again."""
        self._gates.forget(event_id)
        self.devices.forget_all()

    def forget_inside(self, event_id: UUID) -> None:
        """Have the badges inside counted again: more has changed than is worth adding up."""
        self._inside.forget(event_id)

    async def inside(self, event_id: UUID, change: int = 0) -> int:
        """Holders of badges inside, at most a second old but for what this process itself has just let through."""
        if change:
            self._inside.change(event_id, lambda count: count + change)
        return await self._inside.get(event_id)

    async def _read_gates(self, event_id: UUID) -> EventGates:
        return await read_gates(self._database, event_id)

    async def _count_inside(self, event_id: UUID) -> int:
        since = (await self.gates_of(event_id)).inside_since(datetime.now(UTC))
        inside: int = (await read(self._database, "count_inside", event_id, since))[0]["inside"]
        return inside


async def read_gates(database: Database, event_id: UUID) -> EventGates:
    """An event's gates with their rules. Raises EventNotFound."""
    rows = await read(database, "read_event_gates", event_id)
    if not rows:
        raise EventNotFound
    first = rows[0]
    gates = [row for row in rows if row["gate"] is not None]
    event_hours = read_hours(json_list(first["event_hours"]))
    rules = {row["gate"]: _rules_of(row) for row in gates}
    return EventGates(
        event_id=event_id,
        code=first["code"],
        slug=first["slug"],
        name=Bilingual(first["name_zh"], first["name_en"]),
        is_running=first["state"] == "running",
        entry_policy=first["entry_policy"],
        hours=event_hours,
        day_begins=day_begins(chain(event_hours, *(each.hours for each in rules.values()))),
        rules=rules,
        names={row["gate"]: Bilingual(row["gate_zh"], row["gate_en"]) for row in gates},
    )


def hashed(token: str) -> bytes:
    # Tokens and onboarding codes have 128 random bits or more: nothing slower than SHA-256 is needed.
    return hashlib.sha256(token.encode()).digest()


async def _touch_device(token_hash: bytes) -> ScanningDevice | None:
    rows = await write("touch_device", token_hash, datetime.now(UTC))
    return _device_of(rows[0]) if rows else None


def _device_of(row: Any) -> ScanningDevice:
    return view_of(
        ScanningDevice,
        row,
        gates=frozenset(json_list(row["gates"])),
        onboarded_at=row["onboarded_at"].astimezone(UTC),
    )


def _rules_of(row: Any) -> GateRules:
    if row["direction"] is None:
        return GateRules(gate=row["gate"])
    return view_of(
        GateRules,
        row,
        categories=tuple(json_list(row["categories"])),
        hours=read_hours(json_list(row["hours"])),
    )


def hours_views(hours: tuple[GateHours, ...]) -> list[GateHoursView]:
    return [
        GateHoursView(day=each.day, opens=time_of(each.opens), closes=time_of(each.closes)) for each in hours
    ]


def json_list(column: Any) -> list[Any]:
    """A list kept as jsonb, which a statement returns as a text and the ORM as a list."""
    found: list[Any] = msgspec.json.decode(column) if isinstance(column, str | bytes) else column
    return found
