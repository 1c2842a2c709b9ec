"""Real browsers leave for WeChat's page and for a city's identity, and come back to where they were."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import httpx2 as httpx
import pytest
from playwright.async_api import Browser, Page, expect

from backend.settings import Settings
from tests.domain.identity.test_return_paths import LEADING_AWAY, OURS
from tests.outside.oidc_server import CLIENT_ID, CLIENT_SECRET, OidcServer
from tests.outside.wechat_server import APPID, SECRET, WeChatServer
from tests.service import Service, open_service
from tests.serving import over_http

WECHAT = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0 "
    "Mobile Safari/537.36 MMWEBID/1 MicroMessenger/8.0.50.2701(0x28003255) WeChat/arm64 NetType/WIFI Language/zh_CN"
)
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile Safari/604.1"


OUR_PATHS = """async (paths) => {
    const { isReturnPath } = await import("/static/js/shared/return_path.js");
    return paths.filter(isReturnPath);
}"""


TAKEN = """async () => {
    const { takeMerge, forgetMerge } = await import("/static/js/account/merge.js");
    const { keep, TAB, OTHER_ACCOUNT } = await import("/static/js/shared/web_storage.js");
    const tokens = (access_token, id) => ({ access_token, citizen: { id } });
    const session = (now) => ({ tokens: now, open(given) { this.tokens = given; } });
    const begun = () => keep("merge", { tokens: tokens("a-old", "a"), at: Date.now() }, TAB);
    const tell = (of, at = Date.now()) => keep(OTHER_ACCOUNT, { token: "c", of, at }, TAB);
    const found = {};
    let now = session(tokens("b", "b"));
    begun();
    found.other = takeMerge(now);
    found.first = now.tokens.access_token;
    now = session(tokens("a-new", "a"));
    begun();
    found.same = takeMerge(now);
    found.newer = now.tokens.access_token;
    tell("b");
    found.told = takeMerge(session(tokens("b", "b")));
    tell("a");
    found.of_another = takeMerge(session(tokens("b", "b")));
    tell("b", Date.now() - 3_600_000);
    found.late = takeMerge(session(tokens("b", "b")));
    now = session(tokens("b", "b"));
    begun();
    tell("b");
    forgetMerge();
    found.given_up = takeMerge(now);
    found.second = now.tokens.access_token;
    return found;
}"""


PRESSED = """async (signedIn) => {
    const { Session } = await import("/static/js/shared/session.js");
    const { Refused } = await import("/static/js/shared/api.js");
    const session = new Session("tried", null, { isLasting: true });
    session.open({ access_token: "a-old", refresh_token: "r", citizen: { id: "a" } });
    // Another tab: the same person's tokens were refreshed there, or somebody else signed in.
    const other = { access_token: `${signedIn}-new`, refresh_token: "s", citizen: { id: signedIn } };
    localStorage.setItem("tianfu.session.tried", JSON.stringify(other));
    const done = [];
    const note = () => sessionStorage.setItem("done-as", JSON.stringify(done));
    note();
    const press = async (token) => {
        if (token === "a-old") throw new Refused(401, { code: "session_revoked", title: "" });
        done.push(token);
        note();
    };
    session.with(press);
}"""


@dataclass
class City:
    base: str
    service: Service
    wechat: WeChatServer
    identity: OidcServer


@pytest.fixture
async def badge(settings: Settings) -> str:
    """The code of a badge of an event that runs."""
    async with open_service(settings) as service:
        await service.event()
        await service.pool()
        return str((await service.badges(1))[0]["code"])


@pytest.fixture
async def city(settings: Settings) -> AsyncIterator[City]:
    """The service in production mode at the address that it knows itself by, with WeChat and a city's identity."""
    listener = socket.create_server(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with WeChatServer() as wechat, OidcServer() as identity:
        chosen = replace(
            settings,
            environment="production",
            public_url=base,
            wechat_base_url=wechat.base_url,
            wechat_appid=APPID,
            wechat_secret=SECRET,
            wechat_web_base_url=wechat.base_url,
            wechat_web_authorize_url=f"{wechat.base_url}/connect/oauth2/authorize",
            wechat_web_appid=APPID,
            wechat_web_secret=SECRET,
            oidc_issuer=identity.issuer,
            oidc_client_id=CLIENT_ID,
            oidc_client_secret=CLIENT_SECRET,
        )
        async with open_service(chosen) as service, over_http(service, listener=listener):
            yield City(base, service, wechat, identity)


@asynccontextmanager
async def phone(browser: Browser, agent: str, locale: str = "zh-CN") -> AsyncIterator[Page]:
    """A narrow phone; what its pages' scripts complain of fails the test."""
    viewport = {"width": 320, "height": 640}
    context = await browser.new_context(user_agent=agent, locale=locale, viewport=viewport)  # type: ignore[arg-type]
    page = await context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield page
    assert troubles == []
    await context.close()


async def token_of(page: Page) -> str:
    """The access token that citizens' pages use, in whichever tab."""
    kept = await page.evaluate("localStorage.getItem('tianfu.session.citizen')")
    return str(json.loads(kept)["access_token"])


async def lasting_citizen(page: Page) -> str:
    """Who this browser is signed in as on citizens' pages."""
    kept = await page.evaluate("localStorage.getItem('tianfu.session.citizen')")
    return str(json.loads(kept)["citizen"]["id"])


async def citizen_of(page: Page, city: City) -> str:
    """Who this tab is signed in as, by the token that its pages use."""
    headers = {"Authorization": f"Bearer {await token_of(page)}"}
    async with httpx.AsyncClient(base_url=city.base) as client:
        answer = await client.get("/v1/me", headers=headers)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


async def is_whole(page: Page) -> bool:
    """Whether nothing stands out of the narrow screen."""
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


async def start(page: Page, city: City, provider: str, return_to: str) -> None:
    await page.goto(f"{city.base}/v1/sessions/{provider}/start?return_to={return_to}")


async def test_in_wechat_a_scan_goes_on_after_signing_in(badge: str, city: City, browser: Browser) -> None:
    code = badge
    body = {"provider": "wechat", "code": city.wechat.expect_code("021a", openid="o-mini", unionid="u-lin")}
    mini = (await city.service.post("/v1/sessions", body)).json()["citizen"]["id"]
    city.wechat.visitor = {"openid": "o-web", "unionid": "u-lin", "denies": True}
    async with phone(browser, WECHAT) as page:
        await start(page, city, "wechat_web", f"/q/{code}")
        # Denied at WeChat: nothing happened, and the way goes on from here.
        await expect(page.locator("#sign-in-ended-title")).to_have_text("您没有同意登录")
        assert page.url == f"{city.base}/signed-in"
        city.wechat.visitor["denies"] = False
        await page.click("text=重新登录")
        # Nobody knows this openid: WeChat is asked who it is in the mini-program, with consent.
        await expect(page.locator("#sign-in-ended-title")).to_have_text("您也使用小程序吗？")
        assert await is_whole(page)
        assert page.url == f"{city.base}/signed-in"
        await page.click("text=是，关联账号")
        await page.wait_for_url(f"{city.base}/q/{code}")
        await expect(page.locator("#event-name")).to_have_text("测试活动")
        assert await citizen_of(page, city) == mini
        # "Back" leads to no second sign-in, and not out of the account.
        asked = len(city.wechat.asked)
        await page.goto(f"{city.base}/signed-in")
        await page.wait_for_url(f"{city.base}/")
        assert await citizen_of(page, city) == mini
        assert len(city.wechat.asked) == asked
        tickets = [each for each in await page.context.cookies() if each["name"].startswith("sign_in_")]
        assert all(each["httpOnly"] and each["sameSite"] == "Lax" for each in tickets)
        # The scan that was under way: the tab's own token joins with the badge.
        token = f"Bearer {await token_of(page)}"
        told = await page.request.post(
            f"{city.base}/v1/me/age", data={"born": "1990-06"}, headers={"Authorization": token}
        )
        assert told.ok
        joined = await page.request.post(
            f"{city.base}/v1/scans", data={"code": code}, headers={"Authorization": token}
        )
        assert (joined.status, (await joined.json())["outcome"]) == (201, "joined")


async def test_whoever_is_told_of_a_second_account_is_offered_to_join_the_two(
    city: City, browser: Browser
) -> None:
    body = {"provider": "wechat", "code": city.wechat.expect_code("021b", openid="o-mini-2", unionid="u-two")}
    mini = (await city.service.post("/v1/sessions", body)).json()["citizen"]["id"]
    city.wechat.visitor = {"openid": "o-web-2", "unionid": "u-two"}
    async with phone(browser, WECHAT) as page:
        await page.goto(f"{city.base}/signed-in")
        start = f"{city.base}/v1/sessions/wechat_web/start?return_to=/account&scope="
        await page.evaluate("address => location.assign(address)", f"{start}alone")
        await expect(page.locator("#account")).to_be_visible()
        other = await lasting_citizen(page)
        assert other != mini
        await page.evaluate("address => location.assign(address)", f"{start}consent")
        await expect(page.locator("#sign-in-ended-title")).to_have_text("您有两个账号")
        await page.click("#sign-in-ended-buttons a[href='/account']")
        await expect(page.locator("#dialog")).to_be_visible()
        assert await lasting_citizen(page) == mini
        await page.click("#dialog .button.primary")
        await expect(page.locator("#merged")).to_be_visible()
        # Word of it is taken once.
        await page.goto(f"{city.base}/account")
        await expect(page.locator("#account")).to_be_visible()
        await expect(page.locator("#dialog")).to_be_hidden()


async def test_a_merge_that_was_given_up_opens_no_account_to_the_next_person(
    city: City, browser: Browser
) -> None:
    async with phone(browser, WECHAT) as page:
        await page.goto(f"{city.base}/signed-in")
        taken = await page.evaluate(TAKEN)
        assert taken == {
            "other": "b",
            "first": "a-old",
            "same": None,
            "newer": "a-new",
            "told": "c",
            "of_another": None,
            "late": None,
            "given_up": None,
            "second": "b",
        }


async def test_what_one_person_pressed_is_not_done_as_the_next_who_signed_in_elsewhere(
    city: City, browser: Browser
) -> None:
    async with phone(browser, SAFARI) as page:
        for signed_in, expected in (("a", ["a-new"]), ("b", None)):
            await page.goto(f"{city.base}/signed-in")
            await page.evaluate("localStorage.clear()")
            if expected is None:
                async with page.expect_navigation():
                    await page.evaluate(PRESSED, signed_in)
                assert await page.evaluate("sessionStorage.getItem('done-as')") == "[]"
            else:
                assert await page.evaluate(PRESSED, signed_in) is None
                await page.wait_for_function("sessionStorage.getItem('done-as') !== '[]'")
                assert json.loads(await page.evaluate("sessionStorage.getItem('done-as')")) == expected


async def test_in_wechat_what_goes_wrong_is_said_and_kept(city: City, browser: Browser) -> None:
    city.wechat.visitor = {"openid": "o-web", "unionid": None}
    async with phone(browser, WECHAT, "en-GB") as page:
        # Busy: the page keeps the code and sends it again, by itself or when it is pressed.
        city.wechat.fail_with(-1, times=3)
        await page.goto(f"{city.base}/v1/sessions/wechat_web/start?return_to=/account&scope=alone")
        await page.click("text=Try now")
        await page.wait_for_url(f"{city.base}/account")
        assert await citizen_of(page, city)
        asked = [each.query["code"] for each in city.wechat.asked if each.path == "/sns/oauth2/access_token"]
        assert len(asked) == 4
        assert len(set(asked)) == 1
    async with phone(browser, WECHAT, "en-GB") as page:
        await page.goto(f"{city.base}/signed-in?code=021a&state=w{'x' * 40}")
        await expect(page.locator("#sign-in-ended-title")).to_have_text(
            "This sign-in was not begun in this browser"
        )
        await expect(page.locator("#sign-in-ended-text")).to_contain_text("in this browser")
        assert page.url == f"{city.base}/signed-in"
        assert await is_whole(page)
        # A reload finds neither code nor state, and still says what to do.
        await page.reload()
        await expect(page.locator("#sign-in-ended-title")).to_have_text("The sign-in is not finished")
        await expect(page.locator("#sign-in-ended-buttons a").first).to_have_text("Try again")
    async with phone(browser, SAFARI, "en-GB") as page:
        await page.goto(f"{city.base}/signed-in?code=021a&state=w{'x' * 40}")
        await expect(page.locator("#sign-in-ended-where")).to_contain_text("works in WeChat only")
        assert await page.locator("text=Try again").count() == 0
    async with phone(browser, SAFARI, "en-GB") as page:
        await page.goto(f"{city.base}/signed-in")
        await expect(page.locator("#sign-in-ended-text")).to_contain_text("finds none")


async def test_a_citys_identity_leads_back_to_the_page_and_refusals_keep_it(
    city: City, browser: Browser
) -> None:
    async with phone(browser, SAFARI, "en-GB") as page:
        city.identity.denies = True
        await start(page, city, "oidc", "/account")
        await expect(page.locator("#sign-in-ended-title")).to_have_text("The sign-in was not agreed to")
        city.identity.denies = False
        city.identity.change_token = lambda claims: claims | {"aud": "another"}
        await page.click("text=Try again")
        await expect(page.locator("#sign-in-ended-title")).to_contain_text("proves nobody")
        city.identity.change_token = lambda claims: claims
        await page.click("text=Try again")
        await page.wait_for_url(f"{city.base}/account")
        lin = await citizen_of(page, city)
    async with phone(browser, SAFARI) as page:
        await start(page, city, "oidc", "/account")
        await page.wait_for_url(f"{city.base}/account")
        assert await citizen_of(page, city) == lin


async def test_the_modules_for_pages_know_wechats_browser_and_our_own_paths(
    city: City, browser: Browser
) -> None:
    ways = [
        {"provider": "wechat", "facts": {}},
        {"provider": "email", "facts": {}},
        {"provider": "wechat_web", "facts": {"in_wechat_only": True}},
        {"provider": "passkey", "facts": {}},
    ]
    script = """async (ways) => {
        const { whereOpened, waysHere } = await import("/static/js/shared/in_wechat.js");
        const named = waysHere(ways);
        return [whereOpened(), named.here.map((way) => way.provider), named.elsewhere.map((way) => way.provider)];
    }"""
    for agent, where, here, elsewhere in (
        (WECHAT, "wechat", ["wechat_web", "email"], ["wechat", "passkey"]),
        (f"{WECHAT} miniProgram/wx1", "mini_program", ["wechat_web", "email"], ["wechat", "passkey"]),
        (f"{WECHAT} wxwork/4.1", "elsewhere", ["email", "passkey"], ["wechat", "wechat_web"]),
        (SAFARI, "elsewhere", ["email", "passkey"], ["wechat", "wechat_web"]),
    ):
        async with phone(browser, agent) as page:
            await page.goto(f"{city.base}/signed-in")
            assert await page.evaluate(OUR_PATHS, [*LEADING_AWAY, *OURS]) == list(OURS)
            assert await page.evaluate(script, ways) == [where, here, elsewhere]
