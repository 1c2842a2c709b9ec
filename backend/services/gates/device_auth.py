"""Authenticates scanning devices, and keeps their event's gates and the number of badges inside for some seconds.

Devices ask for all of this with every scan, so a process keeps it for seconds: a device that is revoked, or a rule
that is changed, is heard of everywhere within KEPT_S.
"""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from backend.domain.gates.gate_rules import GateRules, Post
from backend.errors import EventNotFound, NotSignedIn
from backend.errors.gates import ScannerRevoked, ScannerTokenInvalid
from backend.messages.gates.devices import GateRulesView, ScannedEvent
from backend.messages.shape import Bilingual
from backend.storage.database import Database
from backend.storage.here import run_here
from backend.storage.statements import read

TOKEN_PREFIX = "dev_"  # noqa: S105 - what a scanner of leaked secrets looks for
TOKEN_CHARS_MAX = 64
KEPT_S = 10.0
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
    rules: dict[int, GateRules]
    names: dict[int, Bilingual]

    def post(self, device: ScanningDevice, gate: int, at: datetime) -> Post:
        """The device's post at a gate; a device revoked after the instant `at` counts as not revoked."""
        return Post(
            allowed_gates=device.gates,
            rules=self.rules.get(gate),
            is_running=self.is_running,
            is_revoked=device.revoked_at is not None and device.revoked_at <= at,
        )

    def event_view(self) -> ScannedEvent:
        return ScannedEvent(
            id=str(self.event_id), slug=self.slug, code=self.code, name=self.name, is_running=self.is_running
        )

    def rules_views(self, gates: frozenset[int] | None = None) -> list[GateRulesView]:
        """The rules of these gates, or of all."""
        return [
            GateRulesView(
                gate=gate,
                name=self.names[gate],
                direction=rules.direction,
                categories=list(rules.categories),
                opens_at=rules.opens_at,
                closes_at=rules.closes_at,
                is_entry_required=rules.is_entry_required,
            )
            for gate, rules in self.rules.items()
            if gates is None or gate in gates
        ]


class DeviceAuthenticator:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._devices: dict[bytes, tuple[float, ScanningDevice | None]] = {}
        self._events: dict[UUID, tuple[float, EventGates]] = {}
        self._inside: dict[UUID, tuple[float, int]] = {}

    async def device_of(
        self, authorization: bytes | None, now: datetime, *, takes_revoked: bool = False
    ) -> ScanningDevice:
        """The device of a bearer token. Raises NotSignedIn, ScannerTokenInvalid, ScannerRevoked."""
        scheme, _, token = (authorization or b"").decode("latin-1").partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise NotSignedIn
        if not token.startswith(TOKEN_PREFIX) or len(token) > TOKEN_CHARS_MAX:
            raise ScannerTokenInvalid
        device = await self._device(hashed(token), now)
        if device is None:
            raise ScannerTokenInvalid
        if device.revoked_at is not None and not (takes_revoked and now < device.revoked_at + LATE_SYNC):
            raise ScannerRevoked
        return device

    async def _device(self, token_hash: bytes, now: datetime) -> ScanningDevice | None:
        kept = self._devices.get(token_hash)
        if kept is not None and time.monotonic() - kept[0] < KEPT_S:
            return kept[1]
        began = time.monotonic()
        rows = await run_here("touch_device", token_hash, now)
        device = _device_of(rows[0]) if rows else None
        if len(self._devices) >= KEPT_MAX:
            self._devices.clear()
        # From before the question: what was revoked while it was under way is not kept longer than any other.
        self._devices[token_hash] = (began, device)
        return device

    async def gates_of(self, event_id: UUID) -> EventGates:
        kept = self._events.get(event_id)
        if kept is not None and time.monotonic() - kept[0] < KEPT_S:
            return kept[1]
        began = time.monotonic()
        gates = await read_gates(self._database, event_id)
        if len(self._events) >= KEPT_MAX:
            self._events.clear()
        self._events[event_id] = (began, gates)
        return gates

    def forget(self, event_id: UUID) -> None:
        """Invalidate the cached gates of an event and all cached devices."""
        self._events.pop(event_id, None)
        self._devices.clear()

    def forget_inside(self, event_id: UUID) -> None:
        """Invalidate the cached number of badges inside an event."""
        self._inside.pop(event_id, None)

    async def inside(self, event_id: UUID, change: int = 0) -> int:
        """Badges inside, at most a second old but for what this process itself has just let through."""
        kept = self._inside.get(event_id)
        if kept is not None and time.monotonic() - kept[0] < COUNT_KEPT_S:
            if change:
                self._inside[event_id] = (kept[0], kept[1] + change)
            return kept[1] + change
        began = time.monotonic()
        count: int = (await read(self._database, "count_inside", event_id))[0]["inside"]
        self._inside[event_id] = (began, count)
        return count


async def read_gates(database: Database, event_id: UUID) -> EventGates:
    """An event's gates with their rules. Raises EventNotFound."""
    rows = await read(database, "read_event_gates", event_id)
    if not rows:
        raise EventNotFound
    first = rows[0]
    gates = [row for row in rows if row["gate"] is not None]
    return EventGates(
        event_id=event_id,
        code=first["code"],
        slug=first["slug"],
        name=Bilingual(first["name_zh"], first["name_en"]),
        is_running=first["state"] == "running",
        rules={row["gate"]: _rules_of(row) for row in gates},
        names={row["gate"]: Bilingual(row["gate_zh"], row["gate_en"]) for row in gates},
    )


def hashed(token: str) -> bytes:
    # Tokens and onboarding codes have 128 random bits or more: nothing slower than SHA-256 is needed.
    return hashlib.sha256(token.encode()).digest()


def _device_of(row: Any) -> ScanningDevice:
    return ScanningDevice(
        id=row["id"],
        event_id=row["event_id"],
        name=row["name"],
        gates=frozenset(json_list(row["gates"])),
        onboarded_at=row["onboarded_at"].astimezone(UTC),
        revoked_at=row["revoked_at"],
    )


def _rules_of(row: Any) -> GateRules:
    if row["direction"] is None:
        return GateRules(gate=row["gate"])
    return GateRules(
        gate=row["gate"],
        direction=row["direction"],
        categories=tuple(json_list(row["categories"])),
        opens_at=row["opens_at"],
        closes_at=row["closes_at"],
        is_entry_required=row["is_entry_required"],
    )


def json_list(column: Any) -> list[Any]:
    """A list kept as jsonb, which a statement returns as a text and the ORM as a list."""
    found: list[Any] = msgspec.json.decode(column) if isinstance(column, str | bytes) else column
    return found
