"""What a phone sends to show who it is: to sign in, or to bind one more way to its account."""

from __future__ import annotations

from backend.errors import ProviderUnknown, Refusal
from backend.errors.identity import AT_PROVIDERS, SignInCodeOver, SignInCodeWrong
from backend.messages.identity import SessionRequest, credential_of
from backend.outside.refusals import IDENTITY_PROVIDER_REFUSALS, WECHAT_REFUSALS
from backend.routes.http.call import Call
from backend.routes.http.sign_in_cookies import held_tickets
from backend.services.identity.ways_in import Attempt

SIGN_IN_REFUSALS: tuple[type[Refusal], ...] = (
    ProviderUnknown,
    SignInCodeWrong,
    SignInCodeOver,
    *AT_PROVIDERS,
    *WECHAT_REFUSALS,
    *IDENTITY_PROVIDER_REFUSALS,
)
"""What any way in may refuse an attempt with."""


def attempt_of(call: Call, request: SessionRequest) -> Attempt:
    return Attempt(
        code=request.code,
        address=request.address,
        state=request.state,
        challenge=request.challenge,
        passkey=None if request.passkey is None else credential_of(request.passkey),
        tickets=held_tickets(call),
        source=call.source,
    )
