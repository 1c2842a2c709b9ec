"""Credit products, batches and their retirement, the pools of events, and what was left of them."""

from __future__ import annotations

from typing import get_args

from backend.errors import (
    BatchNotFound,
    BatchOverassigned,
    Busy,
    EventClosed,
    EventNotFound,
    InvalidQuery,
    RetirementEntered,
    TooManyAtOnce,
)
from backend.errors.credits import (
    BatchAssigned,
    BatchChanged,
    BatchIncomplete,
    BatchNotRetired,
    BatchRetired,
    BatchUnconfirmed,
    BatchUnproven,
    BatchVoid,
    DetailsKept,
    DetailsWaiting,
    NothingToConfirm,
    NotYetIssued,
    OwnEntry,
    ProductNotFound,
    ProjectNotFound,
    ProofNotFound,
    RetirementBeforeVintage,
    SerialsMalformed,
    SerialsOverlap,
)
from backend.errors.events.documents import ContentAway, ContentEmpty, ContentMismatch
from backend.errors.organisations import OrganisationBlacklisted, OrganisationNotFound
from backend.errors.supervision.freezes import EventFrozen
from backend.messages.credits import (
    BatchDetailsRequest,
    BatchStatus,
    ConfirmationRequest,
    CreditBatchRequest,
    CreditBatchView,
    OriginTag,
    PoolAssigned,
    PoolRequest,
    PoolSuggestion,
    PoolView,
    Product,
    ProductView,
    RetirementRequest,
    SurplusView,
    VoidingRequest,
)
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import (
    ANY_STAFF,
    OF_THE_MONEY,
    OPERATOR,
    ORGANISER,
    PAGING,
    SEARCH,
    Endpoint,
    Query,
    Upload,
    in_section,
)
from backend.routes.http.reply import Reply, file_headers
from backend.services.credits import batches, confirmation, register
from backend.services.events import credit_pools, surplus

GRAMS_MAX = 10_000_000_000_000


async def list_products(call: Call) -> Page[ProductView]:
    return Page(await register.list_products(call.components.database, call.components.catalogue))


async def list_register(call: Call) -> Page[CreditBatchView]:
    rules = call.components.catalogue.credits
    return await register.list_register(rules, call.params["code"], call.limit, call.cursor_id)


async def create_batch(call: Call) -> CreditBatchView:
    request: CreditBatchRequest = call.body
    rules = call.components.catalogue.credits
    return await batches.create_batch(
        call.components.database,
        call.principal,
        request,
        rules,
        needs_confirmation=not call.components.settings.is_demo,
    )


async def list_batches(call: Call) -> Page[CreditBatchView]:
    return await register.list_batches(
        call.components.catalogue.credits,
        call.limit,
        call.cursor_id,
        product=call.one_of("product", get_args(Product)),
        status=call.one_of("status", get_args(BatchStatus)),
        origin_tag=call.one_of("origin_tag", get_args(OriginTag)),
        is_staff=True,
        typed=call.search,
    )


async def show_batch(call: Call) -> CreditBatchView:
    return await batches.show_batch(
        call.params["id"],
        call.components.catalogue.credits,
        is_staff=call.principal_if_staff() is not None,
    )


async def retire_batch(call: Call) -> CreditBatchView:
    request: RetirementRequest = call.body
    components = call.components
    return await batches.retire_batch(
        components.database,
        call.principal,
        call.params["id"],
        request,
        components.catalogue.credits,
        needs_confirmation=not components.settings.is_demo,
    )


async def complete_batch(call: Call) -> CreditBatchView:
    request: BatchDetailsRequest = call.body
    components = call.components
    return await batches.complete_batch(
        components.database,
        call.principal,
        call.params["id"],
        request,
        components.catalogue.credits,
        needs_confirmation=not components.settings.is_demo,
    )


