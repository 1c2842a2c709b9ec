"""WeChat's check of texts that people write for others to see.

Source: WeChat mini-program server interface, `POST /wxa/msg_sec_check`, version 2. Scene 1 is a profile.
"""

from __future__ import annotations

import logging

import msgspec

from backend.outside.transport import NoAnswer
from backend.outside.wechat import WeChat
from backend.outside.wechat_messages import TOKEN_ERRCODES
from backend.outside.wechat_tokens import AccessTokens, TokenCache, TokenUnavailable

logger = logging.getLogger(__name__)

PATH = "/wxa/msg_sec_check"
SCENE_PROFILE = 1
RISKY = "risky"


class _Result(msgspec.Struct, frozen=True):
    suggest: str = ""


class _Answer(msgspec.Struct, frozen=True):
    errcode: int = 0
    result: _Result = _Result()


class ContentCheck:
    """Asks WeChat about texts of the citizens of one mini-program."""

    def __init__(self, wechat: WeChat, cache: TokenCache) -> None:
        self._wechat = wechat
        self._tokens = AccessTokens(wechat, cache)

    async def is_risky(self, openid: str, text: str) -> bool | None:
        """Whether WeChat would not show it; None when it does not say. Never raises."""
        body = {"openid": openid, "scene": SCENE_PROFILE, "version": 2, "content": text}
        try:
            token = await self._tokens.current()
            answer = await self._ask(token, body)
            if not isinstance(answer, NoAnswer) and answer.errcode in TOKEN_ERRCODES:
                answer = await self._ask(await self._tokens.renewed(stale=token), body)
        except TokenUnavailable as error:
            logger.warning("WeChat checks no names: no access token: %s", error)
            return None
        if isinstance(answer, NoAnswer) or answer.errcode:
            said = answer.reason if isinstance(answer, NoAnswer) else f"errcode {answer.errcode}"
            logger.warning("WeChat checks no names: %s", said)
            return None
        return answer.result.suggest == RISKY

    async def _ask(self, token: str, body: dict[str, object]) -> _Answer | NoAnswer:
        return await self._wechat.ask("POST", PATH, _Answer, query={"access_token": token}, body=body)
