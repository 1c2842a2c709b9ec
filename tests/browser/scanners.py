"""A scanner's page as its device, and the staff who let it in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2 as httpx
from playwright.async_api import Browser, Page, expect

from tests.browser.test_pages import PHONE, open_page

ANSWER = "#answer"
SAME_CODE_MS = 2600


@dataclass
class Staff:
    client: httpx.AsyncClient
    headers: dict[str, str]

    async def badges(self, count: int) -> list[str]:
        path = "/v1/events/demo/badges"
        issued = await self.client.post(path, json={"count": count}, headers=self.headers)
        return [badge["code"] for badge in issued.json()["items"]]

    async def device(self, name: str = "browser") -> dict[str, Any]:
        gates = [gate["gate"] for gate in (await self.client.get("/v1/events/demo")).json()["gates"]]
        body = {"name": name, "gates": gates}
        entered = await self.client.post("/v1/events/demo/devices", json=body, headers=self.headers)
        found: dict[str, Any] = entered.json()
        return found

    async def scans(self, device: dict[str, Any]) -> list[tuple[str, bool]]:
        params = {"device": device["device"]["id"], "limit": "100"}
        kept = await self.client.get("/v1/events/demo/gate-scans", params=params, headers=self.headers)
        return sorted((item["code"], item["is_offline"]) for item in kept.json()["items"])

    async def revoke(self, device: dict[str, Any]) -> None:
        path = f"/v1/events/demo/devices/{device['device']['id']}/revocation"
        answer = await self.client.post(path, json={"reason": "lost"}, headers=self.headers)
        assert answer.json()["state"] == "revoked"


async def staff_of(client: httpx.AsyncClient) -> Staff:
    answer = await client.post("/v1/staff/sessions", json={"username": "operator", "password": "demo"})
    return Staff(client, {"Authorization": f"Bearer {answer.json()['access_token']}"})


async def hold(page: Page, code: str, expected: str) -> None:
    """As a hand scanner does: letters, fast, and Enter; nothing was clicked before."""
    await page.keyboard.type(code)
    await page.keyboard.press("Enter")
    await expect(page.locator(ANSWER)).to_have_attribute("data-code", expected)


async def citizen_of(client: httpx.AsyncClient) -> dict[str, str]:
    answer = await client.post("/v1/sessions", json={"provider": "demo", "code": uuid4().hex})
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@dataclass
class Scanner:
    """A page that was let in as a device."""

    page: Page
    device: dict[str, Any]
    troubles: list[str]


async def open_scanner(browser: Browser, staff: Staff) -> Scanner:
    device = await staff.device()
    page, troubles = await open_page(browser, PHONE)
    async with page.expect_response("**/v1/device-bundle"):
        await page.goto(device["url"])
    await expect(page.locator("#working")).to_be_visible()
    assert "#" not in page.url
    return Scanner(page, device, troubles)