async def decide_batch(call: Call) -> CreditBatchView:
    request: ConfirmationRequest = call.body
    components = call.components
    return await confirmation.decide_batch(
        components.database, call.principal, call.params["id"], request, components.catalogue.credits
    )


async def void_batch(call: Call) -> CreditBatchView:
    request: VoidingRequest = call.body
    components = call.components
    return await batches.void_batch(
        components.database, call.principal, call.params["id"], request.reason, components.catalogue.credits
    )


async def send_proof(call: Call) -> CreditBatchView:
    components = call.components
    return await batches.store_proof(
        components.database,
        components.content,
        call.principal,
        call.params["id"],
        call.raw,
        components.catalogue.credits,
    )


async def show_proof(call: Call) -> Reply:
    content = await batches.read_proof(
        call.components.content, call.params["id"], is_staff=call.principal_if_staff() is not None
    )
    chunks = await call.components.downloads.start_kept(content, call.id_if_staff())
    return Reply(chunks=chunks, media_type=batches.PROOF_TYPE.encode(), headers=file_headers(content))


async def assign_to_pool(call: Call) -> PoolAssigned:
    request: PoolRequest = call.body
    components = call.components
    return await credit_pools.assign_to_pool(
        components.database, call.principal, call.params["slug"], request, components.catalogue.credits
    )


async def list_pools(call: Call) -> Page[PoolView]:
    return Page(await credit_pools.list_pools(call.principal, call.params["slug"]))


async def suggest_pools(call: Call) -> PoolSuggestion:
    grams = call.whole("grams", 1, GRAMS_MAX)
    if grams is None:
        raise InvalidQuery.of("grams", "missing")
    components = call.components
    return await credit_pools.suggest_pools(
        components.database, call.principal, call.params["slug"], grams, components.catalogue.credits
    )


async def show_surplus(call: Call) -> SurplusView:
    return await surplus.show_surplus(
        call.components.database, call.params["slug"], call.principal_if_staff()
    )


DECLARED = (DetailsKept, RetirementBeforeVintage, SerialsMalformed, SerialsOverlap)
"""What may be wrong with what staff declare of a batch."""

