"""Complaints: citizens object, anybody reports, staff answer."""

from __future__ import annotations

from backend.auth import Role
from backend.errors.complaints import (
    ComplaintAnswered,
    ComplaintNotFound,
    ComplaintNotTaken,
    ComplaintOfOwnDecision,
    ComplaintRepeated,
    ComplaintSubjectUnknown,
    TooManyComplaints,
)
from backend.messages.complaints import (
    ComplaintDecision,
    ComplaintItem,
    ComplaintView,
    LookupRequest,
    ObjectionRequest,
    PublicComplaint,
    ReportReceipt,
    ReportRequest,
)
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import ATTENDEE, PAGING, Endpoint, in_section
from backend.routes.http.reply import Reply
from backend.services.complaints.complaints import look_up, my_complaints, show_public

ANSWERERS: tuple[Role, ...] = ("staff", "operator")


async def object_to(call: Call) -> Reply:
    return Reply(await call.components.complaints.object(call.principal, call.body), status=201)


async def list_mine(call: Call) -> Page[ComplaintView]:
    return await my_complaints(call.principal.id, call.limit, call.cursor_id)


async def report(call: Call) -> Reply:
    return Reply(await call.components.complaints.report(call.body, call.source), status=201)


async def find(call: Call) -> ComplaintView:
    return await look_up(call.body.code)


async def show(call: Call) -> PublicComplaint:
    return await show_public(call.params["number"], call.now)


async def list_waiting(call: Call) -> Page[ComplaintItem]:
    return await call.components.complaints.waiting(call.principal, call.limit, call.cursor_id, call.now)


async def take(call: Call) -> ComplaintItem:
    return await call.components.complaints.take(call.principal, call.params["id"], call.now)


async def answer(call: Call) -> ComplaintItem:
    return await call.components.complaints.answer(call.principal, call.params["id"], call.body, call.now)


ENDPOINTS = in_section(
    "complaints",
    Endpoint(
        "POST /v1/me/complaints",
        object_to,
        roles=ATTENDEE,
        summary="Object to a decision: a rejected review, a capped action, an offset that staff limited or refused",
        body=ObjectionRequest,
        answers={201: ComplaintView},
        refusals=(ComplaintSubjectUnknown, ComplaintRepeated, TooManyComplaints),
    ),
    Endpoint(
        "GET /v1/me/complaints",
        list_mine,
        roles=ATTENDEE,
        summary="The citizen's objections with their answers, newest first",
        answers={200: Page[ComplaintView]},
        query=PAGING,
    ),
    Endpoint(
        "POST /v1/complaints",
        report,
        summary="Report a claim that is public, without an account; a contact is optional and kept encrypted",
        body=ReportRequest,
        answers={201: ReportReceipt},
        refusals=(ComplaintSubjectUnknown, TooManyComplaints),
    ),
    Endpoint(
        "POST /v1/complaints/lookup",
        find,
        summary="What became of a report, for who has its code; in a body, so that no log keeps it",
        body=LookupRequest,
        answers={200: ComplaintView},
        refusals=(ComplaintNotFound,),
    ),
    Endpoint(
        "GET /v1/complaints/{number}",
        show,
        summary="A complaint by its public number: about what, how far, by when, its published outcome",
        answers={200: PublicComplaint},
        refusals=(ComplaintNotFound,),
    ),
    Endpoint(
        "GET /v1/complaints",
        list_waiting,
        roles=ANSWERERS,
        duty=("complaints",),
        summary="Complaints without an answer, oldest first; without names",
        answers={200: Page[ComplaintItem]},
        query=PAGING,
    ),
    Endpoint(
        "POST /v1/complaints/{id}/review",
        take,
        roles=ANSWERERS,
        duty=("complaints",),
        summary="Take a complaint under review",
        answers={200: ComplaintItem},
        refusals=(ComplaintNotFound, ComplaintAnswered, ComplaintOfOwnDecision),
    ),
    Endpoint(
        "POST /v1/complaints/{id}/answer",
        answer,
        roles=ANSWERERS,
        duty=("complaints",),
        summary="Answer a complaint; never by who made the decision that it is about",
        body=ComplaintDecision,
        answers={200: ComplaintItem},
        refusals=(ComplaintNotFound, ComplaintAnswered, ComplaintNotTaken, ComplaintOfOwnDecision),
    ),
)
