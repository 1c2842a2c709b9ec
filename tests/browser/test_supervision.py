"""The regulator's desk in a browser: from the overview to an event, a sample with its chain, an inspection, a remit."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import VAR, Demo
from tests.browser.test_pages import LAPTOP, PHONE, crowd, open_page, refusals_only

PICTURES = Path(VAR).parent / "pictures-supervision"
PARTS = ("overview", "alerts", "events", "subjects", "samples", "inspections", "features")


async def sign_in(page: Page, demo: Demo, username: str, language: str) -> None:
    await page.goto(f"{demo.base}/staff/supervision?lang={language}")
    await page.fill("#username", username)
    await page.fill("#password", "demo")
    await page.click("#sign-in")
    await expect(page.locator("#states tr")).to_have_count(9)


async def pictured(page: Page, name: str) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    await page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


async def test_a_regulator_samples_certificates_and_closes_an_inspection(
    demo: Demo, browser: Browser
) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    await crowd(demo, 12)
    page, troubles = await open_page(browser, LAPTOP)
    page.on("dialog", lambda dialog: dialog.accept())
    await sign_in(page, demo, "regulator", "en")
    await expect(page.locator("#remit-told")).to_contain_text("province")
    await expect(page.locator('[data-part="remits"]')).to_be_hidden()
    await pictured(page, "overview-en")
    # By the keyboard alone: the tab, the event, the sample.
    await page.focus('#desk-tabs [data-part="events"]')
    await page.keyboard.press("Enter")
    await page.click('[data-event="demo"] a')
    await expect(page.locator("#event-shown h2").first).to_be_visible()
    await pictured(page, "event-en")
    await page.get_by_role("button", name="Sample its certificates").click()
    await page.fill("#draw-form [name=size]", "3")
    await page.fill("#draw-form [name=reason]", "yearly sample")
    await page.keyboard.press("Enter")
    shown = page.locator("[data-shown]")
    await expect(shown.locator("[data-certificate]")).to_have_count(3)
    await shown.locator("summary").first.click()
    await expect(shown.locator("[data-certificate]").first.locator(".chain > li")).to_have_count(9)
    await expect(page.locator("[data-sample]").first).to_contain_text("3 of")
    await pictured(page, "sample-en")
    await page.goto(f"{demo.base}/staff/supervision#inspections")
    await page.click("#inspect summary")
    await page.fill("#inspect-form [name=event]", "demo")
    await page.fill("#inspect-form [name=purpose]", "yearly inspection")
    await page.click("#inspect-go")
    item = page.locator("[data-inspection]").first
    await item.locator("summary").first.click()
    await item.locator("textarea").first.fill("the plan names no meter")
    await item.locator("select[name=sample]").select_option(index=1)
    await item.get_by_role("button", name="Add", exact=True).click()
    await expect(item.locator('[data-entry="finding"]')).to_contain_text("the plan names no meter")
    await item.locator("summary").nth(1).click()
    await item.locator("textarea").nth(1).fill("to be mended")
    await item.locator("select[name=result]").select_option("to_correct")
    await item.locator("button[type=submit]").nth(1).click()
    await expect(item.locator('[data-entry="closing"]')).to_contain_text("To be corrected")
    await pictured(page, "inspections-en")
    assert refusals_only(troubles) == []
    await page.context.close()


async def test_an_operator_gives_a_remit_and_a_phone_shows_every_part(demo: Demo, browser: Browser) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page, troubles = await open_page(browser, PHONE, "zh-CN")
    page.on("dialog", lambda dialog: dialog.accept())
    await sign_in(page, demo, "operator", "zh-CN")
    for part in PARTS:
        await page.click(f'#desk-tabs [data-part="{part}"]')
        await expect(page.locator(f'[data-panel="{part}"]')).to_be_visible()
        await page.wait_for_load_state("networkidle")
        await pictured(page, f"{part}-zh")
    await page.click('[data-feature="quiz"] summary')
    await page.locator('[data-feature="quiz"] select[name=phase]').select_option("on")
    await page.locator('[data-feature="quiz"] input[required]').fill("按期开放")
    await page.locator('[data-feature="quiz"] button[type=submit]').click()
    await page.click('[data-feature="quiz"] [data-decision="confirmed"]')
    await expect(page.locator('[data-feature="quiz"]')).to_contain_text("生效")
    await page.click('#desk-tabs [data-part="remits"]')
    row = page.locator('[data-regulator="regulator"]')
    await expect(row).to_contain_text("全省")
    await row.locator("select").select_option("sport")
    await row.locator("input[required]").fill("归口管理")
    await row.get_by_role("button", name="设置").click()
    await expect(row).to_contain_text("体育局 · 各地")
    await pictured(page, "remits-zh")
    await row.locator("input[required]").fill("恢复")
    await row.get_by_role("button", name="结束").click()
    await expect(row).to_contain_text("全省")
    assert refusals_only(troubles) == []
    await page.context.close()
