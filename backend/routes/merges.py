"""Two accounts of one person become one; what a guest did is kept in an account."""

from __future__ import annotations

from backend.errors import IdempotencyKeyReused
from backend.errors.account.merges import (
    EventJoinedBefore,
    GuestIsKept,
    KeptElsewhere,
    MergeOfChild,
    MergeOfGuardian,
    MergeOverlaps,
    MergesEnough,
    OtherAccountInvalid,
    SameAccount,
    TooManyMoves,
)
from backend.errors.events.offsets import AttendanceNotFound
from backend.ledger.command import Outcome
from backend.messages.account import merges as m
from backend.routes.http.call import Call
from backend.routes.http.endpoint import CITIZEN, QUEUED, Endpoint, in_section


async def merge(call: Call) -> Outcome:
    request: m.MergeRequest = call.body
    return await call.components.account_moves.merge(
        call.principal, request.other_access_token, call.idempotency, call.now
    )


async def keep(call: Call) -> Outcome:
    request: m.KeepRequest = call.body
    return await call.components.account_moves.keep(
        call.principal, request.guest_access_token, call.idempotency, call.now
    )


ENDPOINTS = in_section(
    "me",
    Endpoint(
        "POST /v1/me/merges",
        merge,
        roles=CITIZEN,
        summary="Make another account of one's own part of this one; it cannot be undone",
        body=m.MergeRequest,
        answers={201: m.MergeAnswer},
        refusals=(
            OtherAccountInvalid,
            SameAccount,
            GuestIsKept,
            KeptElsewhere,
            MergeOfChild,
            MergeOfGuardian,
            MergeOverlaps,
            MergesEnough,
            TooManyMoves,
            IdempotencyKeyReused,
            *QUEUED,
        ),
        idempotency="optional",
    ),
    Endpoint(
        "POST /v1/me/guest-attendances",
        keep,
        roles=CITIZEN,
        summary="Keep in this account what one joined and offset as a guest with a badge",
        body=m.KeepRequest,
        answers={201: m.KeptAttendance},
        refusals=(
            OtherAccountInvalid,
            AttendanceNotFound,
            EventJoinedBefore,
            KeptElsewhere,
            TooManyMoves,
            IdempotencyKeyReused,
            *QUEUED,
        ),
        idempotency="optional",
    ),
)
