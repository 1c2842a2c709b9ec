"""What happened at the doors, for operators and regulators."""

from __future__ import annotations

from datetime import datetime, timedelta

from backend.auth import Role
from backend.errors import InvalidQuery
from backend.messages.cursors import read_instant_and_id
from backend.messages.security import SecurityRates, SecurityRecordView
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import PAGING, Endpoint, Query, in_section
from backend.services.security.rates import show_rates
from backend.services.security.reading import list_records
from backend.services.security.records import KINDS

READERS: tuple[Role, ...] = ("operator", "regulator")
KEPT = timedelta(days=180)
A_DAY = timedelta(days=1)


async def records(call: Call) -> Page[SecurityRecordView]:
    since, until = _time(call, KEPT)
    kind, cursor = call.one_of("kind", KINDS), read_instant_and_id(call.cursor)
    return await list_records(call.components.database, kind, since, until, call.limit, cursor)


async def rates(call: Call) -> SecurityRates:
    return await show_rates(call.components.database, *_time(call, A_DAY))


def _time(call: Call, length: timedelta) -> tuple[datetime, datetime]:
    until = call.instant("until") or call.now + timedelta(minutes=1)
    since = call.instant("since") or until - length
    if since >= until:
        raise InvalidQuery.of("since", "before_other", other="until")
    if until > since + KEPT:
        raise InvalidQuery.of("since", "longer_than", days_max=KEPT.days)
    return since, until


TIME = (
    Query("since", {"type": "string", "format": "date-time"}, "from this instant"),
    Query("until", {"type": "string", "format": "date-time"}, "before this instant; now when left out"),
)

ENDPOINTS = in_section(
    "security",
    Endpoint(
        "GET /v1/security-records",
        records,
        roles=READERS,
        is_of_the_province=True,
        summary="Sign-ins, refused ones, forged codes, downloads and looks at photos of 180 days, newest first",
        answers={200: Page[SecurityRecordView]},
        query=(
            *PAGING,
            Query("kind", {"type": "string", "enum": list(KINDS)}, "of this kind only"),
            *TIME,
        ),
    ),
    Endpoint(
        "GET /v1/security-rates",
        rates,
        roles=READERS,
        is_of_the_province=True,
        summary="The same in numbers, with the rates that raise an alert; the last day when no time is told",
        answers={200: SecurityRates},
        query=TIME,
    ),
)
