"""An event's offline bundle: what a device needs to decide scans without a connection, and no personal data."""

from __future__ import annotations

import asyncio
import hashlib
import re
import struct
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from backend.domain.gates.gate_hours import entry_day, start_of_entry_day
from backend.domain.gates.gate_rules import RESULTS
from backend.domain.gates.overrides import OVERRIDABLE
from backend.domain.qr_codes import CodeKeys
from backend.errors import InvalidQuery
from backend.messages.gates.gate_scans import DeviceBundle, ReplacedBadge, SentenceOf
from backend.messages.shape import Bilingual, view_of
from backend.services.caching import ExpiringCache
from backend.services.gates.device_auth import DeviceAuthenticator, ScanningDevice
from backend.storage.database import Database
from backend.storage.statements import read
from backend.texts import both

CATEGORIES = ("local", "province", "national", "international")
REVOKED, BLOCKED, INSIDE, REPLACED, BEFORE_TODAY = 1, 2, 4, 8, 16
HASH_BYTES = 8
# Of a million codes held before a scanner, one in 10^8 would find a badge among 100,000 by chance.
RECORD = struct.Struct(f">{HASH_BYTES}sIBB")
FULL_KEPT_S = 10.0
OVERLAP = timedelta(minutes=2)
"""A change is dated before it is committed: what is this much older than the last bundle is sent once more."""
EVENTS_KEPT_MAX = 20
_VERSION = re.compile(r"([0-9]{1,14})-([0-9a-f]{8})")

Row = Mapping[str, Any]


class _Packed(msgspec.Struct, frozen=True):
    badges: str
    records: int
    replaced: list[ReplacedBadge]


class OfflineBundles:
    """Makes bundles. Hashing an event's codes takes a second, so hashes are kept between bundles."""

    def __init__(self, database: Database, door: DeviceAuthenticator, codes: CodeKeys) -> None:
        self._database = database
        self._door = door
        self._codes = codes
        self._hashes = ExpiringCache("badge_hashes", _no_hashes, kept_s=None, entries_max=EVENTS_KEPT_MAX)
        self._full = ExpiringCache(
            "offline_bundles", self._make_full, kept_s=FULL_KEPT_S, entries_max=EVENTS_KEPT_MAX
        )
        self._making = asyncio.Lock()

    async def bundle(self, device: ScanningDevice, since: str | None, now: datetime) -> DeviceBundle:
        """All records, or those changed since the version `since`. Raises InvalidQuery."""
        gates = await self._door.gates_of(device.event_id)
        salt = self._codes.salt(gates.code)
        changed_since = self._changed_since(since, salt)
        if changed_since is None:
            made_at, packed = await self._full.get((device.event_id, gates.code))
        else:
            made_at = now
            rows = await read(self._database, "read_bundle_badges", device.event_id, changed_since)
            packed = await self._pack(device.event_id, gates.code, rows, made_at)
        return DeviceBundle(
            version=f"{int(made_at.timestamp() * 1000)}-{salt.hex()[:8]}",
            is_full=changed_since is None,
            server_time=datetime.now(UTC),
            event=gates.event_view(),
            gates=gates.rules_views(device.gates),
            categories=list(CATEGORIES),
            sentences=[
                SentenceOf(
                    code=code,  # type: ignore[arg-type]
                    sentence=Bilingual(*both(f"gate.{code}")),
                    may_override=code in OVERRIDABLE,
                )
                for code in RESULTS
            ],
            salt=salt.hex(),
            records=packed.records,
            badges=packed.badges,
            day=entry_day(made_at, gates.day_begins),
            replaced=packed.replaced,
        )

    def _changed_since(self, since: str | None, salt: bytes) -> datetime | None:
        if since is None:
            return None
        found = _VERSION.fullmatch(since)
        if found is None:
            raise InvalidQuery.of("since", "not_our_version")
        if found[2] != salt.hex()[:8]:
            # Hashed with a salt that is no longer ours: nothing of it fits.
            return None
        return datetime.fromtimestamp(min(int(found[1]), 4_102_444_800_000) / 1000, UTC) - OVERLAP

    async def _make_full(self, event: tuple[UUID, str]) -> tuple[datetime, _Packed]:
        event_id, event_code = event
        # One event at a time: the threads that scans need are not to be taken by hashing.
        async with self._making:
            made_at = datetime.now(UTC)
            rows = await read(self._database, "read_bundle_badges", event_id, None)
            return made_at, await self._pack(event_id, event_code, rows, made_at)

    async def _pack(self, event_id: UUID, event_code: str, rows: Sequence[Row], made_at: datetime) -> _Packed:
        hashes = await self._hashes.get(event_id)
        today = start_of_entry_day(made_at, (await self._door.gates_of(event_id)).day_begins)
        return await asyncio.to_thread(self._records, hashes, event_code, rows, today)

    def _records(
        self, hashes: dict[int, list[bytes]], event_code: str, rows: Sequence[Row], today: datetime
    ) -> _Packed:
        salt = self._codes.salt(event_code)
        packed: list[bytes] = []
        replaced: list[ReplacedBadge] = []
        for row in rows:
            serial: int = row["serial"]
            if serial not in hashes:
                codes = self._codes.badge_under_every_key(event_code, serial)
                hashes[serial] = [hash_of(salt, code) for code in codes]
            texts = hashes[serial]
            if row["alias"] is not None:
                texts = [*texts, hash_of(salt, row["alias"])]
            category = CATEGORIES.index(row["category"]) + 1 if row["category"] in CATEGORIES else 0
            bits = row["is_revoked"] * REVOKED | row["is_blocked"] * BLOCKED | row["is_inside"] * INSIDE
            if row["is_inside"] and row["since"] < today:
                bits |= BEFORE_TODAY
            if row["replaced_by"] is not None:
                bits |= REPLACED
                replaced.append(view_of(ReplacedBadge, row))
            packed += [RECORD.pack(text, serial, category, bits) for text in texts]
        return _Packed(b64encode(b"".join(packed)).decode(), len(packed), replaced)


async def _no_hashes(event_id: UUID) -> dict[int, list[bytes]]:
    """The hashes of an event's codes by serial: made while bundles are made."""
    return {}


def hash_of(salt: bytes, code: str) -> bytes:
    """A text's hash in a bundle, cut to eight bytes: nobody can print badges from a stolen bundle."""
    return hashlib.sha256(salt + code.encode()).digest()[:HASH_BYTES]
