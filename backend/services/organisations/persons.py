"""Who is whom among accounts of staff: one person with two accounts is one person, and was a member once for all.

Accounts are one person's where they have told of the same citizen (services.identity.own_citizens).
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from backend.models import Organisation, OrganisationMember, StaffCitizen
from backend.services.identity.own_citizens import citizens_of


async def is_another_person(staff_id: UUID, others: Iterable[UUID]) -> bool:
    """Whether an account is none of these, and its person has none of them either."""
    known = set(others)
    if staff_id in known:
        return False
    mine = await citizens_of(staff_id)
    return not mine or not await StaffCitizen.exists(citizen_id__in=list(mine), staff_id__in=list(known))


async def accounts_of_person(staff_id: UUID) -> set[UUID]:
    """An account, and the others of its person."""
    mine = StaffCitizen.filter(citizen_id__in=list(await citizens_of(staff_id)))
    return {staff_id, *await mine.values_list("staff_id", flat=True)}  # type: ignore[arg-type]


async def is_outsider(staff_id: UUID, organisation_id: UUID) -> bool:
    """Whether a person neither applied for an organisation nor is, or ever was, a member of it, by any account.

    Who left decides nothing about it either: a membership would otherwise end for an afternoon.
    """
    members = OrganisationMember.filter(organisation_id=organisation_id)
    had_part = set(await members.values_list("staff_id", flat=True))
    had_part |= set(await Organisation.filter(id=organisation_id).values_list("created_by", flat=True))
    return await is_another_person(staff_id, had_part - {None})  # type: ignore[arg-type]
