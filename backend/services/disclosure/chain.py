"""Publishes releases one after the other: each has the next number and the hash of the one before."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from backend.domain.disclosure.release import Draft, Link, release_after
from backend.storage.database import Database
from backend.storage.statements import lock, read, write


async def publish(
    database: Database,
    draft: Draft,
    now: datetime,
    *,
    event_id: UUID | None = None,
    organisation_id: UUID | None = None,
    published_by: UUID | None = None,
) -> str:
    """Publish a release and return its number; of one that is out already the number that it has.

    A correction is found by what it corrects, every other release by its subject and period: the first caller
    publishes for all, and a repeat changes nothing. May be called inside the transaction that makes it necessary.
    """
    found = await find_published(database, draft)
    if found is not None:
        return found
    async with database.transaction():
        # One at a time: two at once would follow the same release and fork the chain.
        await lock("lock_disclosures")
        found = await find_published(database, draft)
        if found is not None:
            return found
        rows = await read(database, "read_last_disclosure")
        last = Link(rows[0]["sequence"], rows[0]["number"], rows[0]["sha256"]) if rows else Link()
        release = release_after(last, draft, now)
        await write(
            "store_disclosure",
            release.number,
            release.sequence,
            draft.kind,
            draft.subject,
            draft.period_from,
            draft.period_to,
            event_id,
            organisation_id,
            None if draft.corrects is None else draft.corrects.number,
            release.body,
            release.digest,
            last.sha256,
            now,
            published_by,
        )
    return release.number


async def find_published(database: Database, draft: Draft) -> str | None:
    """The number under which a draft is out; None while it is not."""
    if draft.corrects is not None:
        rows = await read(database, "find_correction_of", draft.corrects.number)
    else:
        rows = await read(
            database, "find_disclosure_of", draft.kind, draft.subject, draft.period_from, draft.period_to
        )
    return rows[0]["number"] if rows else None
