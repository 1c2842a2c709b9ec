"""Citizens and staff sign in and out."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from backend.messages.shape import Answer, Request


class SessionRequest(Request):
    provider: Annotated[str, Meta(min_length=1, max_length=20)]
    code: Annotated[str, Meta(min_length=1, max_length=256)]


class StaffSessionRequest(Request):
    username: Annotated[str, Meta(min_length=1, max_length=64)]
    password: Annotated[str, Meta(min_length=1, max_length=256)]


class RefreshRequest(Request):
    refresh_token: Annotated[str, Meta(min_length=1, max_length=256)]


class CitizenBrief(Answer):
    id: str
    nickname: str | None


class StaffBrief(Answer):
    id: str
    username: str
    role: str


class Tokens(Answer, kw_only=True):
    access_token: str
    refresh_token: str
    expires_in: Annotated[int, Meta(description="life of the access token in seconds")]
    token_type: str = "Bearer"  # noqa: S105 - the name of a scheme


class CitizenSession(Tokens, kw_only=True):
    citizen: CitizenBrief


class StaffSession(Tokens, kw_only=True):
    staff: StaffBrief
