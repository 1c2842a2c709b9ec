"""Invitations: a link by which an account becomes a member of an organisation, once, within a week.

The link's key stands behind the `#`, where no server and no log sees it; its hash is kept.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from tortoise.exceptions import IntegrityError

from backend.auth import Principal, hash_of_token
from backend.domain.folding import folded_words
from backend.errors import InvalidBody
from backend.errors.identity import UsernameTaken
from backend.errors.organisations import (
    OrganisationInvitationInvalid,
    OrganisationLimit,
    TooManyRegistrations,
)
from backend.messages.organisations.organisations import (
    InvitationAccountRequest,
    InvitationOffer,
    NewOrganisationInvitation,
    OrganisationInvitationRequest,
    OrganisationInvitationView,
    OrganisationMembership,
)
from backend.messages.shape import Page, view_of
from backend.models import Organisation, OrganisationInvitation, Staff
from backend.models.keys import read_id, uuid7
from backend.services.identity.password_policy import allowed_hash
from backend.services.identity.staff_accounts import record, usernames
from backend.services.organisations.changes import ENDED, check_not_ended, list_own
from backend.services.organisations.members import give, held_duties
from backend.services.organisations.organisations import (
    check_organisation_duty,
    find_organisation,
    lock_organisation,
    organisation_brief,
)
from backend.services.organisations.review import role_of
from backend.storage.database import Database
from backend.storage.redis import Redis
from backend.storage.redis_failures import FailureCounts

TOKEN_BYTES = 24
LIFE = timedelta(days=7)
OPEN_MAX = 50
NAMES_TRIED_MAX = 10
"""User names that one invitation may ask for in an hour: it opens an account, and is no list of who works here."""


class Invitations:
    """Makes invitations and takes them up."""

    def __init__(self, database: Database, redis: Redis, *, public_base: str) -> None:
        self._database = database
        self._tries = FailureCounts(redis, window_s=3600)
        self._public_base = public_base

    async def list_open(self, staff: Principal, code: str) -> Page[OrganisationInvitationView]:
        """Invitations that can be taken up still. Raises OrganisationNotFound, OrganisationDutyMissing."""
        found = await find_organisation(code)
        await check_organisation_duty(staff, found, ("owner",))
        return Page(await _views(await _open(found.id)))

    async def invite(
        self, staff: Principal, code: str, request: OrganisationInvitationRequest
    ) -> NewOrganisationInvitation:
        """Make a link for one person. Raises OrganisationNotFound, OrganisationDutyMissing, OrganisationReviewed,
        OrganisationLimit.
        """
        token = secrets.token_urlsafe(TOKEN_BYTES)
        async with self._database.transaction():
            found = await lock_organisation(code)
            await check_organisation_duty(staff, found, ("owner",))
            check_not_ended(found)
            if len(await _open(found.id)) >= OPEN_MAX:
                raise OrganisationLimit(items_max=OPEN_MAX)
            invitation = await OrganisationInvitation.create(
                organisation_id=found.id,
                duties=sorted(set(request.duties)),
                token_hash=hash_of_token(token),
                created_by=staff.id,
                expires_at=datetime.now(UTC) + LIFE,
            )
            after = {"duties": sorted(set(request.duties))}
            await record(staff, "organisation.invite", found.code, reason=request.reason, after=after)
        (view,) = await _views([invitation])
        return NewOrganisationInvitation(invitation=view, url=f"{self._public_base}/staff/invitation#{token}")

    async def withdraw(self, staff: Principal, code: str, id_text: str, reason: str) -> None:
        """Take an invitation back; a second time changes nothing.

        Raises OrganisationNotFound, OrganisationDutyMissing, OrganisationInvitationInvalid.
        """
        wanted = read_id(id_text, OrganisationInvitationInvalid)
        async with self._database.transaction():
            found = await lock_organisation(code)
            await check_organisation_duty(staff, found, ("owner",))
            invitation = await OrganisationInvitation.get_or_none(id=wanted, organisation_id=found.id)
            if invitation is None or invitation.used_at is not None:
                raise OrganisationInvitationInvalid
            if invitation.revoked_at is None:
                await OrganisationInvitation.filter(id=wanted).update(revoked_at=datetime.now(UTC))
                before = {"duties": sorted(invitation.duties)}
                await record(staff, "organisation.uninvite", found.code, reason=reason, before=before)

    async def look_up(self, token: str) -> InvitationOffer:
        """What an invitation offers. Raises OrganisationInvitationInvalid."""
        async with self._database.transaction():
            invitation, found = await _valid(token)
        return view_of(InvitationOffer, invitation, organisation=organisation_brief(found))

    async def accept(self, staff: Principal, token: str) -> OrganisationMembership:
        """Become a member by an invitation, with an account that is there.

        Raises OrganisationInvitationInvalid, OrganisationLimit.
        """
        async with self._database.transaction():
            invitation, found = await _valid(token)
            await _enter(invitation, found, staff)
        return next(each for each in await list_own(staff) if each.organisation.code == found.code)

    async def open_account(self, request: InvitationAccountRequest) -> None:
        """Open an account by an invitation, with the password of its owner, who is a member at once.

        Raises OrganisationInvitationInvalid, UsernameTaken, TooManyRegistrations, OrganisationLimit, InvalidBody, what
        check_password raises.
        """
        name = folded_words(request.username)
        if not name:
            raise InvalidBody.at("/username", "missing")
        async with self._database.transaction():
            await _valid(request.token)
        tries = f"invitation {hash_of_token(request.token).hex()}"
        await self._tries.count([tries])
        if wait_s := await self._tries.wait_s({tries: NAMES_TRIED_MAX + 1}):
            raise TooManyRegistrations(retry_after_s=wait_s)
        password_hash = await allowed_hash(request.password, name)
        try:
            async with self._database.transaction():
                invitation, found = await _valid(request.token)
                if await Staff.exists(username=name):
                    raise UsernameTaken(username=name)
                role = role_of(found.kinds)
                account = await Staff.create(username=name, role=role, password_hash=password_hash)
                owner = msgspec.convert({"id": account.id, "role": role, "session_id": uuid7()}, Principal)
                await _enter(invitation, found, owner)
        except IntegrityError as error:
            raise UsernameTaken(username=name) from error


async def _valid(token: str) -> tuple[OrganisationInvitation, Organisation]:
    """What a token opens, with the organisation's row locked. Raises OrganisationInvitationInvalid."""
    hashed = hash_of_token(token)
    known = await OrganisationInvitation.get_or_none(token_hash=hashed)
    if known is None:
        raise OrganisationInvitationInvalid
    found = await Organisation.filter(id=known.organisation_id).select_for_update().get()
    # Once more: who had the lock before may have used it.
    known = await OrganisationInvitation.get(token_hash=hashed)
    is_over = known.used_at is not None or known.revoked_at is not None
    if is_over or known.expires_at <= datetime.now(UTC) or found.state in ENDED:
        raise OrganisationInvitationInvalid
    # A link outlives nobody's right to make it: who is owner no more leaves no way back behind.
    if "owner" not in await held_duties(found.id, known.created_by) and not await Staff.exists(
        id=known.created_by, role="operator", disabled_at=None
    ):
        raise OrganisationInvitationInvalid
    return known, found


async def _enter(invitation: OrganisationInvitation, organisation: Organisation, staff: Principal) -> None:
    before = await held_duties(organisation.id, staff.id)
    wanted = set(invitation.duties)
    await give(organisation, staff.id, wanted - before, invitation.created_by)
    await OrganisationInvitation.filter(id=invitation.id).update(used_by=staff.id, used_at=datetime.now(UTC))
    await record(
        staff,
        "organisation.join",
        organisation.code,
        before={"duties": sorted(before)},
        after={"duties": sorted(before | wanted)},
    )


async def _open(organisation_id: UUID) -> list[OrganisationInvitation]:
    return await OrganisationInvitation.filter(
        organisation_id=organisation_id, used_at=None, revoked_at=None, expires_at__gt=datetime.now(UTC)
    ).order_by("id")


async def _views(invitations: list[OrganisationInvitation]) -> list[OrganisationInvitationView]:
    names = await usernames(each.created_by for each in invitations)
    return [
        view_of(OrganisationInvitationView, each, id=str(each.id), created_by=names[each.created_by])
        for each in invitations
    ]
