"""Signing in, refreshing, signing out."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from msgspec import UNSET

from backend.domain.folding import folded_words
from backend.domain.identity.devices import device_of
from backend.domain.identity.return_paths import START_PAGE, is_return_path
from backend.errors import (
    EventNotRunning,
    InvalidQuery,
    ProviderUnknown,
    RefreshTokenInvalid,
    SessionRevoked,
    TooManySignIns,
    WrongCredentials,
)
from backend.errors.badges import BadgeTaken, HolderLinkInvalid, IdentityNeeded
from backend.errors.identity import ChallengeInvalid, PasskeyRefused, SecondFactorWrong, TooManySecondFactors
from backend.messages import identity as m_sessions
from backend.messages.identity import (
    ChallengeRequest,
    CitizenBrief,
    CitizenSession,
    RefreshRequest,
    SecondFactorConfirmation,
    SecondFactorRequest,
    SessionRequest,
    StaffBrief,
    StaffChallenge,
    StaffSession,
    StaffSessionBegun,
    StaffSessionRequest,
    Tokens,
    TotpSecret,
    WayIn,
    WaysIn,
    credential_of,
)
from backend.messages.shape import view_of
from backend.outside.refusals import IDENTITY_PROVIDER_REFUSALS
from backend.routes.http.attempts import SIGN_IN_REFUSALS, attempt_of
from backend.routes.http.call import Call
from backend.routes.http.doors import ACTOR
from backend.routes.http.endpoint import ANYONE_SIGNED_IN, BADGE, CODE, Endpoint, Query, in_section
from backend.routes.http.reply import Reply
from backend.routes.http.sign_in_cookies import redirect, return_cookie, spent_ticket, ticket_cookies
from backend.services.identity.known_devices import DEVICE_DAYS
from backend.services.identity.redirect_ways import RETURN_PAGE, SCOPES, RedirectWay
from backend.services.identity.second_factors import Proof
from backend.services.identity.sessions import Place
from backend.services.identity.staff_sign_in import Begun, Knock, StaffSignedIn

DEVICE_COOKIE = "staff_device_"
GUEST_REFUSALS = (*CODE, *BADGE, BadgeTaken, EventNotRunning, IdentityNeeded, HolderLinkInvalid)
DEVICE_TOKENS_MAX = 8


async def sign_in(call: Call) -> Reply:
    request: SessionRequest = call.body
    device = device_of(_place(call).device)
    signed_in = await call.components.sessions.sign_in(request.provider, attempt_of(call, request), device)
    session = CitizenSession(
        access_token=signed_in.access_token,
        refresh_token=signed_in.refresh_token,
        expires_in=call.components.tokens.life_s,
        citizen=CitizenBrief(id=str(signed_in.principal.id), nickname=signed_in.nickname),
        other_access_token=signed_in.other_access_token or UNSET,
    )
    return Reply(session, 201, headers=spent_ticket(call, request.state))


async def start(call: Call) -> Reply:
    """Where the provider is away, the browser goes to our own page, which says so and offers to try again."""
    way = call.components.sessions.way(call.params["provider"])
    if not isinstance(way, RedirectWay):
        raise ProviderUnknown(provider=call.params["provider"])
    return_to = call.query("return_to") or START_PAGE
    if not is_return_path(return_to):
        raise InvalidQuery.of("return_to", "form")
    scope: Any = call.one_of("scope", SCOPES) or "base"
    if call.header(b"sec-fetch-site") in (b"cross-site", b"same-site"):
        scope = "base"  # what opens an account of its own is pressed on a page of ours, never a link of somebody else's
    state = way.new_state()
    try:
        left = await way.depart(state, call.language, scope)
    except IDENTITY_PROVIDER_REFUSALS as refusal:
        address = f"{RETURN_PAGE}?{urlencode({'error': refusal.code, 'state': state})}"
        return redirect(address, return_cookie(state, return_to))
    return redirect(left.address, *ticket_cookies(call, state, left.ticket), return_cookie(state, return_to))


async def ways(call: Call) -> WaysIn:
    return WaysIn(
        items=[WayIn(provider=way.name, facts=dict(way.offered())) for way in call.components.sessions.ways()]
    )


async def refresh(call: Call) -> Tokens:
    request: RefreshRequest = call.body
    signed_in = await call.components.sessions.refresh(request.refresh_token)
    return Tokens(
        access_token=signed_in.access_token,
        refresh_token=signed_in.refresh_token,
        expires_in=call.components.tokens.life_s,
    )


async def sign_out(call: Call) -> Reply:
    await call.components.sessions.sign_out(call.principal)
    return Reply(status=204)


async def staff_sign_in(call: Call) -> Reply:
    request: StaffSessionRequest = call.body
    call.scope[ACTOR] = folded_words(request.username)
    tokens = tuple(call.cookies(DEVICE_COOKIE).values())[:DEVICE_TOKENS_MAX]
    knock = Knock(request.username, request.password, call.source, tokens)
    found = await call.components.staff_authenticator.sign_in(knock, _place(call))
    return _signed_in(call, found) if isinstance(found, StaffSignedIn) else Reply(_begun(found), 202)


async def second_factor(call: Call) -> Reply:
    request: SecondFactorRequest = call.body
    passkey = None if request.passkey is None else credential_of(request.passkey)
    proof = Proof(request.code, request.recovery_code, passkey)
    found = await call.components.staff_authenticator.finish(request.challenge, proof, _place(call))
    call.scope[ACTOR] = found.staff.username
    return _signed_in(call, found)


async def begin_setup(call: Call) -> TotpSecret:
    request: ChallengeRequest = call.body
    setup = await call.components.staff_authenticator.begin_setup(request.challenge)
    return TotpSecret(secret=setup.secret, uri=setup.uri)


async def finish_setup(call: Call) -> Reply:
    request: SecondFactorConfirmation = call.body
    found, codes = await call.components.staff_authenticator.finish_setup(
        request.challenge, request.code, _place(call)
    )
    call.scope[ACTOR] = found.staff.username
    return _signed_in(call, found, codes)


def _place(call: Call) -> Place:
    return Place(call.source, (call.header(b"user-agent") or b"").decode("latin-1"))


def _begun(begun: Begun) -> StaffChallenge:
    held = begun.held
    offered = {
        "totp": held.has_totp,
        "passkey": begun.passkey_options is not None,
        "recovery_code": held.recovery_codes_left > 0,
    }
    return StaffChallenge(
        status="second_factor_required" if held.is_any else "second_factor_setup_required",
        challenge=begun.token,
        expires_in=begun.life_s,
        factors=[name for name, is_offered in offered.items() if is_offered],  # type: ignore[misc]
        passkey_options=begun.passkey_options,
    )


def _signed_in(call: Call, found: StaffSignedIn, codes: list[str] | None = None) -> Reply:
    session = StaffSession(
        access_token=found.session.access_token,
        refresh_token=found.session.refresh_token,
        expires_in=call.components.tokens.life_s,
        staff=StaffBrief(id=str(found.staff.id), username=found.staff.username, role=found.staff.role),
    )
    if codes is not None:
        session = view_of(StaffSessionBegun, session, recovery_codes=codes)
    return Reply(session, 201, headers=(_device_cookie(call, found),))


def _device_cookie(call: Call, found: StaffSignedIn) -> tuple[bytes, bytes]:
    """The device is known from now on; one device may be known to several accounts."""
    secure = "; Secure" if call.components.settings.public_base.startswith("https://") else ""
    cookie = (
        f"{DEVICE_COOKIE}{found.staff.id.hex[-12:]}={found.device_token}; Path=/v1/staff; "
        f"Max-Age={DEVICE_DAYS * 86_400}; HttpOnly; SameSite=Strict{secure}"
    )
    return b"set-cookie", cookie.encode()


ENDPOINTS = in_section(
    "sessions",
    Endpoint(
        "POST /v1/sessions",
        sign_in,
        summary="Sign a citizen in",
        body=m_sessions.SessionRequest,
        answers={201: m_sessions.CitizenSession},
        refusals=(*SIGN_IN_REFUSALS, PasskeyRefused, SessionRevoked, *GUEST_REFUSALS),
    ),
    Endpoint(
        "GET /v1/sessions/ways",
        ways,
        summary="How one can sign in here",
        answers={200: m_sessions.WaysIn},
    ),
    Endpoint(
        "GET /v1/sessions/{provider}/start",
        start,
        summary="Send a browser to sign in at WeChat's page or a city's identity",
        answers={302: None},
        media_type="text/html",
        refusals=(ProviderUnknown,),
        query=(
            Query(
                "return_to", {"type": "string", "default": START_PAGE}, "our page where the browser goes on"
            ),
            Query(
                "scope",
                {"type": "string", "enum": list(SCOPES), "default": "base"},
                "what WeChat is asked: nothing of the person; their consent, so that it names them in the "
                "mini-program too; or to sign in without the mini-program's account",
            ),
        ),
    ),
    Endpoint(
        "POST /v1/sessions/refresh",
        refresh,
        summary="Exchange a refresh token, once, for new tokens",
        body=m_sessions.RefreshRequest,
        answers={201: m_sessions.Tokens},
        refusals=(RefreshTokenInvalid,),
    ),
    Endpoint(
        "DELETE /v1/sessions/current",
        sign_out,
        roles=ANYONE_SIGNED_IN,
        summary="Sign out",
        answers={204: None},
    ),
    Endpoint(
        "POST /v1/staff/sessions",
        staff_sign_in,
        summary="Sign a staff member in",
        on_record="signed_in",
        body=m_sessions.StaffSessionRequest,
        answers={201: m_sessions.StaffSession, 202: m_sessions.StaffChallenge},
        refusals=(WrongCredentials, TooManySignIns),
    ),
    Endpoint(
        "POST /v1/staff/sessions/second-factor",
        second_factor,
        summary="Finish a staff member's sign-in with a second factor",
        on_record="signed_in",
        body=m_sessions.SecondFactorRequest,
        answers={201: m_sessions.StaffSession},
        refusals=(ChallengeInvalid, SecondFactorWrong, TooManySecondFactors),
    ),
    Endpoint(
        "POST /v1/staff/sessions/second-factor-setup",
        begin_setup,
        summary="A secret for the authenticator app of an account that has no second factor yet",
        body=m_sessions.ChallengeRequest,
        answers={200: m_sessions.TotpSecret},
        refusals=(ChallengeInvalid,),
    ),
    Endpoint(
        "POST /v1/staff/sessions/second-factor-confirmation",
        finish_setup,
        summary="Finish that sign-in with a code of the authenticator app",
        on_record="signed_in",
        body=m_sessions.SecondFactorConfirmation,
        answers={201: m_sessions.StaffSessionBegun},
        refusals=(ChallengeInvalid, SecondFactorWrong),
    ),
)
