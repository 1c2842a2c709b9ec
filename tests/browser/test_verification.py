"""The verifiers' desk in a browser: an account is reviewed, a question answered, the report signed."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx2 as httpx
from playwright.async_api import Browser, Page, expect

from backend.services.operations.demo_organisations import VERIFIER
from tests.browser.conftest import Demo
from tests.browser.test_pages import LAPTOP, open_page
from tests.routes.filing import PAST
from tests.routes.inventory.test_inventory import POWER


async def accounted(base: str) -> str:
    """An event of the demo's organiser that is accounted for, with two lines."""
    slug = f"verified-{uuid4().hex[:8]}"
    async with httpx.AsyncClient(base_url=base) as client:
        signed_in = await client.post(
            "/v1/staff/sessions", json={"username": "organiser", "password": "demo"}
        )
        headers = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
        name = {"zh-CN": "核查论坛", "en": "Verified Forum"}
        event: dict[str, Any] = {"slug": slug, "name": name, "kind": "forum", "city": "成都", **PAST}
        line = POWER | {"period_from": "2026-05-01", "period_until": "2026-05-02"}
        lines = {"lines": [line, line | {"meter": "M-2", "quantity": "100"}]}
        for path, body in (
            ("", event),
            (f"/{slug}/transitions", {"to": "running"}),
            (f"/{slug}/inventory", lines),
            (f"/{slug}/transitions", {"to": "accounting"}),
        ):
            answer = await client.post(f"/v1/events{path}", json=body, headers=headers)
            assert answer.status_code in (200, 201), answer.text
    return slug


async def sign_in(page: Page, address: str, username: str) -> None:
    await page.goto(address)
    await page.fill('[name="username"]', username)
    await page.fill('[name="password"]', "demo")
    await page.click("#sign-in")


async def test_an_account_is_reviewed_asked_about_and_signed(demo: Demo, browser: Browser) -> None:
    slug = await accounted(demo.base)
    organiser, _ = await open_page(browser, LAPTOP)
    await sign_in(organiser, f"{demo.base}/organiser#event/{slug}/life", "organiser")
    await organiser.fill("#verifier-code", VERIFIER.code.lower())
    await organiser.click("#verifier-send")
    await expect(organiser.locator(f'[data-verifier="{VERIFIER.code}"]')).to_be_visible()

    page, troubles = await open_page(browser, LAPTOP)
    await sign_in(page, f"{demo.base}/staff/verification", "verifier")
    await page.locator(f'[data-verification="{slug}"] a').click()
    items = page.locator("#verification-items > li")
    await expect(items).to_have_count(2)
    await items.nth(0).locator('[data-act="ask"]').click()
    await items.nth(0).locator("textarea").fill("哪块表？")
    await items.nth(0).locator('[type="submit"]').click()
    await expect(items.nth(0)).to_contain_text("哪块表？")

    await organiser.reload()
    question = organiser.locator("#verifier-questions [data-question]")
    await question.locator("textarea").fill("一号配电间")
    await question.locator('[type="submit"]').click()
    await expect(question).to_have_count(0)

    await page.reload()
    await expect(items.nth(0)).to_contain_text("一号配电间")
    await expect(page.locator("#opinion-form")).to_be_hidden()
    await items.nth(0).locator('[data-act="confirm"]').click()
    await expect(items.nth(0)).to_have_attribute("data-finding", "confirmed")
    # The keyboard is enough for a refusal.
    await items.nth(1).locator('[data-act="refuse"]').focus()
    await page.keyboard.press("Enter")
    await page.keyboard.type("0.5")
    await page.keyboard.press("Tab")
    await page.keyboard.type("No invoice")
    await page.keyboard.press("Enter")
    await expect(items.nth(1)).to_have_attribute("data-finding", "refused")
    await page.fill('[name="zh"]', "公允。")
    await page.fill('[name="en"]', "Fair.")
    await page.click("#opinion-form button")
    await expect(page.locator('[data-opinion="unqualified"]')).to_be_visible()
    assert troubles == []
    await page.context.close()
    await organiser.context.close()
