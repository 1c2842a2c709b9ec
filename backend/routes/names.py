"""Names that others see: anybody reports one, staff decide."""

from __future__ import annotations

from backend.errors.security import NameNotFound, NameReportDecided, NameReportNotFound, NameReportOfOwn
from backend.messages.security import NameDecisionRequest, NameReportRequest, NameReportView
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import PAGING, Endpoint, in_section
from backend.routes.http.reply import Reply
from backend.services.security import names


async def report(call: Call) -> Reply:
    citizen = call.principal_if_citizen()
    await names.report_name(call.body, citizen.id if citizen else None)
    return Reply(status=204)


async def list_reports(call: Call) -> Page[NameReportView]:
    return await names.list_reports(call.limit, call.cursor_id)


async def decide(call: Call) -> Reply:
    await names.decide_report(
        call.components.database, call.principal, call.params["id"], call.body, call.now
    )
    return Reply(status=204)


ENDPOINTS = in_section(
    "security",
    Endpoint(
        "POST /v1/name-reports",
        report,
        summary="Report the name of a team or on a certificate, signed in or not; the same name once",
        body=NameReportRequest,
        answers={204: None},
        refusals=(NameNotFound,),
    ),
    Endpoint(
        "GET /v1/name-reports",
        list_reports,
        roles=("staff", "operator"),
        duty=("complaints",),
        summary="Reported names that nobody has decided on yet, oldest first",
        answers={200: Page[NameReportView]},
        query=PAGING,
    ),
    Endpoint(
        "POST /v1/name-reports/{id}/decision",
        decide,
        roles=("staff", "operator"),
        duty=("complaints",),
        summary="Take a reported name away, or leave it; recorded",
        body=NameDecisionRequest,
        answers={204: None},
        refusals=(NameReportNotFound, NameReportDecided, NameReportOfOwn),
    ),
)
