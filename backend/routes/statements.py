"""What a citizen's account holds: the summary, actions, points with their statement, reports and their pictures."""

from __future__ import annotations

import asyncio
from datetime import date, datetime

from backend.errors import Busy, InvalidQuery, TooManyAtOnce
from backend.errors.account.statements import ReportUnknown, StatementTooLong
from backend.errors.actions.reduction_claims import ActionNotFound
from backend.messages.account import points as m_points
from backend.messages.account import reports as m_reports
from backend.messages.actions import actions as m_actions
from backend.messages.shape import Page
from backend.render.pictures.report import report_picture
from backend.render.tables.points import points_csv
from backend.routes.http.call import Call
from backend.routes.http.endpoint import CITIZEN, LANGUAGE, PAGING, Endpoint, Query, in_section
from backend.routes.http.reply import Reply
from backend.services.account import account, points, reports, summary
from backend.services.account.action_details import action_detail
from backend.texts import LANGUAGES

STATES = ("pending", "posted", "capped", "rejected", "reversed")
METHOD_CHARS_MAX = 40

DAYS = (
    Query("from", {"type": "string", "format": "date"}, "first day in Asia/Shanghai"),
    Query("to", {"type": "string", "format": "date"}, "last day in Asia/Shanghai"),
)


async def show_summary(call: Call) -> m_actions.Summary:
    return await summary.summary(call.components.database, call.principal.id, call.now)


async def list_actions(call: Call) -> Page[m_actions.ActionBrief]:
    method = call.query("method")
    if method is not None and not 1 <= len(method) <= METHOD_CHARS_MAX:
        raise InvalidQuery.of("method", "length", chars_min=1, chars_max=METHOD_CHARS_MAX)
    return await account.actions(
        call.components.database,
        call.components.catalogue,
        call.principal.id,
        call.limit,
        call.cursor_id,
        state=call.one_of("state", STATES),
        method=method,
        days=_days(call),
    )


async def show_action(call: Call) -> m_actions.ActionDetail:
    return await action_detail(
        call.components.database, call.components.catalogue, call.principal.id, call.params["id"]
    )


async def show_points(call: Call) -> m_points.PointsAccount:
    return await points.points_account(call.components.database, call.principal.id, call.now, _as_of(call))


async def list_entries(call: Call) -> Page[m_actions.PointsEntry]:
    return await points.entries(
        call.components.database,
        call.components.catalogue,
        call.principal.id,
        call.limit,
        call.cursor_id,
        reason=call.one_of("reason", points.REASONS),
        days=_days(call),
    )


async def download_entries(call: Call) -> Reply:
    language = _language(call)
    async with call.components.downloads.exporting(call.principal.id):
        entries = await points.all_entries(
            call.components.database, call.components.catalogue, call.principal.id, _days(call)
        )
        body = await asyncio.to_thread(points_csv, entries, language)
    disposition = b'attachment; filename="tianfu-points.csv"'
    return Reply(
        body=body, media_type=b"text/csv; charset=utf-8", headers=((b"content-disposition", disposition),)
    )


async def show_report(call: Call) -> m_reports.Report:
    return await _report(call)


async def draw_picture(call: Call) -> Reply:
    """The report as a PNG; the same content is drawn once and then remembered for a while."""
    report, language = await _report(call), _language(call)
    drawing = report_picture(report, language, call.components.settings.public_base)
    picture = await call.components.drawings.get(drawing, str(call.principal.id))
    name = f'inline; filename="tianfu-{report.period}.png"'.encode()
    return Reply(body=picture, media_type=b"image/png", headers=((b"content-disposition", name),))


async def _report(call: Call) -> m_reports.Report:
    components = call.components
    return await reports.show_report(
        components.database,
        components.catalogue,
        components.community,
        call.principal.id,
        call.params["period"],
        call.now,
    )


# -- reading the query ------------------------------------------------------------------------------


def _language(call: Call) -> str:
    return call.one_of("language", LANGUAGES) or call.language


def _days(call: Call) -> tuple[date | None, date | None]:
    first, last = call.day("from"), call.day("to")
    if first is not None and last is not None and first > last:
        raise InvalidQuery.of("from", "before_other", other="to")
    return first, last


def _as_of(call: Call) -> datetime | None:
    at = call.instant("as_of")
    if at is not None and at > call.now:
        raise InvalidQuery.of("as_of", "not_past")
    return at


ENDPOINTS = in_section(
    "me",
    Endpoint(
        "GET /v1/me/summary",
        show_summary,
        roles=CITIZEN,
        summary="The account in numbers",
        answers={200: m_actions.Summary},
    ),
    Endpoint(
        "GET /v1/me/actions",
        list_actions,
        roles=CITIZEN,
        summary="Actions with their state, newest first; also those that wait for a person",
        answers={200: Page[m_actions.ActionBrief]},
        query=(
            *PAGING,
            Query("state", {"type": "string", "enum": list(STATES)}, "only actions in this state"),
            Query("method", {"type": "string", "maxLength": METHOD_CHARS_MAX}, "only actions of this method"),
            *DAYS,
        ),
    ),
    Endpoint(
        "GET /v1/me/actions/{id}",
        show_action,
        roles=CITIZEN,
        summary="One action with its factors, points, review, reversal and claim",
        answers={200: m_actions.ActionDetail},
        refusals=(ActionNotFound,),
    ),
    Endpoint(
        "GET /v1/me/points",
        show_points,
        roles=CITIZEN,
        summary="Points and when they run out, now or at a past instant",
        answers={200: m_points.PointsAccount},
        query=(Query("as_of", {"type": "string", "format": "date-time"}, "a past instant; now without it"),),
    ),
    Endpoint(
        "GET /v1/me/points/entries",
        list_entries,
        roles=CITIZEN,
        summary="Movements of points, newest first",
        answers={200: Page[m_actions.PointsEntry]},
        query=(
            *PAGING,
            Query(
                "reason", {"type": "string", "enum": list(points.REASONS)}, "only movements for this reason"
            ),
            *DAYS,
        ),
    ),
    Endpoint(
        "GET /v1/me/points/entries.csv",
        download_entries,
        roles=CITIZEN,
        summary="Movements of points as a table for a spreadsheet, oldest first",
        answers={200: None},
        refusals=(StatementTooLong, TooManyAtOnce, Busy),
        query=(*DAYS, LANGUAGE),
        media_type="text/csv",
    ),
    Endpoint(
        "GET /v1/me/reports/{period}.png",
        draw_picture,
        roles=CITIZEN,
        summary="The report on a month (2026-05) or a year (2026) as a picture to share",
        answers={200: None},
        refusals=(ReportUnknown, TooManyAtOnce, Busy),
        query=(LANGUAGE,),
        media_type="image/png",
    ),
    Endpoint(
        "GET /v1/me/reports/{period}",
        show_report,
        roles=CITIZEN,
        summary="The report on a month (2026-05) or a year (2026)",
        answers={200: m_reports.Report},
        refusals=(ReportUnknown,),
    ),
)
