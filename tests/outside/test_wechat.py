"""The WeChat client against a real HTTP server that speaks WeChat's protocol. Nothing is mocked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from backend.errors import Refusal
from backend.outside import refusals
from backend.outside.wechat import ANSWER_BYTES_MAX, CONNECTIONS_MAX, WeChat
from tests.outside.conftest import client, refusal_of
from tests.outside.wechat_server import WeChatServer

KEY = "tiihtNczf5v6AKRyjwEUhQ=="


# What succeeds


async def test_code_becomes_the_person_behind_it(server: WeChatServer, wechat: WeChat) -> None:
    server.expect_code("021aBc-_", openid="o-lin", session_key=KEY, unionid="u-lin")
    session = await wechat.code_to_session("021aBc-_")
    assert (session.openid, session.session_key, session.unionid) == ("o-lin", KEY, "u-lin")
    assert server.asked[0].query == {
        "appid": server.appid,
        "secret": server.secret,
        "js_code": "021aBc-_",
        "grant_type": "authorization_code",
    }


async def test_mini_program_outside_an_open_platform_has_no_unionid(
    server: WeChatServer, wechat: WeChat
) -> None:
    server.expect_code("c", openid="o-lin")
    assert (await wechat.code_to_session("c")).unionid is None


async def test_errcode_zero_and_fields_of_tomorrow_are_a_success(
    server: WeChatServer, wechat: WeChat
) -> None:
    server.answer_with({"errcode": 0, "errmsg": "ok", "openid": "o", "session_key": KEY, "is_new": True})
    assert (await wechat.code_to_session("c")).openid == "o"


async def test_base_url_may_have_a_path_and_a_slash(server: WeChatServer) -> None:
    async with client(server.base_url + "/proxy/") as wechat:
        await refusal_of(wechat.code_to_session("c"))  # 404: nothing is served there
    async with client(server.base_url + "/") as wechat:
        server.expect_code("c", openid="o")
        assert (await wechat.code_to_session("c")).openid == "o"


# What WeChat refuses

REFUSED = [
    # errcode, status, code, is retried
    (40029, 401, "wx_code_invalid", False),
    (40163, 401, "wx_code_invalid", False),
    (45011, 429, "wx_rate_limited", False),
    (40226, 403, "wx_user_blocked", False),
    (-1, 503, "wx_busy", True),
    (40013, 500, "wx_misconfigured", False),
    (41002, 500, "wx_misconfigured", False),
    (41004, 500, "wx_misconfigured", False),
    (41008, 500, "wx_misconfigured", False),
    (99999, 500, "wx_misconfigured", False),
]


@pytest.mark.parametrize(("errcode", "status", "code", "retried"), REFUSED)
async def test_every_errcode_has_its_refusal(
    server: WeChatServer, wechat: WeChat, errcode: int, status: int, code: str, retried: bool
) -> None:
    server.fail_with(errcode, times=3)
    refusal = await refusal_of(wechat.code_to_session("c"))
    assert (refusal.status, refusal.code) == (status, code)
    assert len(server.asked) == (3 if retried else 1)


def test_every_refusal_speaks_both_languages() -> None:
    classes: list[type[Refusal]] = [
        c
        for c in vars(refusals).values()
        if isinstance(c, type) and issubclass(c, Refusal) and c is not Refusal
    ]
    assert len({c.code for c in classes}) == len(classes) == 12
    for refusal in classes:
        texts = [f(language) for language in ("zh-CN", "en") for f in (refusal().title, refusal().detail)]
        assert len(set(texts)) == 4, refusal


async def test_code_works_once(server: WeChatServer, wechat: WeChat) -> None:
    server.expect_code("c", openid="o-lin")
    await wechat.code_to_session("c")
    assert (await refusal_of(wechat.code_to_session("c"))).code == "wx_code_invalid"


async def test_rate_limit_says_when_to_return(server: WeChatServer, wechat: WeChat) -> None:
    server.fail_with(45011)
    assert (await refusal_of(wechat.code_to_session("c"))).retry_after_s == 60


@pytest.mark.parametrize("code", ["", "a b", "a&secret=x", "码", "a" * 129, "a\n", "\ud800"])
async def test_what_cannot_be_a_code_is_not_asked_about(
    server: WeChatServer, wechat: WeChat, code: str
) -> None:
    assert (await refusal_of(wechat.code_to_session(code))).code == "wx_code_invalid"
    assert server.asked == []


# Busy


@pytest.mark.parametrize("times", [1, 2])
async def test_busy_is_retried_with_the_code_that_was_not_used(
    server: WeChatServer, wechat: WeChat, times: int
) -> None:
    server.expect_code("c", openid="o-lin")
    server.fail_with(-1, times=times)
    assert (await wechat.code_to_session("c")).openid == "o-lin"
    assert len(server.asked) == times + 1


async def test_busy_three_times_is_told_to_the_phone_with_a_time(
    server: WeChatServer, wechat: WeChat
) -> None:
    server.expect_code("c", openid="o-lin")
    server.fail_with(-1, times=3)
    refusal = await refusal_of(wechat.code_to_session("c"))
    assert refusal.code == "wx_busy"
    assert refusal.retry_after_s is not None
    assert 1 <= refusal.retry_after_s <= 3
    assert not server.was_used("c")


async def test_busy_is_not_waited_for_beyond_the_deadline(server: WeChatServer) -> None:
    async with client(server.base_url, timeout_s=0.25) as wechat:
        server.fail_with(-1, times=3)
        begun = time.monotonic()
        assert (await refusal_of(wechat.code_to_session("c"))).code == "wx_busy"
        assert time.monotonic() - begun < 0.25
        assert len(server.asked) <= 2  # the two waits are 0.05 and 0.2 s at least: not both fit


# No answer that can be used

USELESS: list[tuple[str, Callable[[WeChatServer], None]]] = [
    ("html", lambda s: s.answer_with(b"<html>maintenance</html>")),
    ("empty", lambda s: s.answer_with(b"")),
    ("a list", lambda s: s.answer_with(b"[]")),
    ("not utf-8", lambda s: s.answer_with(b'{"openid": "\xff", "session_key": "k"}')),
    ("wrong type", lambda s: s.answer_with({"openid": 7, "session_key": KEY})),
    ("no openid", lambda s: s.answer_with({"session_key": KEY})),
    ("no session_key", lambda s: s.answer_with({"openid": "o"})),
    ("nothing", lambda s: s.answer_with({})),
    ("502", lambda s: s.answer_with({"openid": "o", "session_key": KEY}, status=502)),
    ("404", lambda s: s.answer_with(b"", status=404)),
    ("huge", lambda s: s.answer_with(b" " * ANSWER_BYTES_MAX + b'{"openid": "o", "session_key": "k"}')),
    ("redirect", lambda s: s.answer_with(b"", status=302, headers={"location": "/sns/jscode2session?x=1"})),
]


@pytest.mark.parametrize("arrange", [u[1] for u in USELESS], ids=[u[0] for u in USELESS])
async def test_useless_answer_is_unavailable_and_asked_once(
    server: WeChatServer, wechat: WeChat, arrange: Callable[[WeChatServer], None]
) -> None:
    server.expect_code("c", openid="o-lin")
    arrange(server)
    refusal = await refusal_of(wechat.code_to_session("c"))
    assert (refusal.status, refusal.code) == (503, "wx_unavailable")
    assert refusal.retry_after_s is not None
    # Neither retried nor redirected: the first asking may have used the code.
    assert len(server.asked) == 1
    assert (await wechat.code_to_session("c")).openid == "o-lin"


async def test_nobody_listening_is_unavailable() -> None:
    async with client("http://127.0.0.1:1") as wechat:
        assert (await refusal_of(wechat.code_to_session("c"))).code == "wx_unavailable"


async def test_time_outs_hold_and_leave_no_connection_behind(server: WeChatServer) -> None:
    async with client(server.base_url, timeout_s=0.5) as wechat:
        server.answer_after(5)
        begun = time.monotonic()
        asked = [refusal_of(wechat.code_to_session("c")) for _ in range(CONNECTIONS_MAX * 2)]
        assert {r.code for r in await asyncio.gather(*asked)} == {"wx_unavailable"}
        assert time.monotonic() - begun < 2
        server.answer_after(0)
        server.expect_code("c", openid="o-lin")
        assert (await wechat.code_to_session("c")).openid == "o-lin"


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n", b"220 smtp\r\n"])
async def test_torn_and_dripping_answers_end_at_the_deadline(head: bytes) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head)
        try:
            while head:
                writer.write(b" ")  # a byte at a time keeps every single read within its own limit
                await writer.drain()
                await asyncio.sleep(0.02)
        except OSError:
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(drip, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    async with listening, client(f"http://127.0.0.1:{port}", timeout_s=0.3) as wechat:
        begun = time.monotonic()
        assert (await refusal_of(wechat.code_to_session("c"))).code == "wx_unavailable"
        assert time.monotonic() - begun < 1
