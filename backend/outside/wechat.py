"""WeChat's server interface: how a request is made, and the exchange of a sign-in code for a citizen's openid.

WeChat takes the AppSecret and access tokens in the query string, so the address of a request is itself a secret.
Three things follow, and each has a test:

- Requests go to httpx2's transport, not through its client: the client logs every full address at
  INFO, follows the environment's proxies and keeps cookies; the transport does none of the three.
- What goes wrong is reduced to the name of its class before anything is raised. The refusals carry no
  `__cause__` and no `__context__`, because httpx2's exceptions hold the request and so its address.
- No frame that a refusal passes through has the address among its locals: some log formatters print those.
"""

from __future__ import annotations

import asyncio
import logging
import random
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal, TypeVar

import httpx2
import msgspec

from backend.errors import Refusal
from backend.outside.refusals import (
    WeChatBusy,
    WeChatCodeInvalid,
    WeChatMisconfigured,
    WeChatQuotaSpent,
    WeChatRateLimited,
    WeChatUnavailable,
    WeChatUserBlocked,
)
from backend.outside.transport import NoAnswer, Transport, is_bare, is_guarded

logger = logging.getLogger(__name__)

# Real codes are 32 characters. Anything else is refused here, without spending a call on it.
CODE_SHAPE = re.compile(r"[0-9A-Za-z_\-]{1,128}")
# A real answer is under 300 bytes.
ANSWER_BYTES_MAX = 16_384
CONNECTIONS_MAX = 64
ERRMSG_CHARS_MAX = 200
# Before the first and the second retry; each is stretched by 0.5 to 1.5 at random, because the phones
# of one stadium are told "busy" in the same instant and must not come back in the same instant.
BUSY_WAITS_S = (0.1, 0.4)

BUSY = -1
REFUSAL_BY_ERRCODE: dict[int, type[Refusal]] = {
    BUSY: WeChatBusy,
    40029: WeChatCodeInvalid,
    # A code that was used before. Newer documents name 40029 alone, yet this is what a repeated code
    # gets, and a double tap on "sign in" must not read as a fault of our set-up.
    40163: WeChatCodeInvalid,
    40226: WeChatUserBlocked,
    45009: WeChatQuotaSpent,
    45011: WeChatRateLimited,
    # AppID wrong; AppID, secret, code missing from the request. Unknown numbers are treated alike:
    # retrying is no cure, and somebody has to look.
    40013: WeChatMisconfigured,
    41002: WeChatMisconfigured,
    41004: WeChatMisconfigured,
    41008: WeChatMisconfigured,
}


