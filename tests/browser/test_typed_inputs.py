"""What people type on a phone is taken as it was meant, or refused beside its field with what they typed."""

from __future__ import annotations

from uuid import uuid4

import httpx2 as httpx
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Demo
from tests.browser.scanners import citizen_of
from tests.browser.test_account_page import log_ride, open_account, open_part
from tests.browser.test_pages import PHONE, open_page, refusals_only


def full_width(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if sign > " " else "\u3000" for sign in text)


async def test_a_number_out_of_bounds_is_refused_beside_its_field_and_never_sent_as_another(
    demo: Demo, browser: Browser
) -> None:
    page, troubles = await open_page(browser, PHONE)
    badge = await page.request.get(f"{demo.base}/demo/badge")
    code = (await badge.json())["url"].rsplit("/", 1)[1]
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    # A percent sign that encodes nothing, and the code as another program wrote it into the address.
    await page.goto(f"{demo.base}/q/100%")
    await expect(page.locator("#refusal")).to_be_visible()
    await page.goto(f"{demo.base}/q/%EF%BB%BF{full_width(code)}%25")
    await expect(page.locator("#join")).to_be_enabled()
    await page.fill("#from_city", "Atlantis")
    await page.press("#from_city", "Tab")
    await expect(page.locator("#city-error")).to_contain_text("Atlantis")
    for name, value, reason in (
        ("distance_km", "99999", "0 to 20,100"),
        ("nights", "61", "0 to 60"),
        ("nights", "1.5", "whole number"),
    ):
        field = page.locator(f"#{name}")
        await field.fill(value)
        await expect(page.locator(f".question:has(#{name}) .field-error")).to_contain_text(reason)
        await page.click("#join")
        await expect(field).to_be_focused()
        await expect(field).to_have_value(value)
        await field.fill("1")
        await expect(page.locator(f".question:has(#{name}) .field-error")).to_be_hidden()
    wrong = ('"distance_km":20100', '"distance_km":99999', '"nights":61', '"nights":1.5')
    wrongly = [body for body in sent if any(each in body for each in wrong)]
    assert wrongly == []
    await page.click("#join")
    await expect(page.locator("#result")).to_have_attribute("data-outcome", "joined")
    assert refusals_only(troubles) == []
    await page.context.close()


async def test_after_three_self_check_ins_the_tiles_say_so(demo: Demo, browser: Browser) -> None:
    page, troubles = await open_account(demo, browser)
    await open_part(page, "today")
    await expect(page.locator("#actions-left")).to_have_text("On your own word today: 3 of 3 left.")
    chopsticks = page.locator('.button[data-method="own_chopsticks"]')
    await expect(chopsticks).to_have_attribute("data-used-up", "false")
    for left in (2, 1, 0):
        await (log_ride(page, 2) if left == 2 else chopsticks.click())
        await expect(page.locator("#actions-left")).to_contain_text(f"{left} of 3")
    for tile in await page.locator("#action-tiles .button").all():
        await expect(tile).to_have_attribute("data-used-up", "true")
        await expect(tile.locator("small")).to_have_text("No more points today: self check-ins a day")
    await join_a_team(demo, page)
    assert refusals_only(troubles) == []
    await page.context.close()


async def join_a_team(demo: Demo, page: Page) -> None:
    """The refusal stands at the field, which keeps what was typed; full-width letters and blanks are nothing wrong."""
    await open_part(page, "together", "teams")
    await page.fill("#team-code", "ＡＢＣＤ－ＥＦＧＨ　ＪＫ")
    await page.click("#team-join-send")
    await expect(page.locator("#team-join .refusal")).to_be_visible()
    await expect(page.locator("#team-code")).to_have_value("ＡＢＣＤ－ＥＦＧＨ　ＪＫ")
    async with httpx.AsyncClient(base_url=demo.base) as client:
        body = {"name": f"Typists {uuid4().hex[:8]}", "kind": "company"}
        made = await client.post("/v1/teams", json=body, headers=await citizen_of(client))
    await page.fill("#team-code", f" {full_width(made.json()['code'])} ")
    await page.click("#team-join-send")
    await expect(page.locator("#teams [data-team]")).to_have_count(1)
    await expect(page.locator("#team-join .refusal")).to_be_hidden()
    await expect(page.locator("#team-code")).to_have_value("")
