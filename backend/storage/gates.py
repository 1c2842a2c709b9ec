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
    transaction: Transaction, event_id: UUID, serials: Sequence[int], since: datetime
) -> list[asyncpg.Record]:
    """Admitted scans of badges, from the last one before `since` on, by badge and time."""
    rows: list[asyncpg.Record] = await transaction.read("load_gate_history", event_id, serials, since)
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
    transaction: Transaction, event_id: UUID, serials: Sequence[int], now: datetime
) -> None:
    await transaction.write("store_presence", event_id, serials, now)


async def annul_scan(
    transaction: Transaction, event_id: UUID, scan_id: UUID, device_id: UUID, now: datetime
) -> None:
    await transaction.write("annul_gate_scan", event_id, scan_id, device_id, now)


async def record_clock_offset(transaction: Transaction, device_id: UUID, offset_ms: int) -> None:
    await transaction.write("record_clock_offset", device_id, offset_ms)
