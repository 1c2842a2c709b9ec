"""What a phone sends to show who it is: to sign in, or to bind one more way to its account."""

from __future__ import annotations

from backend.errors import ProviderUnknown, Refusal
from backend.errors.identity import SignInCodeOver, SignInCodeWrong
from backend.messages.identity import SessionRequest, credential_of
from backend.outside.refusals import WECHAT_REFUSALS
from backend.services.identity.ways_in import Attempt

SIGN_IN_REFUSALS: tuple[type[Refusal], ...] = (
    ProviderUnknown,
    SignInCodeWrong,
    SignInCodeOver,
    *WECHAT_REFUSALS,
)
"""What any way in may refuse an attempt with."""


def attempt_of(request: SessionRequest) -> Attempt:
    return Attempt(
        code=request.code,
        address=request.address,
        state=request.state,
        challenge=request.challenge,
        passkey=None if request.passkey is None else credential_of(request.passkey),
    )
