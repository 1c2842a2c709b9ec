"""Refusals that are put on record, and what of a request may stand there: never a token, a code or a body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.types import Scope

from backend.errors import CodeForged, Refusal, SessionRevoked, TokenInvalid, TooManySignIns, WrongCredentials
from backend.routes.http.call import Call
from backend.services.security.records import Kind, SecurityRecord, record_security

RECORDED: Final[Mapping[type[Refusal], Kind]] = {
    CodeForged: "code_forged",
    TokenInvalid: "token_refused",
    SessionRevoked: "token_refused",
    WrongCredentials: "sign_in_refused",
    TooManySignIns: "sign_in_locked_out",
}


ACTOR: Final = "tianfu.actor"
"""Key of a request's scope: the name that somebody typed to sign in with."""


def source_of(scope: Scope) -> str | None:
    """The address of the connection."""
    client = scope.get("client")
    return client[0] if client else None


def note_refusal(scope: Scope, route: str, refusal: Refusal) -> None:
    """Note a refusal that is of a kind on record. `route` is the template: a path may hold a code."""
    kind = RECORDED.get(type(refusal))
    if kind is not None:
        scope["state"]["components"].security.note(
            SecurityRecord(
                kind=kind, actor=scope.get(ACTOR), source=source_of(scope), subject=route, reason=refusal.code
            )
        )


async def record_answer(call: Call, kind: Kind) -> None:
    """Put on record what staff are about to be given; without the record they are given nothing."""
    staff = call.principal
    await record_security(
        kind,
        actor_id=staff.id if staff else None,
        actor=call.scope.get(ACTOR),
        source=source_of(call.scope),
        subject=call.scope["path"] if staff else None,
    )
