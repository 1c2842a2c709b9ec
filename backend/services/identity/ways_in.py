"""Ways in: how a person shows who they are before an account is opened or found again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal, Protocol, TypeVar
from uuid import UUID

from backend.domain.encryption import Encrypted
from backend.errors import InvalidBody
from backend.errors.fields import field_error
from backend.outside.wechat import Unprinted, WeChat
from backend.services.identity.provider_throttle import ProviderThrottle

NICKNAME_CHARS_MAX = 40
SUBJECT_CHARS_MAX = 256
WECHAT_UNION = "wechat_union"
"""A person in all accounts of WeChat's Open Platform account, whichever way they come; no way in by itself."""
WayChange = Literal["way_in_added", "way_in_removed"]
TellOfWay = Callable[[WayChange, UUID, str], Awaitable[None]]
"""Puts on record that a way came to an account or left it, and tells the account; in the transaction that does it."""
T = TypeVar("T")


class Attempt(Unprinted, frozen=True, kw_only=True):
    """What a phone sends to sign in; which of it counts, the way in says."""

    code: str | None = None
    address: str | None = None
    """An e-mail address or a phone number, where the code was sent."""
    state: str | None = None
    """What the service gave the browser before it went to a provider's page."""
    challenge: str | None = None
    passkey: dict[str, Any] | None = None
    """The answer of the browser's `navigator.credentials.get`."""
    tickets: Mapping[str, str] = {}
    """What the browser was given in cookies when it left for a provider's page, by the beginning of its state."""
    source: str = ""
    """Where the attempt comes from: an address, or an IPv6 network; empty where nobody knows."""


def required(value: T | None, name: str) -> T:
    """A part of an attempt that this way in needs. Raises InvalidBody where it is missing."""
    if value is None:
        raise InvalidBody(errors=[field_error(f"/{name}", "missing")])
    return value


class GuestOf(Unprinted, frozen=True, kw_only=True):
    """The badge that somebody signs in with as a guest, or the guest whose certificate's link they showed."""

    event_id: UUID | None = None
    badge_serial: int | None = None
    device_hash: bytes | None = None
    """Of a text that the phone made: the phone that sends it again is the one that holds the badge."""
    citizen_id: UUID | None = None


class Identified(Unprinted, frozen=True, kw_only=True):
    """A person as a provider knows them."""

    provider: str
    subject: str
    nickname: str | None = None
    joined: tuple[str, str] | None = None
    """The provider and the subject of a wider identity, that joins this one with others of the same person."""
    session_key: str | None = None
    """WeChat's key of this session, with which it encrypts what its phone sends."""
    sealed: Encrypted | None = None
    """The address whose digest the subject is."""
    citizen_id: UUID | None = None
    """Whose account it is, where the way in knows it by itself, as a passkey does."""
    guest: GuestOf | None = None
    """Somebody without an account; a session of a guest is opened."""


class WayIn(Protocol):
    """One way to sign in."""

    name: str
    """As `provider` names it in a request."""

    def offered(self) -> Mapping[str, Any]:
        """What a page or a mini-program must know to offer this way: no secret, for it is public."""
        ...

    async def identify(self, attempt: Attempt) -> Identified:
        """Who this is. Raises the refusal that says why nobody can tell."""
        ...


class DemoWay:
    """Any name is its own proof; in demo mode alone."""

    name = "demo"

    def offered(self) -> Mapping[str, Any]:
        return {}

    async def identify(self, attempt: Attempt) -> Identified:
        name = required(attempt.code, "code")
        if len(name) > SUBJECT_CHARS_MAX:
            raise InvalidBody(errors=[field_error("/code", "too_long", chars_max=SUBJECT_CHARS_MAX)])
        nickname = name.strip()[:NICKNAME_CHARS_MAX] or "demo"
        return Identified(provider=self.name, subject=name, nickname=nickname)


class MiniProgramWay:
    """A code that `wx.login` gave the mini-program, once, for five minutes."""

    name = "wechat"

    def __init__(self, wechat: WeChat, throttle: ProviderThrottle) -> None:
        self._wechat = wechat
        self._throttle = throttle

    def offered(self) -> Mapping[str, Any]:
        return {}

    async def identify(self, attempt: Attempt) -> Identified:
        code = required(attempt.code, "code")
        found = await self._throttle.ask(attempt.source, lambda: self._wechat.code_to_session(code))
        joined = None if found.unionid is None else (WECHAT_UNION, found.unionid)
        return Identified(
            provider=self.name, subject=found.openid, joined=joined, session_key=found.session_key
        )
