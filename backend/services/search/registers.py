"""The public register of verifiers with their licences."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

from backend.models import Organisation, OrganisationLicence
from backend.services.organisations.organisations import PUBLIC_STATES, is_valid_on

VERIFIERS_MAX = 50


async def list_verifiers(cursor: str | None, today: date) -> dict[str, Any]:
    """Verifiers of a page of the register with their licences, newest first, suspended ones as well."""
    query = Organisation.filter(kinds__contains=["verifier"], state__in=PUBLIC_STATES)
    with suppress(ValueError):  # a link that was cut short shows the first page
        query = query.filter(id__lt=UUID(cursor)) if cursor else query
    rows = await query.order_by("-id").limit(VERIFIERS_MAX + 1)
    shown = rows[:VERIFIERS_MAX]
    licences: dict[UUID, list[OrganisationLicence]] = defaultdict(list)
    found = OrganisationLicence.filter(
        organisation_id__in=[row.id for row in shown], kind="verification", confirmed_at__isnull=False
    )
    for licence in await found.order_by("-valid_from"):
        licences[licence.organisation_id].append(licence)
    return {
        "verifiers": [
            {
                "organisation": row,
                "licences": [(licence, is_valid_on(licence, today)) for licence in licences[row.id]],
                "may_verify": row.state == "active"
                and any(is_valid_on(licence, today) for licence in licences[row.id]),
            }
            for row in shown
        ],
        "next_cursor": str(shown[-1].id) if len(rows) > VERIFIERS_MAX else None,
    }
