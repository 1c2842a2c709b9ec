"""Organisations: the public register, registration, review, edits and licences."""

from __future__ import annotations

from typing import get_args

from backend.auth import Role
from backend.domain.catalogue.refusals import CITY_REFUSALS
from backend.errors import RoleForbidden
from backend.errors.organisations import (
    LicenceEnded,
    LicenceNotFound,
    LicenceOwnEntry,
    LicenceRepeated,
    OrganisationCodeInvalid,
    OrganisationCodeStands,
    OrganisationDutyMissing,
    OrganisationLimit,
    OrganisationListed,
    OrganisationNotFound,
    OrganisationOwnApplication,
    OrganisationReceiptUnknown,
    OrganisationReviewed,
    OrganisationTaken,
    TooManyRegistrations,
)
from backend.messages.organisations import organisations as m_organisations
from backend.messages.organisations.organisations import (
    OrganisationItem,
    OrganisationKind,
    OrganisationMembership,
    OrganisationState,
    OrganisationView,
    RegistrationOutcome,
    RegistrationReceipt,
)
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import OPERATOR, OVERSEERS, PAGING, Endpoint, Query, in_section
from backend.routes.http.reply import Reply
from backend.services.organisations import changes, licences, organisations, review

QUERY_CHARS_MAX = 80
OWNERS: tuple[Role, ...] = ("organiser", "verifier")
MEMBERS: tuple[Role, ...] = (*OWNERS, "operator")
"""Who acts for organisations: members by their duty, operators for all."""
PUBLIC_STATES = organisations.PUBLIC_STATES
WAITS = ("code", "licence")


async def list_organisations(call: Call) -> Page[OrganisationView]:
    return await organisations.list_organisations(
        call.text("query", QUERY_CHARS_MAX),
        call.one_of("kind", get_args(OrganisationKind)),
        call.one_of("state", PUBLIC_STATES),
        call.limit,
        call.cursor_id,
    )


async def show_organisation(call: Call) -> OrganisationView:
    return await organisations.show_organisation(call.params["code"])


async def register(call: Call) -> RegistrationReceipt:
    return await call.components.registrations.register(call.body, call.principal_if_staff(), call.source)


async def look_up(call: Call) -> RegistrationOutcome:
    return await call.components.registrations.look_up(call.body.receipt, call.now)


async def list_for_staff(call: Call) -> Page[OrganisationItem]:
    wanted = {
        "kind": call.one_of("kind", get_args(OrganisationKind)),
        "state": call.one_of("state", get_args(OrganisationState)),
        "waits": call.one_of("waits", WAITS),
    }
    query = call.text("query", QUERY_CHARS_MAX)
    return await review.list_organisations(
        call.components.database, call.principal, query, wanted, call.limit, call.cursor_id
    )


async def review_application(call: Call) -> OrganisationItem:
    components = call.components
    return await review.review(
        components.database,
        call.principal,
        call.params["code"],
        call.body,
        call.now,
        is_demo=components.settings.is_demo,
    )


async def move(call: Call) -> OrganisationItem:
    components = call.components
    return await review.move(
        components.database,
        call.principal,
        call.params["code"],
        call.body,
        is_demo=components.settings.is_demo,
    )


async def review_code(call: Call) -> OrganisationItem:
    components = call.components
    return await review.review_code(
        components.database,
        call.principal,
        call.params["code"],
        call.body,
        is_demo=components.settings.is_demo,
    )


async def list_own(call: Call) -> Page[OrganisationMembership]:
    return Page(await changes.list_own(call.principal))


async def change(call: Call) -> OrganisationView:
    components = call.components
    return await changes.change(
        components.database,
        call.principal,
        call.params["code"],
        call.body,
        call.if_match,
        components.catalogue,
    )


async def tell_code(call: Call) -> OrganisationView:
    return await changes.tell_code(call.components.database, call.principal, call.params["code"], call.body)


async def add_licence(call: Call) -> Reply:
    added = await licences.add_licence(
        call.components.database, call.principal, call.params["code"], call.body
    )
    return Reply(added, status=201)


async def confirm_licence(call: Call) -> OrganisationView:
    components = call.components
    return await licences.confirm_licence(
        components.database,
        call.principal,
        call.params["code"],
        call.params["id"],
        call.body.reason,
        is_demo=components.settings.is_demo,
    )


async def revoke_licence(call: Call) -> OrganisationView:
    return await licences.revoke_licence(
        call.components.database, call.principal, call.params["code"], call.params["id"], call.body.reason
    )


def _choice(name: str, words: tuple[str, ...], about: str) -> Query:
    return Query(name, {"type": "string", "enum": list(words)}, about)


SEARCH = (
    Query(
        "query", {"type": "string", "minLength": 1, "maxLength": QUERY_CHARS_MAX}, "a code, or part of a name"
    ),
    _choice("kind", get_args(OrganisationKind), "of this kind only"),
)
OF_A_MEMBER = (OrganisationNotFound, OrganisationDutyMissing)

