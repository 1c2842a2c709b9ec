"""Members of organisations: what each does there, changed and ended. An organisation always has an owner.

Whoever changes members holds the organisation's row, so that two owners who leave at one moment do not both leave.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from uuid import UUID

from backend.auth import Principal
from backend.errors.organisations import OrganisationLastOwner, OrganisationLimit, OrganisationMemberNotFound
from backend.messages.organisations.organisations import OrganisationMemberRequest, OrganisationMemberView
from backend.messages.shape import Page
from backend.models import Organisation, OrganisationMember, Staff
from backend.models.keys import read_id
from backend.services.identity.staff_accounts import record, usernames
from backend.services.organisations.organisations import (
    check_organisation_duty,
    find_organisation,
    lock_organisation,
)
from backend.services.organisations.remits import check_organisation_in_remit
from backend.storage.database import Database

MEMBERS_MAX = 200
ALL_DUTIES = ("owner", "editor", "finance", "gate", "reader")


async def list_members(staff: Principal, code: str) -> Page[OrganisationMemberView]:
    """Members with their duties, by the time that they came.

    Raises OrganisationNotFound for who is none, and for a regulator who does not watch the organisation.
    """
    found = await find_organisation(code)
    if staff.role == "regulator":
        await check_organisation_in_remit(staff, found)
    else:
        await check_organisation_duty(staff, found, ALL_DUTIES)
    return Page(await _views(staff, found))


async def set_duties(
    database: Database, staff: Principal, code: str, id_text: str, request: OrganisationMemberRequest
) -> OrganisationMemberView:
    """Say what a member does from now on.

    Raises OrganisationNotFound, OrganisationDutyMissing, OrganisationMemberNotFound, OrganisationLastOwner.
    """
    async with database.transaction():
        found, member = await _locked(staff, code, id_text, ("owner",))
        before, wanted = await held_duties(found.id, member), set(request.duties)
        if "owner" in before and "owner" not in wanted:
            await _check_another_owner(found, member)
        await _end(found, member, before - wanted, staff)
        await give(found, member, wanted - before, staff.id)
        if wanted != before:
            name = (await usernames([member]))[member]
            await record(
                staff,
                "organisation.member",
                found.code,
                reason=request.reason,
                before={"username": name, "duties": sorted(before)},
                after={"username": name, "duties": sorted(wanted)},
            )
        views = await _views(staff, found)
    return next(each for each in views if each.id == str(member))


async def remove_member(database: Database, staff: Principal, code: str, id_text: str, reason: str) -> None:
    """End a membership, somebody's by an owner or one's own.

    Raises OrganisationNotFound, OrganisationDutyMissing, OrganisationMemberNotFound, OrganisationLastOwner.
    """
    async with database.transaction():
        is_own = read_id(id_text, OrganisationMemberNotFound) == staff.id
        found, member = await _locked(staff, code, id_text, ALL_DUTIES if is_own else ("owner",))
        before = await held_duties(found.id, member)
        if "owner" in before:
            await _check_another_owner(found, member)
        await _end(found, member, before, staff)
        name = (await usernames([member]))[member]
        told = {"username": name, "duties": sorted(before)}
        await record(staff, "organisation.member_end", found.code, reason=reason, before=told)


async def held_duties(organisation_id: UUID, staff_id: UUID) -> set[str]:
    """What an account does at an organisation now."""
    held = OrganisationMember.filter(organisation_id=organisation_id, staff_id=staff_id, removed_at=None)
    return {str(duty) for duty in await held.values_list("duty", flat=True)}


async def give(organisation: Organisation, staff_id: UUID, duties: Collection[str], by: UUID) -> None:
    """Add duties of an account, with the organisation's row locked. Raises OrganisationLimit."""
    members = OrganisationMember.filter(organisation_id=organisation.id, removed_at=None)
    known = set(await members.values_list("staff_id", flat=True))
    if staff_id not in known and len(known) >= MEMBERS_MAX:
        raise OrganisationLimit(items_max=MEMBERS_MAX)
    for duty in sorted(duties):
        await OrganisationMember.create(
            organisation_id=organisation.id, staff_id=staff_id, duty=duty, added_by=by
        )


async def _locked(
    staff: Principal, code: str, id_text: str, duties: Collection[str]
) -> tuple[Organisation, UUID]:
    wanted = read_id(id_text, OrganisationMemberNotFound)
    found = await lock_organisation(code)
    await check_organisation_duty(staff, found, duties)
    if not await held_duties(found.id, wanted):
        raise OrganisationMemberNotFound
    return found, wanted


async def _check_another_owner(organisation: Organisation, leaving: UUID) -> None:
    """Raises OrganisationLastOwner. An owner whose account is closed opens no door, and counts for none."""
    owners = OrganisationMember.filter(organisation_id=organisation.id, duty="owner", removed_at=None)
    others = await owners.exclude(staff_id=leaving).values_list("staff_id", flat=True)
    if not await Staff.exists(id__in=list(others), disabled_at=None):
        raise OrganisationLastOwner


async def _end(organisation: Organisation, member: UUID, duties: Collection[str], staff: Principal) -> None:
    held = OrganisationMember.filter(
        organisation_id=organisation.id, staff_id=member, duty__in=list(duties), removed_at=None
    )
    await held.update(removed_at=datetime.now(UTC), removed_by=staff.id)


async def _views(staff: Principal, organisation: Organisation) -> list[OrganisationMemberView]:
    rows: dict[UUID, list[OrganisationMember]] = {}
    held = OrganisationMember.filter(organisation_id=organisation.id, removed_at=None)
    for row in await held.order_by("added_at", "duty"):
        rows.setdefault(row.staff_id, []).append(row)
    names = await usernames(rows)
    return [
        OrganisationMemberView(
            id=str(id_),
            username=names[id_],
            duties=sorted((row.duty for row in each), key=ALL_DUTIES.index),  # type: ignore[misc]
            since=each[0].added_at,
            is_own=id_ == staff.id,
        )
        for id_, each in rows.items()
    ]
