"""A period of somebody's life in a browser: an operator opens the programme, a citizen tells, closes and offsets."""

from __future__ import annotations

import httpx2 as httpx
from playwright.async_api import Browser, expect

from tests.browser.conftest import Demo
from tests.browser.test_account_page import open_part
from tests.browser.test_pages import LAPTOP, PHONE, open_page
from tests.periods import last_month


async def test_a_period_is_told_closed_and_offset_on_a_phone(demo: Demo, browser: Browser) -> None:
    page, troubles = await open_page(browser, LAPTOP)
    await page.goto(f"{demo.base}/staff/programmes")
    await page.fill('[name="username"]', "operator")
    await page.fill('[name="password"]', "demo")
    await page.click("#sign-in")
    await page.fill('[name="starts_on"]', str(last_month()))
    await page.fill('[name="reason"]', "pilot")
    await page.click('#programme-form button[type="submit"]')
    await expect(page.locator("#programmes-said")).to_be_visible()
    slug = await page.locator("#programmes-open > li").first.get_attribute("data-programme")
    await page.context.close()
    async with httpx.AsyncClient(base_url=demo.base) as client:
        signed_in = await client.post("/v1/staff/sessions", json={"username": "operator", "password": "demo"})
        operator = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
        batch = {
            "product": "cdcer",
            "project_name": "龙泉山造林",
            "vintage": 2024,
            "quantity_t": 1,
            "retirement_ref": "RET-PERIODS",
            "retired_on": "2026-01-15",
        }
        entered = (await client.post("/v1/credit-batches", json=batch, headers=operator)).json()
        pool = {"batch_id": entered["id"], "grams": 500_000}
        given = await client.post(f"/v1/events/{slug}/pools", json=pool, headers=operator)
        assert given.status_code == 201, given.text

    page, more = await open_page(browser, PHONE)
    await page.goto(f"{demo.base}/account")
    await open_part(page, "report", "report", "periods")
    await page.click(f'[data-open="{slug}"]')
    await page.fill('[name="electricity_kwh"]', "300")
    await page.fill('[name="km_metro"]', "200")
    await page.click("[data-more]")
    await page.fill('[data-name="to_city"]', "重庆")
    await page.click("[data-tell]")
    await expect(page.locator('[data-source="home_electricity"]')).to_contain_text("46.92 kg")
    await expect(page.locator('[data-source="private_journey"]')).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await page.click("[data-close]")
    await page.click("#dialog .button.primary")
    await expect(page.locator("#period-closed")).to_be_visible()
    await page.keyboard.press("Escape")
    card = page.locator('[data-period][data-state="closed"]')
    await card.locator('input[type="number"]').fill("50")
    await card.locator("[data-ask]").click()
    await expect(card.locator("[data-certificate]")).to_be_visible()
    await expect(card.locator('[data-offset="partial"]')).to_be_visible()
    assert troubles + more == []
    await page.context.close()