ENDPOINTS = in_section(
    "organisations",
    Endpoint(
        "GET /v1/organisations",
        list_organisations,
        summary="The public register of organisations, newest first: organisers, verifiers and others with their state",
        answers={200: Page[OrganisationView]},
        query=(*SEARCH, _choice("state", PUBLIC_STATES, "in this state only"), *PAGING),
    ),
    Endpoint(
        "POST /v1/organisations",
        register,
        summary="Register an organisation; without a sign-in a receipt, shown once, finds the outcome",
        body=m_organisations.RegistrationRequest,
        answers={201: RegistrationReceipt},
        refusals=(
            OrganisationCodeInvalid,
            OrganisationTaken,
            OrganisationLimit,
            TooManyRegistrations,
            *CITY_REFUSALS,
        ),
    ),
    Endpoint(
        "POST /v1/organisations/registrations/lookup",
        look_up,
        summary="What became of a registration, and once the link that opens its account",
        body=m_organisations.ReceiptRequest,
        answers={200: RegistrationOutcome},
        refusals=(OrganisationReceiptUnknown,),
    ),
    Endpoint(
        "GET /v1/organisations/{code}",
        show_organisation,
        summary="An organisation with its kinds, licences and state; its ETag is its revision",
        answers={200: OrganisationView},
        refusals=(OrganisationNotFound,),
    ),
    Endpoint(
        "POST /v1/organisations/{code}/review",
        review_application,
        roles=OPERATOR,
        summary="Accept or reject an application, by an operator who had no part in it",
        body=m_organisations.OrganisationReviewRequest,
        answers={200: OrganisationItem},
        refusals=(OrganisationNotFound, OrganisationReviewed, OrganisationOwnApplication),
    ),
    Endpoint(
        "POST /v1/organisations/{code}/state",
        move,
        roles=OPERATOR,
        summary="Suspend an organisation, let it resume, or close it for good",
        body=m_organisations.OrganisationStateRequest,
        answers={200: OrganisationItem},
        refusals=(OrganisationNotFound, OrganisationReviewed, OrganisationOwnApplication),
    ),
    Endpoint(
        "POST /v1/organisations/{code}/changes",
        change,
        roles=MEMBERS,
        if_match="required",
        summary="Change what an organisation is called and where it is; If-Match says which revision was seen",
        body=m_organisations.OrganisationChangeRequest,
        answers={200: OrganisationView},
        refusals=(*OF_A_MEMBER, OrganisationReviewed, RoleForbidden, OrganisationListed, *CITY_REFUSALS),
    ),
    Endpoint(
        "POST /v1/organisations/{code}/code",
        tell_code,
        roles=MEMBERS,
        summary="Tell the true code of an organisation that has a provisional one, once",
        body=m_organisations.OrganisationCodeRequest,
        answers={200: OrganisationView},
        refusals=(
            *OF_A_MEMBER,
            OrganisationReviewed,
            OrganisationCodeInvalid,
            OrganisationCodeStands,
            OrganisationTaken,
        ),
    ),
    Endpoint(
        "POST /v1/organisations/{code}/code/review",
        review_code,
        roles=OPERATOR,
        summary="Let the true code stand in the place of the provisional one, or not",
        body=m_organisations.OrganisationReviewRequest,
        answers={200: OrganisationItem},
        refusals=(
            OrganisationNotFound,
            OrganisationReviewed,
            OrganisationOwnApplication,
            OrganisationTaken,
        ),
    ),
    Endpoint(
        "POST /v1/organisations/{code}/licences",
        add_licence,
        roles=MEMBERS,
        summary="Enter a licence; it counts once an operator has confirmed it",
        body=m_organisations.LicenceRequest,
        answers={201: OrganisationView},
        refusals=(*OF_A_MEMBER, OrganisationReviewed, LicenceRepeated, OrganisationLimit),
    ),
    Endpoint(
        "POST /v1/organisations/{code}/licences/{id}/confirmation",
        confirm_licence,
        roles=OPERATOR,
        summary="Confirm a licence, by an operator who did not enter it",
        body=m_organisations.OrganisationReasonRequest,
        answers={200: OrganisationView},
        refusals=(
            OrganisationNotFound,
            LicenceNotFound,
            LicenceEnded,
            LicenceOwnEntry,
            OrganisationOwnApplication,
        ),
    ),
    Endpoint(
        "POST /v1/organisations/{code}/licences/{id}/revocation",
        revoke_licence,
        roles=MEMBERS,
        summary="End a licence before its term",
        body=m_organisations.OrganisationReasonRequest,
        answers={200: OrganisationView},
        refusals=(*OF_A_MEMBER, LicenceNotFound),
    ),
    Endpoint(
        "GET /v1/staff/organisations",
        list_for_staff,
        roles=OVERSEERS,
        summary="Organisations in every state, newest first, and what waits for somebody's word",
        answers={200: Page[OrganisationItem]},
        query=(
            *SEARCH,
            _choice("state", get_args(OrganisationState), "in this state only"),
            _choice("waits", WAITS, "with a true code, or a licence, that waits for its review"),
            *PAGING,
        ),
    ),
    Endpoint(
        "GET /v1/staff/me/organisations",
        list_own,
        roles=OWNERS,
        summary="The organisations that the caller is a member of, with the caller's duties",
        answers={200: Page[OrganisationMembership]},
    ),
)
