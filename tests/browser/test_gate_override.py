"""Staff at a door let pass what it refused: by keyboard, by touch, and without a line."""

from __future__ import annotations

import re
from typing import Any

import httpx2 as httpx
from playwright.async_api import Browser, expect

from tests.browser.conftest import Demo
from tests.browser.scanners import ANSWER, Scanner, Staff, hold, open_scanner, staff_of


async def block(staff: Staff, code: str) -> None:
    serial = int(code.split(".")[1], 36)
    body = {"serial": serial, "is_blocked": True, "reason": "unpaid"}
    answer = await staff.client.post("/v1/events/demo/badge-blocks", json=body, headers=staff.headers)
    assert answer.status_code == 200, answer.text


async def history(staff: Staff, scanner: Scanner) -> list[dict[str, Any]]:
    params = {"device": scanner.device["device"]["id"], "result": "overridden"}
    kept = await staff.client.get("/v1/events/demo/gate-scans", params=params, headers=staff.headers)
    found: list[dict[str, Any]] = kept.json()["items"]
    return found


async def test_staff_let_pass_a_refused_badge_with_a_reason_online_and_offline(
    demo: Demo, browser: Browser
) -> None:
    async with httpx.AsyncClient(base_url=demo.base) as client:
        staff = await staff_of(client)
        first, second = await staff.badges(2)
        for code in (first, second):
            await block(staff, code)
        scanner = await open_scanner(browser, staff)
        page = scanner.page
        await expect(page.locator("#gate-rules")).to_have_text(re.compile("any time.*One entry|全天.*一次"))

        await hold(page, first, "blocked")
        await page.keyboard.press("Alt+o")
        await page.locator("#override-reason").select_option("other")
        await page.locator("#override-note").focus()
        await page.keyboard.type("speaker at ten")
        await page.locator("#override-by").focus()
        await page.keyboard.type("Wang")
        await page.keyboard.press("Enter")
        await expect(page.locator(ANSWER)).to_have_attribute("data-code", "overridden")
        await expect(page.locator("#override")).to_be_hidden()
        await expect(page.locator("#annul")).to_be_visible()

        await page.context.set_offline(True)
        await hold(page, second, "blocked")
        await page.locator("#override").click()
        await page.locator("#override-reason").select_option("known_person")
        # Who lets pass is remembered.
        await page.locator("#override-send").click()
        await expect(page.locator(ANSWER)).to_have_attribute("data-code", "overridden")
        await expect(page.locator("#queued")).to_have_text("2")
        await page.context.set_offline(False)
        await expect(page.locator("#queued")).to_have_text("0", timeout=15_000)
        said = [
            (each["is_offline"], each["is_conflict"], each["override"])
            for each in await history(staff, scanner)
        ]
        assert [(is_offline, is_conflict) for is_offline, is_conflict, _ in said] == [
            (True, False),
            (False, False),
        ]
        assert [each["made_by"] for _, _, each in said] == ["Wang", "Wang"]
        assert [each["note"] for _, _, each in said] == [None, "speaker at ten"]
        await page.context.close()