ENDPOINTS = in_section(
    "credits",
    Endpoint(
        "GET /v1/products",
        list_products,
        summary="Kinds of credits, the preferred one first, with stock and price",
        answers={200: Page[ProductView]},
    ),
    Endpoint(
        "GET /v1/products/{code}/batches",
        list_register,
        summary="The public register: batches of a product of which nothing is missing, newest first",
        answers={200: Page[CreditBatchView]},
        refusals=(ProductNotFound,),
        query=PAGING,
    ),
    Endpoint(
        "GET /v1/events/{slug}/pools",
        list_pools,
        roles=ANY_STAFF,
        duty=("desk",),
        summary="Credits an event may allocate",
        answers={200: Page[PoolView]},
        refusals=(EventNotFound,),
    ),
    Endpoint(
        "POST /v1/events/{slug}/pools",
        assign_to_pool,
        roles=ORGANISER,
        organiser_duty=OF_THE_MONEY,
        summary="Give an event grams of a retired batch, while it runs too",
        body=PoolRequest,
        answers={201: PoolAssigned},
        refusals=(
            EventNotFound,
            EventClosed,
            EventFrozen,
            OrganisationBlacklisted,
            BatchNotFound,
            BatchOverassigned,
            BatchNotRetired,
            BatchUnconfirmed,
            BatchVoid,
            NotYetIssued,
            RetirementBeforeVintage,
        ),
    ),
    Endpoint(
        "GET /v1/events/{slug}/pools/suggestion",
        suggest_pools,
        roles=ORGANISER,
        summary="Batches to give an event, the preferred product first, with what they cost",
        answers={200: PoolSuggestion},
        refusals=(EventNotFound,),
        query=(
            Query("grams", {"type": "integer", "minimum": 1, "maximum": GRAMS_MAX}, "how much is needed"),
        ),
    ),
    Endpoint(
        "GET /v1/events/{slug}/surplus",
        show_surplus,
        summary="What was retired for an event and is nobody's offset",
        answers={200: SurplusView},
        refusals=(EventNotFound,),
    ),
    Endpoint(
        "POST /v1/credit-batches",
        create_batch,
        roles=OPERATOR,
        summary="Enter credits, retired in their registry or pending",
        body=CreditBatchRequest,
        answers={201: CreditBatchView},
        refusals=(
            RetirementEntered,
            ProjectNotFound,
            NotYetIssued,
            OrganisationNotFound,
            OrganisationBlacklisted,
            *DECLARED,
        ),
    ),
    Endpoint(
        "GET /v1/credit-batches",
        list_batches,
        roles=ANY_STAFF,
        summary="Credit batches, newest first",
        answers={200: Page[CreditBatchView]},
        query=(
            Query("product", {"type": "string", "enum": list(get_args(Product))}, "of this product only"),
            Query("status", {"type": "string", "enum": list(get_args(BatchStatus))}, "in this state only"),
            Query("origin_tag", {"type": "string", "enum": list(get_args(OriginTag))}, "with this tag only"),
            SEARCH,
            *PAGING,
        ),
    ),
    Endpoint(
        "GET /v1/credit-batches/{id}",
        show_batch,
        summary="A credit batch; one that is pending for staff alone",
        answers={200: CreditBatchView},
        refusals=(BatchNotFound,),
    ),
    Endpoint(
        "POST /v1/credit-batches/{id}/retirement",
        retire_batch,
        roles=OPERATOR,
        summary="Tell that a pending batch was retired, with all that its product asks for",
        body=RetirementRequest,
        answers={200: CreditBatchView},
        refusals=(
            BatchNotFound,
            BatchVoid,
            BatchRetired,
            BatchIncomplete,
            NotYetIssued,
            RetirementEntered,
            *DECLARED,
        ),
    ),
    Endpoint(
        "POST /v1/credit-batches/{id}/details",
        complete_batch,
        roles=OPERATOR,
        summary="Declare of a batch what was missing so far; what was declared stays",
        body=BatchDetailsRequest,
        answers={200: CreditBatchView},
        refusals=(BatchNotFound, BatchVoid, DetailsWaiting, *DECLARED),
    ),
    Endpoint(
        "POST /v1/credit-batches/{id}/confirmation",
        decide_batch,
        roles=OPERATOR,
        summary="Confirm or reject what another operator told of a batch, having compared it with the proof",
        body=ConfirmationRequest,
        answers={200: CreditBatchView},
        refusals=(
            BatchNotFound,
            BatchVoid,
            NothingToConfirm,
            OwnEntry,
            BatchChanged,
            BatchUnproven,
            RetirementEntered,
            *DECLARED,
        ),
    ),
    Endpoint(
        "POST /v1/credit-batches/{id}/voiding",
        void_batch,
        roles=OPERATOR,
        summary="Make a batch void, while nothing of it is assigned",
        body=VoidingRequest,
        answers={200: CreditBatchView},
        refusals=(BatchNotFound, BatchVoid, BatchAssigned),
    ),
    Endpoint(
        "POST /v1/credit-batches/{id}/proof",
        send_proof,
        roles=OPERATOR,
        summary="Send the registry's proof of a retirement",
        upload=Upload((batches.PROOF_TYPE,), "document_bytes_max"),
        answers={200: CreditBatchView},
        refusals=(BatchNotFound, BatchVoid, DetailsKept, ContentMismatch, ContentEmpty, ContentAway),
    ),
    Endpoint(
        "GET /v1/credit-batches/{id}/proof",
        show_proof,
        summary="The registry's proof of a retirement",
        answers={200: None},
        media_type=batches.PROOF_TYPE,
        refusals=(BatchNotFound, ProofNotFound, ContentAway, TooManyAtOnce, Busy),
    ),
)
