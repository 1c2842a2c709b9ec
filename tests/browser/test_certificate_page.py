"""A certificate before a stranger's eyes and before its holder's, and a new link from the account."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import Demo
from tests.browser.test_pages import LANGUAGES, LAPTOP, PHONE, offset_of, open_page

TOTALS = {"en": "shown to whoever has the holder's link", "zh-CN": "仅向持有持证人链接的人显示"}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_stranger_sees_totals_and_the_holder_the_lines(
    demo: Demo, browser: Browser, language: str
) -> None:
    number, fragment = await offset_of(demo)
    page, troubles = await open_page(browser, LAPTOP)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(f"{demo.base}/c/{number}?lang={language}")
    await expect(page.locator("#lines-told")).to_contain_text(TOTALS[language])
    await expect(page.locator("#lines-shown")).to_be_hidden()
    await page.click("#verify")
    await expect(page.locator("#verify")).to_be_enabled()
    await expect(page.locator("#verdict .is-wrong")).to_have_count(0)
    # Another window: a page that only gains a fragment is not loaded again.
    holder, holder_troubles = await open_page(browser, PHONE)
    holder.on("request", lambda request: asked.append(request.url))
    await holder.goto(f"{demo.base}/c/{number}?lang={language}#{fragment}")
    rows = holder.locator("#lines-shown tbody tr")
    await expect(rows.first).to_be_visible()
    assert await rows.count() >= 4
    await expect(holder.locator("#lines-told")).to_be_hidden()
    await expect(holder.locator("#holders")).to_be_visible()
    await holder.click("#verify")
    await expect(holder.locator("#verify")).to_be_enabled()
    await expect(holder.locator("#verdict .is-wrong")).to_have_count(0)
    assert await holder.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    async with holder.expect_download() as saved:
        await holder.click("#sheet")
    assert (await saved.value).suggested_filename == f"{number}.pdf"
    # The secret was in no address that was asked for.
    assert not [each for each in asked if fragment.removeprefix("s=") in each.partition("#")[0]]
    assert troubles + holder_troubles == []
    await page.context.close()
    await holder.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_account_makes_a_new_link_and_the_one_before_shows_totals(
    demo: Demo, browser: Browser, language: str
) -> None:
    page, troubles = await open_page(browser, PHONE)
    await page.goto(f"{demo.base}/demo")
    await page.click("#join")
    before = await page.locator("#certificate").get_attribute("href")
    assert before is not None
    await page.goto(f"{demo.base}/account?lang={language}")
    row = page.locator("#certificates .entry").first
    await expect(row).to_be_visible()
    await row.scroll_into_view_if_needed()
    await row.locator("[data-renew]").click()
    await page.locator("#dialog .primary").click()
    await expect(page.locator("#renewed")).to_be_visible()
    after = await page.locator("#renewed").get_attribute("href")
    assert after is not None
    assert re.sub("#.*", "", after) == re.sub("#.*", "", before)
    old, old_troubles = await open_page(browser, PHONE)
    await old.goto(demo.base + before)
    await expect(old.locator("#lines-told")).to_contain_text(re.compile("no more|已不能"))
    new, new_troubles = await open_page(browser, PHONE)
    await new.goto(demo.base + after)
    await expect(new.locator("#lines-shown")).to_be_visible()
    assert troubles + old_troubles + new_troubles == []
    for each in (page, old, new):
        await each.context.close()
