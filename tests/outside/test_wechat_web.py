"""The client of WeChat's sign-in in its own browser: what it is told, and that its secrets stay where they are."""

from __future__ import annotations

import logging
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import StringIO

import pytest
from rich.console import Console

from backend.errors import Refusal
from backend.outside.wechat_web import WeChatWeb
from tests.outside.conftest import refusal_of
from tests.outside.wechat_server import APPID, SECRET, WeChatServer

PAGE = "https://open.weixin.qq.com/connect/oauth2/authorize"


@asynccontextmanager
async def client(base_url: str, timeout_s: float = 3.0) -> AsyncIterator[WeChatWeb]:
    found = WeChatWeb(base_url=base_url, authorize_url=PAGE, appid=APPID, secret=SECRET, timeout_s=timeout_s)
    try:
        yield found
    finally:
        await found.aclose()


async def test_consent_tells_the_unionid_and_without_it_one_call_is_made(server: WeChatServer) -> None:
    async with client(server.base_url) as web:
        for code, with_consent, unionid, calls in (("c1", True, "u-lin", 2), ("c2", False, None, 1)):
            server.asked.clear()
            server.expect_visitor(code, openid="o-lin", unionid="u-lin")
            person = await web.code_to_person(code, with_consent=with_consent)
            assert (person.openid, person.unionid, len(server.asked)) == ("o-lin", unionid, calls)
            assert "o-lin" not in repr(person)
        # An account that is bound to no Open Platform account has none, whatever is agreed to.
        server.expect_visitor("c3", openid="o-lin")
        assert (await web.code_to_person("c3", with_consent=True)).unionid is None
        # Where WeChat tells it at once nothing more is asked.
        server.asked.clear()
        server.answer_with({"openid": "o-lin", "access_token": "t", "unionid": "u-lin"})
        assert (await web.code_to_person("c4", with_consent=True)).unionid == "u-lin"
        assert len(server.asked) == 1


async def test_facts_of_another_person_are_no_answer(server: WeChatServer) -> None:
    async with client(server.base_url) as web:
        server.answer_with({"openid": "o-lin", "access_token": "t"})
        server.answer_with({"openid": "o-chen", "unionid": "u-chen"})
        assert (await refusal_of(web.code_to_person("c", with_consent=True))).code == "wx_unavailable"


async def test_what_is_no_code_is_asked_of_nobody(server: WeChatServer) -> None:
    async with client(server.base_url) as web:
        for code in ("", "x" * 129, "a&secret=b", "a\r\nb", "码"):
            assert (await refusal_of(web.code_to_person(code, with_consent=False))).code == "wx_code_invalid"
    assert server.asked == []


@pytest.mark.parametrize("failure", ["refused", "broken", "timeout", "at the second call"])
async def test_address_secret_and_token_reach_no_log_and_no_traceback(
    server: WeChatServer, caplog: pytest.LogCaptureFixture, failure: str
) -> None:
    for name in ("", "httpx2", "httpcore2.connection", "httpcore2.http11"):
        caplog.set_level(logging.DEBUG, logger=name or None)
    seen = StringIO()
    base = "http://127.0.0.1:1" if failure == "broken" else server.base_url
    async with client(base, timeout_s=0.3) as web:
        if failure == "refused":
            server.fail_with(40125)
        if failure == "timeout":
            server.answer_after(5)
        if failure == "at the second call":
            server.answer_with({"openid": "o-lin", "access_token": "token-of-lin"})
            server.fail_with(40001)
        with pytest.raises(Refusal) as refused:
            await web.code_to_person("the-code", with_consent=True)
    error = refused.value
    assert (error.__cause__, error.__context__) == (None, None)
    print(*traceback.TracebackException.from_exception(error, capture_locals=True).format(), file=seen)
    try:
        raise error
    except Refusal:
        Console(file=seen, width=300).print_exception(show_locals=True)
    seen.write("\n".join(r.getMessage() for r in caplog.records if not r.name.startswith("uvicorn")))
    assert "code_to_person" in seen.getvalue()
    for hidden in (SECRET, "secret=", "o-lin", "token-of-lin", "access_token="):
        # This test's own lines stand in its frames.
        lines = [
            line for line in seen.getvalue().splitlines() if "server." not in line and "hidden" not in line
        ]
        assert not any(hidden in line for line in lines), hidden


@pytest.mark.parametrize("page", ["http://open.weixin.qq.com/x", f"{PAGE}?a=1", f"{PAGE}#x", ""])
def test_a_page_in_clear_is_refused_at_the_start(page: str) -> None:
    with pytest.raises(ValueError, match="https"):
        WeChatWeb(base_url="https://api.weixin.qq.com", authorize_url=page, appid=APPID, secret=SECRET)
