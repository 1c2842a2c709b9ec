"""Takes journeys off the ledger: when their consent is withdrawn, when somebody leaves, when their time is over."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from backend.domain.certificates.commitment import lines_salt
from backend.domain.footprint.footprint import Footprint, Journey
from backend.ledger.facts.events import event_facts
from backend.ledger.facts.footprints import SALT_BYTES, FootprintBook, spelled_lines_of, totals_of
from backend.messages.encoding import encode
from backend.models import Companion, Event, MergedAccount
from backend.services.events.events import row_of
from backend.storage.database import Database
from backend.storage.statements import lock, read, write


async def companions_of(citizen_id: UUID) -> list[UUID]:
    """Ids of the companions whom a citizen scanned in, and of what stays of accounts that became theirs."""
    found = await Companion.filter(guardian_id=citizen_id).only("companion_id")
    merged = await MergedAccount.filter(citizen_id=citizen_id).only("other_id")
    return [*(each.companion_id for each in found), *(each.other_id for each in merged)]


async def forget_journeys(database: Database, footprints: FootprintBook, citizen_ids: list[UUID]) -> int:
    """Keep the sums of these people's journeys and nothing else of them; returns how many went.

    Call it inside a transaction: an offset that is under way for them is committed before, or sees them
    forgotten. Their certificates stay what they are, with the digest of lines that nobody shows any more; who waits
    for an offset waits on, under the ceiling that the journey had.
    """
    await lock("lock_accounts", sorted(citizen_ids))
    return await _keep_sums(footprints, await read(database, "read_kept_journeys", citizen_ids))


async def forget_old_journeys(
    database: Database, footprints: FootprintBook, now: datetime, *, days_max: int, people_max: int
) -> int:
    """The same for journeys to events that ended `days_max` days ago; returns how many people's were looked at."""
    old = await read(database, "read_old_journeys", now - timedelta(days=days_max), people_max)
    events = {(row["citizen_id"], row["event_id"]) for row in old}
    citizens = sorted({citizen_id for citizen_id, _ in events})
    async with database.transaction():
        await lock("lock_accounts", citizens)
        rows = await read(database, "read_kept_journeys", citizens)
        await _keep_sums(footprints, [row for row in rows if (row["citizen_id"], row["event_id"]) in events])
    return len(events)


async def forget_told_lines(database: Database, citizen_ids: list[UUID]) -> None:
    """Put the sums in the place of lines in the answers that are kept for repeats; call it inside a transaction.

    The answers stay: a repeat is answered, and does nothing a second time.
    """
    for row in await read(database, "read_answers_with_lines", citizen_ids):
        answer = msgspec.json.decode(row["answer"], type=dict[str, msgspec.Raw])
        told = msgspec.json.decode(answer["footprint"], type=Footprint)
        if told.basis == "default":
            continue
        sums = msgspec.structs.replace(told.totals(ceiling_g=0), ceiling_g=msgspec.UNSET)
        answer["footprint"] = msgspec.Raw(encode(sums))
        await write("replace_answer", row["citizen_id"], row["key"], encode(answer))


async def _keep_sums(footprints: FootprintBook, rows: Sequence[Mapping[str, Any]]) -> int:
    known = await Event.filter(id__in={row["event_id"] for row in rows}) if rows else []
    events = {event.id: event_facts(row_of(event)) for event in known}
    for row in rows:
        event_id, category = row["event_id"], row["category"]
        journey = msgspec.json.decode(row["journey"], type=Journey)
        kept_g = footprints.ceiling_to_keep(events[event_id], journey, category, is_child=row["is_child"])
        kept = totals_of(row["body"], kept_g)
        salt = secrets.token_bytes(SALT_BYTES) if row["seed"] is None else lines_salt(row["seed"])
        digest = sha256(salt + spelled_lines_of(row["body"])).digest()
        await write(
            "store_kept_totals",
            *(event_id, kept.digest, kept.total_g, kept.basis, kept.factor_set, kept.body),
        )
        await write("forget_journey", row["citizen_id"], event_id, row["digest"], kept.digest, digest)
    return len(rows)
