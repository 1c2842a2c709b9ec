"""The platform in figures against its targets, and indicators for the province's evaluation schemes."""

from __future__ import annotations

import asyncio

from backend.auth import Role
from backend.errors import InvalidQuery
from backend.messages.disclosure.statistics import SCHEMES, StatisticsView
from backend.render.tables.indicators import indicators_csv
from backend.routes.http.call import Call
from backend.routes.http.endpoint import LANGUAGE, Endpoint, Query, in_section
from backend.routes.http.reply import Reply
from backend.services.disclosure.indicators import read_indicators
from backend.texts import LANGUAGES

MAY_EXPORT: tuple[Role, ...] = ("operator", "regulator")


async def show_statistics(call: Call) -> StatisticsView:
    return await call.components.statistics.show()


async def export_indicators(call: Call) -> Reply:
    scheme = call.one_of("scheme", SCHEMES)
    if scheme is None:
        raise InvalidQuery.of("scheme", "missing")
    rows = await read_indicators(call.components.database, scheme)
    language = call.one_of("language", LANGUAGES) or call.language
    body = await asyncio.to_thread(indicators_csv, scheme, rows, language)
    name = f'attachment; filename="indicators-{scheme}.csv"'.encode()
    return Reply(body=body, media_type=b"text/csv; charset=utf-8", headers=((b"content-disposition", name),))


ENDPOINTS = in_section(
    "disclosure",
    Endpoint(
        "GET /v1/stats",
        show_statistics,
        summary="The platform in figures since it began, against the targets of 2022 and 2025",
        answers={200: StatisticsView},
    ),
    Endpoint(
        "GET /v1/exports/indicators",
        export_indicators,
        roles=MAY_EXPORT,
        is_of_the_province=True,
        summary="Indicators for an evaluation scheme as a table whose sums are the ledger's",
        answers={200: None},
        query=(Query("scheme", {"type": "string", "enum": list(SCHEMES)}, "which scheme"), LANGUAGE),
        media_type="text/csv",
    ),
)
