"""The scanner's page: let in by its link, a badge by a hand scanner, offline and back, taken back, revoked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import monotonic
from typing import Any
from uuid import uuid4

import httpx2 as httpx
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Demo
from tests.browser.test_pages import PHONE, open_page

ANSWER = "#answer"
SAME_CODE_MS = 2600
KEPT_MS = 10_500
"""A process may know a device for ten seconds after it was revoked by another."""


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
        params = {"device": device["device"]["id"]}
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


async def test_a_door_goes_on_offline_and_a_revoked_one_hands_in_its_queue_and_asks_to_be_let_in_again(
    demo: Demo, browser: Browser
) -> None:
    async with httpx.AsyncClient(base_url=demo.base) as client:
        staff = await staff_of(client)
        badges = await staff.badges(6)
        # At one moment, because the seconds until every process knows of a revocation are long.
        scanning, reloaded = [await open_scanner(browser, staff) for _ in range(2)]
        for scanner, code in ((scanning, badges[3]), (reloaded, badges[4])):
            await scanner.page.context.set_offline(True)
            await hold(scanner.page, code, "ok")
            await expect(scanner.page.locator("#queued")).to_have_text("1")
            await staff.revoke(scanner.device)
        revoked_at = monotonic()
        door = await open_scanner(browser, staff)
        await scan_try_out_and_take_back(door, badges[0])
        await go_on_offline(staff, door, badges[1], badges[2])
        await check_the_holder(client, door, badges[1])
        await find_by_hand(door, badges[1])
        await open_anew(demo, door)
        await scanning.page.wait_for_timeout(max(0, KEPT_MS - (monotonic() - revoked_at) * 1000))
        await asyncio.gather(
            scan_with_a_revoked_device(staff, scanning, badges[5]),
            reload_a_revoked_device(staff, reloaded),
        )
        for scanner in (scanning, reloaded, door):
            await scanner.page.context.close()


async def scan_try_out_and_take_back(door: Scanner, code: str) -> None:
    page = door.page
    await page.check("#simulate")
    await hold(page, code, "ok")
    await expect(page.locator("#badge")).to_contain_text("nothing was kept")
    await expect(page.locator("#annul")).to_be_hidden()
    await page.uncheck("#simulate")
    await page.wait_for_timeout(SAME_CODE_MS)
    await hold(page, code, "ok")
    await page.click("#annul")
    await expect(page.locator("#sentence")).to_have_text("Taken back")
    await hold(page, code, "ok")
    await page.wait_for_timeout(SAME_CODE_MS)
    await hold(page, code, "already_inside")
    await expect(page.locator("#sentence")).to_have_text("This badge is inside already")
    assert door.troubles == []


async def go_on_offline(staff: Staff, door: Scanner, first: str, second: str) -> None:
    page = door.page
    await page.context.set_offline(True)
    await hold(page, first, "ok")
    await expect(page.locator("#queued")).to_have_text("1")
    await hold(page, first[:-1] + ("A" if first[-1] != "A" else "B"), "forged")
    await hold(page, "https://example.com/", "malformed")
    await hold(page, "B1ZZZZZ.1.AAAAAAAAAAAA", "wrong_event")
    await hold(page, "04:A2:24:B1", "unknown")
    await hold(page, second, "ok")
    await expect(page.locator("#queued")).to_have_text("6")
    await page.click("#annul")
    await expect(page.locator("#badge")).to_contain_text("Offline")
    await page.context.set_offline(False)
    # What was made offline is handed in before it is taken back.
    await page.click("#annul")
    await expect(page.locator("#sentence")).to_have_text("Taken back", timeout=20_000)
    await expect(page.locator("#queued")).to_have_text("0")
    await expect(page.locator("#connection")).to_have_attribute("data-online", "true")
    # What was tried out is not among them.
    online = [("already_inside", False), ("ok", False), ("ok", False)]
    offline = ["forged", "malformed", "ok", "ok", "unknown", "wrong_event"]
    assert await staff.scans(door.device) == sorted([*online, *((code, True) for code in offline)])


async def check_the_holder(client: httpx.AsyncClient, door: Scanner, code: str) -> None:
    """The badge of one citizen with the pass of another."""
    owner, other = [await citizen_of(client) for _ in range(2)]
    joined = await client.post("/v1/scans", json={"code": code}, headers=owner)
    assert joined.status_code == 201
    passed = await client.get("/v1/me/pass", params={"event": "demo"}, headers=other)
    page = door.page
    await page.check("#check-holder")
    await page.keyboard.type(code)
    await page.keyboard.press("Enter")
    await expect(page.locator("#sentence")).to_contain_text("own pass")
    # The step of now is good for one step longer.
    await hold(page, passed.json()["items"][0]["code"], "bound_to_another")
    await page.uncheck("#check-holder")


async def find_by_hand(door: Scanner, code: str) -> None:
    page, serial = door.page, int(code.split(".")[1], 36)
    await page.click("summary")
    await page.fill("#query", str(serial))
    await page.press("#query", "Enter")
    await expect(page.locator("#found button")).to_be_focused()
    await page.click("#found button")
    await expect(page.locator(ANSWER)).to_have_attribute("data-code", "already_inside")
    await expect(page.locator("#badge")).to_contain_text(str(serial))
    # A hand scanner that types into the field of somebody who was looking means the badge.
    await page.wait_for_timeout(SAME_CODE_MS)
    await page.check('[value="exit"]')
    await page.fill("#query", "")
    await hold(page, code, "ok")
    await expect(page.locator("#query")).to_have_value("")


async def open_anew(demo: Demo, door: Scanner) -> None:
    await door.page.goto(f"{demo.base}/scanner?lang=zh-CN")
    async with door.page.expect_response("**/v1/device-bundle") as fetching:
        await door.page.reload()
    assert (await fetching.value).status == 200
    await expect(door.page.locator("#sentence")).to_have_text("请出示胸牌")


async def scan_with_a_revoked_device(staff: Staff, scanner: Scanner, code: str) -> None:
    page = scanner.page
    # The queue would tell it first: here the scan does.
    await page.route("**/v1/device-syncs", lambda route: route.abort())
    await page.context.set_offline(False)
    await page.keyboard.type(code)
    await page.keyboard.press("Enter")
    await expect(page.locator("#entering")).to_be_visible()
    await expect(page.locator("#working")).to_be_hidden()
    await expect(page.locator("#enter-refused")).to_contain_text("revoked")
    await expect(page.locator("#handed-in")).to_contain_text("Some still wait")
    assert await staff.scans(scanner.device) == []
    # Another device is let in here before the line is good again; each scan stays its own device's.
    another = await staff.device()
    await page.fill("#onboarding-code", another["onboarding_code"])
    await page.click("#enter")
    await expect(page.locator("#working")).to_be_visible()
    await page.unroute("**/v1/device-syncs")
    await expect(page.locator("#handed-in")).to_contain_text("handed in: 2", timeout=20_000)
    await expect(page.locator("#queued")).to_have_text("0")
    # The one that came after the revocation was a failed scan, and is kept like the other.
    assert await staff.scans(scanner.device) == [("device_revoked", True)] * 2
    await page.wait_for_timeout(SAME_CODE_MS)
    await hold(page, code, "ok")
    assert await staff.scans(another) == [("ok", False)]


async def reload_a_revoked_device(staff: Staff, scanner: Scanner) -> None:
    page = scanner.page
    await page.context.set_offline(False)
    await page.reload()
    await expect(page.locator("#entering")).to_be_visible()
    await expect(page.locator("#handed-in")).to_contain_text("handed in: 1")
    assert await staff.scans(scanner.device) == [("device_revoked", True)]
    await page.reload()
    await expect(page.locator("#entering")).to_be_visible()


async def test_staff_see_who_is_inside_and_find_a_scan(demo: Demo, browser: Browser) -> None:
    async with httpx.AsyncClient(base_url=demo.base) as client:
        staff = await staff_of(client)
        first, second = await staff.badges(2)
        device = await staff.device(name="north porch")
        let_in = {"onboarding_code": device["onboarding_code"]}
        token = (await client.post("/v1/device-sessions", json=let_in)).json()["token"]
        for code in (first, second, first):
            body = {
                "id": str(uuid4()),
                "gate": 1,
                "direction": "entry",
                "at_device": "2026-01-01T00:00:00Z",
                "code": code,
            }
            headers = {"Authorization": f"Bearer {token}"}
            assert (await client.post("/v1/device-scans", json=body, headers=headers)).status_code == 200
    page, troubles = await open_page(browser, PHONE)
    await page.goto(f"{demo.base}/staff")
    await page.fill('[name="username"]', "staff")
    await page.fill('[name="password"]', "demo")
    await page.click("#sign-in")
    await page.click("#to-gates")
    row = page.locator("#by-device tbody tr", has_text="north porch")
    await expect(row.locator("td")).to_have_text(["2", "0", "1", "0", "0"])
    assert int(await page.locator("#inside").get_attribute("data-value") or "0") >= 2
    for table in ("by-category", "by-gate", "by-minute"):
        assert await page.locator(f"#{table} tbody .num").count() > 0
    await page.select_option('[name="device"]', label="north porch")
    await expect(page.locator("#history [data-scan]")).to_have_count(3)
    await page.select_option('[name="result"]', "already_inside")
    await expect(page.locator("#history [data-scan]")).to_have_count(1)
    await expect(page.locator("#history [data-scan]")).to_contain_text("This badge is inside already")
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert troubles == []
    await page.context.close()
