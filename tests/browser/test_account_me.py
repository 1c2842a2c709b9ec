"""The account on the web: name, notices, ways in, sessions, partners, another account, photos, certificates."""

from __future__ import annotations

import io
from typing import Any

import httpx2 as httpx
from PIL import Image
from playwright.async_api import Browser, Page, Route, expect

from tests.browser.conftest import Demo
from tests.browser.test_account_page import open_part
from tests.browser.test_pages import PHONE, open_page, refusals_only
from tests.browser.ways import StandIn, as_production, sign_in_by_mail

SECTIONS = ("notices", "profile", "ways", "sessions", "sources", "consents", "minors", "privacy")


async def open_me(demo: Demo, browser: Browser, language: str = "en") -> tuple[Page, StandIn, list[str]]:
    page, troubles = await open_page(browser, PHONE, language)
    stand_in = await as_production(page, demo)
    await page.goto(f"{demo.base}/account#me")
    await page.click("#account-sign-in")
    await sign_in_by_mail(page)
    for section in SECTIONS:
        await expect(page.locator(f'#panel-{section}[data-ready="true"]')).to_be_visible()
    return page, stand_in, troubles


async def test_an_account_is_whole_on_the_web(demo: Demo, browser: Browser) -> None:
    page, stand_in, troubles = await open_me(demo, browser)
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert await page.locator(".refusal:visible").count() == 0

    await page.fill("#nickname", "\uff2c\uff49\uff4e")
    await page.press("#nickname", "Enter")
    await expect(page.locator("#profile-done")).to_be_visible()
    await expect(page.locator("#nickname")).to_have_value("Lin")

    await page.click('[data-end="away"]')
    await expect(page.locator('[data-session="here"] .chip')).to_be_visible()
    await page.click("#sessions-end")
    await page.click("#dialog-yes")
    await expect(page.locator("#dialog-title")).to_contain_text("ended")
    await page.keyboard.press("Escape")
    await page.click('[data-remove="mail"]')
    await page.click("#dialog-yes")
    await expect(page.locator("#dialog-title")).to_have_text("Removed")
    await page.keyboard.press("Escape")
    changes = [asked for asked, _ in stand_in.kept if not asked.startswith("GET")]
    assert changes == [
        "DELETE /v1/me/sessions/away",
        "DELETE /v1/me/sessions",
        "DELETE /v1/me/identities/mail",
    ]

    # One more way in: the same questions as of a sign-in, and nobody is signed in anew.
    await page.click("#way-add")
    await expect(page.locator("#sheet-ways li")).to_have_count(2)
    signed_in = len(stand_in.sign_ins)
    await sign_in_by_mail(page)
    await expect(page.locator("#sheet")).to_have_count(0)
    bound = [body for asked, body in stand_in.kept if asked == "POST /v1/me/identities"]
    assert [sorted(body) for body in bound] == [["challenge", "code", "provider"]]
    assert len(stand_in.sign_ins) == signed_in

    # A partner is bound after its text was read; a code that is none is refused beside what was typed.
    await page.fill("#source-code", "XXXX-XXXX-XXXX")
    await page.check('#source-bind [name="consent"]')
    await page.click("#source-send")
    await expect(page.locator("#source-bind .refusal")).to_be_visible()
    await expect(page.locator("#source-code")).to_have_value("XXXX-XXXX-XXXX")
    assert refusals_only(troubles) == []
    await page.context.close()


async def test_two_accounts_become_one_after_what_happens_was_read(demo: Demo, browser: Browser) -> None:
    page, stand_in, troubles = await open_me(demo, browser)
    mine = await page.evaluate("localStorage.getItem('tianfu.session.citizen')")
    refused = {"code": "merge_refused", "title": "Not these two", "detail": "Ask staff.", "status": 409}
    answers = [(409, refused), (200, {})]
    asked: list[tuple[str, Any]] = []

    async def merge(route: Route) -> None:
        asked.append((route.request.headers["idempotency-key"], route.request.post_data_json))
        status, body = answers.pop(0)
        await route.fulfill(status=status, json=body)

    await page.route("**/v1/me/merges", merge)
    stand_in.person += "-other"
    await page.click("#merge")
    await expect(page.locator('[data-way="badge"]')).to_have_count(0)
    await sign_in_by_mail(page)
    await expect(page.locator("#dialog")).to_contain_text("Nothing counts twice")
    assert asked == []
    await page.click("#dialog-yes")
    await expect(page.locator("#dialog .refusal")).to_contain_text("Ask staff")
    await page.click("#dialog-yes")
    await expect(page.locator("#merged")).to_be_visible()
    # Pressed again after a refusal it is the same request, of the other account, by this one.
    assert len(asked) == 2
    assert len({key for key, _ in asked}) == 1
    assert asked[0][1]["other_access_token"] not in mine
    assert await page.evaluate("localStorage.getItem('tianfu.session.citizen')") == mine
    assert refusals_only(troubles) == []
    await page.context.close()


async def test_a_photo_with_its_place_is_sent_once_and_waits_for_a_person(
    demo: Demo, browser: Browser
) -> None:
    page, _, troubles = await open_me(demo, browser, "zh-CN")
    await open_part(page, "today", "today")
    await page.click(".photo-part summary")
    picture = io.BytesIO()
    Image.effect_noise((640, 480), 80).convert("RGB").save(picture, "PNG")
    await page.set_input_files(
        "#photo-file", {"name": "plate.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    )
    await page.select_option("#photo-method", "clean_plate")
    # Without its place nothing is sent, and what was chosen stays.
    await page.click("#photo-send")
    await expect(page.locator("#photo .refusal")).to_contain_text("照片需要位置")
    await page.context.grant_permissions(["geolocation"], origin=demo.base)
    await page.context.set_geolocation({"latitude": 30.657, "longitude": 104.066})
    await page.click("#photo-send")
    await expect(page.locator("#photo-done")).to_contain_text("工作人员查看后会通知您")
    waiting = page.locator('#photos [data-state="pending"]')
    await expect(waiting.first).to_contain_text("查看中")
    assert refusals_only(troubles) == []
    await page.context.close()


async def test_a_certificate_gets_a_name_and_is_shared_as_a_picture(demo: Demo, browser: Browser) -> None:
    page, troubles = await open_page(browser, PHONE)
    await page.goto(f"{demo.base}/demo")
    await page.click("#join")
    await page.click("#my-account")
    row = page.locator("[data-certificate]")
    await row.locator("[data-name]").click()
    await page.fill("#certificate-name", "Lin Xia")
    await page.click("#dialog-yes")
    # Not without a yes to its being public; the name that was typed stays.
    await expect(page.locator("#dialog .refusal")).to_be_visible()
    await page.check("#certificate-name-agreed")
    await page.click("#dialog-yes")
    await expect(page.locator("#dialog-title")).to_contain_text("Lin Xia")
    await page.keyboard.press("Escape")
    number = await row.get_attribute("data-certificate")
    async with httpx.AsyncClient(base_url=demo.base) as client:
        assert (await client.get(f"/v1/certificates/{number}")).json()["name"] == "Lin Xia"
    async with page.expect_download() as downloading:
        await row.locator("[data-share]").click()
    assert (await (await downloading.value).path()).read_bytes().startswith(b"\x89PNG")
    assert refusals_only(troubles) == []
    await page.context.close()
