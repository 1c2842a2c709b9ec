"""Who may look at a verification, and who may find something in it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from backend.auth import Principal
from backend.domain.days import day_of
from backend.errors import EventNotFound, Refusal
from backend.errors.organisations import OrganisationDutyMissing
from backend.errors.verification import VerificationEnded, VerificationNotDue, VerificationNotFound
from backend.models import Event, EventVerifier, Organisation, OrganisationLicence, OrganisationMember
from backend.models.keys import read_id
from backend.services.events.events import check_may_run
from backend.services.verification.independence import check_independent, check_licensed, check_person
from backend.storage.database import Database
from backend.storage.statements import lock

REVIEWS = frozenset({"owner", "editor"})
UNDER_REVIEW = ("running", "accounting", "offset")
SIGNABLE = ("accounting", "offset")
"""States in which what is reviewed can be all of it: scans are over."""


class OpenVerification(msgspec.Struct, frozen=True):
    """A verification with what it is about."""

    row: EventVerifier
    event: Event
    organisation: Organisation


async def duties_at(staff_id: UUID, organisation_id: UUID) -> set[str]:
    """What an account does at an organisation now."""
    rows = OrganisationMember.filter(staff_id=staff_id, organisation_id=organisation_id, removed_at=None)
    return {row.duty for row in await rows}


async def seen_verification(staff: Principal, id_text: str) -> OpenVerification:
    """A verification that the caller may look at: a member of the verifier while it is attached, and who runs or
    oversees the event at any time.

    Raises VerificationNotFound, VerificationEnded.
    """
    row = await EventVerifier.get_or_none(id=read_id(id_text, VerificationNotFound))
    if row is None:
        raise VerificationNotFound
    event = await Event.get(id=row.event_id)
    if staff.role == "verifier":
        if not await duties_at(staff.id, row.organisation_id):
            raise VerificationNotFound
        if row.ended_at is not None:
            raise VerificationEnded
    else:
        try:
            await check_may_run(staff, event)
        except EventNotFound as error:
            raise VerificationNotFound from error
    return OpenVerification(row, event, await Organisation.get(id=row.organisation_id))


async def may_review(database: Database, staff: Principal, found: OpenVerification) -> bool:
    """Whether a caller could find something now; what a page shows buttons by."""
    if staff.role != "verifier" or found.event.state not in UNDER_REVIEW:
        return False
    try:
        await _check_reviewer(database, staff, found)
    except Refusal:
        return False
    return True


async def locked_verification(
    database: Database, staff: Principal, id_text: str, states: tuple[str, ...] = UNDER_REVIEW
) -> tuple[OpenVerification, OrganisationLicence]:
    """A verification in which the caller finds something, with the licence that it works under. The event's
    inventory and state stay as they are until the transaction ends.

    Raises VerificationNotFound, VerificationEnded, OrganisationDutyMissing, VerifierNotLicensed,
    VerifierLicenceEnded, VerifierNotIndependent, VerificationPersonPartial, VerificationNotDue.
    """
    await lock("lock_inventory", (await seen_verification(staff, id_text)).event.id)
    found = await seen_verification(staff, id_text)
    licence = await _check_reviewer(database, staff, found)
    if found.event.state not in states:
        raise VerificationNotDue(state=found.event.state)
    return found, licence


async def _check_reviewer(
    database: Database, staff: Principal, found: OpenVerification
) -> OrganisationLicence:
    if not await duties_at(staff.id, found.organisation.id) & REVIEWS:
        raise OrganisationDutyMissing(duties="owner, editor")
    today = day_of(datetime.now(UTC))
    licence = await check_licensed(database, found.organisation, today, is_attached=True)
    await check_independent(found.event, found.organisation)
    await check_person(staff, found.event)
    return licence
