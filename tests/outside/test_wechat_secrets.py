"""The AppSecret, the session key and who signed in stay out of logs, tracebacks and reprs."""

from __future__ import annotations

import logging
import traceback
from io import StringIO
from urllib.parse import urlencode

import httpx2
import pytest
from rich.console import Console

from backend.errors import Refusal
from backend.outside.wechat import WeChat, WeChatSession
from tests.outside.conftest import client, refusal_of
from tests.outside.wechat_server import SECRET, WeChatServer

KEY = "tiihtNczf5v6AKRyjwEUhQ=="


async def test_wrong_secret_is_recorded_and_never_printed(
    server: WeChatServer, caplog: pytest.LogCaptureFixture
) -> None:
    async with client(server.base_url, secret="s3cr3t-of-somebody-else") as wechat:
        assert (await refusal_of(wechat.code_to_session("c"))).code == "wx_misconfigured"
        server.fail_with(40125, errmsg="bad s3cr3t-of-somebody-else\n" + "x" * 9999)
        await refusal_of(wechat.code_to_session("c"))
    lines = [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]
    assert "errcode=40125" in lines[0]
    assert "invalid appsecret" in lines[0]
    assert "bad ***\\nxxx" in lines[1]
    assert len(lines[1]) < 300
    assert not any("s3cr3t" in line or "\n" in line for line in lines)


@pytest.mark.parametrize("failure", ["refused", "broken", "timeout", "none"])
async def test_address_and_secret_reach_no_log_and_no_traceback(
    server: WeChatServer, caplog: pytest.LogCaptureFixture, failure: str
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx2", "httpcore2.connection", "httpcore2.http11"):
        caplog.set_level(logging.DEBUG, logger=name)
    server.expect_code("the-code", openid="o-lin", session_key=KEY)
    seen = StringIO()
    async with client(
        "http://127.0.0.1:1" if failure == "broken" else server.base_url, timeout_s=0.3
    ) as wechat:
        if failure == "refused":
            server.fail_with(40013)
        if failure == "timeout":
            server.answer_after(5)
        try:
            print(await wechat.code_to_session("the-code"), file=seen)
        except Refusal as error:
            raised = error
            print(
                *traceback.TracebackException.from_exception(error, capture_locals=True).format(), file=seen
            )
            Console(file=seen, width=300).print_exception(show_locals=True)
    if failure != "none":
        assert (raised.__cause__, raised.__context__) == (None, None)
    # The other end's own access log is not ours to keep clean.
    seen.write("\n".join(r.getMessage() for r in caplog.records if not r.name.startswith("uvicorn")))
    assert failure == "none" or "code_to_session" in seen.getvalue()
    for hidden in (SECRET, KEY, "secret=", "o-lin"):
        assert hidden not in seen.getvalue(), hidden


async def test_plain_client_would_have_logged_the_secret(
    server: WeChatServer, caplog: pytest.LogCaptureFixture
) -> None:
    # If httpx2 stops logging addresses, the transport need no longer be used bare; and without this
    # control the test above could pass because nothing is captured.
    caplog.set_level(logging.INFO, logger="httpx2")
    async with httpx2.AsyncClient(trust_env=False) as plain:
        await plain.get(f"{server.base_url}/sns/jscode2session?{urlencode({'secret': SECRET})}")
    assert SECRET in caplog.text


async def test_proxy_of_the_environment_does_not_see_the_request(
    server: WeChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    server.expect_code("c", openid="o-lin")
    async with client(server.base_url) as wechat:
        assert (await wechat.code_to_session("c")).openid == "o-lin"


def test_session_shows_nothing_of_itself() -> None:
    session = WeChatSession("o-lin", KEY, "u-lin")
    out = StringIO()
    Console(file=out).print(session)
    assert repr(session) == "WeChatSession(…)"
    for text in (repr(session), str(session), f"{[session]}", out.getvalue()):
        assert not any(part in text for part in ("o-lin", "u-lin", KEY))


@pytest.mark.parametrize(
    "arguments",
    [
        {"appid": ""},
        {"secret": ""},
        {"base_url": "http://api.weixin.qq.com"},
        {"base_url": "https://user:word@api.weixin.qq.com"},
        {"base_url": "https://api.weixin.qq.com?x=1"},
        {"base_url": ""},
    ],
)
def test_set_up_that_would_leak_or_never_work_is_refused(arguments: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="WeChat") as caught:
        WeChat(**{"base_url": "https://api.weixin.qq.com", "appid": "wx", "secret": "word"} | arguments)  # type: ignore[arg-type]
    assert "word" not in str(caught.value).replace("password", "")
