"""WeChat's sign-in for pages opened in its own browser: OAuth of an official account (服务号).

The browser is sent to WeChat and comes back with a code, which the server exchanges. `snsapi_base` asks the person
nothing and names them within the official account (openid). `snsapi_userinfo` asks for their consent and names them
in all accounts of one Open Platform account (unionid). Of what WeChat could tell besides, nothing is read.

The three rules of `backend.outside.wechat` hold here too: the AppSecret and access tokens stand in addresses.

Source: WeChat official accounts, 网页授权 (`/connect/oauth2/authorize`, `/sns/oauth2/access_token`, `/sns/userinfo`).
"""

from __future__ import annotations

from urllib.parse import urlencode

from backend.outside.refusals import WeChatCodeInvalid, WeChatSnapshot
from backend.outside.transport import NoAnswer, is_bare, is_guarded
from backend.outside.wechat import BUSY, CODE_SHAPE, Unprinted, WeChat, WeChatAnswer


class WeChatPerson(Unprinted, frozen=True):
    """A person as the official account knows them; `unionid` where WeChat told it."""

    openid: str
    unionid: str | None = None


class _TokenAnswer(WeChatAnswer, frozen=True):
    access_token: str = ""
    openid: str = ""
    unionid: str | None = None
    is_snapshotuser: int = 0


class _PersonAnswer(WeChatAnswer, frozen=True):
    openid: str = ""
    unionid: str | None = None


class WeChatWeb:
    """A client of WeChat for one official account."""

    def __init__(
        self, *, base_url: str, authorize_url: str, appid: str, secret: str, timeout_s: float = 3.0
    ) -> None:
        """`timeout_s` bounds one exchange. Raises ValueError as WeChat does, and for WeChat's page in clear."""
        self._wechat = WeChat(base_url=base_url, appid=appid, secret=secret, timeout_s=timeout_s)
        if not is_guarded(authorize_url) or not is_bare(authorize_url):
            raise ValueError("The address of WeChat's page must be https, without query or fragment.")
        self._authorize_url = authorize_url

    async def aclose(self) -> None:
        await self._wechat.aclose()

    def authorize_address(self, redirect_uri: str, state: str, *, with_consent: bool) -> str:
        """Where a browser is sent to sign in. WeChat reads the parameters in this order, and wants the fragment."""
        query = {
            "appid": self._wechat.appid,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "scope": "snsapi_userinfo" if with_consent else "snsapi_base",
            "state": state,
        }
        return f"{self._authorize_url}?{urlencode(query)}#wechat_redirect"

    async def code_to_person(self, code: str, *, with_consent: bool) -> WeChatPerson:
        """The person behind a code that WeChat gave the browser. A code works once, for five minutes.

        Raises one of the classes in `backend.outside.refusals`; after WeChatBusy the code is still good.
        """
        if not CODE_SHAPE.fullmatch(code):
            raise WeChatCodeInvalid
        wechat = self._wechat
        found = wechat.usable(
            await wechat.ask_until_not_busy(lambda deadline: self._exchange(code, deadline))
        )
        if found.is_snapshotuser:
            # Its openid is made up, and another one next time: an account under it would be lost.
            raise WeChatSnapshot
        if not found.openid or (with_consent and not found.access_token):
            raise wechat.unusable("openid or access_token is missing")
        unionid = found.unionid or (await self._unionid(found) if with_consent else None)
        return WeChatPerson(found.openid, unionid or None)

    async def _unionid(self, token: _TokenAnswer) -> str | None:
        wechat = self._wechat
        answer = await wechat.ask_until_not_busy(lambda deadline: self._person(token, deadline))
        if not isinstance(answer, NoAnswer) and answer.errcode == BUSY:
            # The code is spent by now: "busy" would promise that it may be sent again.
            raise wechat.unusable("busy after the code was exchanged")
        found = wechat.usable(answer)
        if found.openid != token.openid:
            raise wechat.unusable("another person's answer")
        return found.unionid

    async def _exchange(self, code: str, deadline: float) -> _TokenAnswer | NoAnswer:
        query = {
            "appid": self._wechat.appid,
            "secret": self._wechat.secret,
            "code": code,
            "grant_type": "authorization_code",
        }
        path = "/sns/oauth2/access_token"
        return await self._wechat.ask("GET", path, _TokenAnswer, query=query, deadline=deadline)

    async def _person(self, token: _TokenAnswer, deadline: float) -> _PersonAnswer | NoAnswer:
        query = {"access_token": token.access_token, "openid": token.openid, "lang": "zh_CN"}
        return await self._wechat.ask("GET", "/sns/userinfo", _PersonAnswer, query=query, deadline=deadline)
