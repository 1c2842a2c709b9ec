"""The scanner's page: let in by its link, a badge by a hand scanner, offline and back."""

from __future__ import annotations

import httpx2 as httpx
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Demo
from tests.browser.test_pages import PHONE, open_page

ANSWER = "#answer"


async def staff_of(client: httpx.AsyncClient) -> dict[str, str]:
    answer = await client.post("/v1/staff/sessions", json={"username": "operator", "password": "demo"})
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def hold(page: Page, code: str) -> None:
    """As a hand scanner does: letters, fast, and Enter; nothing was clicked before."""
    await page.keyboard.type(code)
    await page.keyboard.press("Enter")


async def test_a_door_goes_on_without_its_connection(demo: Demo, browser: Browser) -> None:
    async with httpx.AsyncClient(base_url=demo.base) as client:
        staff = await staff_of(client)
        gates = [gate["gate"] for gate in (await client.get("/v1/events/demo")).json()["gates"]]
        issued = await client.post("/v1/events/demo/badges", json={"count": 2}, headers=staff)
        first, second = (badge["code"] for badge in issued.json()["items"])
        entered = await client.post(
            "/v1/events/demo/devices", json={"name": "browser", "gates": gates}, headers=staff
        )
        page, troubles = await open_page(browser, PHONE)
        await page.goto(entered.json()["url"])
        await expect(page.locator("#working")).to_be_visible()
        assert "#" not in page.url
        await hold(page, first)
        await expect(page.locator(ANSWER)).to_have_attribute("data-result", "ok")
        await page.wait_for_timeout(2600)
        await hold(page, first)
        await expect(page.locator(ANSWER)).to_have_attribute("data-code", "already_inside")
        await expect(page.locator("#sentence")).to_have_text("This badge is inside already")
        assert troubles == []

        await page.context.set_offline(True)
        await hold(page, second)
        await expect(page.locator(ANSWER)).to_have_attribute("data-result", "ok")
        await expect(page.locator("#queued")).to_have_text("1")
        await hold(page, "forged")
        await expect(page.locator(ANSWER)).to_have_attribute("data-code", "unknown")
        await expect(page.locator("#queued")).to_have_text("2")
        await page.context.set_offline(False)
        await expect(page.locator("#queued")).to_have_text("0", timeout=20_000)
        await expect(page.locator("#connection")).to_have_attribute("data-online", "true")
        kept = await client.get("/v1/events/demo/gate-scans", headers=staff)
        found = [(item["code"], item["is_offline"]) for item in kept.json()["items"]]
        assert sorted(found) == [("already_inside", False), ("ok", False), ("ok", True), ("unknown", True)]

        await page.goto(f"{demo.base}/scanner?lang=zh-CN")
        await expect(page.locator("#sentence")).to_have_text("请出示胸牌")
    await page.context.close()
