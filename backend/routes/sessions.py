"""Signing in, refreshing, signing out."""

from __future__ import annotations

from backend.messages.sessions import (
    CitizenBrief,
    CitizenSession,
    RefreshRequest,
    SessionRequest,
    StaffBrief,
    StaffSession,
    StaffSessionRequest,
    Tokens,
)
from backend.routes.serving import Call, Reply


async def sign_in(call: Call) -> CitizenSession:
    request: SessionRequest = call.body
    signed_in = await call.parts.sessions.sign_in(request.provider, request.code)
    return CitizenSession(
        access_token=signed_in.access_token,
        refresh_token=signed_in.refresh_token,
        expires_in=call.parts.tokens.life_s,
        citizen=CitizenBrief(id=str(signed_in.principal.id), nickname=signed_in.nickname),
    )


async def refresh(call: Call) -> Tokens:
    request: RefreshRequest = call.body
    signed_in = await call.parts.sessions.refresh(request.refresh_token)
    return Tokens(
        access_token=signed_in.access_token,
        refresh_token=signed_in.refresh_token,
        expires_in=call.parts.tokens.life_s,
    )


async def sign_out(call: Call) -> Reply:
    await call.parts.sessions.sign_out(call.principal)
    return Reply(status=204)


async def staff_sign_in(call: Call) -> StaffSession:
    request: StaffSessionRequest = call.body
    staff, signed_in = await call.parts.staff_door.sign_in(request.username, request.password)
    return StaffSession(
        access_token=signed_in.access_token,
        refresh_token=signed_in.refresh_token,
        expires_in=call.parts.tokens.life_s,
        staff=StaffBrief(id=str(staff.id), username=staff.username, role=staff.role),
    )
