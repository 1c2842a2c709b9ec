"""Marks vouchers that were not used in time. Their points are not returned, as the reward says."""

from __future__ import annotations

from backend.storage.database import Database
from backend.storage.statements import write

VOUCHERS_PER_CHUNK_MAX = 500


async def expire_vouchers(database: Database) -> int:
    """Mark every expired voucher, some hundreds in one transaction; returns how many.

    May be interrupted and repeated: a till refuses an expired voucher whether it is marked or not.
    """
    marked: int = 0
    while True:
        count: int = (await write("expire_vouchers", VOUCHERS_PER_CHUNK_MAX))[0]["expired"]
        marked += count
        if count < VOUCHERS_PER_CHUNK_MAX:
            return marked
