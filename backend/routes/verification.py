"""Verifiers at events: attached by the host; they review the account item by item, ask, and sign an opinion."""

from __future__ import annotations

from backend.auth import Role
from backend.errors import Busy, EventClosed, EventNotFound, TooManyAtOnce
from backend.errors.certificates import SignerUnavailable
from backend.errors.events.documents import ContentAway
from backend.errors.inventory import InventoryFixed
from backend.errors.organisations import OrganisationDutyMissing, OrganisationNotFound
from backend.errors.verification import (
    VerificationEmpty,
    VerificationEnded,
    VerificationItemUnknown,
    VerificationLimit,
    VerificationMoved,
    VerificationNotDue,
    VerificationNotFound,
    VerificationOpen,
    VerificationOpinionTooGood,
    VerificationPersonPartial,
    VerificationQuestionAnswered,
    VerificationQuestionNotFound,
    VerificationReasonMissing,
    VerificationThresholdTooHigh,
    VerifierAttached,
    VerifierLicenceEnded,
    VerifierNotAttached,
    VerifierNotIndependent,
    VerifierNotLicensed,
)
from backend.messages import verification as m
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import ORGANISER, PAGING, Endpoint, in_section
from backend.routes.http.reply import Reply
from backend.services.verification import desk, opinions, reviews, verifiers

VERIFIER: tuple[Role, ...] = ("verifier",)
LOOKS: tuple[Role, ...] = ("organiser", "operator", "regulator", "verifier")
FINDS = (
    VerificationNotFound,
    VerificationEnded,
    OrganisationDutyMissing,
    VerifierNotLicensed,
    VerifierLicenceEnded,
    VerifierNotIndependent,
    VerificationPersonPartial,
    VerificationNotDue,
)
"""What finding something in an account may be refused with."""


async def attach(call: Call) -> m.EventVerifierView:
    return await verifiers.attach(
        call.components.database, call.principal, call.params["slug"], call.body.code
    )


async def detach(call: Call) -> Reply:
    params = call.params
    await verifiers.detach(
        call.components.database, call.principal, params["slug"], params["code"], call.body.reason
    )
    return Reply(status=204)


async def list_verifiers(call: Call) -> Page[m.EventVerifierView]:
    return Page(
        await verifiers.list_verifiers(
            call.components.database, call.params["slug"], call.principal_if_staff()
        )
    )


async def list_verifications(call: Call) -> Page[m.VerificationBrief]:
    return await desk.list_verifications(call.principal, call.limit, call.cursor_id)


async def show_verification(call: Call) -> m.VerificationView:
    return await desk.show_verification(
        call.components.database, call.components.catalogue, call.principal, call.params["id"]
    )


async def review(call: Call) -> m.VerificationView:
    parts = call.components
    return await reviews.review_items(
        parts.database, parts.catalogue, call.principal, call.params["id"], call.body
    )


async def ask(call: Call) -> m.VerificationView:
    parts = call.components
    return await reviews.ask(parts.database, parts.catalogue, call.principal, call.params["id"], call.body)


async def answer(call: Call) -> Reply:
    params = call.params
    await reviews.answer(call.components.database, call.principal, params["slug"], params["id"], call.body)
    return Reply(status=204)


async def sign(call: Call) -> m.OpinionView:
    parts = call.components
    at = opinions.Desk(
        parts.database,
        parts.catalogue,
        parts.signer,
        parts.drawings.get,
        parts.content,
        parts.settings.document_bytes_max,
    )
    return await opinions.sign_opinion(at, call.principal, call.params["id"], call.body)


ENDPOINTS = in_section(
    "verification",
    Endpoint(
        "GET /v1/events/{slug}/verifiers",
        list_verifiers,
        summary="An event's verifiers, now and earlier, with what they signed",
        answers={200: Page[m.EventVerifierView]},
        refusals=(EventNotFound,),
    ),
    Endpoint(
        "POST /v1/events/{slug}/verifiers",
        attach,
        roles=ORGANISER,
        summary="Have a licensed, independent organisation verify the event's account",
        body=m.VerifierRequest,
        answers={201: m.EventVerifierView},
        refusals=(
            EventNotFound,
            OrganisationNotFound,
            EventClosed,
            InventoryFixed,
            VerifierNotLicensed,
            VerifierNotIndependent,
            VerifierAttached,
        ),
    ),
    Endpoint(
        "POST /v1/events/{slug}/verifiers/{code}/removal",
        detach,
        roles=ORGANISER,
        summary="End a verifier's work at an event; what it found, asked and signed stays",
        body=m.VerifierEndRequest,
        answers={204: None},
        refusals=(EventNotFound, OrganisationNotFound, EventClosed, InventoryFixed, VerifierNotAttached),
    ),
    Endpoint(
        "POST /v1/events/{slug}/verification-questions/{id}/answer",
        answer,
        roles=ORGANISER,
        summary="Answer a verifier's question, once",
        body=m.AnswerRequest,
        answers={204: None},
        refusals=(EventNotFound, VerificationQuestionNotFound, VerificationQuestionAnswered),
    ),
    Endpoint(
        "GET /v1/verifications",
        list_verifications,
        roles=LOOKS,
        summary="Events that the caller's organisations verify or have verified, newest first",
        answers={200: Page[m.VerificationBrief]},
        query=PAGING,
    ),
    Endpoint(
        "GET /v1/verifications/{id}",
        show_verification,
        roles=LOOKS,
        summary="An account item by item, the largest first, with evidence, findings and questions",
        answers={200: m.VerificationView},
        refusals=(VerificationNotFound, VerificationEnded),
    ),
    Endpoint(
        "POST /v1/verifications/{id}/reviews",
        review,
        roles=VERIFIER,
        summary="Confirm or refuse items of the account, all of them or none",
        body=m.ReviewsRequest,
        answers={200: m.VerificationView},
        refusals=(*FINDS, VerificationReasonMissing, VerificationItemUnknown),
    ),
    Endpoint(
        "POST /v1/verifications/{id}/questions",
        ask,
        roles=VERIFIER,
        summary="Ask the organiser about an item of the account",
        body=m.QuestionRequest,
        answers={200: m.VerificationView},
        refusals=(*FINDS, VerificationItemUnknown, VerificationLimit),
    ),
    Endpoint(
        "POST /v1/verifications/{id}/opinion",
        sign,
        roles=VERIFIER,
        summary="Sign an opinion on the account as it is; the event keeps the report",
        body=m.OpinionRequest,
        answers={201: m.OpinionView},
        refusals=(
            *FINDS,
            VerificationThresholdTooHigh,
            VerificationEmpty,
            VerificationOpen,
            VerificationOpinionTooGood,
            VerificationMoved,
            SignerUnavailable,
            ContentAway,
            TooManyAtOnce,
            Busy,
        ),
    ),
)
