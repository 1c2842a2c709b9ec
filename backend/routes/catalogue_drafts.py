"""The operators' desk of methods and points rules: drafts, their effect, proposals, decisions."""

from __future__ import annotations

from backend.errors import MethodNotFound
from backend.errors.catalogue import (
    CatalogueInvalid,
    DraftBaseChanged,
    DraftDecided,
    DraftEffectMissing,
    DraftNotFound,
    DraftOwnProposal,
    DraftWaits,
    EffectiveTooEarly,
    VersionPublished,
)
from backend.errors.organisations import EditOutdated, EditRevisionMissing
from backend.messages.catalogue.administration import MethodVersionRequest, PointRuleRequest
from backend.messages.catalogue.drafts import DraftDecisionRequest, DraftItem, DraftProposalRequest, DraftView
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import OPERATOR, OVERSEERS, PAGING, SEARCH, Endpoint, Query, in_section
from backend.services.catalogue import drafts


async def list_drafts(call: Call) -> Page[DraftItem]:
    return await drafts.list_drafts(
        call.components.catalogue, call.search, call.limit, call.cursor_id, call.query("subject")
    )


async def show_draft(call: Call) -> DraftView:
    return await drafts.show_draft(call.components.catalogue, call.params["id"])


async def write_method(call: Call) -> DraftView:
    components = call.components
    return await drafts.write_method(
        components.database, components.catalogue, call.principal, call.params["code"], call.body, call.seen
    )


async def write_rule(call: Call) -> DraftView:
    components = call.components
    return await drafts.write_rule(
        components.database, components.catalogue, call.principal, call.body, call.seen
    )


async def propose_draft(call: Call) -> DraftView:
    components = call.components
    return await drafts.propose_draft(
        components.database, components.catalogue, call.principal, call.params["id"], call.body
    )


async def decide_draft(call: Call) -> DraftView:
    components = call.components
    return await drafts.decide_draft(
        components.database,
        components.catalogue,
        call.principal,
        call.params["id"],
        call.body,
        call.if_match,
        is_demo=components.settings.is_demo,
    )


WRITTEN = (
    EffectiveTooEarly,
    CatalogueInvalid,
    VersionPublished,
    DraftWaits,
    EditRevisionMissing,
    EditOutdated,
)

ENDPOINTS = in_section(
    "catalogue",
    Endpoint(
        "GET /v1/catalogue-drafts",
        list_drafts,
        roles=OVERSEERS,
        summary="Drafts of methods and points rules, the newest first",
        answers={200: Page[DraftItem]},
        query=(SEARCH, *PAGING, Query("subject", {"type": "string"}, "only of this method, or `points`")),
    ),
    Endpoint(
        "GET /v1/catalogue-drafts/{id}",
        show_draft,
        roles=OVERSEERS,
        summary="A draft: what it changes, an example before and after, its effect on the last 30 days",
        answers={200: DraftView},
        refusals=(DraftNotFound,),
    ),
    Endpoint(
        "POST /v1/methods/{code}/drafts",
        write_method,
        roles=OPERATOR,
        if_match="optional",
        summary="Begin the draft of a method's next version, or edit the one that is open; then If-Match is needed",
        body=MethodVersionRequest,
        answers={201: DraftView},
        refusals=(MethodNotFound, *WRITTEN),
    ),
    Endpoint(
        "POST /v1/point-rules/drafts",
        write_rule,
        roles=OPERATOR,
        if_match="optional",
        summary="Begin the draft of the next points rule, or edit the one that is open; then If-Match is needed",
        body=PointRuleRequest,
        answers={201: DraftView},
        refusals=WRITTEN,
    ),
    Endpoint(
        "POST /v1/catalogue-drafts/{id}/proposal",
        propose_draft,
        roles=OPERATOR,
        summary="Propose a draft whose effect has been computed",
        body=DraftProposalRequest,
        answers={200: DraftView},
        refusals=(
            DraftNotFound,
            DraftDecided,
            DraftEffectMissing,
            DraftBaseChanged,
            EffectiveTooEarly,
            CatalogueInvalid,
            VersionPublished,
        ),
    ),
    Endpoint(
        "POST /v1/catalogue-drafts/{id}/decision",
        decide_draft,
        roles=OPERATOR,
        if_match="required",
        summary="Publish what another operator proposed, from its day on; return it, or discard it",
        body=DraftDecisionRequest,
        answers={200: DraftView},
        refusals=(
            DraftNotFound,
            DraftDecided,
            EditOutdated,
            EditRevisionMissing,
            DraftOwnProposal,
            DraftBaseChanged,
            EffectiveTooEarly,
            CatalogueInvalid,
            VersionPublished,
        ),
    ),
)
