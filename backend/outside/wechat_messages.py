"""Subscribe messages: WeChat sends them to a citizen's phone, one for each time they tapped "accept".

A message is no thing that may be sent twice without notice: WeChat knows no key for it. It is sent again only when
nobody can say that it was sent; then WeChat itself refuses (43101) what exceeds the accepts.

Source: WeChat mini-program server interface, `POST /cgi-bin/message/subscribe/send`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Literal

import msgspec

from backend.outside.transport import NoAnswer
from backend.outside.wechat import WeChat
from backend.outside.wechat_tokens import AccessTokens, TokenCache, TokenUnavailable

logger = logging.getLogger(__name__)

LANGUAGES = {"zh-CN": "zh_CN", "en": "en_US"}
ProgramState = Literal["developer", "trial", "formal"]

SENT = 0
# The token has ended, or was replaced by a newer one.
TOKEN_ERRCODES = frozenset({40001, 40014, 42001})
# The user refused, or has used up their accepts.
REFUSED_ERRCODES = frozenset({43101})
# The message can never be sent as it is: openid, template, values, page.
DEAD_ERRCODES = {
    40003: "bad openid",
    40037: "bad template",
    47003: "values do not fit the template",
    41030: "no such page",
}
# Busy; too many calls in a minute or a day.
AGAIN_ERRCODES = frozenset({-1, 45009, 45011})


class Delivery(msgspec.Struct, frozen=True):
    """The result of sending a message; `reason` holds neither openid nor token."""

    outcome: Literal["sent", "refused", "dead", "again"]
    reason: str = ""


class _SendAnswer(msgspec.Struct, frozen=True):
    errcode: int = 0
    errmsg: str = ""


class SubscribeMessages:
    """Sends subscribe messages for one mini-program. Safe to share between tasks."""

    def __init__(self, wechat: WeChat, cache: TokenCache, *, program_state: ProgramState = "formal") -> None:
        self._wechat = wechat
        self._tokens = AccessTokens(wechat, cache)
        self._program_state = program_state

    async def send_subscribe_message(
        self, openid: str, template_id: str, page: str, data: Mapping[str, str], language: str
    ) -> Delivery:
        """Send one message; `data` fits already (domain.notices). Raises nothing that WeChat says."""
        body: dict[str, object] = {
            "touser": openid,
            "template_id": template_id,
            "data": {key: {"value": value} for key, value in data.items()},
            "miniprogram_state": self._program_state,
            "lang": LANGUAGES.get(language, "zh_CN"),
        }
        if page:
            body["page"] = page
        try:
            token = await self._tokens.current()
            answer = await self._send(token, body)
            if not isinstance(answer, NoAnswer) and answer.errcode in TOKEN_ERRCODES:
                answer = await self._send(await self._tokens.renewed(stale=token), body)
        except TokenUnavailable as error:
            # A wrong AppSecret is put right by an operator, and the message is still worth sending then.
            return Delivery("again", f"no access token: {error}")
        if isinstance(answer, NoAnswer):
            return Delivery("again", f"no answer: {answer.reason}")
        return self._delivery(answer, openid)

    async def _send(self, token: str, body: dict[str, object]) -> _SendAnswer | NoAnswer:
        return await self._wechat.ask(
            "POST", "/cgi-bin/message/subscribe/send", _SendAnswer, query={"access_token": token}, body=body
        )

    def _delivery(self, answer: _SendAnswer, openid: str) -> Delivery:
        if answer.errcode == SENT:
            return Delivery("sent")
        errmsg = self._wechat.masked(answer.errmsg).replace(openid, "***")
        reason = f"errcode {answer.errcode}: {DEAD_ERRCODES.get(answer.errcode, '')} {errmsg}".strip()
        if answer.errcode in REFUSED_ERRCODES:
            return Delivery("refused", reason)
        if answer.errcode in DEAD_ERRCODES:
            # 47003 names the field: somebody has to look at the template.
            logger.error("WeChat cannot send a message: %s", reason)
            return Delivery("dead", reason)
        if answer.errcode not in AGAIN_ERRCODES and answer.errcode not in TOKEN_ERRCODES:
            logger.warning("WeChat answers with an errcode that is not known here: %s", reason)
        return Delivery("again", reason)
