"""WeChat's access token: one for the whole service, requested by one process at a time.

It stands in a cache that processes share (backend.storage.redis_access_tokens) and is renewed five minutes before it
ends, during which WeChat takes the old one and the new one. A cache that is away costs more calls and nothing
else: in its validity WeChat answers with the same token.

Source: WeChat server interface, `POST /cgi-bin/stable_token`.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

from backend.outside.transport import NoAnswer
from backend.outside.wechat import Unprinted, WeChat

logger = logging.getLogger(__name__)

RENEW_BEFORE_S = 300
OTHERS_WAIT_S = 5.0
LOOK_AGAIN_S = 0.05


class TokenCache(Protocol):
    """The token cache that processes share. None of it raises: while away it has no token and grants every lock."""

    async def find(self) -> tuple[str, float] | None:
        """The token and the seconds for which it is still valid."""

    async def keep(self, token: str, life_s: float) -> None: ...

    async def lock(self) -> bool:
        """Whether this process may request a token now."""

    async def unlock(self) -> None: ...


class TokenUnavailable(Exception):
    """No token now, with the reason, which holds no secret."""


class _TokenAnswer(Unprinted, frozen=True):
    access_token: str = ""
    expires_in: int = 0
    errcode: int = 0
    errmsg: str = ""


class AccessTokens:
    """Provides the token that is valid now."""

    def __init__(self, wechat: WeChat, cache: TokenCache) -> None:
        self._wechat = wechat
        self._cache = cache
        self._token = ""
        self._until = 0.0
        self._one_asks = asyncio.Lock()

    async def current(self) -> str:
        """The valid token. Raises TokenUnavailable."""
        if token := self._own():
            return token
        # Of the tasks of this process one looks, and the others find what it found.
        async with self._one_asks:
            return self._own() or await self._shared(stale="") or await self._asked(stale="")

    async def renewed(self, stale: str) -> str:
        """A token other than the one that WeChat refused. Raises TokenUnavailable."""
        async with self._one_asks:
            if self._token == stale:
                self._until = 0.0
            return self._own() or await self._shared(stale) or await self._asked(stale)

    def _own(self) -> str:
        return self._token if self._until > asyncio.get_running_loop().time() else ""

    async def _shared(self, stale: str) -> str:
        found = await self._cache.find()
        if found is None or found[0] == stale:
            return ""
        return self._hold(*found)

    def _hold(self, token: str, life_s: float) -> str:
        self._token, self._until = token, asyncio.get_running_loop().time() + life_s
        return token

    async def _asked(self, stale: str) -> str:
        """Request a token from WeChat, or wait until another process has."""
        clock = asyncio.get_running_loop().time
        give_up_at = clock() + OTHERS_WAIT_S
        while not await self._cache.lock():
            if token := await self._shared(stale):
                return token
            if clock() > give_up_at:
                break  # whoever holds the lock has died; WeChat gives both of us the same token
            await asyncio.sleep(LOOK_AGAIN_S)
        try:
            if token := await self._shared(stale):
                return token
            answer = await self._ask(is_forced=False)
            if answer.access_token == stale:
                # Still "valid" for WeChat, and refused by it: only force gives another one (20 times a day).
                answer = await self._ask(is_forced=True)
            life_s = max(answer.expires_in - RENEW_BEFORE_S, answer.expires_in / 2)
            await self._cache.keep(answer.access_token, life_s)
            return self._hold(answer.access_token, life_s)
        finally:
            await self._cache.unlock()

    async def _ask(self, *, is_forced: bool) -> _TokenAnswer:
        answer = await self._answer(is_forced)
        if isinstance(answer, NoAnswer):
            raise TokenUnavailable(answer.reason)
        if answer.errcode or not answer.access_token or answer.expires_in <= 0:
            logger.error(
                "WeChat gives no access token: errcode=%d errmsg=%r",
                answer.errcode,
                self._wechat.masked(answer.errmsg),
            )
            raise TokenUnavailable(f"errcode {answer.errcode}")
        return answer

    async def _answer(self, is_forced: bool) -> _TokenAnswer | NoAnswer:
        # A function of its own, so that no frame that an exception passes through holds the AppSecret.
        body = {
            "grant_type": "client_credential",
            "appid": self._wechat.appid,
            "secret": self._wechat.secret,
            "force_refresh": is_forced,
        }
        return await self._wechat.ask("POST", "/cgi-bin/stable_token", _TokenAnswer, body=body)
