"""Members of organisations, and the invitations by which they come."""

from __future__ import annotations

from backend.auth import Role
from backend.errors.identity import PasswordCommon, PasswordIsName, PasswordTooShort, UsernameTaken
from backend.errors.organisations import (
    OrganisationDutyMissing,
    OrganisationInvitationInvalid,
    OrganisationLastOwner,
    OrganisationLimit,
    OrganisationMemberNotFound,
    OrganisationNotFound,
    OrganisationReviewed,
    TooManyRegistrations,
)
from backend.messages.organisations import organisations as m_organisations
from backend.messages.organisations.organisations import (
    InvitationOffer,
    NewOrganisationInvitation,
    OrganisationInvitationView,
    OrganisationMembership,
    OrganisationMemberView,
)
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import Endpoint, in_section
from backend.routes.http.reply import Reply
from backend.services.organisations import members

OWNERS: tuple[Role, ...] = ("organiser", "verifier")
MEMBERS: tuple[Role, ...] = (*OWNERS, "operator")
MAY_LOOK: tuple[Role, ...] = (*MEMBERS, "regulator")


async def list_members(call: Call) -> Page[OrganisationMemberView]:
    return await members.list_members(call.principal, call.params["code"])


async def set_duties(call: Call) -> OrganisationMemberView:
    return await members.set_duties(
        call.components.database, call.principal, call.params["code"], call.params["id"], call.body
    )


async def remove_member(call: Call) -> Reply:
    await members.remove_member(
        call.components.database, call.principal, call.params["code"], call.params["id"], call.body.reason
    )
    return Reply(status=204)


async def list_invitations(call: Call) -> Page[OrganisationInvitationView]:
    return await call.components.invitations.list_open(call.principal, call.params["code"])


async def invite(call: Call) -> NewOrganisationInvitation:
    return await call.components.invitations.invite(call.principal, call.params["code"], call.body)


async def withdraw(call: Call) -> Reply:
    await call.components.invitations.withdraw(
        call.principal, call.params["code"], call.params["id"], call.body.reason
    )
    return Reply(status=204)


async def look_up(call: Call) -> InvitationOffer:
    return await call.components.invitations.look_up(call.body.token)


async def accept(call: Call) -> OrganisationMembership:
    return await call.components.invitations.accept(call.principal, call.body.token)


async def open_account(call: Call) -> Reply:
    await call.components.invitations.open_account(call.body)
    return Reply(status=204)


OF_A_MEMBER = (OrganisationNotFound, OrganisationDutyMissing)

ENDPOINTS = in_section(
    "organisations",
    Endpoint(
        "GET /v1/organisations/{code}/members",
        list_members,
        roles=MAY_LOOK,
        summary="Members of an organisation with their duties",
        answers={200: Page[OrganisationMemberView]},
        refusals=OF_A_MEMBER,
    ),
    Endpoint(
        "POST /v1/organisations/{code}/members/{id}",
        set_duties,
        roles=MEMBERS,
        summary="Say what a member does at an organisation from now on; duties left out end",
        body=m_organisations.OrganisationMemberRequest,
        answers={200: OrganisationMemberView},
        refusals=(*OF_A_MEMBER, OrganisationMemberNotFound, OrganisationLastOwner, OrganisationLimit),
    ),
    Endpoint(
        "POST /v1/organisations/{code}/members/{id}/removal",
        remove_member,
        roles=MEMBERS,
        summary="End a membership at once, somebody's by an owner or one's own; the only owner stays",
        body=m_organisations.OrganisationReasonRequest,
        answers={204: None},
        refusals=(*OF_A_MEMBER, OrganisationMemberNotFound, OrganisationLastOwner),
    ),
    Endpoint(
        "GET /v1/organisations/{code}/invitations",
        list_invitations,
        roles=MEMBERS,
        summary="Invitations that can be taken up still",
        answers={200: Page[OrganisationInvitationView]},
        refusals=OF_A_MEMBER,
    ),
    Endpoint(
        "POST /v1/organisations/{code}/invitations",
        invite,
        roles=MEMBERS,
        summary="Make a link by which somebody becomes a member, once, within seven days",
        body=m_organisations.OrganisationInvitationRequest,
        answers={201: NewOrganisationInvitation},
        refusals=(*OF_A_MEMBER, OrganisationReviewed, OrganisationLimit),
    ),
    Endpoint(
        "POST /v1/organisations/{code}/invitations/{id}/revocation",
        withdraw,
        roles=MEMBERS,
        summary="Take an invitation back",
        body=m_organisations.OrganisationReasonRequest,
        answers={204: None},
        refusals=(*OF_A_MEMBER, OrganisationInvitationInvalid),
    ),
    Endpoint(
        "POST /v1/organisation-invitations/lookup",
        look_up,
        summary="What an invitation offers, for who holds its link",
        body=m_organisations.InvitationTokenRequest,
        answers={200: InvitationOffer},
        refusals=(OrganisationInvitationInvalid,),
    ),
    Endpoint(
        "POST /v1/organisation-invitations/acceptance",
        accept,
        roles=OWNERS,
        summary="Become a member by an invitation, with the account that is signed in",
        body=m_organisations.InvitationTokenRequest,
        answers={200: OrganisationMembership},
        refusals=(OrganisationInvitationInvalid, OrganisationLimit),
    ),
    Endpoint(
        "POST /v1/organisation-invitations/accounts",
        open_account,
        summary="Open an account by an invitation; it is a member at once",
        body=m_organisations.InvitationAccountRequest,
        answers={204: None},
        refusals=(
            OrganisationInvitationInvalid,
            OrganisationLimit,
            UsernameTaken,
            TooManyRegistrations,
            PasswordTooShort,
            PasswordIsName,
            PasswordCommon,
        ),
    ),
)
