"""Credit scores of organisations, the criteria they rest on, objections to their points."""

from __future__ import annotations

from backend.auth import Role
from backend.errors.evaluation import (
    CreditCorrectionTooLarge,
    CreditObjectionDecided,
    CreditObjectionLate,
    CreditObjectionNotFound,
    CreditObjectionOwn,
    CreditObjectionRepeated,
    CreditPointUnknown,
    CriteriaNotFound,
)
from backend.errors.organisations import OrganisationDutyMissing, OrganisationNotFound
from backend.messages.evaluation.scores import (
    CreditObjectionView,
    CriteriaList,
    CriteriaView,
    GreenCandidate,
    ObjectionAnswer,
    ObjectionFiling,
    OrganisationCredit,
)
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import OPERATOR, OVERSEERS, PAGING, Endpoint, in_section
from backend.routes.http.reply import Reply
from backend.services.evaluation import criteria, green_candidates, objections, scores

MEMBERS: tuple[Role, ...] = ("organiser", "verifier", "operator")
READERS: tuple[Role, ...] = (*MEMBERS, "regulator")


async def list_criteria(call: Call) -> CriteriaList:
    return criteria.list_criteria(call.components.catalogue)


async def show_criteria(call: Call) -> CriteriaView:
    return criteria.show_criteria(call.components.catalogue, call.params["id"], call.params["version"])


async def show_credit(call: Call) -> OrganisationCredit:
    return await scores.show_credit(call.components.catalogue, call.params["code"])


async def object_to_point(call: Call) -> Reply:
    view = await objections.object_to_point(
        call.components.database,
        call.components.catalogue,
        call.principal,
        call.params["code"],
        call.body,
        call.now,
    )
    return Reply(view, status=201)


async def list_objections(call: Call) -> Page[CreditObjectionView]:
    return await objections.list_objections(call.principal, call.limit, call.cursor_id)


async def list_green_candidates(call: Call) -> Page[GreenCandidate]:
    components = call.components
    return await green_candidates.list_green_candidates(
        components.database, components.catalogue, call.limit, call.cursor_id, call.now
    )


async def decide(call: Call) -> CreditObjectionView:
    return await objections.decide_objection(
        call.components.database,
        call.components.catalogue,
        call.principal,
        call.params["id"],
        call.body,
        call.now,
        is_demo=call.components.settings.is_demo,
    )


ENDPOINTS = in_section(
    "evaluation",
    Endpoint(
        "GET /v1/criteria",
        list_criteria,
        summary="Criteria sets that organisations are rated by, every version",
        answers={200: CriteriaList},
    ),
    Endpoint(
        "GET /v1/criteria/{id}/{version}",
        show_criteria,
        summary="A version of a criteria set with its weights and sources; old versions stay",
        answers={200: CriteriaView},
        refusals=(CriteriaNotFound,),
    ),
    Endpoint(
        "GET /v1/organisations/{code}/credit",
        show_credit,
        summary="An organisation's score and stars, each point explained; nothing is rated without enough facts",
        answers={200: OrganisationCredit},
        refusals=(OrganisationNotFound,),
    ),
    Endpoint(
        "POST /v1/organisations/{code}/credit/objections",
        object_to_point,
        roles=MEMBERS,
        summary="Object to a point of the score, as an owner, within thirty days",
        body=ObjectionFiling,
        answers={201: CreditObjectionView},
        refusals=(
            OrganisationNotFound,
            OrganisationDutyMissing,
            CreditPointUnknown,
            CreditObjectionLate,
            CreditObjectionRepeated,
        ),
    ),
    Endpoint(
        "GET /v1/credit-objections",
        list_objections,
        roles=READERS,
        summary="Objections to points: of one's own organisations, regulators see those they watch, operators all",
        answers={200: Page[CreditObjectionView]},
        query=PAGING,
    ),
    Endpoint(
        "GET /v1/evaluation/green-candidates",
        list_green_candidates,
        roles=OVERSEERS,
        summary="Organisations whose rating reaches the green list's criteria and that no list has, newest first",
        answers={200: Page[GreenCandidate]},
        query=PAGING,
    ),
    Endpoint(
        "POST /v1/credit-objections/{id}/decision",
        decide,
        roles=OPERATOR,
        summary="Decide an objection, as no member of the organisation; upheld, the score is computed anew",
        body=ObjectionAnswer,
        answers={200: CreditObjectionView},
        refusals=(
            CreditObjectionNotFound,
            CreditObjectionDecided,
            CreditObjectionOwn,
            CreditCorrectionTooLarge,
        ),
    ),
)
