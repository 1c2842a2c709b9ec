"""The scanner's page: let in by its link, a badge by a hand scanner, offline and back, taken back, revoked."""

from __future__ import annotations

import asyncio
from time import monotonic
from uuid import uuid4

import httpx2 as httpx
from playwright.async_api import Browser, expect

from tests.browser.conftest import Demo
from tests.browser.scanners import (
    ANSWER,
    SAME_CODE_MS,
    Scanner,
    Staff,
    citizen_of,
    hold,
    open_scanner,
    staff_of,
)
from tests.browser.test_pages import PHONE, open_page

KEPT_MS = 10_500
"""A process may know a device for ten seconds after it was revoked by another."""
IS_PAGE_KEPT = """async () => {
    if (!navigator.serviceWorker.controller) return false;
    const needed = performance.getEntriesByType("resource").map((entry) => new URL(entry.name).pathname);
    const kept = await Promise.all(["/scanner", ...needed.filter((path) => path.startsWith("/static/"))].map(
        (path) => caches.match(path, { ignoreVary: true })));
    return kept.every(Boolean);
}"""
KEPT_CHANGES = """() => new Promise((resolve) => {
    indexedDB.open("tianfu-scanner-bundle").onsuccess = ({ target: { result } }) => {
        result.transaction("changes").objectStore("changes").count().onsuccess = (counted) => {
            result.close();
            resolve(counted.target.result);
        };
    };
})"""


async def test_a_door_goes_on_offline_and_a_revoked_one_hands_in_its_queue_and_asks_to_be_let_in_again(
    demo: Demo, browser: Browser
) -> None:
    async with httpx.AsyncClient(base_url=demo.base) as client:
        staff = await staff_of(client)
        badges = await staff.badges(8)
        # At one moment, because the seconds until every process knows of a revocation are long.
        scanning, reloaded = [await open_scanner(browser, staff) for _ in range(2)]
        for scanner, code in ((scanning, badges[3]), (reloaded, badges[4])):
            # One load is enough for the next to need no line.
            await scanner.page.wait_for_function(IS_PAGE_KEPT)
            assert await scanner.page.evaluate(KEPT_CHANGES) > 0
            await scanner.page.context.set_offline(True)
            await scanner.page.reload()
            await expect(scanner.page.locator("#connection")).to_have_attribute("data-online", "false")
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
        await reload_without_a_line(staff, door, badges[6], badges[7])
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
    await hold(page, f"P{first[1:7]}.1.1.AAAAAAAAAAAA", "pass_offline")
    await hold(page, second, "ok")
    await expect(page.locator("#queued")).to_have_text("7")
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
    offline = ["forged", "malformed", "ok", "ok", "pass_offline", "unknown", "wrong_event"]
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
    # The bundle was kept: only its changes are asked for.
    async with door.page.expect_response(lambda answer: "/v1/device-bundle?since=" in answer.url) as fetching:
        await door.page.reload()
    answer = await fetching.value
    assert (answer.status, (await answer.json())["is_full"]) == (200, False)
    await expect(door.page.locator("#sentence")).to_have_text("请出示胸牌")


async def reload_without_a_line(staff: Staff, door: Scanner, first: str, second: str) -> None:
    page, context = door.page, door.page.context
    await page.wait_for_function(IS_PAGE_KEPT)
    # It was in no bundle that was fetched.
    await hold(page, first, "ok")
    before = await staff.scans(door.device)
    await context.set_offline(True)
    await page.reload()
    await expect(page.locator("#connection")).to_have_attribute("data-online", "false")
    await expect(page.locator("#event-name")).not_to_be_empty()
    assert await page.locator("#gate option").count() > 0
    await hold(page, first, "already_inside")
    await hold(page, second, "ok")
    await expect(page.locator("#queued")).to_have_text("2")
    # Closed, and opened again.
    address = page.url
    await page.close()
    door.page = page = await context.new_page()
    await page.goto(address)
    await expect(page.locator("#queued")).to_have_text("2")
    await page.check('[value="exit"]')
    await hold(page, second, "ok")
    await expect(page.locator("#queued")).to_have_text("3")
    await context.set_offline(False)
    async with page.expect_response("**/v1/device-syncs"):
        await page.reload()
    await expect(page.locator("#queued")).to_have_text("0", timeout=20_000)
    handed_in = [("already_inside", True), ("ok", True), ("ok", True)]
    assert await staff.scans(door.device) == sorted([*before, *handed_in])


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
    # Who was let through before the revocation is inside; the scan that came after it was a failed one, and is kept.
    assert await staff.scans(scanner.device) == [("device_revoked", True), ("ok", True)]
    await page.wait_for_timeout(SAME_CODE_MS)
    await hold(page, code, "ok")
    assert await staff.scans(another) == [("ok", False)]


async def reload_a_revoked_device(staff: Staff, scanner: Scanner) -> None:
    page = scanner.page
    await page.context.set_offline(False)
    await page.reload()
    await expect(page.locator("#entering")).to_be_visible()
    await expect(page.locator("#handed-in")).to_contain_text("handed in: 1")
    assert await staff.scans(scanner.device) == [("ok", True)]
    assert await page.evaluate(KEPT_CHANGES) == 0
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
    # Other tests have made events that run too, and the page begins with the newest.
    await page.select_option("#event", "demo")
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
