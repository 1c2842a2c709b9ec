"""A child, a guardian and an operator in the browser: asked once, consented with a code, counted."""

from __future__ import annotations

from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Demo
from tests.browser.test_pages import LAPTOP, PHONE, open_page, refusals_only


async def log_steps(demo: Demo, page: Page, year: str) -> None:
    """Log an action, and tell the age that is asked for on the way."""
    await page.goto(f"{demo.base}/account#today")
    await page.click('.button[data-method="walk_steps"]')
    await page.select_option("#age-year", year)
    await page.select_option("#age-month", "03")
    await page.click("#age-send")


async def test_a_child_shows_a_code_and_earns_with_a_guardians_consent(demo: Demo, browser: Browser) -> None:
    child, troubles = await open_page(browser, PHONE, is_adult=False)
    await log_steps(demo, child, "2018")
    await expect(child.locator('.log[data-code="guardian_needed"]')).to_be_visible()
    await child.click("#tab-me")
    await child.click("#guardian-show")
    code = await child.locator("#guardian-code-shown").inner_text()

    guardian, more_troubles = await open_page(browser, LAPTOP, is_adult=False)
    await log_steps(demo, guardian, "1985")
    # What was begun went on without another press.
    await expect(guardian.locator('.act[data-method="walk_steps"]')).to_be_visible()
    await guardian.goto("about:blank")
    await guardian.goto(f"{demo.base}/account#guardian={code}")
    await guardian.click("#guardian-send")
    await guardian.click("#dialog-yes")
    await expect(guardian.locator("[data-child]")).to_be_visible()

    await child.click("#tab-today")
    await child.click('.button[data-method="own_chopsticks"]')
    await expect(child.locator('.act[data-method="own_chopsticks"]')).to_be_visible()

    await child.click("#tab-me")
    await child.click("[data-refuse]")
    await child.click("#dialog-yes")
    await child.keyboard.press("Escape")
    await expect(child.locator("#guardians")).to_be_empty()
    await expect(child.locator("#guardian-state")).to_contain_text("you earn no points")
    assert refusals_only(troubles + more_troubles) == []
    for page in (child, guardian):
        await page.context.close()


async def test_who_does_not_want_to_tell_is_refused_and_asked_again(demo: Demo, browser: Browser) -> None:
    page, _ = await open_page(browser, PHONE, is_adult=False)
    await page.goto(f"{demo.base}/account#today")
    for _ in range(2):
        await page.click('.button[data-method="walk_steps"]')
        await page.click("#age-later")
        await expect(page.locator('.log[data-code="age_needed"]').first).to_be_visible()
    await page.context.close()
