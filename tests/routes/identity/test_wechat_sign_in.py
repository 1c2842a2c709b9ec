"""Signing in through WeChat, against a server that speaks its protocol."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import asyncpg
import pytest

from backend.settings import Settings
from tests.outside.wechat_server import APPID, SECRET, WeChatServer
from tests.routes.contract import watch
from tests.service import Service, open_service

OPENID = "oLin-7f3a-the-openid"


@pytest.fixture(scope="module")
async def listening() -> AsyncIterator[WeChatServer]:
    async with WeChatServer() as running:
        yield running


@pytest.fixture
def wechat(listening: WeChatServer) -> Iterator[WeChatServer]:
    yield listening
    listening.forget()


@pytest.fixture(scope="module")
async def phones(stage_settings: Settings, listening: WeChatServer) -> AsyncIterator[Service]:
    """The service as a mini-program's phones meet it. In demo mode too, so that both providers are there."""
    chosen = replace(
        stage_settings, wechat_base_url=listening.base_url, wechat_appid=APPID, wechat_secret=SECRET
    )
    async with open_service(chosen) as running:
        yield watch(running)


async def sign_in(phones: Service, code: str) -> tuple[int, dict[str, object], str]:
    answer = await phones.post("/v1/sessions", {"provider": "wechat", "code": code})
    return answer.status_code, answer.json(), answer.text + repr(answer.headers)


async def test_a_code_of_wechat_signs_in_and_the_openid_stays_here(
    phones: Service, wechat: WeChatServer, rows: asyncpg.Connection
) -> None:
    wechat.expect_code("021a", openid=OPENID, session_key="c2Vzc2lvbi1rZXktMTIzNA==")
    status, body, told = await sign_in(phones, "021a")
    assert status == 201
    assert body["citizen"]["nickname"] is None  # type: ignore[index]
    caller = {"Authorization": f"Bearer {body['access_token']}"}
    fresh = await phones.post("/v1/sessions/refresh", {"refresh_token": body["refresh_token"]})
    for path in ("/v1/me", "/v1/me/summary", "/v1/me/points", "/v1/me/actions", "/v1/me/certificates"):
        told += (await phones.client.get(path, headers=caller)).text
    told += fresh.text
    for token in (str(body["access_token"]), fresh.json()["access_token"]):
        payload = token.split(".")[1]
        told += base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()
    assert OPENID not in told
    assert "c2Vzc2lvbi1rZXk" not in told
    assert SECRET not in told
    # The session key opens what the phone encrypts; no table has a place for it.
    kept = [row["row"] for row in await rows.fetch("SELECT i::text AS row FROM identities i")]
    assert sum(OPENID in row for row in kept) == 1
    assert not any("c2Vzc2lvbi1rZXk" in row for row in kept)


async def test_the_same_openid_is_the_same_citizen(phones: Service, wechat: WeChatServer) -> None:
    people = []
    for code, openid in (("c1", "o-lin"), ("c2", "o-lin"), ("c3", "o-chen")):
        wechat.expect_code(code, openid=openid)
        people.append((await sign_in(phones, code))[1]["citizen"])
    assert people[0] == people[1] != people[2]


async def test_a_demo_name_that_looks_like_an_openid_is_somebody_else(
    phones: Service, wechat: WeChatServer
) -> None:
    wechat.expect_code("c1", openid="o-twin")
    twin = (await sign_in(phones, "c1"))[1]["citizen"]
    answer = await phones.post("/v1/sessions", {"provider": "demo", "code": "o-twin"})
    assert answer.json()["citizen"]["id"] != twin["id"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("errcode", "status", "code"),
    [
        (40029, 401, "wx_code_invalid"),
        (40163, 401, "wx_code_invalid"),
        (45011, 429, "wx_rate_limited"),
        (40226, 403, "wx_user_blocked"),
        (-1, 503, "wx_busy"),
        (40013, 500, "wx_misconfigured"),
        (40125, 500, "wx_misconfigured"),
        (41002, 500, "wx_misconfigured"),
        (41004, 500, "wx_misconfigured"),
        (41008, 500, "wx_misconfigured"),
        (48001, 500, "wx_misconfigured"),
    ],
)
async def test_each_error_of_wechat_is_a_problem_of_its_own(
    phones: Service, wechat: WeChatServer, errcode: int, status: int, code: str
) -> None:
    wechat.expect_code("021a", openid=OPENID)
    wechat.fail_with(errcode, times=3)
    found, body, told = await sign_in(phones, "021a")
    assert (found, body["code"]) == (status, code)
    assert SECRET not in told
    assert APPID not in told


async def test_a_code_that_was_used_signs_nobody_in(phones: Service, wechat: WeChatServer) -> None:
    wechat.expect_code("021a", openid=OPENID)
    assert (await sign_in(phones, "021a"))[0] == 201
    status, body, _ = await sign_in(phones, "021a")
    assert (status, body["code"]) == (401, "wx_code_invalid")


async def test_an_answer_that_makes_no_sense_is_wechat_being_away(
    phones: Service, wechat: WeChatServer, rows: asyncpg.Connection
) -> None:
    before = await rows.fetchval("SELECT count(*) FROM citizens")
    for nonsense in (b"<html>", b"{}", b'{"openid": "o-lin"}', b"\xff\xfe"):
        wechat.answer_with(nonsense)
        status, body, _ = await sign_in(phones, "021a")
        assert (status, body["code"]) == (503, "wx_unavailable")
    assert await rows.fetchval("SELECT count(*) FROM citizens") == before
