"""Whether organisations are on the black list today, and what they may not begin then.

`blacklisted_organisations` of the database is the one place that says which entries are in force; statements of
partners and rewards read it too.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from backend.errors.organisations import OrganisationBlacklisted
from backend.models import Organisation, OrganisationMember
from backend.storage.database import Database
from backend.storage.statements import lock, read

RUNS_EVENTS = ("owner", "editor")
"""Duties at an organisation of who files events for it."""


async def is_blacklisted(database: Database, organisation_ids: Collection[UUID]) -> set[UUID]:
    """Which of these organisations are on the black list today."""
    if not organisation_ids:
        return set()
    rows = await read(database, "read_blacklisted", list(organisation_ids))
    return {row["organisation_id"] for row in rows}


async def check_not_blacklisted(database: Database, organisation_ids: Collection[UUID]) -> None:
    """Raises OrganisationBlacklisted where one of these organisations is on the black list today.

    Call it inside the transaction that begins something for them: their rows stay locked, so an entry that is
    published at the same moment comes after and finds what was begun.
    """
    if not organisation_ids:
        return
    await lock("lock_organisations", sorted(organisation_ids))
    rows = await read(database, "read_blacklisted", list(organisation_ids))
    if rows:
        raise OrganisationBlacklisted(entry=str(rows[0]["entry_id"]), reason=rows[0]["reason"])


async def check_may_file(database: Database, staff_id: UUID, host: Organisation | None) -> None:
    """Raises OrganisationBlacklisted for a blacklisted host, and for an account that is owner or editor of one."""
    rows = OrganisationMember.filter(staff_id=staff_id, removed_at=None, duty__in=RUNS_EVENTS)
    ids = {row.organisation_id for row in await rows}
    await check_not_blacklisted(database, ids if host is None else ids | {host.id})
