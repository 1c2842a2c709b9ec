"""Refusals that are put on record, and what of a request may stand there: never a token, a code or a body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from backend.auth import PEOPLE
from backend.errors import CodeForged, Refusal, SessionRevoked, TokenInvalid, TooManySignIns, WrongCredentials
from backend.errors.identity import (
    ChallengeInvalid,
    PasswordLinkInvalid,
    PresentPasswordWrong,
    SecondFactorWrong,
    SignInCodeOver,
    SignInCodeWrong,
    TooManySecondFactors,
    TooManySignInCodes,
)
from backend.routes.http.call import Call
from backend.services.security.records import Kind, SecurityRecord, record_security

RECORDED: Final[Mapping[type[Refusal], Kind]] = {
    CodeForged: "code_forged",
    TokenInvalid: "token_refused",
    SessionRevoked: "token_refused",
    WrongCredentials: "sign_in_refused",
    TooManySignIns: "sign_in_locked_out",
    ChallengeInvalid: "sign_in_refused",
    SecondFactorWrong: "sign_in_refused",
    TooManySecondFactors: "sign_in_locked_out",
    PresentPasswordWrong: "sign_in_refused",
    PasswordLinkInvalid: "sign_in_refused",
    SignInCodeWrong: "code_refused",
    SignInCodeOver: "code_refused",
    TooManySignInCodes: "codes_locked_out",
}


ACTOR: Final = "tianfu.actor"
"""Key of a request's scope: the name that somebody typed to sign in with."""


def note_refusal(call: Call, route: str, refusal: Refusal) -> None:
    """Note a refusal that is of a kind on record. `route` is the template: a path may hold a code."""
    kind = RECORDED.get(type(refusal))
    if kind is not None:
        is_staff = call.principal is not None and call.principal.role not in PEOPLE
        call.components.security.note(
            SecurityRecord(
                kind=kind,
                actor_id=call.principal.id if is_staff else None,
                actor=call.scope.get(ACTOR),
                source=call.source or None,
                subject=route,
                reason=refusal.code,
            )
        )


async def record_answer(call: Call, kind: Kind) -> None:
    """Put on record what staff are about to be given; without the record they are given nothing."""
    staff = call.principal
    await record_security(
        kind,
        actor_id=staff.id if staff else None,
        actor=call.scope.get(ACTOR),
        source=call.source or None,
        subject=call.scope["path"] if staff else None,
    )
