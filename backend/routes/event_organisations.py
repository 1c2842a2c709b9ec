"""Organisations that run an event together: the host invites, the other one accepts, either ends it."""

from __future__ import annotations

from backend.auth import Role
from backend.errors import EventClosed, EventNotFound
from backend.errors.organisations import (
    EventHostStays,
    EventOrganisationMissing,
    EventOrganisationNotFound,
    EventOrganisationTaken,
    OrganisationBlacklisted,
    OrganisationDutyMissing,
    OrganisationNotActive,
    OrganisationNotFound,
)
from backend.messages.organisations.organisations import (
    EventInvitationAnswer,
    EventInvitationView,
    EventOrganisationRequest,
    EventOrganisationView,
    OrganisationReasonRequest,
)
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import MAY_READ, ORGANISER, Endpoint, in_section
from backend.routes.http.reply import Reply
from backend.services.events import hosts

MEMBERS: tuple[Role, ...] = ("organiser", "verifier", "operator")


async def invite(call: Call) -> EventInvitationView:
    return await hosts.invite(call.components.database, call.principal, call.params["slug"], call.body)


async def remove(call: Call) -> Page[EventOrganisationView]:
    return Page(
        await hosts.remove(
            call.components.database,
            call.principal,
            call.params["slug"],
            call.params["code"],
            call.body.reason,
        )
    )


async def list_invitations(call: Call) -> Page[EventInvitationView]:
    return await hosts.list_invitations(call.principal, call.params["code"])


async def answer(call: Call) -> Reply:
    await hosts.answer(
        call.components.database, call.principal, call.params["code"], call.params["id"], call.body
    )
    return Reply(status=204)


ENDPOINTS = in_section(
    "organisations",
    Endpoint(
        "POST /v1/events/{slug}/organisations",
        invite,
        roles=ORGANISER,
        organiser_duty=("owner",),
        summary="Ask another organisation to run an event with its host, by the host's owner",
        body=EventOrganisationRequest,
        answers={201: EventInvitationView},
        refusals=(
            OrganisationNotFound,
            OrganisationNotActive,
            OrganisationBlacklisted,
            EventClosed,
            EventOrganisationMissing,
            EventOrganisationTaken,
        ),
    ),
    Endpoint(
        "POST /v1/events/{slug}/organisations/{code}/removal",
        remove,
        roles=ORGANISER,
        # The duty counts at the organisation itself: an owner of a co-host that only reads at the host's is one.
        organiser_duty=MAY_READ,
        summary="End a co-host's part in an event, or take its invitation back, by either side's owner",
        body=OrganisationReasonRequest,
        answers={200: Page[EventOrganisationView]},
        refusals=(EventNotFound, OrganisationNotFound, EventHostStays, EventOrganisationNotFound),
    ),
    Endpoint(
        "GET /v1/organisations/{code}/event-invitations",
        list_invitations,
        roles=MEMBERS,
        summary="Events that an organisation is asked to run with their host",
        answers={200: Page[EventInvitationView]},
        refusals=(OrganisationNotFound, OrganisationDutyMissing),
    ),
    Endpoint(
        "POST /v1/organisations/{code}/event-invitations/{id}/answer",
        answer,
        roles=MEMBERS,
        summary="Accept or refuse to run an event with its host, by an owner",
        body=EventInvitationAnswer,
        answers={204: None},
        refusals=(
            OrganisationNotFound,
            OrganisationDutyMissing,
            OrganisationNotActive,
            OrganisationBlacklisted,
            EventClosed,
            EventOrganisationNotFound,
        ),
    ),
)
