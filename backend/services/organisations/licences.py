"""Licences: an owner enters one, an operator confirms it, and it ends by its term or by revocation."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime
from uuid import UUID

from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.errors import InvalidBody
from backend.errors.organisations import (
    LicenceEnded,
    LicenceNotFound,
    LicenceOwnEntry,
    LicenceRepeated,
    OrganisationLimit,
)
from backend.messages.organisations.organisations import LicenceRequest, OrganisationView
from backend.messages.shape import columns_of
from backend.models import Organisation, OrganisationLicence
from backend.models.keys import read_id
from backend.services.identity.staff_accounts import record
from backend.services.organisations.changes import check_not_ended
from backend.services.organisations.organisations import (
    check_organisation_duty,
    is_valid_on,
    lock_organisation,
    organisation_view,
)
from backend.services.organisations.persons import is_another_person
from backend.services.organisations.review import check_second_person
from backend.storage.database import Database, constraint_of

LICENCES_MAX = 50


async def add_licence(
    database: Database, staff: Principal, code: str, request: LicenceRequest
) -> OrganisationView:
    """Enter a licence; it counts for nothing until it is confirmed.

    Raises OrganisationNotFound, OrganisationDutyMissing, OrganisationReviewed, LicenceRepeated, OrganisationLimit,
    InvalidBody.
    """
    if request.valid_to is not None and request.valid_to < request.valid_from:
        raise InvalidBody.at("/valid_to", "not_after", other="valid_from")
    try:
        async with database.transaction():
            found = await lock_organisation(code)
            await check_organisation_duty(staff, found, ("owner",))
            check_not_ended(found)
            if await OrganisationLicence.filter(organisation_id=found.id).count() >= LICENCES_MAX:
                raise OrganisationLimit(items_max=LICENCES_MAX)
            await OrganisationLicence.create(
                organisation_id=found.id, added_by=staff.id, **columns_of(request, "reason")
            )
            await _count_up(found)
            after = {"kind": request.kind, "number": request.number, "issuer": request.issuer}
            await record(staff, "organisation.licence", found.code, reason=request.reason, after=after)
    except IntegrityError as error:
        if constraint_of(error) == "organisation_licences_number_unique":
            raise LicenceRepeated from error
        raise
    return await organisation_view(found)


async def confirm_licence(
    database: Database, staff: Principal, code: str, id_text: str, reason: str, *, is_demo: bool
) -> OrganisationView:
    """Confirm that a licence is as it was entered; a second time changes nothing.

    Raises OrganisationNotFound, LicenceNotFound, LicenceEnded, LicenceOwnEntry, OrganisationOwnApplication.
    """
    async with database.transaction():
        found, licence = await _locked(code, id_text)
        if licence.revoked_at is not None:
            raise LicenceEnded
        # The table itself refuses who entered it (organisation_licences_second_person), in demo mode too.
        if licence.added_by == staff.id:
            raise LicenceOwnEntry
        if not is_demo and not await is_another_person(staff.id, [licence.added_by]):
            raise LicenceOwnEntry
        await check_second_person(staff, found, is_demo=is_demo)
        if licence.confirmed_at is None:
            await OrganisationLicence.filter(id=licence.id).update(
                confirmed_by=staff.id, confirmed_at=datetime.now(UTC)
            )
            await _count_up(found)
            after = {"kind": licence.kind, "number": licence.number, "confirmed": True}
            await record(staff, "organisation.licence_confirm", found.code, reason=reason, after=after)
    return await organisation_view(found)


async def revoke_licence(
    database: Database, staff: Principal, code: str, id_text: str, reason: str
) -> OrganisationView:
    """End a licence before its term, by an operator or its organisation's owner; a second time changes nothing.

    Raises OrganisationNotFound, OrganisationDutyMissing, LicenceNotFound.
    """
    async with database.transaction():
        found, licence = await _locked(code, id_text)
        await check_organisation_duty(staff, found, ("owner",))
        if licence.revoked_at is None:
            await OrganisationLicence.filter(id=licence.id).update(
                revoked_by=staff.id, revoked_at=datetime.now(UTC), revoked_why=reason
            )
            await _count_up(found)
            after = {"kind": licence.kind, "number": licence.number, "revoked": True}
            await record(staff, "organisation.licence_revoke", found.code, reason=reason, after=after)
    return await organisation_view(found)


async def is_licensed(organisation_id: UUID, kind: str, days: Collection[date]) -> bool:
    """Whether an active organisation holds a licence of a kind that counts on each of some days.

    One licence may follow another: each day needs one that is valid on it. What began under a licence that ends in
    the middle of the work is asked for again on the day of every step.
    """
    if not await Organisation.exists(id=organisation_id, state="active"):
        return False
    held = await OrganisationLicence.filter(organisation_id=organisation_id, kind=kind)
    return all(any(is_valid_on(licence, day) for licence in held) for day in days)


async def _locked(code: str, id_text: str) -> tuple[Organisation, OrganisationLicence]:
    found = await lock_organisation(code)
    wanted = read_id(id_text, LicenceNotFound)
    licence = await OrganisationLicence.get_or_none(id=wanted, organisation_id=found.id)
    if licence is None:
        raise LicenceNotFound
    return found, licence


async def _count_up(organisation: Organisation) -> None:
    organisation.revision += 1
    await organisation.save(update_fields=["revision"])
