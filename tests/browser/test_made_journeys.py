"""The further questions behind "more", the pages of methods, and the comparison of factor sets, in a browser."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import Demo
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
