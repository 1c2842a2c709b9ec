"""Takes journeys off the ledger: when their consent is withdrawn, when somebody leaves, when their time is over."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from backend.domain.certificates.commitment import lines_salt
from backend.ledger.facts.footprints import SALT_BYTES, spelled_lines_of, totals_of
from backend.models import Companion
from backend.storage.database import Database
from backend.storage.statements import lock, read, write


async def companions_of(citizen_id: UUID) -> list[UUID]:
    """Ids of the companions whom a citizen scanned in."""
    found = await Companion.filter(guardian_id=citizen_id).only("companion_id")
    return [companion.companion_id for companion in found]


async def forget_journeys(database: Database, citizen_ids: list[UUID]) -> int:
    """Keep the sums of these people's journeys and nothing else of them; returns how many went.

    Call it inside a transaction: an offset that is under way for them is committed before, or sees them
    forgotten. Their certificates stay what they are, with the digest of lines that nobody shows any more.
    """
    await lock("lock_accounts", sorted(citizen_ids))
    return await _keep_sums(await read(database, "read_kept_journeys", citizen_ids))


async def forget_old_journeys(database: Database, now: datetime, *, days_max: int, people_max: int) -> int:
    """The same for journeys to events that ended `days_max` days ago; returns how many people's were looked at."""
    old = await read(database, "read_old_journeys", now - timedelta(days=days_max), people_max)
    events = {(row["citizen_id"], row["event_id"]) for row in old}
    citizens = sorted({citizen_id for citizen_id, _ in events})
    async with database.transaction():
        await lock("lock_accounts", citizens)
        rows = await read(database, "read_kept_journeys", citizens)
        await _keep_sums([row for row in rows if (row["citizen_id"], row["event_id"]) in events])
    return len(events)


async def _keep_sums(rows: Sequence[Mapping[str, Any]]) -> int:
    for row in rows:
        kept = totals_of(row["body"], row["total_g"] if row["has_offset"] else 0)
        salt = secrets.token_bytes(SALT_BYTES) if row["seed"] is None else lines_salt(row["seed"])
        digest = sha256(salt + spelled_lines_of(row["body"])).digest()
        event_id = row["event_id"]
        await write(
            "store_kept_totals",
            *(event_id, kept.digest, kept.total_g, kept.basis, kept.factor_set, kept.body),
        )
        await write("forget_journey", row["citizen_id"], event_id, row["digest"], kept.digest, digest)
    return len(rows)
