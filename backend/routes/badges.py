"""Badges one by one: a list to search, revocation, replacement, wristbands."""

from __future__ import annotations

import re
from typing import get_args

from backend.domain.badges.badge_csv import CATEGORIES
from backend.errors import BadgeLimit, EventClosed, EventNotFound
from backend.errors.badges import (
    BadgeAliasMalformed,
    BadgeAliasTaken,
    BadgeFileUnreadable,
    BadgeInvalid,
    BadgeNotFound,
    BadgeNotOfGuest,
    BadgeReissued,
    BadgeSerialsBroken,
    BadgeSerialsUnknown,
    MiniCodesOff,
)
from backend.messages.badges import (
    BadgeAliasRequest,
    BadgeDetail,
    BadgeReasonRequest,
    BadgeReleased,
    BadgesReissued,
    BadgesRevoked,
    BadgeState,
)
from backend.messages.shape import Page
from backend.outside.wechat_codes import MINI_CODE_REFUSALS
from backend.routes.http.call import Call
from backend.routes.http.endpoint import (
    OF_THE_GATES,
    ORGANISER,
    PAGING,
    TABLE_FILE,
    Endpoint,
    Query,
    Upload,
    in_section,
)
from backend.routes.http.reply import Reply

ORGANISING = ("staff", *ORGANISER)
QUERY_CHARS_MAX = 80
REASON_CHARS_MAX = 400
_SERIAL = re.compile(r"[1-9][0-9]{0,8}")


async def search(call: Call) -> Page[BadgeDetail]:
    text = call.text("query", QUERY_CHARS_MAX, chars_min=0)
    return await call.components.badges.search(
        call.principal,
        call.params["slug"],
        text=text or None,
        category=call.one_of("category", CATEGORIES),
        state=call.one_of("state", get_args(BadgeState)),
        cursor=call.cursor,
        limit=call.limit,
    )


async def show(call: Call) -> BadgeDetail:
    return await call.components.badges.show(call.principal, call.params["slug"], _serial(call))


async def show_by_alias(call: Call) -> BadgeDetail:
    return await call.components.badges.show_by_alias(
        call.principal, call.params["slug"], call.params["alias"]
    )


async def revoke(call: Call) -> BadgeDetail:
    return await call.components.badges.revoke(
        call.principal, call.params["slug"], _serial(call), call.body.reason
    )


async def reissue(call: Call) -> BadgeDetail:
    return await call.components.badges.reissue(
        call.principal, call.params["slug"], _serial(call), call.body.reason
    )


async def release(call: Call) -> BadgeReleased:
    return await call.components.guest_releases.release(
        call.principal, call.params["slug"], _serial(call), call.body.reason, call.now
    )


async def bind(call: Call) -> BadgeDetail:
    request: BadgeAliasRequest = call.body
    return await call.components.badges.bind(
        call.principal, call.params["slug"], _serial(call), request.alias, request.reason
    )


async def revoke_many(call: Call) -> BadgesRevoked:
    return await call.components.badges.revoke_all(
        call.principal, call.params["slug"], call.raw, _reason(call)
    )


async def reissue_many(call: Call) -> BadgesReissued:
    return await call.components.badges.reissue_all(
        call.principal, call.params["slug"], call.raw, _reason(call)
    )


async def show_mini_code(call: Call) -> Reply:
    picture = await call.components.badges.mini_program_code(
        call.principal, call.params["slug"], _serial(call)
    )
    kept = (b"cache-control", b"private, max-age=86400")
    return Reply(body=picture, media_type=b"image/png", headers=(kept,))


def _serial(call: Call) -> int:
    text = call.params["serial"]
    if not _SERIAL.fullmatch(text):
        raise BadgeNotFound
    return int(text)


def _reason(call: Call) -> str:
    return call.required_text("reason", REASON_CHARS_MAX)


_CATEGORY = Query("category", {"type": "string", "enum": list(CATEGORIES)}, "of this category only")
_REASON = Query("reason", {"type": "string", "minLength": 1, "maxLength": 400}, "why; it is recorded")
_SERIALS = Upload(TABLE_FILE, "import_bytes_max")

