"""Who works at an event or for the city: organisers and operators give duties to the venue's staff and end them."""

from __future__ import annotations

from backend.auth import Role
from backend.errors import EventNotFound
from backend.errors.events.members import MemberNotFound, VenueStaffNotFound
from backend.messages.events.members import CityMemberRequest, MemberRemovalRequest, MemberRequest, MemberView
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import (
    OF_THE_GATES,
    OPERATOR,
    ORGANISER,
    OVERSEERS,
    PAGING,
    Endpoint,
    in_section,
)
from backend.services.events import members

MAY_LOOK: tuple[Role, ...] = (*ORGANISER, "regulator")


async def list_members(call: Call) -> Page[MemberView]:
    return await members.list_members(call.principal, call.params["slug"], call.limit, call.cursor_id)


async def set_duties(call: Call) -> MemberView:
    return await members.set_duties(call.components.database, call.principal, call.params["slug"], call.body)


async def remove_member(call: Call) -> MemberView:
    return await members.remove_member(
        call.components.database, call.principal, call.params["slug"], call.params["id"], call.body
    )


async def list_city_members(call: Call) -> Page[MemberView]:
    return await members.list_city_members(call.limit, call.cursor_id)


async def set_city_duties(call: Call) -> MemberView:
    return await members.set_city_duties(call.components.database, call.principal, call.body)


async def remove_city_member(call: Call) -> MemberView:
    return await members.remove_city_member(
        call.components.database, call.principal, call.params["id"], call.body
    )


ENDPOINTS = in_section(
    "events",
    Endpoint(
        "GET /v1/events/{slug}/members",
        list_members,
        roles=MAY_LOOK,
        summary="Who of the venue's staff works at an event, with their duties",
        answers={200: Page[MemberView]},
        refusals=(EventNotFound,),
        query=PAGING,
    ),
    Endpoint(
        "POST /v1/events/{slug}/members",
        set_duties,
        roles=ORGANISER,
        organiser_duty=OF_THE_GATES,
        summary="Say what a member of the venue's staff does at an event from now on; duties left out end",
        body=MemberRequest,
        answers={200: MemberView},
        refusals=(EventNotFound, VenueStaffNotFound),
    ),
    Endpoint(
        "POST /v1/events/{slug}/members/{id}/removal",
        remove_member,
        roles=ORGANISER,
        organiser_duty=OF_THE_GATES,
        summary="End every duty of a member of staff at an event, at once",
        body=MemberRemovalRequest,
        answers={200: MemberView},
        refusals=(EventNotFound, MemberNotFound),
    ),
    Endpoint(
        "GET /v1/members",
        list_city_members,
        roles=OVERSEERS,
        is_of_the_province=True,
        summary="Who of the staff works for the whole city: reviews of what was done at no event, complaints",
        answers={200: Page[MemberView]},
        query=PAGING,
    ),
    Endpoint(
        "POST /v1/members",
        set_city_duties,
        roles=OPERATOR,
        summary="Say what a member of staff does for the whole city from now on; duties left out end",
        body=CityMemberRequest,
        answers={200: MemberView},
        refusals=(VenueStaffNotFound,),
    ),
    Endpoint(
        "POST /v1/members/{id}/removal",
        remove_city_member,
        roles=OPERATOR,
        summary="End every duty of a member of staff for the whole city, at once",
        body=MemberRemovalRequest,
        answers={200: MemberView},
        refusals=(MemberNotFound,),
    ),
)
