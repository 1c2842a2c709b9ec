"""An organisation registers, is accepted, and its owner edits it while a colleague does, in a browser."""

from __future__ import annotations

from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Demo
from tests.browser.test_pages import LAPTOP, PHONE, open_page, refusals_only
from tests.routes.organisations.organising import new_code

PASSWORD = "纸鸢 over the old bridge 9"


async def sign_in(page: Page, username: str, password: str) -> None:
    await page.fill("#username", username)
    await page.fill("#password", password)
    await page.click("#sign-in")


async def registered(demo: Demo, browser: Browser, code: str) -> str:
    """The receipt of a registration; a wrong character is shown before anything is sent."""
    page, troubles = await open_page(browser, PHONE)
    await page.goto(f"{demo.base}/register?lang=en")
    await page.fill("#code", code[:-1] + ("0" if code[-1] != "0" else "1"))
    await expect(page.locator("#code-hint")).to_contain_text("does not fit")
    await page.fill("#code", f"{code[:8].lower()} {code[8:]}")
    await expect(page.locator("#code-hint")).to_contain_text("is right")
    await page.fill("#name-zh", "锦江论坛")
    await page.fill("#name-en", "Jinjiang Forums")
    await page.check('input[name="kind"][value="event_organiser"]')
    await page.fill("#wanted", f"owner-{code[8:14].lower()}")
    await page.click("#register-send")
    receipt = await page.inner_text("#receipt-told")
    assert troubles == []
    await page.context.close()
    return receipt


async def accepted(demo: Demo, browser: Browser, code: str) -> None:
    page, troubles = await open_page(browser, LAPTOP)
    await page.goto(f"{demo.base}/staff/organisations?lang=en")
    await sign_in(page, "operator", "demo")
    card = page.locator(f'[data-code="{code}"]')
    await card.locator('[data-act="org_review.accept"]').click()
    await expect(card.locator(".field-error")).to_contain_text("Say why")
    await card.locator("input").fill("as its licence says")
    await card.locator('[data-act="org_review.accept"]').click()
    await expect(card.locator(".chip").first).to_contain_text("Active")
    assert troubles == []
    await page.context.close()


async def test_from_the_registration_to_an_edit_that_a_colleague_was_before(
    demo: Demo, browser: Browser
) -> None:
    code = new_code()
    receipt = await registered(demo, browser, code)
    await accepted(demo, browser, code)
    page, troubles = await open_page(browser, LAPTOP)
    await page.goto(f"{demo.base}/register?lang=en")
    await page.fill("#receipt", receipt)
    await page.click('#lookup button[type="submit"]')
    await expect(page.locator("[data-outcome]")).to_contain_text("accepted")
    await page.click("#set-password")
    await page.fill("#link-password", PASSWORD)
    await page.fill("#link-again", PASSWORD)
    await page.click("#link-go")
    await expect(page.locator("#link-done")).to_be_visible()
    desks = [page, await page.context.new_page()]
    for desk in desks:
        await desk.goto(f"{demo.base}/staff/organisation?lang=en")
        await sign_in(desk, f"owner-{code[8:14].lower()}", PASSWORD)
        await desk.click("#change-card summary")
    for desk, name in zip(desks, ("First forums", "Second forums"), strict=True):
        await desk.fill("#oc-en", name)
        await desk.fill("#oc-reason", "a new name")
        await desk.click("#org-change-go")
        if desk is page:
            await expect(desk.locator("#registered")).to_contain_text("First forums")
    await expect(desks[1].locator("#org-change-refused")).to_contain_text("Somebody else")
    await expect(desks[1].locator("#registered")).to_contain_text("First forums")
    assert await desks[1].input_value("#oc-en") == "Second forums"
    await desks[1].click("#org-change-go")
    await expect(desks[1].locator("#registered")).to_contain_text("Second forums")
    assert refusals_only(troubles) == []
    await page.context.close()