ENDPOINTS = in_section(
    "badges",
    Endpoint(
        "GET /v1/events/{slug}/badges",
        search,
        roles=ORGANISING,
        duty=("badges",),
        summary="Badges by serial: all, or those that are searched for",
        answers={200: Page[BadgeDetail]},
        refusals=(EventNotFound,),
        query=(
            Query(
                "query",
                {"type": "string", "maxLength": QUERY_CHARS_MAX},
                "a serial, a wristband's id, the beginning of a holder_ref or part of a label",
            ),
            _CATEGORY,
            Query("state", {"type": "string", "enum": list(get_args(BadgeState))}, "in this state only"),
            *PAGING,
        ),
    ),
    Endpoint(
        "GET /v1/events/{slug}/badges/by-alias/{alias}",
        show_by_alias,
        roles=ORGANISING,
        duty=("badges",),
        summary="The badge that a wristband or tag is bound to",
        answers={200: BadgeDetail},
        refusals=(EventNotFound, BadgeNotFound, BadgeAliasMalformed),
    ),
    Endpoint(
        "GET /v1/events/{slug}/badges/{serial}",
        show,
        roles=ORGANISING,
        duty=("badges",),
        summary="A badge",
        answers={200: BadgeDetail},
        refusals=(EventNotFound, BadgeNotFound),
    ),
    Endpoint(
        "GET /v1/events/{slug}/badges/{serial}/wxacode.png",
        show_mini_code,
        roles=ORGANISING,
        duty=("badges",),
        summary="A badge's mini-program code, as WeChat draws it",
        answers={200: None},
        media_type="image/png",
        refusals=(EventNotFound, BadgeNotFound, MiniCodesOff, *MINI_CODE_REFUSALS),
    ),
    Endpoint(
        "POST /v1/events/{slug}/badges/{serial}/revocation",
        revoke,
        roles=ORGANISING,
        organiser_duty=OF_THE_GATES,
        duty=("badges",),
        summary="End a badge; a second time changes nothing",
        body=BadgeReasonRequest,
        answers={200: BadgeDetail},
        refusals=(EventNotFound, BadgeNotFound),
    ),
    Endpoint(
        "POST /v1/events/{slug}/badges/{serial}/reissue",
        reissue,
        roles=ORGANISING,
        organiser_duty=OF_THE_GATES,
        duty=("badges",),
        summary="Replace a badge by one with a new serial and code; the old one ends",
        body=BadgeReasonRequest,
        answers={201: BadgeDetail},
        refusals=(EventNotFound, BadgeNotFound, BadgeReissued, BadgeLimit, EventClosed),
    ),
    Endpoint(
        "POST /v1/events/{slug}/badges/{serial}/release",
        release,
        roles=ORGANISING,
        organiser_duty=OF_THE_GATES,
        duty=("badges", "desk"),
        summary="Release a badge that another phone holds as a guest; a second time changes nothing",
        body=BadgeReasonRequest,
        answers={200: BadgeReleased},
        refusals=(EventNotFound, BadgeNotFound, BadgeNotOfGuest),
    ),
    Endpoint(
        "POST /v1/events/{slug}/badges/{serial}/alias",
        bind,
        roles=ORGANISING,
        organiser_duty=OF_THE_GATES,
        duty=("badges",),
        summary="Bind a wristband or tag to a badge",
        body=BadgeAliasRequest,
        answers={200: BadgeDetail},
        refusals=(EventNotFound, BadgeNotFound, BadgeInvalid, BadgeAliasMalformed, BadgeAliasTaken),
    ),
    Endpoint(
        "POST /v1/events/{slug}/badge-revocations",
        revoke_many,
        roles=ORGANISING,
        organiser_duty=OF_THE_GATES,
        duty=("badges",),
        summary="End the badges of a table file (CSV or .xlsx) with the column `serial`, all of them or none",
        upload=_SERIALS,
        answers={200: BadgesRevoked},
        refusals=(EventNotFound, BadgeFileUnreadable, BadgeSerialsBroken, BadgeSerialsUnknown),
        query=(_REASON,),
    ),
    Endpoint(
        "POST /v1/events/{slug}/badge-reissues",
        reissue_many,
        roles=ORGANISING,
        organiser_duty=OF_THE_GATES,
        duty=("badges",),
        summary="Replace the badges of a table file (CSV or .xlsx) with the column `serial`, all of them or none",
        upload=_SERIALS,
        answers={201: BadgesReissued},
        refusals=(
            EventNotFound,
            BadgeFileUnreadable,
            BadgeSerialsBroken,
            BadgeSerialsUnknown,
            BadgeReissued,
            BadgeLimit,
            EventClosed,
        ),
        query=(_REASON,),
    ),
)
