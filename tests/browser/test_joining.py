"""The button to join first: a newcomer is in after one press, as a guest or through the sheet, as it was chosen."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx2 as httpx
import pytest
from playwright.async_api import Browser, Page, Route, expect

from backend.models import Guest
from backend.settings import Settings
from tests.browser.conftest import Demo
from tests.browser.scanners import staff_of
from tests.browser.test_pages import open_page, refusals_only
from tests.browser.ways import CODE, as_production, sign_in_by_mail
from tests.service import Service, open_service
from tests.serving import over_http

SMALL = {"width": 360, "height": 640}


async def badge_of(demo: Demo) -> str:
    async with httpx.AsyncClient(base_url=demo.base) as client:
        (code,) = await (await staff_of(client)).badges(1)
    return code


async def is_on_screen(page: Page, selector: str) -> bool:
    box = await page.locator(selector).bounding_box()
    return box is not None and box["y"] >= 0 and box["y"] + box["height"] <= SMALL["height"]


async def test_a_badge_makes_a_guest_who_decides_about_the_data_and_keeps_it_in_an_account(
    demo: Demo, browser: Browser
) -> None:
    page, troubles = await open_page(browser, SMALL)
    stand_in = await as_production(page, demo)
    code = await badge_of(demo)
    await page.goto(f"{demo.base}/q/{code}")
    await expect(page.locator("#join")).to_contain_text("Join and offset")
    for shown in ("#what", "#event-name", "#join"):
        assert await is_on_screen(page, shown), shown
    await page.click("#join")
    result = page.locator("#result")
    await expect(result).to_have_attribute("data-outcome", "joined")
    # No sheet came up, and the badge was all that was needed.
    ((provider, held, phone),) = [tuple(each.values()) for each in stand_in.sign_ins]
    assert (provider, held) == ("badge", code)
    # What lets this phone in again when the answer was lost: random, and not the name that it gives with actions.
    assert re.fullmatch("[0-9a-f]{32}", phone)
    assert await page.evaluate("localStorage.getItem('tianfu.device')") != f'"{phone}"'
    await expect(page.locator("#actions-panel")).to_be_hidden()
    await expect(page.locator("#keep-title + p")).to_contain_text("move into your account, once")

    # A new tab is the same guest: the session is the browser's, and of this event alone.
    certificate = await page.locator("#certificate").get_attribute("href") or ""
    await page.goto(demo.base + certificate)
    await expect(page.locator("#guest-data")).to_be_visible()
    await page.click('[data-give="event_profile"]')
    await expect(page.locator('[data-scope="event_profile"]')).to_have_attribute("data-state", "given")
    async with page.expect_download() as downloading:
        await page.click("#export-json")
    exported = json.loads((await (await downloading.value).path()).read_bytes())
    assert len(exported["attendances"]) == 1
    assert await page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]

    await page.goto(f"{demo.base}/q/{code}")
    await expect(result).to_have_attribute("data-outcome", "present")
    await page.click("#keep")
    await expect(page.locator('[data-way="phone"]')).to_be_visible()
    await expect(page.locator('[data-way="badge"]')).to_have_count(0)
    # A closed sheet moves nothing.
    await page.keyboard.press("Escape")
    await expect(page.locator("#keep")).to_be_enabled()
    assert stand_in.kept == []
    await page.click("#keep")
    await sign_in_by_mail(page)
    await expect(page.locator("#kept")).to_be_visible()
    await expect(page.locator("#keep")).to_have_count(0)
    ((asked, body),) = stand_in.kept
    assert asked == "POST /v1/me/guest-attendances"
    assert body["guest_access_token"]
    kept = await page.evaluate("Object.keys(localStorage).filter((key) => key.includes('session'))")
    assert kept == ["tianfu.session.citizen"]
    assert troubles == []
    await page.context.close()


async def test_a_guest_leaves_for_good_with_a_receipt(demo: Demo, browser: Browser) -> None:
    page, troubles = await open_page(browser, SMALL)
    await as_production(page, demo)
    await page.goto(f"{demo.base}/q/{await badge_of(demo)}")
    await page.click("#join")
    await page.click("#certificate")
    await page.click("#erase")
    await page.click("#dialog-yes")
    await expect(page.locator("#receipt")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#guest-data")).to_be_hidden()
    await page.reload()
    await expect(page.locator("#guest-data")).to_be_hidden()
    assert refusals_only(troubles) == []
    await page.context.close()


async def test_a_screens_code_takes_an_account_and_what_was_chosen_outlives_the_providers_page(
    demo: Demo, browser: Browser
) -> None:
    async with httpx.AsyncClient(base_url=demo.base) as client:
        staff = await staff_of(client)
        shown = await client.get("/v1/events/demo/venue-codes?gate=1", headers=staff.headers)
    page, troubles = await open_page(browser, SMALL)
    stand_in = await as_production(page, demo)
    asked: list[str] = []

    async def lead_away(route: Route) -> None:
        asked.append(route.request.url)
        await route.fulfill(body="the city's page", content_type="text/plain")

    await page.route("**/v1/sessions/oidc/start*", lead_away)
    address = shown.json()["items"][0]["url"]
    await page.goto(address)
    await page.locator(".segment", has_text="Half").click()
    await page.click("#join")
    await expect(page.locator("#sheet-note")).to_contain_text("takes a sign-in")
    await expect(page.locator('[data-way="badge"]')).to_have_count(0)
    await expect(page.locator("#sheet")).to_contain_text("With WeChat: scan the same code in WeChat")
    await page.click('[data-way="oidc"]')
    await expect(page.locator("body")).to_have_text("the city's page")
    (back,) = parse_qs(urlsplit(asked[0]).query)["return_to"]
    assert back == urlsplit(address).path
    # The page that the provider leads back to signs in, keeps the tokens in this tab and goes on.
    signed_in = await page.request.post(
        f"{demo.base}/v1/sessions", data={"provider": "demo", "code": stand_in.person}
    )
    tokens = await signed_in.json()
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    await page.request.post(f"{demo.base}/v1/me/age", data={"born": "1990-06"}, headers=headers)
    await page.evaluate(
        "tokens => sessionStorage.setItem('tianfu.session.citizen', JSON.stringify(tokens))", tokens
    )
    async with page.expect_request("**/v1/scans") as sent:
        await page.goto(demo.base + back)
    body = (await sent.value).post_data_json
    assert body["code"].startswith("T")
    assert body["offset"] == {"share": 50}
    await expect(page.locator("#result")).to_have_attribute("data-outcome", "joined")
    await expect(page.locator("#who")).to_contain_text("Signed in as")
    await expect(page.locator("#keep")).to_have_count(0)
    assert troubles == []
    await page.context.close()


async def test_the_sheet_keeps_what_was_typed_is_worked_by_keys_and_fits_large_type(
    demo: Demo, browser: Browser
) -> None:
    page, troubles = await open_page(browser, {"width": 320, "height": 568})
    stand_in = await as_production(page, demo)
    await page.goto(f"{demo.base}/account")
    await expect(page.locator("#account")).to_be_hidden()
    await page.evaluate("document.documentElement.style.fontSize = '200%'")
    await page.focus("#account-sign-in")
    await page.keyboard.press("Enter")
    await expect(page.locator("#sheet-title")).to_be_focused()
    await expect(page.locator('[data-way="phone"]')).to_be_visible()
    await expect(page.locator('[data-way="wechat_web"]')).to_have_count(0)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    address = page.locator("#sheet-address")
    await expect(address).to_be_focused()
    await expect(page.locator("#sheet-address-note")).to_contain_text("+86, +852")
    await page.keyboard.type("12")
    await page.keyboard.press("Enter")
    error = page.locator("#sheet-field-error")
    await expect(error).to_contain_text("no whole phone number")
    await expect(address).to_have_value("12")
    await address.fill("\uff0b44 20 7946 0000")
    await page.keyboard.press("Enter")
    assert await page.locator("#sheet-code").get_attribute("autocomplete") == "one-time-code"
    assert [each["address"] for each in stand_in.codes] == ["+442079460000"]
    await expect(page.locator("#sheet-again")).to_be_disabled()
    await expect(page.locator("#sheet-again")).to_contain_text("Send again in")
    await page.locator("#sheet-code").press_sequentially("000000")
    # The refusal's own words, without advice by its status, which is for others.
    await expect(error).to_have_text("The code is wrong. Two tries are left.")
    await expect(page.locator("#sheet-code")).to_have_value("000000")
    assert await page.locator("#sheet-code").get_attribute("aria-describedby") == (
        "sheet-code-note sheet-field-error"
    )
    fits = "(element) => element.scrollWidth <= element.clientWidth"
    assert await page.locator("#sheet").evaluate(fits)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    # Whoever looks for the message comes back to the same code; the focus goes back to where it was.
    await page.keyboard.press("Escape")
    await expect(page.locator("#account-sign-in")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.click('[data-way="phone"]')
    # All six at once are sent without another press, and the refused ones were chosen to be replaced.
    await page.locator("#sheet-code").press_sequentially(CODE)
    await expect(page.locator("#account")).to_be_visible()
    assert [each["challenge"] for each in stand_in.sign_ins] == ["challenge-1", "challenge-1"]
    await page.click("#sign-out")
    await expect(page.locator("#signed-out")).to_be_visible()
    assert refusals_only(troubles) == []
    await page.context.close()


async def test_in_wechat_the_sheet_says_what_works_there_and_a_lost_line_loses_nothing(
    demo: Demo, browser: Browser
) -> None:
    context = await browser.new_context(
        viewport=SMALL, locale="zh-CN", user_agent="Mozilla/5.0 (iPhone) MicroMessenger/8.0.50"
    )
    page = await context.new_page()
    await as_production(page, demo)
    await page.goto(f"{demo.base}/account")
    await page.click("#account-sign-in")
    await expect(page.locator('[data-way="wechat_web"]')).to_contain_text("微信登录")
    await expect(page.locator('[data-way="passkey"]')).to_have_count(0)
    await expect(page.locator("#sheet")).to_contain_text("微信里不能使用通行密钥")
    await page.click('[data-way="email"]')
    await page.fill("#sheet-address", "lin@mail.cn")
    await page.route("**/v1/sessions/codes", lambda route: route.abort())
    await page.click("#sheet-send")
    await expect(page.locator("#sheet-field-error")).to_contain_text("连接")
    await expect(page.locator("#sheet-address")).to_have_value("lin@mail.cn")
    await context.close()


async def test_in_demo_mode_the_sheet_signs_in_for_real(demo: Demo, browser: Browser) -> None:
    page, troubles = await open_page(browser, SMALL)
    await page.goto(f"{demo.base}/q/{await badge_of(demo)}")
    await page.click("#sign-in-other")
    await page.click('[data-way="demo"]')
    await page.wait_for_load_state("networkidle")
    await page.click("#join")
    await expect(page.locator("#result")).to_have_attribute("data-outcome", "joined")
    assert troubles == []
    await page.context.close()


@pytest.fixture
async def production(settings: Settings) -> AsyncIterator[tuple[Service, str]]:
    """A service outside demo mode with a running event, and the code of one of its badges."""
    async with open_service(settings) as before:
        await before.event()
        (badge,) = await before.badges(1)
    async with open_service(replace(settings, environment="production")) as running:
        yield running, badge["code"]


async def test_outside_demo_mode_the_button_is_there_and_a_closed_door_loses_nothing(
    production: tuple[Service, str], browser: Browser
) -> None:
    service, code = production
    page, troubles = await open_page(browser, SMALL)
    async with over_http(service) as base:
        # Whoever runs the service has no way in today: the page says so, and asks nobody to open WeChat.
        await page.route("**/v1/sessions/ways", lambda route: route.fulfill(json={"items": []}))
        await page.goto(f"{base}/q/{code}")
        await expect(page.locator("#join")).to_be_visible()
        for shown in ("#what", "#event-name", "#join"):
            assert await is_on_screen(page, shown), shown
        await page.locator(".segment", has_text="Half").click()
        await page.click("#join")
        await expect(page.locator("#sheet .notice")).to_contain_text("no way to sign in")
        await page.keyboard.press("Escape")
        await expect(page.locator("#join")).to_be_enabled()
        await expect(page.locator('[name="offset"][value="half"]')).to_be_checked()
        await expect(page.locator("#refusal")).to_be_hidden()
        await page.goto(f"{base}/account")
        await expect(page.locator("#signed-out")).to_be_visible()
        await expect(page.locator("#account")).to_be_hidden()
        await page.goto(base)
        await expect(page.locator("#scan-badge")).to_be_visible()
        await expect(page.locator("#badge")).to_have_count(0)
        await page.context.close()
    assert troubles == []


async def test_one_phone_is_the_guest_of_one_badge_after_the_other(
    production: tuple[Service, str], browser: Browser
) -> None:
    """Two people with one phone between them: each leaves it, and neither sees what the other one recorded."""
    service, first = production
    second = (await service.badges(1))[-1]["code"]
    page, troubles = await open_page(browser, SMALL)
    async with over_http(service) as base:
        for code in (first, second, first):
            await page.goto(f"{base}/q/{code}")
            await expect(page.locator("#join")).to_be_visible()
            await expect(page.locator("#before")).to_be_hidden()
            await page.click("#join")
            await expect(page.locator("#result")).to_have_attribute(
                "data-outcome", re.compile("joined|already_joined")
            )
            await page.click("#guest-leave")
            await expect(page.locator("#join")).to_be_visible()
        assert await page.evaluate("Object.keys(localStorage).filter((key) => key.includes('session'))") == []
        await page.context.close()
    assert await Guest.all().count() == 2
    assert troubles == []
