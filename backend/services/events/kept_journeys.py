"""Takes journeys off the ledger: when their consent is withdrawn, and when somebody leaves."""

from __future__ import annotations

import secrets
from hashlib import sha256
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
    rows = await read(database, "read_kept_journeys", citizen_ids)
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
