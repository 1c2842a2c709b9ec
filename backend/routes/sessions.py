"""Signing in, refreshing, signing out."""

from __future__ import annotations

from backend.errors import ProviderUnknown, RefreshTokenInvalid, TooManySignIns, WrongCredentials
from backend.messages import identity as m_sessions
from backend.messages.identity import (
    CitizenBrief,
    CitizenSession,
    RefreshRequest,
    SessionRequest,
    StaffBrief,
    StaffSession,
    StaffSessionRequest,
    Tokens,
)
from backend.outside.refusals import WECHAT_REFUSALS
from backend.routes.http.call import Call
from backend.routes.http.endpoint import ANYONE_SIGNED_IN, Endpoint, in_section
from backend.routes.http.reply import Reply
from backend.services.identity.known_devices import DEVICE_DAYS
from backend.services.identity.staff_sign_in import Knock, StaffSignedIn

DEVICE_COOKIE = "staff_device_"
DEVICE_TOKENS_MAX = 8


async def sign_in(call: Call) -> CitizenSession:
    request: SessionRequest = call.body
    signed_in = await call.components.sessions.sign_in(request.provider, request.code)
    return CitizenSession(
        access_token=signed_in.access_token,
        refresh_token=signed_in.refresh_token,
        expires_in=call.components.tokens.life_s,
        citizen=CitizenBrief(id=str(signed_in.principal.id), nickname=signed_in.nickname),
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
    tokens = tuple(call.cookies(DEVICE_COOKIE).values())[:DEVICE_TOKENS_MAX]
    knock = Knock(request.username, request.password, call.source, tokens)
    found = await call.components.staff_authenticator.sign_in(knock)
    session = StaffSession(
        access_token=found.session.access_token,
        refresh_token=found.session.refresh_token,
        expires_in=call.components.tokens.life_s,
        staff=StaffBrief(id=str(found.staff.id), username=found.staff.username, role=found.staff.role),
    )
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
        refusals=(ProviderUnknown, *WECHAT_REFUSALS),
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
        body=m_sessions.StaffSessionRequest,
        answers={201: m_sessions.StaffSession},
        refusals=(WrongCredentials, TooManySignIns),
    ),
)
