"""Signing in in WeChat's own browser, in production mode, against a server that speaks WeChat's OAuth."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import httpx2 as httpx
import pytest

from backend.models.keys import uuid7
from backend.services.identity.redirect_ways import WeChatWebWay
from backend.services.identity.sign_in_states import Ticket
from backend.settings import Settings
from backend.storage.redis import connect
from tests.domain.identity.test_return_paths import LEADING_AWAY, OURS
from tests.outside.wechat_server import APPID, SECRET, WeChatServer
from tests.routes.identity.travellers import PUBLIC, Browser, browser_at
from tests.service import Service, open_service

WEB = "wechat_web"


@pytest.fixture(scope="module")
async def listening() -> AsyncIterator[WeChatServer]:
    async with WeChatServer() as running:
        yield running


@pytest.fixture
def wechat(listening: WeChatServer) -> Iterator[WeChatServer]:
    yield listening
    listening.forget()


@pytest.fixture(scope="module")
def chosen(stage_settings: Settings, listening: WeChatServer) -> Settings:
    """One AppID for the mini-program and the official account: the server that stands for WeChat has one."""
    return replace(
        stage_settings,
        environment="production",
        public_url=PUBLIC,
        wechat_base_url=listening.base_url,
        wechat_appid=APPID,
        wechat_secret=SECRET,
        wechat_web_base_url=listening.base_url,
        wechat_web_authorize_url=f"{listening.base_url}/connect/oauth2/authorize",
        wechat_web_appid=APPID,
        wechat_web_secret=SECRET,
    )


@pytest.fixture(scope="module")
async def city(chosen: Settings) -> AsyncIterator[Service]:
    async with open_service(chosen) as running:
        yield running


@pytest.fixture
async def browser(city: Service) -> AsyncIterator[Browser]:
    async with browser_at(city, f"10.2.{uuid7().int % 250}.{uuid7().int % 250}") as found:
        yield found


def way_of(service: Service) -> WeChatWebWay:
    found = service.components.sessions.way(WEB)
    assert isinstance(found, WeChatWebWay)
    return found


async def visit(
    browser: Browser, wechat: WeChatServer, scope: str = "alone", **visitor: Any
) -> httpx.Response:
    """A whole sign-in of a visitor of the official account."""
    state, _ = await browser.leave(WEB, scope=scope)
    return await browser.come_back(WEB, state, wechat.expect_visitor(f"code{uuid7().hex}", **visitor))


async def mini_program(
    city: Service, wechat: WeChatServer, openid: str, unionid: str | None
) -> httpx.Response:
    code = wechat.expect_code(uuid7().hex, openid=openid, unionid=unionid)
    return await city.post("/v1/sessions", {"provider": "wechat", "code": code})


def who(answer: httpx.Response) -> str:
    assert answer.status_code == 201, answer.text
    return str(answer.json()["citizen"]["id"])


def why(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


# -- there and back ---------------------------------------------------------------------------------


async def test_the_way_is_offered_for_wechats_browser_alone(city: Service) -> None:
    answer = await city.client.get("/v1/sessions/ways")
    assert [each for each in answer.json()["items"] if each["provider"] in ("wechat", WEB)] == [
        {"provider": "wechat", "facts": {}},
        {"provider": WEB, "facts": {"start": "/v1/sessions/wechat_web/start", "in_wechat_only": True}},
    ]


async def test_a_browser_leaves_with_a_state_and_comes_back_to_an_account(
    browser: Browser, wechat: WeChatServer
) -> None:
    answer = await browser.ask(
        "GET", "/v1/sessions/wechat_web/start", params={"return_to": "/q/Bk1234Z.1.abc", "scope": "alone"}
    )
    address = urlsplit(answer.headers["location"])
    query = parse_qs(address.query)
    assert list(query) == ["appid", "redirect_uri", "response_type", "scope", "state"]
    assert (query["redirect_uri"], query["scope"]) == ([f"{PUBLIC}/signed-in"], ["snsapi_base"])
    assert address.fragment == "wechat_redirect"
    state = query["state"][0]
    assert state.isalnum()
    assert len(state) == 41
    ticket, back = answer.headers.get_list("set-cookie")
    assert ticket.startswith(f"__Host-sign_in_{state[:9]}=")
    assert ticket.endswith("Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure")
    assert (
        back == f"signed_in_to_{state[:9]}=%2Fq%2FBk1234Z.1.abc; Path=/signed-in; Max-Age=3600; SameSite=Lax"
    )
    assert state[9:] not in ticket + back
    done = await browser.come_back(WEB, state, wechat.expect_visitor("021a", openid="o-web-lin"))
    assert done.status_code == 201
    assert "o-web-lin" not in done.text
    assert "Max-Age=0" in done.headers["set-cookie"]
    assert not any(name.startswith("__Host-sign_in_") for name in browser.client.cookies)
    again = await visit(browser, wechat, openid="o-web-lin")
    assert who(again) == who(done)


async def test_a_browser_that_begins_again_and_again_carries_four_tickets(
    browser: Browser, wechat: WeChatServer
) -> None:
    states = [(await browser.leave(WEB))[0] for _ in range(7)]
    held = [name for name in browser.client.cookies if name.startswith("__Host-")]
    assert [name.rpartition("_")[2] for name in held] == [state[:9] for state in states[-4:]]
    for state in states[-2:]:
        code = wechat.expect_visitor(f"c{state}", openid="o-tabs", unionid="u-tabs")
        assert (await browser.come_back(WEB, state, code)).status_code in (201, 409)


@pytest.mark.parametrize("planted", ['prefs={"a":1}', "flag", "a@b=1", "name=\xe4", '__Host-sign_in_="'])
async def test_a_cookie_of_a_neighbour_keeps_nobody_out(
    city: Service, browser: Browser, wechat: WeChatServer, planted: str
) -> None:
    state, _ = await browser.leave(WEB)
    own = "; ".join(f"{name}={ticket}" for name, ticket in browser.client.cookies.items())
    body = {"provider": WEB, "state": state, "code": wechat.expect_visitor(uuid7().hex, openid=uuid7().hex)}
    headers = {"Cookie": f"{planted}; {own}; {planted}".encode("latin-1")}
    done = await city.client.post("/v1/sessions", json=body, headers=headers)
    assert why(done) == (409, "wx_consent_needed")  # and no state of another browser's


@pytest.mark.parametrize("blank", ["\xa0", "\x85", "\x1f", "\v"])
async def test_a_planted_ticket_that_only_looks_like_a_browsers_own_opens_nothing(
    city: Service, browser: Browser, wechat: WeChatServer, blank: str
) -> None:
    state, _ = await browser.leave(WEB)
    [(name, ticket)] = [each for each in browser.client.cookies.items() if each[0].startswith("__Host-")]
    body = {"provider": WEB, "state": state, "code": wechat.expect_visitor(uuid7().hex, openid=uuid7().hex)}
    headers = {"Cookie": f"a=1; {blank}{name}={ticket}".encode("latin-1")}
    done = await city.client.post("/v1/sessions", json=body, headers=headers)
    assert why(done) == (401, "sign_in_state_invalid")


async def test_nobody_is_sent_on_to_what_is_no_page_of_ours(browser: Browser) -> None:
    for path in LEADING_AWAY:
        answer = await browser.ask("GET", "/v1/sessions/wechat_web/start", params={"return_to": path})
        assert why(answer) == (422, "invalid_query"), path
        assert "set-cookie" not in answer.headers
    for path in OURS:
        assert (await browser.leave(WEB, return_to=path))[0], path


async def test_a_way_that_leads_over_no_page_has_no_start(browser: Browser) -> None:
    for provider in ("wechat", "oidc", "x"):
        assert why(await browser.ask("GET", f"/v1/sessions/{provider}/start")) == (422, "provider_unknown")


# -- states -----------------------------------------------------------------------------------------


async def test_a_state_that_is_not_this_browsers_asks_wechat_nothing(
    browser: Browser, city: Service, wechat: WeChatServer
) -> None:
    state, _ = await browser.leave(WEB, scope="alone")
    wechat.expect_visitor("021a", openid="o-lin")
    async with browser_at(city) as other:
        await other.leave(WEB)
        for wrong in (state, "w" * 41, "x", state[:9] + "w" * 32):
            assert why(await other.come_back(WEB, wrong, "021a")) == (401, "sign_in_state_invalid")
    for wrong in (state + "x", state[:-1], state.upper(), state[:9] + "w" * 32):
        assert why(await browser.come_back(WEB, wrong, "021a")) == (401, "sign_in_state_invalid")
    assert wechat.asked == []
    assert (await browser.come_back(WEB, state, "021a")).status_code == 201


async def test_a_ticket_that_ran_out_or_is_another_ways_opens_nothing(
    browser: Browser, city: Service, wechat: WeChatServer
) -> None:
    states = way_of(city)._states
    broken = states.new_state(WEB)
    text = states._encryptor.encrypt_text('{"provider": 7}', f"sign-in state {broken}")
    browser.client.cookies.set(f"__Host-sign_in_{broken[:9]}", text, domain="carbon.example.org")
    assert why(await browser.come_back(WEB, broken, "021a")) == (401, "sign_in_state_invalid")
    for ticket in (
        Ticket(provider=WEB, ends_at=int(time.time()) - 1),
        Ticket(provider="oidc", ends_at=int(time.time()) + 600),
    ):
        state = states.new_state(WEB)
        browser.client.cookies.set(
            f"__Host-sign_in_{state[:9]}", states.encrypt(state, ticket), domain="carbon.example.org"
        )
        assert why(await browser.come_back(WEB, state, "021a")) == (401, "sign_in_state_invalid")
    assert wechat.asked == []


async def test_a_callback_that_is_replayed_finds_its_state_used_on_every_process(
    browser: Browser, city: Service, wechat: WeChatServer
) -> None:
    state, _ = await browser.leave(WEB, scope="alone")
    cookies = dict(browser.client.cookies)
    wechat.expect_visitor("021a", openid="o-lin")
    answers = await asyncio.gather(*(browser.come_back(WEB, state, "021a") for _ in range(5)))
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409, 409]
    assert len(wechat.asked) == 1
    way_of(city)._states._used._here.clear()  # as another process
    async with browser_at(city) as thief:
        thief.client.cookies.update(cookies)
        wechat.expect_visitor("021b", openid="o-other")
        assert why(await thief.come_back(WEB, state, "021b")) == (409, "sign_in_state_used")


async def test_without_redis_people_come_in_and_a_replay_is_still_refused(
    browser: Browser, city: Service, wechat: WeChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = connect("redis://127.0.0.1:1/0", timeout_ms=100)
    monkeypatch.setattr(way_of(city)._states._used, "_redis", nowhere)
    monkeypatch.setattr(way_of(city)._throttle._failures, "_redis", nowhere)
    state, _ = await browser.leave(WEB, scope="alone")
    wechat.expect_visitor("021a", openid="o-lin")
    assert (await browser.come_back(WEB, state, "021a")).status_code == 201
    browser.client.cookies.clear()
    state, _ = await browser.leave(WEB, scope="alone")
    wechat.fail_with(40029)
    assert why(await browser.come_back(WEB, state, "021b")) == (401, "wx_code_invalid")
    assert why(await browser.come_back(WEB, state, "021b")) == (409, "sign_in_state_used")
    await nowhere.aclose()


async def test_a_state_of_another_way_in_begins_no_header(city: Service, wechat: WeChatServer) -> None:
    code = wechat.expect_code("021a", openid="o-header")
    state = "x\r\nSet-Cookie: planted=1; Path=/"
    answer = await city.post("/v1/sessions", {"provider": "wechat", "code": code, "state": state})
    assert answer.status_code == 201
    assert "set-cookie" not in answer.headers


# -- what WeChat may answer -------------------------------------------------------------------------


async def test_while_wechat_is_busy_the_same_code_and_state_may_be_sent_again(
    browser: Browser, wechat: WeChatServer
) -> None:
    state, _ = await browser.leave(WEB, scope="alone")
    wechat.expect_visitor("021a", openid="o-patient")
    wechat.fail_with(-1, times=3)
    busy = await browser.come_back(WEB, state, "021a")
    assert why(busy) == (503, "wx_busy")
    assert int(busy.headers["retry-after"]) >= 1
    assert (await browser.come_back(WEB, state, "021a")).status_code == 201


@pytest.mark.parametrize(
    ("errcode", "status", "code"),
    [
        (40029, 401, "wx_code_invalid"),
        (40163, 401, "wx_code_invalid"),
        (45009, 503, "wx_quota_spent"),
        (45011, 429, "wx_rate_limited"),
        (40226, 403, "wx_user_blocked"),
        (40125, 500, "wx_misconfigured"),
        (48001, 500, "wx_misconfigured"),
    ],
)
async def test_each_error_of_wechat_is_a_sentence_and_another_try_comes_in(
    browser: Browser, wechat: WeChatServer, errcode: int, status: int, code: str
) -> None:
    state, _ = await browser.leave(WEB, scope="alone")
    wechat.fail_with(errcode)
    refused = await browser.come_back(WEB, state, "021a")
    assert why(refused) == (status, code)
    assert SECRET not in refused.text
    assert (await visit(browser, wechat, openid="o-lin")).status_code == 201


async def test_an_answer_that_makes_no_sense_is_wechat_being_away(
    browser: Browser, wechat: WeChatServer, rows: asyncpg.Connection
) -> None:
    before = await rows.fetchval("SELECT count(*) FROM citizens")
    for nonsense in (b"<html>", b"{}", b'{"openid": ""}', b"\xff\xfe", b'{"openid": 7}'):
        state, _ = await browser.leave(WEB, scope="alone")
        wechat.answer_with(nonsense)
        assert why(await browser.come_back(WEB, state, "021a")) == (503, "wx_unavailable")
    assert await rows.fetchval("SELECT count(*) FROM citizens") == before


async def test_a_copy_of_the_page_opens_no_account(browser: Browser, wechat: WeChatServer) -> None:
    answer = await visit(browser, wechat, openid="o-made-up", is_snapshot=True)
    assert why(answer) == (403, "wx_snapshot")


async def test_busy_after_the_code_was_exchanged_does_not_promise_that_it_is_good(
    browser: Browser, wechat: WeChatServer
) -> None:
    state, _ = await browser.leave(WEB, scope="consent")
    wechat.answer_with({"openid": "o-lin", "access_token": "web"})
    wechat.fail_with(-1, times=3)
    assert why(await browser.come_back(WEB, state, "021a")) == (503, "wx_unavailable")
    assert why(await browser.come_back(WEB, state, "021a")) == (409, "sign_in_state_used")


async def test_secrets_and_codes_stand_in_no_log(
    browser: Browser,
    wechat: WeChatServer,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.INFO)
    for errcode in (40029, 40125, -1):
        state, _ = await browser.leave(WEB, scope="consent")
        wechat.fail_with(
            errcode, times=3 if errcode == -1 else 1, errmsg=f"invalid secret={SECRET}\nFORGED line"
        )
        await browser.come_back(WEB, state, "021a-secret-code")
    # The server that stands for WeChat notes whom it answered, as a server does; that is not this service's log.
    ours = [each.getMessage() for each in caplog.records if not each.name.startswith("uvicorn")]
    said = "\n".join(ours) + "".join(capsys.readouterr())
    assert "refuses our set-up" in said
    for secret in (SECRET, "021a-secret-code", state):
        assert secret not in said
    assert "\nFORGED" not in said


# -- one person, one account ------------------------------------------------------------------------


async def test_the_mini_program_and_wechats_browser_are_one_account_whichever_came_first(
    browser: Browser, city: Service, wechat: WeChatServer
) -> None:
    mini = await mini_program(city, wechat, "o-mini-1", "u-1")
    web = await visit(browser, wechat, "consent", openid="o-web-1", unionid="u-1")
    assert who(web) == who(mini)
    assert "other_access_token" not in web.json()
    web = await visit(browser, wechat, "consent", openid="o-web-2", unionid="u-2")
    assert who(await mini_program(city, wechat, "o-mini-2", "u-2")) == who(web)
    # From now on each way finds the account by itself.
    assert who(await visit(browser, wechat, "base", openid="o-web-1")) == who(mini)
    assert who(await mini_program(city, wechat, "o-mini-2", None)) == who(web)


async def test_whoever_is_not_known_is_asked_before_a_second_account_is_opened(
    browser: Browser, wechat: WeChatServer, rows: asyncpg.Connection
) -> None:
    before = await rows.fetchval("SELECT count(*) FROM citizens")
    assert why(await visit(browser, wechat, "base", openid="o-new")) == (409, "wx_consent_needed")
    assert await rows.fetchval("SELECT count(*) FROM citizens") == before
    alone = await visit(browser, wechat, "alone", openid="o-new")
    assert who(await visit(browser, wechat, "base", openid="o-new")) == who(alone)


async def test_a_link_on_somebody_elses_page_opens_no_second_account(
    browser: Browser, wechat: WeChatServer
) -> None:
    for site, expected in (("cross-site", 409), ("same-site", 409), ("same-origin", 201)):
        browser.client.headers["sec-fetch-site"] = site
        answer = await visit(browser, wechat, "alone", openid="o-led-on")
        assert answer.status_code == expected, site


async def test_both_ways_at_once_are_one_account(
    browser: Browser, city: Service, wechat: WeChatServer, rows: asyncpg.Connection
) -> None:
    for number in range(8):
        union = f"u-race-{number}"
        answers = await asyncio.gather(
            *(visit(browser, wechat, "consent", openid=f"o-web-{union}", unionid=union) for _ in range(3)),
            *(mini_program(city, wechat, f"o-mini-{union}", union) for _ in range(3)),
        )
        assert len({who(answer) for answer in answers}) == 1
    bound = "SELECT count(*), count(DISTINCT citizen_id) FROM identities WHERE subject LIKE '%u-race-%'"
    assert tuple(await rows.fetchrow(bound)) == (24, 8)


async def test_two_accounts_that_turn_out_to_be_one_persons_both_stay_and_are_told_of(
    browser: Browser, city: Service, wechat: WeChatServer
) -> None:
    web = await visit(browser, wechat, "alone", openid="o-web-two")
    mini = await mini_program(city, wechat, "o-mini-two", "u-two")
    assert who(web) != who(mini)
    for _ in range(2):
        found = await visit(browser, wechat, "consent", openid="o-web-two", unionid="u-two")
        assert who(found) == who(mini)
        other = {"Authorization": f"Bearer {found.json()['other_access_token']}"}
        assert (await city.client.get("/v1/me", headers=other)).json()["id"] == who(web)
    # Where WeChat does not say who it is, the official account's own account opens.
    assert who(await visit(browser, wechat, "base", openid="o-web-two")) == who(web)
    assert who(await mini_program(city, wechat, "o-mini-two", "u-two")) == who(mini)


async def test_nothing_is_bound_to_somebody_who_is_leaving(
    browser: Browser, city: Service, wechat: WeChatServer, rows: asyncpg.Connection
) -> None:
    gone = who(await mini_program(city, wechat, "o-mini-gone", "u-gone"))
    # The moment in which the account is erased and its identities are about to be.
    await rows.execute("UPDATE accounts SET erased_at = now() WHERE id = $1", gone)
    answer = await visit(browser, wechat, "consent", openid="o-web-gone", unionid="u-gone")
    assert why(answer) == (401, "session_revoked")
    assert await rows.fetchval("SELECT count(*) FROM identities WHERE subject = 'o-web-gone'") == 0
    await rows.execute("DELETE FROM identities WHERE citizen_id = $1", gone)
    assert who(await visit(browser, wechat, "consent", openid="o-web-gone", unionid="u-gone")) != gone


async def test_whoever_left_is_somebody_new_by_each_way(
    browser: Browser, city: Service, wechat: WeChatServer, rows: asyncpg.Connection
) -> None:
    await mini_program(city, wechat, "o-mini-left", "u-left")
    signed_in = await visit(browser, wechat, "consent", openid="o-web-left", unionid="u-left")
    headers = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
    assert (await city.client.delete("/v1/me", headers=headers)).status_code == 200
    assert await rows.fetchval("SELECT count(*) FROM identities WHERE subject LIKE '%-left'") == 0
    back = await visit(browser, wechat, "consent", openid="o-web-left", unionid="u-left")
    assert who(back) != who(signed_in)
    assert who(await mini_program(city, wechat, "o-mini-left", "u-left")) == who(back)


# -- invented codes ---------------------------------------------------------------------------------


async def test_invented_codes_use_up_neither_wechats_quota_nor_a_neighbours_way_in(
    city: Service, wechat: WeChatServer
) -> None:
    async with browser_at(city, "10.66.0.1") as cheat, browser_at(city, "10.66.0.2") as neighbour:
        for number in range(30):
            answer = await cheat.ask(
                "POST", "/v1/sessions", json={"provider": "wechat", "code": f"x{number}"}
            )
            assert why(answer) == (401, "wx_code_invalid")
        # One more is tried, and the next one in some seconds.
        probe = await cheat.ask("POST", "/v1/sessions", json={"provider": "wechat", "code": "x30"})
        assert why(probe) == (401, "wx_code_invalid")
        wechat.asked.clear()
        for number in range(5):
            answer = await cheat.ask(
                "POST", "/v1/sessions", json={"provider": "wechat", "code": f"y{number}"}
            )
            assert why(answer) == (429, "too_many_wrong_sign_in_codes")
            assert 0 < int(answer.headers["retry-after"]) <= 10
        assert wechat.asked == []
        code = wechat.expect_code("021a", openid="o-neighbour")
        good = await neighbour.ask("POST", "/v1/sessions", json={"provider": "wechat", "code": code})
        assert good.status_code == 201
        # Another way in has a count of its own.
        assert (await visit(cheat, wechat, openid="o-cheat")).status_code == 201
