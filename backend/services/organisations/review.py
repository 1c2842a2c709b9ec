"""Operators review organisations that applied, suspend, resume and close them, and review a true code.

Who applied, or is a member, reviews nothing of it. Outside demo mode that takes a second person always.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.errors.organisations import OrganisationOwnApplication, OrganisationReviewed, OrganisationTaken
from backend.messages.organisations.organisations import (
    OrganisationItem,
    OrganisationReviewRequest,
    OrganisationStateRequest,
)
from backend.messages.shape import Page
from backend.models import Organisation, OrganisationLicence, OrganisationMember, Staff
from backend.services.identity.password_hashing import hashed
from backend.services.identity.staff_accounts import record
from backend.services.organisations.organisations import lock_organisation, organisation_views, searched
from backend.services.organisations.persons import accounts_of_person, is_another_person, is_outsider
from backend.services.organisations.remits import organisations_within, remits_of
from backend.services.organisations.standing import listed_namesakes
from backend.storage.database import Database, constraint_of

ACCOUNT_NAMES_MAX = 100
MAY_GO = {
    "suspended": ("active",),
    "active": ("suspended",),
    "closed": ("active", "suspended"),
}
"""Where an organisation comes from when an operator moves it on."""


async def list_organisations(
    database: Database,
    staff: Principal,
    query: str | None,
    wanted: dict[str, Any],
    limit: int,
    cursor: UUID | None,
) -> Page[OrganisationItem]:
    """Organisations in every state, newest first; `waits` narrows to what waits for somebody's word.

    Regulators see those that they watch.
    """
    rows = searched(Organisation.filter(organisations_within(await remits_of(staff))), query)
    if wanted.get("state"):
        rows = rows.filter(state=wanted["state"])
    if wanted.get("kind"):
        rows = rows.filter(kinds__contains=[wanted["kind"]])
    if wanted.get("waits") == "code":
        rows = rows.filter(wanted_code__isnull=False)
    if wanted.get("waits") == "licence":
        licensed = OrganisationLicence.filter(confirmed_at=None, revoked_at=None)
        rows = rows.filter(
            id__in=await licensed.distinct().limit(1000).values_list("organisation_id", flat=True)
        )
    if cursor is not None:
        rows = rows.filter(id__lt=cursor)
    found = await rows.order_by("-id").limit(limit + 1)
    items = {each.id: item for each, item in zip(found, await _items(database, staff, found), strict=True)}
    return Page.of(found, limit, lambda each: items[each.id])


async def _items(
    database: Database, staff: Principal, found: Sequence[Organisation]
) -> list[OrganisationItem]:
    views = await organisation_views(found)
    namesakes = await listed_namesakes(database, found)
    accounts = await accounts_of_person(staff.id)
    own = await _own(accounts, [each.id for each in found])
    return [
        OrganisationItem(
            organisation=view,
            is_applied_by_caller=each.id in own or each.created_by in accounts,
            wanted_username=each.wanted_username,
            wanted_code=each.wanted_code,
            reviewed_at=each.reviewed_at,
            listed_namesakes=namesakes[each.id],
        )
        for each, view in zip(found, views, strict=True)
    ]


async def review(
    database: Database,
    staff: Principal,
    code: str,
    request: OrganisationReviewRequest,
    now: datetime,
    *,
    is_demo: bool,
) -> OrganisationItem:
    """Accept or reject an application. The first owner's account is opened with the acceptance.

    Raises OrganisationNotFound, OrganisationReviewed, OrganisationOwnApplication.
    """
    # Before the lock: a hash takes a tenth of a second.
    unknown = await hashed(secrets.token_urlsafe(32))
    async with database.transaction():
        found = await lock_organisation(code)
        if found.state != "applied":
            raise OrganisationReviewed(state=found.state)
        await check_second_person(staff, found, is_demo=is_demo)
        found.state = "active" if request.decision == "accepted" else "rejected"
        if request.decision == "rejected":
            found.state_why = request.reason
        found.reviewed_by, found.reviewed_at = staff.id, now
        if found.state == "active" and found.wanted_username:
            found.first_owner = await _open_account(staff, found, unknown, request.reason)
        # Wished for and answered: the account has it, or nobody does.
        found.wanted_username = None  # type: ignore[assignment]
        await _save(
            found, "state", "state_why", "reviewed_by", "reviewed_at", "first_owner", "wanted_username"
        )
        after = {"state": found.state}
        await record(staff, "organisation.review", found.code, reason=request.reason, after=after)
    return await _item(database, staff, found)


async def move(
    database: Database, staff: Principal, code: str, request: OrganisationStateRequest, *, is_demo: bool
) -> OrganisationItem:
    """Suspend, resume or close an organisation.

    Raises OrganisationNotFound, OrganisationReviewed, OrganisationOwnApplication.
    """
    async with database.transaction():
        found = await lock_organisation(code)
        if found.state not in MAY_GO[request.to]:
            raise OrganisationReviewed(state=found.state)
        await check_second_person(staff, found, is_demo=is_demo)
        before = {"state": found.state}
        found.state = request.to
        found.state_why = None if request.to == "active" else request.reason  # type: ignore[assignment]
        await _save(found, "state", "state_why")
        after = {"state": found.state}
        await record(
            staff, "organisation.state", found.code, reason=request.reason, before=before, after=after
        )
    return await _item(database, staff, found)


async def review_code(
    database: Database, staff: Principal, code: str, request: OrganisationReviewRequest, *, is_demo: bool
) -> OrganisationItem:
    """Let a true code stand in the place of a provisional one, or not.

    Raises OrganisationNotFound, OrganisationReviewed where none waits, OrganisationOwnApplication, OrganisationTaken.
    """
    try:
        async with database.transaction():
            found = await lock_organisation(code)
            if found.wanted_code is None:
                raise OrganisationReviewed(state=found.state)
            await check_second_person(staff, found, is_demo=is_demo)
            told_by = [found.wanted_code_by] if found.wanted_code_by else []
            if not is_demo and not await is_another_person(staff.id, told_by):
                raise OrganisationOwnApplication
            before, wanted = {"code": found.code}, found.wanted_code
            found.wanted_code = found.wanted_code_by = None  # type: ignore[assignment]
            if request.decision == "accepted":
                found.code = wanted
            await _save(found, "code", "wanted_code", "wanted_code_by")
            after = {"code": found.code, "told": wanted}
            await record(
                staff, "organisation.code", wanted, reason=request.reason, before=before, after=after
            )
    except IntegrityError as error:
        if constraint_of(error) == "organisations_code_unique":
            raise OrganisationTaken from error
        raise
    return await _item(database, staff, found)


async def check_second_person(staff: Principal, organisation: Organisation, *, is_demo: bool) -> None:
    """Raises OrganisationOwnApplication for who applied for an organisation, acts for it, or did, by any account."""
    if is_demo:
        return
    if not await is_outsider(staff.id, organisation.id):
        raise OrganisationOwnApplication


async def _own(accounts: Collection[UUID], ids: list[UUID]) -> set[UUID]:
    """Those of some organisations whose member one of these accounts is, or once was."""
    held = OrganisationMember.filter(staff_id__in=list(accounts), organisation_id__in=ids)
    return {row.organisation_id for row in await held}


async def _open_account(staff: Principal, found: Organisation, password_hash: str, reason: str) -> UUID:
    """The account of an organisation's first owner. A name that is taken gets a number."""
    role = role_of(found.kinds)
    username = await _free_name(found.wanted_username or found.code.casefold())
    owner = await Staff.create(username=username, role=role, password_hash=password_hash)
    await OrganisationMember.create(
        organisation_id=found.id, staff_id=owner.id, duty="owner", added_by=staff.id
    )
    await record(
        staff, "staff.create", username, reason=reason, after={"role": role, "organisation": found.code}
    )
    return owner.id


def role_of(kinds: list[str]) -> str:
    """The role of an account that acts for an organisation: who verifies organises nothing."""
    return "verifier" if "verifier" in kinds else "organiser"


async def _free_name(wanted: str) -> str:
    for number in range(1, ACCOUNT_NAMES_MAX):
        name = wanted if number == 1 else f"{wanted[:60]}-{number}"
        if not await Staff.exists(username=name):
            return name
    return f"{wanted[:48]}-{secrets.token_hex(4)}"


async def _save(organisation: Organisation, *columns: str) -> None:
    organisation.revision += 1
    await organisation.save(update_fields=[*columns, "revision"])


async def _item(database: Database, staff: Principal, found: Organisation) -> OrganisationItem:
    return (await _items(database, staff, [found]))[0]
