"""Whether a verifier may verify an event: licensed today, active, and nobody of those who run the event."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from backend.auth import Principal
from backend.errors.verification import (
    VerificationPersonPartial,
    VerifierLicenceEnded,
    VerifierNotIndependent,
    VerifierNotLicensed,
)
from backend.models import (
    CreditBatch,
    Event,
    EventOrganisation,
    EventStep,
    InventoryAbsence,
    InventoryLine,
    InventoryMeasure,
    InventoryPeople,
    Organisation,
    OrganisationLicence,
    OrganisationMember,
    Pool,
    StaffCitizen,
)
from backend.services.organisations.organisations import is_valid_on
from backend.services.organisations.standing import is_blacklisted
from backend.storage.database import Database

LICENCE = "verification"


async def licence_on(organisation_id: UUID, day: date) -> OrganisationLicence | None:
    """The licence for verification that counts on a day; of several the one that is valid longest."""
    held = await OrganisationLicence.filter(organisation_id=organisation_id, kind=LICENCE)
    valid = [each for each in held if is_valid_on(each, day)]
    return max(valid, key=lambda each: each.valid_to or date.max) if valid else None


async def is_in_good_standing(database: Database, organisation: Organisation) -> bool:
    """Whether an organisation is a verifier, active and on no black list."""
    if organisation.state != "active" or "verifier" not in organisation.kinds:
        return False
    return not await is_blacklisted(database, [organisation.id])


async def check_licensed(
    database: Database, organisation: Organisation, day: date, *, is_attached: bool
) -> OrganisationLicence:
    """The licence that a verifier works under on a day.

    Raises VerifierNotLicensed, and for one that is attached and whose licence has ended VerifierLicenceEnded.
    """
    if not await is_in_good_standing(database, organisation):
        raise VerifierNotLicensed
    licence = await licence_on(organisation.id, day)
    if licence is None:
        raise VerifierLicenceEnded if is_attached else VerifierNotLicensed
    return licence


async def check_independent(event: Event, organisation: Organisation) -> None:
    """Raises VerifierNotIndependent for an organisation that runs the event, develops its credits, or shares a person
    with those that run it.
    """
    running = await _running(event)
    if organisation.id in running:
        raise VerifierNotIndependent
    pooled = await Pool.filter(event_id=event.id).distinct().values_list("batch_id", flat=True)
    if await CreditBatch.exists(id__in=list(pooled), developer_id=organisation.id):
        raise VerifierNotIndependent
    own = await _members([organisation.id])
    if await _share_a_person(own, {event.created_by, *await _members(running)}):
        raise VerifierNotIndependent


async def check_person(staff: Principal, event: Event) -> None:
    """Raises VerificationPersonPartial for who filed the event, took a step of it, entered its data or belongs to who
    runs it, with this account or another of the same person.
    """
    earlier: set[UUID] = {event.created_by, *await _members(await _running(event))}
    earlier |= set(await EventStep.filter(event_id=event.id).values_list("actor", flat=True))  # type: ignore[arg-type]
    for entered in (InventoryLine, InventoryPeople, InventoryAbsence, InventoryMeasure):
        rows = entered.filter(event_id=event.id).distinct()
        earlier |= set(await rows.values_list("created_by", flat=True))  # type: ignore[arg-type]
    if await _share_a_person({staff.id}, earlier):
        raise VerificationPersonPartial


async def _running(event: Event) -> list[UUID]:
    rows = EventOrganisation.filter(event_id=event.id, removed_at=None)
    return [row.organisation_id for row in await rows]


async def _members(organisation_ids: Collection[UUID]) -> set[UUID]:
    if not organisation_ids:
        return set()
    rows = OrganisationMember.filter(organisation_id__in=list(organisation_ids), removed_at=None)
    return {row.staff_id for row in await rows}


async def _share_a_person(some: Collection[UUID], others: Collection[UUID]) -> bool:
    """Whether an account is of both, or a citizen that one of these has told of is one that one of those has."""
    if set(some) & set(others):
        return True
    mine = {row.citizen_id for row in await StaffCitizen.filter(staff_id__in=list(some))}
    return bool(mine) and await StaffCitizen.exists(staff_id__in=list(others), citizen_id__in=list(mine))
