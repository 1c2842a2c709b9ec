"""Partners: what they report, whom they bind, their keys; and the citizens' consents to them."""

from __future__ import annotations

import re
from uuid import UUID

from backend.errors.actions.reduction_claims import (
    ActionClaimed,
    ActionNotFound,
    ActionReversed,
    PartnerItemNotFound,
)
from backend.errors.minors import AgeNeeded, GuardianNeeded
from backend.errors.organisations import OrganisationBlacklisted, OrganisationNotActive, OrganisationNotFound
from backend.errors.partners import (
    BindingCodeInvalid,
    BindingRepeated,
    ConsentOutdated,
    GrantNotFound,
    PartnerCodeTaken,
    PartnerKeyEnded,
    PartnerKeyLimit,
    PartnerKeyNotFound,
    PartnerMethodUnknown,
    PartnerNotFound,
    SourceClosed,
    SourceGranted,
    SubjectBound,
)
from backend.ledger.command import Outcome
from backend.messages.actions.reduction_claims import ReversalAnswer
from backend.messages.partners import (
    BindingAnswer,
    BindingRequest,
    GrantRequest,
    GrantView,
    NewGrantView,
    NewPartnerKey,
    PartnerActions,
    PartnerChangeRequest,
    PartnerKeyEndRequest,
    PartnerKeyRequest,
    PartnerKeyView,
    PartnerRequest,
    PartnerResults,
    PartnerReversalRequest,
    PartnerView,
    SourceView,
)
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import CITIZEN, OPERATOR, PAGING, QUEUED, SEARCH, Endpoint, in_section
from backend.routes.http.reply import Reply
from backend.services.actions.reduction_claims import reverse_partner_item
from backend.services.partners import consent_grants, partners, pending_items


async def report_actions(call: Call) -> PartnerResults:
    return await call.components.intake.report(call.partner, call.raw, call.now)


async def reverse_action(call: Call) -> Outcome:
    request: PartnerReversalRequest = call.body
    return await reverse_partner_item(
        call.components.queue, call.partner.id, request.external_id, request.reason, call.now
    )


async def create_binding_code(call: Call) -> BindingAnswer:
    request: BindingRequest = call.body
    return await consent_grants.issue_code(call.components.database, call.partner, request.subject, call.now)


async def list_sources(call: Call) -> Page[SourceView]:
    return Page(await partners.list_sources(call.components.catalogue, call.now))


async def grant_source(call: Call) -> Reply:
    components = call.components
    view, is_new = await pending_items.grant_source(
        components.database, components.queue, components.catalogue, call.principal, call.body, call.now
    )
    return Reply(view, 201 if is_new else 200)


async def list_grants(call: Call) -> Page[GrantView]:
    return await consent_grants.list_grants(call.principal.id, call.limit, call.cursor_id)


async def withdraw_grant(call: Call) -> Reply:
    await consent_grants.withdraw(
        call.components.database, call.principal.id, _grant_id(call.params["grant_id"])
    )
    return Reply(status=204)


async def list_partners(call: Call) -> Page[PartnerView]:
    return await partners.list_partners(call.limit, call.cursor_id, call.search)


async def create_partner(call: Call) -> PartnerView:
    components = call.components
    return await partners.create_partner(components.database, call.principal, call.body, components.catalogue)


async def change_partner(call: Call) -> PartnerView:
    components = call.components
    return await partners.change_partner(
        components.database,
        call.principal,
        call.params["code"],
        call.body,
        components.catalogue,
        call.seen,
    )


async def issue_key(call: Call) -> NewPartnerKey:
    components = call.components
    return await partners.issue_key(
        components.database,
        call.principal,
        call.params["code"],
        call.body,
        components.partner_authenticator.encryptor,
    )


async def end_key(call: Call) -> PartnerKeyView:
    return await partners.end_key(
        call.components.database, call.principal, call.params["code"], call.params["key_id"], call.body
    )


def _grant_id(text: str) -> UUID:
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text):
        raise GrantNotFound
    return UUID(text)


