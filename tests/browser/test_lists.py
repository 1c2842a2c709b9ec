"""The lists in a browser: an entry goes from its proposal at the desk to the public page and off it again."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx2 as httpx
from playwright.async_api import Browser, expect

from tests.browser.conftest import Demo
from tests.browser.test_pages import LAPTOP, open_page
from tests.organising import credit_code


async def test_an_entry_is_proposed_confirmed_shown_and_removed(demo: Demo, browser: Browser) -> None:
    async with httpx.AsyncClient(base_url=demo.base) as client:
        code = credit_code(datetime.now(UTC).microsecond)
        signed_in = await client.post("/v1/staff/sessions", json={"username": "operator", "password": "demo"})
        operator = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
        body = {
            "code": code,
            "name": {"zh-CN": "名单测试公司", "en": "Listed Company"},
            "kinds": ["event_organiser"],
            "username": f"owner-{code.lower()}",
        }
        made = await client.post("/v1/organisations", json=body, headers=operator)
        assert made.status_code == 201, made.text
        if made.json()["state"] != "active":
            review = {"decision": "accepted", "reason": "ok"}
            path = f"/v1/organisations/{code}/review"
            reviewed = await client.post(path, json=review, headers=operator | {"If-Match": "*"})
            assert reviewed.status_code == 200, reviewed.text
    page, troubles = await open_page(browser, LAPTOP)
    await page.goto(f"{demo.base}/staff/lists")
    await page.fill('[name="username"]', "regulator")
    await page.fill('[name="password"]', "demo")
    await page.click("#sign-in")
    await page.fill("#organisation", code.lower())
    await page.fill("#reason", "三次活动按时核销")
    await page.fill("#evidence", "活动报告")
    await page.click("#propose-send")
    card = page.locator("#entries > li", has_text=code)
    await expect(card).to_have_attribute("data-state", "proposed")
    await card.locator("textarea").fill("属实")
    await card.locator('[data-act="lists.confirm"]').click()
    await expect(card).to_have_attribute("data-state", "published")
    await page.goto(f"{demo.base}/lists?list=green")
    await expect(page.locator("[data-entry]", has_text=code)).to_contain_text("三次活动按时核销")
    await page.click("[data-entry] h2 a")
    await expect(page.locator('[data-list="green"]')).to_contain_text("三次活动按时核销")
    await page.goto(f"{demo.base}/staff/lists")
    await card.locator("textarea").fill("期满前移出")
    await card.locator('[data-act="lists.removal.propose"]').click()
    await expect(card).to_have_attribute("data-state", "removed")
    assert troubles == []
    await page.context.close()
