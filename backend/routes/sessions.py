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


async def staff_sign_in(call: Call) -> StaffSession:
    request: StaffSessionRequest = call.body
    staff, signed_in = await call.components.staff_authenticator.sign_in(request.username, request.password)
    return StaffSession(
        access_token=signed_in.access_token,
        refresh_token=signed_in.refresh_token,
        expires_in=call.components.tokens.life_s,
        staff=StaffBrief(id=str(staff.id), username=staff.username, role=staff.role),
    )


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
