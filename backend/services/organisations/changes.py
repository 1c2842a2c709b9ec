"""Members edit their organisation; a true code takes the place of a provisional one, once, after a review."""

from __future__ import annotations

from typing import Any

from backend.auth import Principal
from backend.catalogue import Catalogue
from backend.domain.organisations.credit_code import is_provisional
from backend.domain.supervision.lists import OPEN
from backend.errors import InvalidBody, RoleForbidden
from backend.errors.organisations import (
    OrganisationCodeStands,
    OrganisationListed,
    OrganisationReviewed,
    OrganisationTaken,
)
from backend.messages.organisations.organisations import (
    OrganisationChangeRequest,
    OrganisationCodeRequest,
    OrganisationMembership,
    OrganisationView,
)
from backend.models import ListEntry, Organisation, OrganisationMember
from backend.services.identity.staff_accounts import record
from backend.services.organisations.organisations import (
    check_organisation_duty,
    lock_organisation,
    organisation_view,
    organisation_views,
)
from backend.services.organisations.registration import checked_code
from backend.services.organisations.revisions import Seen
from backend.storage.database import Database

BARRING = ("black", "negative")
"""Lists that say something against an organisation."""
ENDED = ("closed", "rejected")


async def list_own(staff: Principal) -> list[OrganisationMembership]:
    """The organisations that an account is a member of, with what it does there; those that applied too."""
    duties: dict[Any, list[str]] = {}
    for row in await OrganisationMember.filter(staff_id=staff.id, removed_at=None).order_by("duty"):
        duties.setdefault(row.organisation_id, []).append(row.duty)
    found = await Organisation.filter(id__in=list(duties)).order_by("id")
    return [
        OrganisationMembership(organisation=view, duties=duties[each.id], wanted_code=each.wanted_code)  # type: ignore[arg-type]
        for each, view in zip(found, await organisation_views(found), strict=True)
    ]


async def change(
    database: Database,
    staff: Principal,
    code: str,
    request: OrganisationChangeRequest,
    seen: Seen,
    catalogue: Catalogue,
) -> OrganisationView:
    """Change what an organisation is called, where it is, and, by an operator, what it is.

    Raises OrganisationNotFound, OrganisationDutyMissing, OrganisationReviewed, EditOutdated, RoleForbidden,
    OrganisationListed, InvalidBody, and what a city's name is refused with.
    """
    async with database.transaction():
        found = await lock_organisation(code)
        await check_organisation_duty(staff, found, ("owner", "editor"))
        check_not_ended(found)
        changes = _changes(request, catalogue)
        seen.check(found.revision)
        # What an accepted organisation is was part of its review.
        if request.kinds is not None and found.state != "applied" and staff.role != "operator":
            raise RoleForbidden(roles=["operator"])
        is_known_by = request.name is not None or request.city is not None
        if is_known_by and staff.role != "operator" and await _is_listed(found):
            raise OrganisationListed
        before = {name: getattr(found, name) for name in changes}
        found.update_from_dict(changes)
        found.revision += 1
        await found.save(update_fields=[*changes, "revision"])
        await record(
            staff, "organisation.change", found.code, reason=request.reason, before=before, after=changes
        )
    return await organisation_view(found)


async def _is_listed(organisation: Organisation) -> bool:
    """Whether an organisation is barred by a list, or about to be."""
    entries = ListEntry.filter(organisation_id=organisation.id, list__in=BARRING)
    return await entries.filter(state__in=[*OPEN, "published"]).exists()


def _changes(request: OrganisationChangeRequest, catalogue: Catalogue) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if request.name is not None:
        changes |= {"name_zh": request.name.zh, "name_en": request.name.en}
    if request.city is not None:
        changes["city"] = catalogue.cities.spelled(request.city, of="event")
    if request.kinds is not None:
        changes["kinds"] = sorted(set(request.kinds))
    if not changes:
        raise InvalidBody.at("", "nothing_to_change")
    return changes


async def tell_code(
    database: Database, staff: Principal, code: str, request: OrganisationCodeRequest
) -> OrganisationView:
    """Tell the true code of an organisation that has a provisional one; it stands once an operator reviewed it.

    Raises OrganisationNotFound, OrganisationDutyMissing, OrganisationReviewed, OrganisationCodeInvalid,
    OrganisationCodeStands, OrganisationTaken.
    """
    async with database.transaction():
        found = await lock_organisation(code)
        await check_organisation_duty(staff, found, ("owner",))
        check_not_ended(found)
        wanted = checked_code(request.code)
        if not is_provisional(found.code):
            raise OrganisationCodeStands
        if await Organisation.exists(code=wanted):
            raise OrganisationTaken
        found.wanted_code, found.wanted_code_by = wanted, staff.id
        found.revision += 1
        await found.save(update_fields=["wanted_code", "wanted_code_by", "revision"])
        after = {"told": wanted}
        await record(staff, "organisation.tell_code", found.code, reason=request.reason, after=after)
    return await organisation_view(found)


def check_not_ended(organisation: Organisation) -> None:
    """Raises OrganisationReviewed for one that was closed or rejected: it stays as it was."""
    if organisation.state in ENDED:
        raise OrganisationReviewed(state=organisation.state)
