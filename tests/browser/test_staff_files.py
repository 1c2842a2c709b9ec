"""Files that staff bring: what is wrong with each row is listed on the page, and nothing of such a file is taken."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Demo
from tests.browser.test_pages import PHONE, open_page, refusals_only

SCENES = "类型,中文名称,英文名称,区县\r\n{kind},锦里餐馆{at},Jinli restaurant {at},武侯区\r\n"


async def choose(page: Page, field: str, content: str) -> None:
    file: Any = {"name": "list.csv", "mimeType": "text/csv", "buffer": content.encode()}
    await page.set_input_files(field, file)


async def test_operators_see_what_is_wrong_with_each_row_of_scenes_and_of_codes(
    demo: Demo, browser: Browser
) -> None:
    page, troubles = await open_page(browser, PHONE)
    await page.goto(f"{demo.base}/staff/files?lang=zh-CN")
    await page.fill("#username", "operator")
    await page.fill("#password", "demo")
    await page.click("#sign-in")
    told = page.locator("#file-told")

    await choose(page, "#file", SCENES.format(kind="pub", at=1))
    await page.fill("#file-reason", "season")
    await page.click("#file-send")
    await told.locator("summary").click()
    await expect(told.locator("tbody tr")).to_have_count(1)
    await expect(told.locator("tbody tr")).to_contain_text("类型（kind）")
    await choose(page, "#file", SCENES.format(kind="餐饮", at=2))
    await page.click("#file-send")
    await expect(told).to_contain_text("1")
    await expect(told.locator("summary")).to_have_count(0)

    await page.select_option("#file-kind", "codes")
    await expect(page.locator("#file-reward option").first).to_be_attached()
    await choose(page, "#file", "code\nAB 12\nGOOD-1234\nGOOD-1234\n")
    await page.fill("#file-reason", "refill")
    await page.click("#file-send")
    await told.locator("summary").click()
    await expect(told.locator("tbody tr")).to_have_count(2)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert refusals_only(troubles) == []
    await page.context.close()


async def test_organisers_replace_the_badges_of_a_file(demo: Demo, browser: Browser) -> None:
    page, troubles = await open_page(browser, PHONE)
    await page.goto(f"{demo.base}/organiser#event/demo/badges")
    await page.fill("#username", "organiser")
    await page.fill("#password", "demo")
    await page.click("#sign-in")
    await page.goto(f"{demo.base}/organiser#event/demo/badges")
    await expect(page.locator("#event-when")).to_contain_text("Chengdu")
    serial = await page.locator("#badges tbody tr").last.get_attribute("data-serial")
    told = page.locator("#serials-told")
    await choose(page, "#serials-file", f"serial\n{serial}\nabc\n")
    await page.fill("#serials-reason", "wet")
    await page.click("#serials-send")
    await told.locator("summary").click()
    await expect(told.locator("tbody tr td").first).to_have_text("3")
    await choose(page, "#serials-file", f"序号\n{serial}\n")
    await page.click("#serials-send")
    await expect(told.locator(".calm")).to_be_visible()
    assert refusals_only(troubles) == []
    await page.context.close()
