"""WeChat's server interface as a real HTTP server on a loopback port, for tests.

It speaks the protocol as WeChat does: status 200 for everything, JSON sent as text/plain, a sign-in
code that works once, and the documented error numbers for a wrong AppID, secret or request.

    async with WeChatServer() as wechat:
        code = wechat.expect_code("021a", openid="o-lin")
        wechat.fail_with(-1, times=2)
        client = WeChat(base_url=wechat.base_url, appid=wechat.appid, secret=wechat.secret)

Another endpoint is another entry in `_routes` with a coroutine that answers it.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import os
import re
import socket
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import qrcode
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

APPID = "wx0123456789abcdef"
SECRET = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"

SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@\-._~]*")

ERRMSG = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40003: "invalid openid",
    40002: "invalid grant_type",
    40013: "invalid appid",
    40029: "invalid code",
    40129: "invalid scene",
    40169: "invalid length for scene, or the data is not json string",
    40125: "invalid appsecret",
    40037: "template_id invalid",
    40163: "code been used",
    40226: "code blocked",
    41002: "appid missing",
    41004: "appsecret missing",
    41008: "missing code",
    41030: "invalid page",
    42001: "access_token expired",
    43101: "user refuse to accept the msg",
    45009: "reach max api daily quota limit",
    48001: "api unauthorized",
    45011: "api minute-quota reach limit",
    47003: "argument invalid! data.thing1.value is empty",
}


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Message:
    """A subscribe message that was taken for a user's phone."""

    openid: str
    template_id: str
    values: Mapping[str, str]
    page: str
    language: str


