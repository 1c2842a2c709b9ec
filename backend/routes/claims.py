"""Causes, donations, what became of reductions, reversals."""

from __future__ import annotations

from backend.errors import EventNotFound, IdempotencyKeyReused
from backend.errors.actions.reduction_claims import (
    ActionClaimed,
    ActionNotFound,
    ActionReversed,
    CauseClosed,
    CauseNotFound,
    CauseSlugTaken,
    NothingToClaim,
    NothingToDonate,
)
from backend.ledger.command import Outcome
from backend.messages.actions import reduction_claims as m
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import CITIZEN, OPERATOR, PAGING, QUEUED, SEARCH, Endpoint, in_section
from backend.services.actions import causes, reduction_claims


async def list_causes(call: Call) -> Page[m.CauseView]:
    return await causes.list_causes(call.limit, call.cursor_id, call.search)


async def show_cause(call: Call) -> m.CauseDetail:
    return await causes.show_cause(call.components.database, call.params["slug"], call.now)


async def create_cause(call: Call) -> m.CauseView:
    return await causes.create_cause(call.components.database, call.principal, call.body)


async def change_cause(call: Call) -> m.CauseView:
    return await causes.change_cause(
        call.components.database, call.principal, call.params["slug"], call.body, call.seen
    )


async def donate(call: Call) -> Outcome:
    return await reduction_claims.donate(
        call.components.queue, call.principal.id, call.body, call.idempotency, call.now
    )


async def list_donations(call: Call) -> Page[m.DonationView]:
    return await reduction_claims.list_donations(
        call.components.database, call.principal.id, call.limit, call.cursor_id
    )


async def show_claims(call: Call) -> m.ClaimSums:
    return await reduction_claims.claim_sums(call.components.database, call.principal.id)


async def cancel(call: Call) -> Outcome:
    return await reduction_claims.cancel(
        call.components.queue, call.principal.id, call.body, call.idempotency, call.now
    )


async def aggregate(call: Call) -> m.AggregationAnswer:
    components = call.components
    return await reduction_claims.aggregate(
        components.database,
        components.queue,
        components.catalogue.policies,
        call.principal,
        call.body,
        call.now,
    )


async def reverse(call: Call) -> Outcome:
    return await reduction_claims.reverse_action(
        call.components.queue, call.principal, call.params["id"], call.body, call.now
    )


ENDPOINTS = in_section(
    "claims",
    Endpoint(
        "POST /v1/me/donations",
        donate,
        feature="donations",
        roles=CITIZEN,
        summary="Give reductions to a cause, once and for good",
        body=m.DonationRequest,
        answers={201: m.DonationAnswer},
        refusals=(CauseNotFound, CauseClosed, NothingToDonate, IdempotencyKeyReused, *QUEUED),
        idempotency="required",
    ),
    Endpoint(
        "GET /v1/me/donations",
        list_donations,
        roles=CITIZEN,
        summary="Donations, newest first",
        answers={200: Page[m.DonationView]},
        query=PAGING,
    ),
    Endpoint(
        "POST /v1/me/cancellations",
        cancel,
        roles=CITIZEN,
        summary="Give reductions up for good, to nobody",
        body=m.CancellationRequest,
        answers={201: m.ClaimAnswer},
        refusals=(NothingToClaim, IdempotencyKeyReused, *QUEUED),
        idempotency="required",
    ),
    Endpoint(
        "GET /v1/me/claims",
        show_claims,
        roles=CITIZEN,
        summary="Verified reductions by what became of them",
        answers={200: m.ClaimSums},
    ),
    Endpoint(
        "GET /v1/causes",
        list_causes,
        summary="Causes with their public totals, newest first",
        answers={200: Page[m.CauseView]},
        query=(SEARCH, *PAGING),
    ),
    Endpoint(
        "POST /v1/causes",
        create_cause,
        roles=OPERATOR,
        summary="Open a cause, an event's own or one by itself",
        body=m.CauseRequest,
        answers={201: m.CauseView},
        refusals=(CauseSlugTaken, EventNotFound),
    ),
    Endpoint(
        "GET /v1/causes/{slug}",
        show_cause,
        summary="A cause with its public total and its last days",
        answers={200: m.CauseDetail},
        refusals=(CauseNotFound,),
    ),
    Endpoint(
        "POST /v1/causes/{slug}/changes",
        change_cause,
        roles=OPERATOR,
        if_match="optional",
        summary="Rename a cause, describe it anew, close it or open it again",
        body=m.CauseChangeRequest,
        answers={200: m.CauseView},
        refusals=(CauseNotFound,),
    ),
    Endpoint(
        "POST /v1/aggregations",
        aggregate,
        roles=OPERATOR,
        summary="Aggregate reductions of citizens who agreed to it, some hundred at a time",
        body=m.AggregationRequest,
        answers={201: m.AggregationAnswer},
    ),
    Endpoint(
        "POST /v1/actions/{id}/reversal",
        reverse,
        roles=OPERATOR,
        summary="Take an action back, with its points as far as they are there",
        body=m.ReversalRequest,
        answers={201: m.ReversalAnswer},
        refusals=(ActionNotFound, ActionReversed, ActionClaimed, *QUEUED),
    ),
)
