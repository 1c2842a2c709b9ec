"""Rows of scans at gates: what a decision needs and what it leaves, in the transaction given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from backend.storage.transaction import Transaction


class ScanRow(msgspec.Struct, frozen=True):
    """One scan as it is kept."""

    id: UUID
    gate: int
    badge_serial: int | None
    code_digest: bytes
    direction: str
    result: str
    is_admitted: bool
    device_at: datetime
    scanned_at: datetime


async def lock_badges(transaction: Transaction, event_id: UUID, serials: Sequence[int]) -> None:
    """What is read of these badges afterwards stays true until the transaction ends.

    A statement of its own: one that also read presence would read it as it was before the wait for the lock.
    """
    await transaction.lock("lock_gate_badges", event_id, serials)


async def lock_sync(transaction: Transaction, device_id: UUID) -> None:
    await transaction.lock("lock_sync", device_id)


async def find_serials(
    transaction: Transaction, event_id: UUID, aliases: Sequence[str], passes: Sequence[int]
) -> list[asyncpg.Record]:
    rows: list[asyncpg.Record] = await transaction.read("find_gate_serials", event_id, aliases, passes)
    return rows


async def load_badges(
    transaction: Transaction, event_id: UUID, serials: Sequence[int]
) -> dict[int, asyncpg.Record]:
    rows = await transaction.read("load_gate_badges", event_id, serials)
    return {row["serial"]: row for row in rows}


async def load_scans(
    transaction: Transaction, event_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, asyncpg.Record]:
    rows = await transaction.read("load_gate_scans", event_id, ids)
    return {row["id"]: row for row in rows}


async def load_history(
    transaction: Transaction, event_id: UUID, chains: Sequence[int], since: datetime
) -> list[asyncpg.Record]:
    """Admitted scans of chains of badges, from the last one of each badge before `since` on, by chain and time."""
    rows: list[asyncpg.Record] = await transaction.read("load_gate_history", event_id, chains, since)
    return rows


async def store_scans(
    transaction: Transaction,
    event_id: UUID,
    device_id: UUID,
    scans: Sequence[ScanRow],
    *,
    is_offline: bool,
    received_at: datetime,
) -> set[UUID]:
    """The ids of those that were new: another request may have brought one of them a moment ago."""
    rows = await transaction.write(
        "store_gate_scans",
        event_id,
        device_id,
        [scan.id for scan in scans],
        [scan.gate for scan in scans],
        [scan.badge_serial for scan in scans],
        [scan.code_digest for scan in scans],
        [scan.direction for scan in scans],
        [scan.result for scan in scans],
        [scan.is_admitted for scan in scans],
        is_offline,
        [scan.device_at for scan in scans],
        [scan.scanned_at for scan in scans],
        received_at,
    )
    return {row["id"] for row in rows}


async def store_presence(
    transaction: Transaction, event_id: UUID, chains: Sequence[int], now: datetime
) -> None:
    """Say again whether the holders of these chains of badges are inside; a chain is named by its first badge."""
    await transaction.write("store_presence", event_id, chains, now)


class OverrideRow(msgspec.Struct, frozen=True):
    """Why staff let pass what a gate had refused, as it is kept."""

    scan_id: UUID
    refused_scan: UUID
    refusal: str
    reason: str
    note: str | None
    made_by: str


async def load_override(
    transaction: Transaction, event_id: UUID, scan_id: UUID, refused_scan: UUID
) -> asyncpg.Record | None:
    """The override under this id, or the one that let pass this refused scan."""
    rows = await transaction.read("load_gate_override", event_id, scan_id, refused_scan)
    return rows[0] if rows else None


async def store_overrides(transaction: Transaction, event_id: UUID, rows: Sequence[OverrideRow]) -> None:
    await transaction.write(
        "store_gate_overrides",
        event_id,
        [row.scan_id for row in rows],
        [row.refused_scan for row in rows],
        [row.refusal for row in rows],
        [row.reason for row in rows],
        [row.note for row in rows],
        [row.made_by for row in rows],
    )


async def annul_scan(
    transaction: Transaction, event_id: UUID, scan_id: UUID, device_id: UUID, now: datetime
) -> None:
    await transaction.write("annul_gate_scan", event_id, scan_id, device_id, now)


async def record_clock_offset(transaction: Transaction, device_id: UUID, offset_ms: int) -> None:
    await transaction.write("record_clock_offset", device_id, offset_ms)
