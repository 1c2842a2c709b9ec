"""Staff look a badge up that a stranger bound as a guest, and release it on the page, with a reason."""

from __future__ import annotations

import asyncio
import time

import httpx2 as httpx
from playwright.async_api import Browser, expect

from tests.browser.conftest import Demo
from tests.browser.test_organiser import fits, sign_in
from tests.browser.test_pages import LAPTOP, PHONE, open_page


async def test_a_badge_that_a_stranger_bound_is_released_on_the_desk(demo: Demo, browser: Browser) -> None:
    async with httpx.AsyncClient(base_url=demo.base) as client:
        badge = (await client.get("/demo/badge")).json()
        code = badge["url"].rpartition("/q/")[2]
        serial = str(int(code.split(".")[1], 36))
        bound = await client.post("/v1/sessions", json={"provider": "badge", "code": code})
        assert bound.status_code == 201, bound.text
        stranger = {"Authorization": f"Bearer {bound.json()['access_token']}"}
        page, troubles = await open_page(browser, LAPTOP)
        await sign_in(page, demo, "/organiser#event/demo/badges")
        await page.fill("#find-query", serial)
        await page.keyboard.press("Enter")
        await expect(page.locator("#badge")).to_have_attribute("data-serial", serial)
        await expect(page.locator("#badge")).to_contain_text("a phone that joined without an account")
        await page.check('[name="what"][value="release"]')
        await page.fill("#badge-reason", "Somebody else photographed it")
        await page.set_viewport_size(PHONE)
        await fits(page)
        await page.click("#badge-do")
        await expect(page.locator("#badge .notice")).to_contain_text("is released")
        await expect(page.locator("#badge .facts")).not_to_contain_text("without an account")
        assert troubles == []
        await page.context.close()
        # The other server process learns of it within two seconds.
        until = time.monotonic() + 3
        while (refused := await client.post("/v1/scans", json={"code": code}, headers=stranger)).is_success:
            assert time.monotonic() < until
            await asyncio.sleep(0.1)
        assert refused.json()["code"] == "session_revoked"
        again = await client.post("/v1/sessions", json={"provider": "badge", "code": code})
        assert again.status_code == 201
