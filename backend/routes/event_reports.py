"""The report on an event: for those who run it while it runs, for anyone when it is closed."""

from __future__ import annotations

import asyncio
import base64

from backend.domain.catalogue.factors import city_name
from backend.errors import Busy, EventNotFound, TooManyAtOnce
from backend.errors.event_reports import EventReportNotFound
from backend.messages import event_reports as m_reports
from backend.render.sheets.event_report import report_sheet
from backend.render.tables.event_report import report_csv
from backend.routes.http.call import Call
from backend.routes.http.endpoint import LANGUAGE, Endpoint, in_section
from backend.routes.http.reply import Reply
from backend.services.event_reports.report import Published, show_report
from backend.texts import LANGUAGES


async def read_report(call: Call) -> Reply:
    """A published report is answered in the bytes that are stored: their digest can be held against the log."""
    published = await _published(call)
    return Reply(body=published.body, headers=_headers(published, None))


async def download_csv(call: Call) -> Reply:
    published, language = await _published(call), _language(call)
    body = await asyncio.to_thread(report_csv, published.view, language)
    return Reply(
        body=body, media_type=b"text/csv; charset=utf-8", headers=_headers(published, f"{language}.csv")
    )


async def download_pdf(call: Call) -> Reply:
    published, language = await _published(call), _language(call)
    address = f"{call.components.settings.public_base}/events/{published.view.event.slug}/report"
    city = city_name(call.components.catalogue.cities, published.view.event.city, language)
    sheet = report_sheet(published.view, published.digest, address, language, city)
    # Drawn once and kept for a while: what is published may be asked for by everybody at once.
    body = await call.components.drawings.get(sheet, f"event {call.params['slug']}", is_anonymous=True)
    return Reply(body=body, media_type=b"application/pdf", headers=_headers(published, f"{language}.pdf"))


async def _published(call: Call) -> Published:
    components = call.components
    return await show_report(
        components.database, components.catalogue, call.params["slug"], call.principal_if_staff(), call.now
    )


def _language(call: Call) -> str:
    return call.one_of("language", LANGUAGES) or call.language


def _headers(published: Published, ending: str | None) -> tuple[tuple[bytes, bytes], ...]:
    headers: list[tuple[bytes, bytes]] = []
    if ending is None:
        headers.append((b"repr-digest", b"sha-256=:" + base64.b64encode(published.digest) + b":"))
    else:
        name = f'attachment; filename="tianfu-{published.view.event.slug}-{ending}"'
        headers.append((b"content-disposition", name.encode()))
    return tuple(headers)


ENDPOINTS = in_section(
    "reports",
    Endpoint(
        "GET /v1/events/{slug}/report",
        read_report,
        summary="The report on an event: provisional for those who run it, published when it is closed",
        answers={200: m_reports.EventReportView},
        refusals=(EventNotFound, EventReportNotFound),
    ),
    Endpoint(
        "GET /v1/events/{slug}/report.csv",
        download_csv,
        summary="The same as tables for a spreadsheet",
        answers={200: None},
        refusals=(EventNotFound, EventReportNotFound),
        query=(LANGUAGE,),
        media_type="text/csv",
    ),
    Endpoint(
        "GET /v1/events/{slug}/report.pdf",
        download_pdf,
        summary="The same on paper, with charts",
        answers={200: None},
        refusals=(EventNotFound, EventReportNotFound, TooManyAtOnce, Busy),
        query=(LANGUAGE,),
        media_type="application/pdf",
    ),
)
