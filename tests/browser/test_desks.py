"""An operator at the desks, in a browser: finds, enters and changes rows; a secret is shown once."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Demo
from tests.browser.test_pages import LAPTOP, PHONE, open_page, refusals_only
from tests.browser.test_staff_accounts import sign_in


async def at_desk(
    demo: Demo, browser: Browser, path: str, device: dict[str, object]
) -> tuple[Page, list[str]]:
    page, troubles = await open_page(browser, device)
    await page.goto(f"{demo.base}/staff/{path}")
    await sign_in(page, "operator", "demo")
    return page, troubles


async def test_an_operator_enters_a_partner_issues_a_key_and_ends_it(demo: Demo, browser: Browser) -> None:
    page, troubles = await at_desk(demo, browser, "desk", LAPTOP)
    await expect(page.locator('[data-desk="letters"]')).to_contain_text("0")
    await page.click('a[href="/staff/partners"]')
    await page.click("#desk-create summary")
    create = page.locator("#desk-create form")
    for name, text in (
        ("code", "river-bus"),
        ("name.zh-CN", "府河水上巴士"),
        ("name.en", "River bus"),
        ("methods", "bus"),
    ):
        await create.locator(f'[name="{name}"]').fill(text)
    await create.locator('[name="kind"]').select_option("bus")
    await create.locator('[name="reason"]').fill("joins")
    await create.locator('[name="methods"]').press("Enter")
    row = page.locator('[data-row="river-bus"]')
    await expect(row).to_contain_text("River bus")
    await row.get_by_text("New key", exact=True).click()
    await row.locator('form:visible [name="reason"]').fill("first key")
    await row.get_by_role("button", name="Issue the key").click()
    secret = await page.input_value("#desk-secret")
    assert len(secret) >= 40
    await row.locator("summary", has_text="End this key").click()
    await row.locator('li form:visible [name="reason"]').fill("trial over")
    await row.get_by_role("button", name="End this key").click()
    await expect(row.locator("li summary")).to_have_count(0)
    assert troubles == []
    await page.context.close()


async def test_a_desk_is_searched_and_a_row_changed_on_a_phone(demo: Demo, browser: Browser) -> None:
    page, troubles = await at_desk(demo, browser, "rewards", PHONE)
    await expect(page.locator('[data-row="demo-tea"]')).to_be_visible()
    await page.fill("#desk-query", "TEA")
    await expect(page.locator("[data-row]")).to_have_count(1)
    row = page.locator('[data-row="demo-tea"]')
    await row.get_by_text("Change", exact=True).click()
    await row.locator('[name="cost_points"]').fill("55")
    await row.locator('[name="reason"]').fill("dearer")
    await row.get_by_role("button", name="Save the changes").click()
    await expect(row.locator("dd").first).to_have_text("55")
    await page.fill("#desk-query", "no such thing")
    await expect(page.locator("#desk-empty")).to_be_visible()
    width = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0
    assert troubles == []
    await page.context.close()


async def test_a_row_that_a_colleague_changed_meanwhile_is_shown_anew_and_the_form_stays(
    demo: Demo, browser: Browser
) -> None:
    page, troubles = await at_desk(demo, browser, "causes", LAPTOP)
    desks = [page, await page.context.new_page()]
    await desks[1].goto(f"{demo.base}/staff/causes")
    await sign_in(desks[1], "operator", "demo")
    for desk in desks:
        await desk.locator("[data-row] summary").first.click()
    for desk, name in zip(desks, ("First trees", "Second trees"), strict=True):
        row = desk.locator("[data-row]").first
        await row.locator('[name="name.en"]').fill(name)
        await row.locator('form:visible [name="reason"]').fill("a better name")
        await row.get_by_role("button", name="Save the changes").click()
        if desk is page:
            await expect(row.locator("h2")).to_have_text(name)
    await expect(row.locator(".field-error")).to_contain_text("Nothing of yours was saved")
    await expect(row.locator("h2")).to_have_text("First trees")
    assert await row.locator('[name="name.en"]').input_value() == "Second trees"
    await row.get_by_role("button", name="Save the changes").click()
    await expect(row.locator("h2")).to_have_text("Second trees")
    assert refusals_only(troubles) == []
    await page.context.close()


@pytest.mark.parametrize("path", ["scenes", "merchants", "projects", "jobs", "actions", "causes"])
async def test_every_desk_opens_without_a_fault(demo: Demo, browser: Browser, path: str) -> None:
    page, troubles = await at_desk(demo, browser, path, LAPTOP)
    await expect(page.locator(".desk-row, #desk-empty:not([hidden])").first).to_be_visible()
    if path in ("scenes", "merchants", "projects"):
        await expect(page.locator("#desk-create summary")).to_be_visible()
    assert troubles == []
    await page.context.close()
