"""Whether organisations are on the black list today, and what they may not begin then.

`blacklisted_organisations` of the database is the one place that says which entries are in force; statements of
partners and rewards read it too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from backend.errors.organisations import OrganisationBlacklisted
from backend.models import Organisation, OrganisationMember
from backend.services.organisations.persons import accounts_of_person
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
    _refuse(await read(database, "read_blacklisted", list(organisation_ids)))


async def check_may_file(database: Database, staff_id: UUID, host: Organisation | None) -> None:
    """Raises OrganisationBlacklisted for a blacklisted host, and for a person who runs one.

    By any account of theirs; an owner who left after the entry was proposed runs it still. Otherwise a listed
    organisation would go on under the name of another one.
    """
    accounts = list(await accounts_of_person(staff_id))
    held = OrganisationMember.filter(staff_id__in=accounts, duty__in=RUNS_EVENTS)
    ids: set[UUID] = {row.organisation_id for row in await held}
    hosts = [] if host is None else [host.id]
    await lock("lock_organisations", sorted({*ids, *hosts}))
    _refuse(await read(database, "read_blacklisted_of_people", accounts))
    _refuse(await read(database, "read_blacklisted", hosts))


async def listed_namesakes(
    database: Database, organisations: Sequence[Organisation]
) -> dict[UUID, list[str]]:
    """Codes of others that are on the black list today under the name of one of some organisations."""
    names = {name for each in organisations for name in (each.name_zh, each.name_en)}
    rows = await read(database, "read_blacklisted_namesakes", sorted(names)) if names else []
    return {
        each.id: sorted(
            {row["code"] for row in rows if row["name"] in (each.name_zh, each.name_en)} - {each.code}
        )
        for each in organisations
    }


async def check_no_namesake(database: Database, *names: str) -> None:
    """Raises OrganisationBlacklisted where an organisation of one of these names is on the black list today.

    What has no code yet is known by its name alone.
    """
    _refuse(await read(database, "read_blacklisted_namesakes", list(names)))


def _refuse(rows: Sequence[Mapping[str, Any]]) -> None:
    """Raises OrganisationBlacklisted by the first of some entries, if there is any."""
    if rows:
        raise OrganisationBlacklisted(entry=str(rows[0]["entry_id"]), reason=rows[0]["reason"])
