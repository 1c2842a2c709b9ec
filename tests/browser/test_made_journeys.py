"""The further questions behind "more", the pages of methods, and the comparison of factor sets, in a browser."""

from __future__ import annotations

from uuid import uuid4

import httpx2 as httpx
import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import Demo
from tests.browser.test_organiser import sign_in
from tests.browser.test_organiser_desk import filed
from tests.browser.test_pages import LAPTOP, PHONE, hold_event, open_page, refusals_only


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_five_taps_stay_five_and_the_rest_is_behind_more(
    demo: Demo, browser: Browser, language: str
) -> None:
    _, code = await hold_event(demo, f"more-{language.lower()}")
    page, troubles = await open_page(browser, PHONE, language)
    await page.goto(f"{demo.base}/q/{code}?lang={language}")
    more = page.locator("#more")
    await expect(more.locator("summary")).to_be_visible()
    await expect(page.locator("#local_km_per_day")).to_be_hidden()
    await more.locator("summary").click()
    await expect(page.locator("#question-cabin")).to_be_hidden()
    await page.locator('label:has(input[name="local_mode"][value="bike"])').click()
    await expect(page.locator("#bars")).to_contain_text("0 g")
    await page.locator('label:has(input[name="mode"][value="plane"])').click()
    await expect(page.locator("#question-cabin")).to_be_visible()
    await page.fill("#from_city", "北京" if language == "zh-CN" else "Beijing")
    await page.locator('label:has(input[name="cabin"][value="business"])').click()
    before = await page.locator("#total").text_content()
    # Nobody comes from Auckland by high-speed rail: said at once, with what is possible.
    await page.locator('label:has(input[name="mode"][value="hsr"])').click()
    await page.fill("#from_city", "奥克兰" if language == "zh-CN" else "Auckland")
    refused = page.locator("#estimate-refused")
    await expect(refused).to_contain_text("飞机" if language == "zh-CN" else "Plane")
    await page.locator('label:has(input[name="mode"][value="plane"])').click()
    await expect(refused).to_be_hidden()
    assert await page.locator("#total").text_content() != before
    await page.click("#join")
    await expect(page.locator("#result")).to_have_attribute("data-outcome", "joined")
    assert refusals_only(troubles) == []
    await page.context.close()


async def test_an_event_with_an_older_set_asks_nothing_more(demo: Demo, browser: Browser) -> None:
    _, code = await hold_event(demo, "older", factor_set="sichuan-2026.1")
    page, troubles = await open_page(browser, PHONE)
    await page.goto(f"{demo.base}/q/{code}")
    await expect(page.locator("#journey-form")).to_be_visible()
    await expect(page.locator("#more")).to_be_hidden()
    assert troubles == []
    await page.context.close()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_a_method_is_found_and_read(demo: Demo, browser: Browser, language: str) -> None:
    page, troubles = await open_page(browser, LAPTOP, language)
    await page.goto(f"{demo.base}/methods?lang={language}")
    await page.fill("#query", "地铁" if language == "zh-CN" else "metro")
    await page.click("main button")
    await page.click('a[href="/methods/metro"]')
    await expect(page.locator("#formula")).to_contain_text("metro_saving")
    await expect(page.locator("#example")).to_contain_text("468")
    assert troubles == []
    await page.context.close()


async def test_another_set_is_compared_before_it_is_chosen(demo: Demo, browser: Browser) -> None:
    slug = f"sets-{uuid4().hex[:8]}"
    async with httpx.AsyncClient(base_url=demo.base) as client:
        told = {"username": "organiser", "password": "demo"}
        token = (await client.post("/v1/staff/sessions", json=told)).json()["access_token"]
        organiser = {"Authorization": f"Bearer {token}"}
        await filed(client, organiser, slug)
        page, troubles = await open_page(browser, LAPTOP)
        await sign_in(page, demo, f"/organiser#event/{slug}/life")
        await page.click("#change-open")
        form, panel = page.locator("#change-form"), page.locator("#set-comparison")
        await expect(form.locator('[name="factor_set"]')).to_have_value("sichuan-2026.2")
        await form.locator('[name="factor_set"]').select_option("sichuan-2026.1")
        await expect(panel.locator("details")).to_have_count(4)
        await panel.locator("summary").nth(2).click()
        await expect(panel.locator("table").nth(2)).to_contain_text("To and from airports")
        assert (await client.get(f"/v1/events/{slug}", headers=organiser)).json()[
            "factor_set"
        ] == "sichuan-2026.2"
        await form.locator('[name="factor_set"]').select_option("sichuan-2026.2")
        await expect(panel).to_be_hidden()
        await form.locator('[name="radiative_forcing"]').select_option("true")
        await form.locator('[name="reason"]').fill("Flights whole")
        await page.click("#change-send")
        await expect(page.locator("#change-said")).not_to_be_empty()
        event = (await client.get(f"/v1/events/{slug}", headers=organiser)).json()
        assert event["profile"]["radiative_forcing"] is True
        assert troubles == []
        await page.context.close()
