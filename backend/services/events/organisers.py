"""What an organiser may do at an event: a member of its organisations, or who created it where it has no host.

Asked of the database at every request, so that a duty that ends, ends at once and in every process.
"""

from __future__ import annotations

from collections.abc import Collection

from backend.auth import Principal
from backend.errors import EventNotFound
from backend.errors.organisations import OrganisationDutyMissing
from backend.messages.organisations.organisations import OrganisationDuty
from backend.storage.database import Database
from backend.storage.statements import read


async def check_organiser_duty(
    database: Database, staff: Principal, slug: str, duties: Collection[OrganisationDuty]
) -> None:
    """Let an organiser do what is one of their duties at an event; other roles pass.

    Raises EventNotFound for another organisation's event, OrganisationDutyMissing.
    """
    if staff.role != "organiser":
        return
    rows = await read(database, "read_organiser_duties", slug, staff.id)
    if not rows:
        raise EventNotFound
    if not any(row["duty"] in duties for row in rows):
        raise OrganisationDutyMissing(duties=", ".join(duties))