ENDPOINTS = in_section(
    "partners",
    Endpoint(
        "POST /v1/partners/actions",
        report_actions,
        is_signed=True,
        is_decoded=False,
        summary="Report up to a thousand actions; each is credited once, whatever is repeated",
        body=PartnerActions,
        answers={200: PartnerResults},
        refusals=QUEUED,
    ),
    Endpoint(
        "POST /v1/partners/reversals",
        reverse_action,
        is_signed=True,
        summary="Take back what was reported by mistake, with its points as far as they are there",
        body=PartnerReversalRequest,
        answers={201: ReversalAnswer},
        refusals=(PartnerItemNotFound, ActionNotFound, ActionReversed, ActionClaimed, *QUEUED),
    ),
    Endpoint(
        "POST /v1/partners/bindings",
        create_binding_code,
        is_signed=True,
        summary="A code with which one of the partner's customers binds themselves",
        body=BindingRequest,
        answers={201: BindingAnswer},
        refusals=(BindingRepeated,),
    ),
    Endpoint(
        "GET /v1/sources",
        list_sources,
        summary="Partners a citizen may bind, with the consent they give",
        answers={200: Page[SourceView]},
    ),
    Endpoint(
        "POST /v1/me/source-grants",
        grant_source,
        tag="me",
        roles=CITIZEN,
        summary="Bind yourself to a partner: what it reports of you is credited from now on",
        body=GrantRequest,
        answers={201: NewGrantView, 200: NewGrantView},
        refusals=(
            BindingCodeInvalid,
            ConsentOutdated,
            SourceClosed,
            SourceGranted,
            SubjectBound,
            AgeNeeded,
            GuardianNeeded,
        ),
    ),
    Endpoint(
        "GET /v1/me/source-grants",
        list_grants,
        tag="me",
        roles=CITIZEN,
        summary="Partners that may report you, and that once might",
        answers={200: Page[GrantView]},
        query=PAGING,
    ),
    Endpoint(
        "DELETE /v1/me/source-grants/{grant_id}",
        withdraw_grant,
        tag="me",
        roles=CITIZEN,
        summary="Withdraw a consent: nothing the partner sends from now on is credited",
        answers={204: None},
        refusals=(GrantNotFound,),
    ),
    Endpoint(
        "GET /v1/partners",
        list_partners,
        roles=OPERATOR,
        summary="Partners and when their keys are valid, newest first",
        answers={200: Page[PartnerView]},
        query=(SEARCH, *PAGING),
    ),
    Endpoint(
        "POST /v1/partners",
        create_partner,
        roles=OPERATOR,
        summary="Enter a partner",
        body=PartnerRequest,
        answers={201: PartnerView},
        refusals=(
            PartnerCodeTaken,
            PartnerMethodUnknown,
            OrganisationNotFound,
            OrganisationNotActive,
            OrganisationBlacklisted,
        ),
    ),
    Endpoint(
        "POST /v1/partners/{code}/changes",
        change_partner,
        roles=OPERATOR,
        if_match="optional",
        summary="Change a partner's name or methods, close or open its access",
        body=PartnerChangeRequest,
        answers={200: PartnerView},
        refusals=(PartnerNotFound, PartnerMethodUnknown),
    ),
    Endpoint(
        "POST /v1/partners/{code}/keys",
        issue_key,
        roles=OPERATOR,
        summary="A new key for a partner; the secret is shown this once",
        body=PartnerKeyRequest,
        answers={201: NewPartnerKey},
        refusals=(PartnerNotFound, PartnerKeyLimit),
    ),
    Endpoint(
        "POST /v1/partners/{code}/keys/{key_id}/end",
        end_key,
        roles=OPERATOR,
        summary="End a key, at once or at a time",
        body=PartnerKeyEndRequest,
        answers={200: PartnerKeyView},
        refusals=(PartnerNotFound, PartnerKeyNotFound, PartnerKeyEnded),
    ),
)