class WeChatServer:
    def __init__(self, *, appid: str = APPID, secret: str = SECRET) -> None:
        self.appid = appid
        self.secret = secret
        self.asked: list[Asked] = []
        self._people: dict[str, dict[str, str]] = {}
        self._visitors: dict[str, dict[str, Any]] = {}
        self._tokens: dict[str, dict[str, Any]] = {}
        self.visitor: dict[str, Any] = {}
        """Who taps in WeChat's browser: openid, unionid, told_by ("base", "consent"), denies, is_snapshot."""
        self._used: set[str] = set()
        self._script: deque[Response] = deque()
        self._token_script: deque[Response] = deque()
        self._delay_s = 0.0
        self.messages: list[Message] = []
        self.pages = {"pages/scan/scan"}
        """Of the released version."""
        self._accepts: Counter[tuple[str, str]] = Counter()
        self._token = ""
        self._tokens_made = 0
        self._loses_answer = 0
        self._hurry = asyncio.Event()

    # What a test says beforehand.

    def expect_code(
        self, code: str, *, openid: str, session_key: str | None = None, unionid: str | None = None
    ) -> str:
        """Let `code` sign in `openid`, once. Returns the code."""
        key = session_key or base64.b64encode(os.urandom(16)).decode()
        self._people[code] = {"session_key": key, "openid": openid}
        if unionid is not None:
            self._people[code]["unionid"] = unionid
        return code

    def expect_visitor(
        self, code: str, *, openid: str, unionid: str | None = None, is_snapshot: bool = False
    ) -> str:
        """Let `code` be a visitor's of the official account, once; the unionid is told with consent alone."""
        self._visitors[code] = {"openid": openid, "unionid": unionid, "is_snapshot": is_snapshot}
        return code

    def fail_with(self, errcode: int, *, times: int = 1, errmsg: str | None = None) -> None:
        """Answer the next `times` requests with an error. Their codes are not used up by it."""
        for _ in range(times):
            self._script.append(_error(errcode, errmsg))

    def answer_with(
        self, body: bytes | Mapping[str, Any], *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        """Answer the next request with exactly this, however wrong it is."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self._script.append(Response(content, status, headers=headers, media_type="text/plain"))

    def fail_tokens_with(self, errcode: int, *, times: int = 1) -> None:
        """Answer the next `times` requests for an access token with an error."""
        for _ in range(times):
            self._token_script.append(_error(errcode))

    def accept(self, openid: str, template_id: str, times: int = 1) -> None:
        """The user tapped "accept" so often."""
        self._accepts[openid, template_id] += times

    def end_token(self) -> None:
        """The access token that was given ends now; the next request for one gets another."""
        self._token = ""

    def lose_answers(self, times: int = 1) -> None:
        """Take the next messages, and break off instead of saying so."""
        self._loses_answer = times

    @property
    def tokens_asked(self) -> int:
        return sum(1 for each in self.asked if each.path == "/cgi-bin/stable_token")

    def answer_after(self, delay_s: float) -> None:
        """Think for `delay_s` before every answer from now on."""
        self._delay_s = delay_s

    def was_used(self, code: str) -> bool:
        return code in self._used

    def forget(self) -> None:
        """Begin anew: no codes, no script, no delay, and whoever still waits is answered now."""
        self.asked.clear()
        self._people.clear()
        self._visitors.clear()
        self._tokens.clear()
        self.visitor = {}
        self._used.clear()
        self._script.clear()
        self._token_script.clear()
        self.messages.clear()
        self._accepts.clear()
        self._token, self._loses_answer = "", 0
        self._delay_s = 0.0
        self._hurry.set()
        self._hurry = asyncio.Event()

    # What the phone's backend asks.

    def _routes(self) -> list[Route]:
        return [
            self._route("GET", "/sns/jscode2session", self._code_to_session),
            self._route("GET", "/connect/oauth2/authorize", self._authorize),
            self._route("GET", "/sns/oauth2/access_token", self._visitor_token),
            self._route("GET", "/sns/userinfo", self._visitor_facts),
            self._route("POST", "/cgi-bin/stable_token", self._stable_token),
            self._route("POST", "/cgi-bin/message/subscribe/send", self._send_message),
            self._route("POST", "/wxa/getwxacodeunlimit", self._draw_code),
        ]

    def _route(self, method: str, path: str, answer: Callable[[Request], Awaitable[Response]]) -> Route:
        async def endpoint(request: Request) -> Response:
            body = json.loads(await request.body() or b"{}")
            self.asked.append(Asked(path, dict(request.query_params), dict(request.headers), body))
            script = self._token_script if path == "/cgi-bin/stable_token" else self._script
            # Decided first, delayed afterwards: when the asker gives up waiting, the code is spent.
            is_page = path.startswith("/connect/")  # a browser's, which no script is for
            response = script.popleft() if script and not is_page else await answer(request)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._hurry.wait(), self._delay_s)
            return response

        return Route(path, endpoint, methods=[method])

    async def _code_to_session(self, request: Request) -> Response:
        refused = self._refused(request, "js_code", self._people)
        return refused or _json(self._people[request.query_params["js_code"]])

    def _refused(self, request: Request, name: str, known: Mapping[str, Any]) -> Response | None:
        """The error for credentials or a code that are wrong; None once the code has been used up."""
        query = request.query_params
        for field, expected, missing, wrong in (
            ("appid", self.appid, 41002, 40013),
            ("secret", self.secret, 41004, 40125),
            ("grant_type", "authorization_code", 40002, 40002),
        ):
            if query.get(field) != expected:
                return _error(wrong if query.get(field) else missing)
        code = query.get(name)
        if not code:
            return _error(41008)
        if code in self._used:
            return _error(40163)
        if code not in known:
            return _error(40029)
        self._used.add(code)
        return None

    async def _authorize(self, request: Request) -> Response:
        """WeChat's page: whoever taps agrees, and comes back with a code; who denies comes back with none."""
        query = request.query_params
        if query.get("appid") != self.appid or query.get("response_type") != "code":
            return Response("wrong appid or response_type", 400)
        assert re.fullmatch(r"[A-Za-z0-9]{1,128}", query["state"]), "WeChat takes letters and digits"
        back = {"state": query["state"]}
        if not self.visitor.get("denies"):
            back["code"] = f"code-{query['scope'][-8:].replace('_', '')}-{len(self._visitors)}"
            facts = {"openid": self.visitor["openid"], "unionid": self.visitor.get("unionid")}
            self._visitors[back["code"]] = facts | {"scope": query["scope"]}
        return Response(status_code=302, headers={"location": f"{query['redirect_uri']}?{urlencode(back)}"})

    async def _visitor_token(self, request: Request) -> Response:
        refused = self._refused(request, "code", self._visitors)
        if refused is not None:
            return refused
        visitor = self._visitors[request.query_params["code"]]
        token = f"web-{len(self._tokens)}"
        self._tokens[token] = visitor
        body = {"access_token": token, "expires_in": 7200, "refresh_token": "r", "openid": visitor["openid"]}
        body["scope"] = visitor.get("scope", "snsapi_base")
        return _json(body | ({"is_snapshotuser": 1} if visitor.get("is_snapshot") else {}))

    async def _visitor_facts(self, request: Request) -> Response:
        visitor = self._tokens.get(request.query_params["access_token"])
        if visitor is None:
            return _error(40001)
        if visitor.get("scope") == "snsapi_base":
            return _error(48001)
        told = {"openid": visitor["openid"], "nickname": "小林", "sex": 0, "privilege": []}
        return _json(told | ({"unionid": visitor["unionid"]} if visitor["unionid"] else {}))

    async def _stable_token(self, request: Request) -> Response:
        body = await request.json()
        for name, expected, missing, wrong in (
            ("appid", self.appid, 41002, 40013),
            ("secret", self.secret, 41004, 40125),
            ("grant_type", "client_credential", 40002, 40002),
        ):
            if body.get(name) != expected:
                return _error(wrong if body.get(name) else missing)
        # In its validity the same one is given again, unless another is forced.
        if not self._token or body.get("force_refresh"):
            self._tokens_made += 1
            self._token = f"token-{self._tokens_made}-" + "t" * 500
        return _json({"access_token": self._token, "expires_in": 7200})

    async def _send_message(self, request: Request) -> Response:
        if request.query_params.get("access_token") != self._token or not self._token:
            return _error(40001)
        body = await request.json()
        if not str(body.get("touser", "")).startswith("o-"):
            return _error(40003)
        if not str(body.get("template_id", "")).startswith("tpl-"):
            return _error(40037)
        values = {key: each["value"] for key, each in body["data"].items()}
        for key, value in values.items():
            if not value or (key.startswith("thing") and len(value) > 20):
                return _error(47003, f"argument invalid! data.{key}.value is empty")
        who = (body["touser"], body["template_id"])
        if not self._accepts[who]:
            return _error(43101)
        self._accepts[who] -= 1
        self.messages.append(Message(*who, values, body.get("page", ""), body.get("lang", "")))
        if self._loses_answer:
            self._loses_answer -= 1
            return Response(b"", 502)
        return _json({"errcode": 0, "errmsg": "ok"})

    async def _draw_code(self, request: Request) -> Response:
        """A JPEG, as WeChat's are; its scene can be read from it, which of WeChat's own codes only a phone can."""
        if request.query_params.get("access_token") != self._token or not self._token:
            return _error(40001)
        body = await request.json()
        scene = body.get("scene", "")
        if not 1 <= len(scene) <= 32:
            return _error(40169)
        if not SCENE.fullmatch(scene):
            return _error(40129)
        if body.get("page", "") not in self.pages | {""}:
            return _error(41030)
        picture = io.BytesIO()
        qrcode.make(scene).get_image().convert("RGB").save(picture, "JPEG")
        return Response(picture.getvalue(), media_type="image/jpeg")

    # Its life.

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> Self:
        # The socket is bound here and handed over: choosing a free port first and binding it later
        # would race with every other test process on the machine.
        listener = socket.create_server(("127.0.0.1", 0))
        self._port: int = listener.getsockname()[1]
        config = uvicorn.Config(
            Starlette(routes=self._routes()),
            lifespan="off",
            ws="none",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        self._server = _Server(config)
        self._running = asyncio.create_task(self._server.serve(sockets=[listener]))
        while not self._server.started:
            if self._running.done():
                self._running.result()
            await asyncio.sleep(0.005)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.forget()
        self._server.should_exit = True
        await self._running


class _Server(uvicorn.Server):
    """uvicorn that leaves the test runner's signals alone."""

    def capture_signals(self) -> Any:
        return nullcontext()


def _error(errcode: int, errmsg: str | None = None) -> Response:
    return _json({"errcode": errcode, "errmsg": errmsg or f"{ERRMSG.get(errcode, 'error')}, rid: 6512f3a1"})


def _json(body: Mapping[str, Any]) -> Response:
    return Response(json.dumps(body), media_type="text/plain")
