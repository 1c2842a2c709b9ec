"""Demonstrations: the public list, and their selection by regulators of the province."""

from __future__ import annotations

from backend.auth import Role
from backend.domain.catalogue.refusals import CITY_REFUSALS
from backend.errors import EventNotFound
from backend.errors.evaluation import (
    DemonstrationNotNominated,
    DemonstrationProposalDecided,
    DemonstrationProposalNotFound,
    DemonstrationProposed,
    DemonstrationRankUnfit,
    DemonstrationStands,
    DemonstrationStateUnfit,
)
from backend.errors.supervision.freezes import EventFrozen, OutsideRemit, SamePerson
from backend.errors.supervision.lists import OrganisationOfOwn
from backend.messages.evaluation import demonstrations as m
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import ANY_STAFF, OVERSEERS, PAGING, Endpoint, Query, in_section
from backend.services.evaluation import demonstrations

REGULATOR: tuple[Role, ...] = ("regulator",)
UNFIT = (
    *(OutsideRemit, SamePerson, OrganisationOfOwn, EventFrozen, DemonstrationStands),
    *(DemonstrationNotNominated, DemonstrationRankUnfit, DemonstrationStateUnfit),
)


async def list_demonstrations(call: Call) -> Page[m.DemonstrationView]:
    cities = call.components.catalogue.cities
    return await demonstrations.list_demonstrations(
        cities, call.text("region", m.REGION_CHARS_MAX), call.limit, call.cursor_id
    )


async def list_candidates(call: Call) -> Page[m.DemonstrationCandidate]:
    is_demo = call.components.settings.is_demo
    return await demonstrations.list_candidates(call.principal, call.limit, call.cursor_id, is_demo=is_demo)


async def show_candidate(call: Call) -> m.DemonstrationCandidate:
    is_demo = call.components.settings.is_demo
    return await demonstrations.show_candidate(call.principal, call.params["slug"], is_demo=is_demo)


async def propose(call: Call) -> m.DemonstrationCandidate:
    components = call.components
    return await demonstrations.propose(
        components.database,
        call.principal,
        call.params["slug"],
        call.body,
        call.now,
        is_demo=components.settings.is_demo,
    )


async def decide(call: Call) -> m.DemonstrationCandidate:
    components = call.components
    return await demonstrations.decide(
        components.database,
        call.principal,
        call.params["id"],
        call.body,
        call.now,
        is_demo=components.settings.is_demo,
    )


ENDPOINTS = in_section(
    "evaluation",
    Endpoint(
        "GET /v1/demonstrations",
        list_demonstrations,
        summary="Demonstration events with region, documents and outcome, newest first",
        answers={200: Page[m.DemonstrationView]},
        refusals=CITY_REFUSALS,
        query=(*PAGING, Query("region", {"type": "string"}, "a city, in either language")),
    ),
    Endpoint(
        "GET /v1/demonstration-candidates",
        list_candidates,
        roles=OVERSEERS,
        summary="Accepted events that were nominated or selected, within the caller's remits, newest first",
        answers={200: Page[m.DemonstrationCandidate]},
        query=PAGING,
    ),
    Endpoint(
        "GET /v1/events/{slug}/demonstration",
        show_candidate,
        roles=ANY_STAFF,
        duty=("desk",),
        summary="An event's nomination as a demonstration, and what was decided about it",
        answers={200: m.DemonstrationCandidate},
        refusals=(EventNotFound,),
    ),
    Endpoint(
        "POST /v1/events/{slug}/demonstration",
        propose,
        roles=REGULATOR,
        summary="Propose that a nominated event is selected, or that the label is taken from it",
        body=m.DemonstrationProposalRequest,
        answers={200: m.DemonstrationCandidate},
        refusals=(EventNotFound, DemonstrationProposed, *UNFIT),
    ),
    Endpoint(
        "POST /v1/demonstration-proposals/{id}/confirmation",
        decide,
        roles=REGULATOR,
        summary="Confirm or reject a proposal about a demonstration, as another regulator of the province",
        body=m.DemonstrationDecision,
        answers={200: m.DemonstrationCandidate},
        refusals=(DemonstrationProposalNotFound, DemonstrationProposalDecided, *UNFIT),
    ),
)