class Unprinted(msgspec.Struct, frozen=True):
    """A struct whose content appears in no repr, and so in no log line and no traceback."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        # rich, which prints tracebacks on a terminal, asks this instead of __repr__.
        return []


class WeChatSession(Unprinted, frozen=True):
    """The openid of a citizen who signed in, for this mini-program.

    `session_key` decrypts what the phone sends; it is never given to a client. `openid` is personal
    data. `unionid` is there only when the mini-program is bound to an Open Platform account.
    """

    openid: str
    session_key: str
    unionid: str | None = None


class WeChatAnswer(Unprinted, frozen=True):
    """What WeChat sends, with status 200 for a success and for an error. Further fields may appear."""

    errcode: int = 0
    errmsg: str = ""


class _Answer(WeChatAnswer, frozen=True):
    openid: str = ""
    session_key: str = ""
    unionid: str | None = None


Found = TypeVar("Found", bound=msgspec.Struct)
Answered = TypeVar("Answered", bound=WeChatAnswer)


class WeChat:
    """A client of WeChat for one mini-program. Safe to share between requests; close it at the end."""

    def __init__(self, *, base_url: str, appid: str, secret: str, timeout_s: float = 3.0) -> None:
        """`timeout_s` bounds one sign-in as a whole, its retries and the wait for a connection included.

        Raises ValueError for an empty credential, and for an address that would send the secret in clear.
        """
        if not appid or not secret:
            raise ValueError("WeChat needs an AppID and an AppSecret.")
        if not is_guarded(base_url):
            raise ValueError("WeChat's address must be https: the AppSecret is part of every request.")
        if not is_bare(base_url):
            raise ValueError("WeChat's address takes no query, fragment or password.")
        self._base_url = str(httpx2.URL(base_url)).rstrip("/")
        self.appid = appid
        self.secret = secret
        self._timeout_s = timeout_s
        self._transport = Transport(connections_max=CONNECTIONS_MAX)

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def code_to_session(self, code: str) -> WeChatSession:
        """The citizen behind a code that `wx.login` gave the phone. A code works once, for five minutes.

        Raises one of the classes in `backend.outside.refusals`.
        Source: WeChat mini-program server interface, `GET /sns/jscode2session`.
        """
        if not CODE_SHAPE.fullmatch(code):
            raise WeChatCodeInvalid
        answer = self.usable(await self.ask_until_not_busy(lambda deadline: self._ask(code, deadline)))
        if not answer.openid or not answer.session_key:
            raise self.unusable("openid or session_key is missing")
        return WeChatSession(answer.openid, answer.session_key, answer.unionid or None)

    def usable(self, answer: Answered | NoAnswer) -> Answered:
        """An answer that is no error. Raises the refusal that fits an error."""
        if isinstance(answer, NoAnswer):
            raise self.unusable(answer.reason)
        if answer.errcode:
            raise self._refusal(answer)
        return answer

    def unusable(self, reason: str) -> WeChatUnavailable:
        logger.warning("WeChat gave no usable answer: %s", reason)
        return WeChatUnavailable(retry_after_s=_spread_s(3.0))

    async def ask_until_not_busy(
        self, ask_once: Callable[[float], Awaitable[Answered | NoAnswer]]
    ) -> Answered | NoAnswer:
        """The first answer other than "busy", or the last "busy" when two retries or the time are spent.

        Only "busy" is retried: it alone says that the code was not used. After a lost reply a second
        try could only learn that the code is spent.
        """
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._timeout_s
        answer = await ask_once(deadline)
        for wait_s in map(_spread_s, BUSY_WAITS_S):
            if isinstance(answer, NoAnswer) or answer.errcode != BUSY or clock() + wait_s >= deadline:
                break
            await asyncio.sleep(wait_s)
            answer = await ask_once(deadline)
        return answer

    async def _ask(self, code: str, deadline: float) -> _Answer | NoAnswer:
        query = {
            "appid": self.appid,
            "secret": self.secret,
            "js_code": code,
            "grant_type": "authorization_code",
        }
        return await self.ask("GET", "/sns/jscode2session", _Answer, query=query, deadline=deadline)

    async def ask(
        self,
        method: Literal["GET", "POST"],
        path: str,
        kind: type[Found],
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
        deadline: float | None = None,
    ) -> Found | NoAnswer:
        """One request and its answer as `kind`. Never raises what holds the address; errcodes are the caller's."""
        if deadline is None:
            deadline = asyncio.get_running_loop().time() + self._timeout_s
        try:
            # httpx2's own time-outs start again with every chunk; a dripping answer would outlive them.
            async with asyncio.timeout_at(deadline):
                return await self._exchange(method, path, kind, query or {}, body)
        except (httpx2.HTTPError, OSError) as error:
            return NoAnswer(type(error).__name__)

    async def ask_bytes(
        self, path: str, *, query: Mapping[str, str], body: object, bytes_max: int
    ) -> bytes | NoAnswer:
        """As `ask`, for an answer that may be a picture; it is the caller's to look at."""
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._receive("POST", path, query, body, bytes_max)
        except (httpx2.HTTPError, OSError) as error:
            return NoAnswer(type(error).__name__)

    async def _exchange(
        self,
        method: Literal["GET", "POST"],
        path: str,
        kind: type[Found],
        query: Mapping[str, str],
        body: object,
    ) -> Found | NoAnswer:
        received = await self._receive(method, path, query, body, ANSWER_BYTES_MAX)
        if isinstance(received, NoAnswer):
            return received
        # The content type is not looked at: WeChat sends its JSON as text/plain.
        try:
            return msgspec.json.decode(received, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return NoAnswer("not the JSON that was agreed")

    async def _receive(
        self,
        method: Literal["GET", "POST"],
        path: str,
        query: Mapping[str, str],
        body: object,
        bytes_max: int,
    ) -> bytes | NoAnswer:
        headers = {"Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        received = await self._transport.receive(
            httpx2.Request(
                method,
                f"{self._base_url}{path}",
                params=dict(query),
                headers=headers,
                content=None if body is None else msgspec.json.encode(body),
            ),
            bytes_max,
        )
        if isinstance(received, NoAnswer):
            return received
        return received.body if received.status == 200 else NoAnswer(f"HTTP status {received.status}")

    def masked(self, errmsg: str) -> str:
        """An error message of WeChat's that may be logged: without the secret, and short."""
        # Masked before it is cut, so that no cut leaves half a secret.
        return errmsg.replace(self.secret, "***")[:ERRMSG_CHARS_MAX]

    def _refusal(self, answer: WeChatAnswer) -> Refusal:
        refusal = REFUSAL_BY_ERRCODE.get(answer.errcode, WeChatMisconfigured)
        if refusal is WeChatMisconfigured:
            # Quoted, so that a line break in it cannot forge a log line.
            errmsg = self.masked(answer.errmsg)
            logger.error("WeChat refuses our set-up: errcode=%d errmsg=%r", answer.errcode, errmsg)
        if refusal is WeChatBusy:
            return refusal(retry_after_s=_spread_s(2.0))
        return refusal()


def _spread_s(middle_s: float) -> float:
    return middle_s * random.uniform(0.5, 1.5)  # noqa: S311 - spreads load, guards nothing
