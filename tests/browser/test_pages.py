"""The pages as people use them: in a browser, on the running demo."""

from __future__ import annotations

import asyncio
import copy
import re
import sys
from typing import Any
from uuid import uuid4

import httpx2 as httpx
import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.browser.conftest import ROOT, Demo

PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1280, "height": 800}
LANGUAGES = ("zh-CN", "en")


async def open_page(browser: Browser, size: dict[str, int], language: str = "en") -> tuple[Page, list[str]]:
    """A page and the list that its errors are put in: what the console complains of and what fails to load."""
    context = await browser.new_context(viewport=size, locale=language)
    page = await context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    return page, troubles


async def crowd(demo: Demo, attendees: int) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *(
            "-m",
            "backend.cli",
            "simulate",
            "--attendees",
            str(attendees),
            "--seconds",
            "2",
            "--url",
            demo.base,
        ),
        cwd=ROOT,
        env=demo.environment,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    return output.decode()


async def test_staff_see_the_number_move_when_a_crowd_scans(demo: Demo, browser: Browser) -> None:
    page, troubles = await open_page(browser, LAPTOP)
    await page.goto(f"{demo.base}/staff")
    await page.fill('[name="username"]', "staff")
    await page.fill('[name="password"]', "demo")
    await page.click("#sign-in")
    joined = page.locator("#joined")
    await expect(joined).to_have_attribute("data-value", re.compile(r"^\d+$"))
    before = int(await joined.get_attribute("data-value") or "0")
    printed = await crowd(demo, 40)
    assert "40 joined" in printed
    await expect(joined).to_have_attribute("data-value", str(before + 40), timeout=10_000)
    await expect(page.locator("canvas").first).to_be_visible()
    assert troubles == []
    await page.context.close()


async def test_an_attendee_joins_and_offsets_and_anyone_sees_the_certificate(
    demo: Demo, browser: Browser
) -> None:
    page, troubles = await open_page(browser, PHONE)
    await page.goto(f"{demo.base}/demo")
    assert "/q/B" in page.url
    await page.click("#join")
    result = page.locator("#result")
    await expect(result).to_have_attribute("data-outcome", "joined")
    link = await page.locator("#certificate").get_attribute("href")
    assert link is not None
    assert "/c/TF-" in link
    code_address = page.url
    stranger, stranger_troubles = await open_page(browser, LAPTOP)
    await stranger.goto(link if link.startswith("http") else demo.base + link)
    await expect(stranger.locator("body")).to_contain_text("TF-")
    # The same phone again: the first answer, nothing new.
    await page.goto(code_address)
    await page.click("#join")
    await expect(result).to_have_attribute("data-outcome", "already_joined")
    assert await page.locator("#certificate").get_attribute("href") == link
    assert troubles + stranger_troubles == []
    await page.context.close()
    await stranger.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path",
    [
        *(
            "/",
            "/account",
            "/staff",
            "/staff/gates",
            "/staff/reviews",
            "/demo",
            "/docs",
            "/problems",
            "/problems/badge_bound",
        ),
        *("/learn", "/learn/rail-or-plane"),
    ],
)
async def test_every_page_loads_without_a_complaint_and_without_scrolling_sideways(
    demo: Demo, browser: Browser, path: str, language: str
) -> None:
    for size in (PHONE, LAPTOP):
        page, troubles = await open_page(browser, size, language)
        answer = await page.goto(demo.base + path, wait_until="networkidle")
        assert answer is not None
        assert answer.status == 200
        assert await page.evaluate("document.documentElement.lang") == language
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"]
        assert troubles == []
        await page.context.close()


async def test_a_certificate_number_that_is_nobodys_gets_a_page_that_says_so(
    demo: Demo, browser: Browser
) -> None:
    page, _ = await open_page(browser, PHONE)
    answer = await page.goto(f"{demo.base}/c/TF-00000-0000-0000-0000")
    assert answer is not None
    assert answer.status == 404
    await expect(page.locator("body")).to_contain_text("TF-00000-0000-0000-0000")
    await page.context.close()


async def test_who_scanned_a_screen_in_time_may_tell_a_journey_and_still_join(
    demo: Demo, browser: Browser
) -> None:
    async with httpx.AsyncClient(base_url=demo.base) as client:
        signed_in = await client.post("/v1/staff/sessions", json={"username": "staff", "password": "demo"})
        headers = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
        shown = await client.get("/v1/events/demo/venue-code?gate=1", headers=headers)
    page, troubles = await open_page(browser, PHONE)
    sent: list[str] = []
    page.on(
        "request",
        lambda request: sent.append(request.post_data or "") if "/v1/scans" in request.url else None,
    )
    await page.goto(shown.json()["url"])
    await page.click("#join")
    await expect(page.locator("#result")).to_have_attribute("data-outcome", "joined")
    # Not the screen's code, which dies within a minute, but the ticket that the phone got for it.
    assert [body.startswith('{"code":"T') for body in sent] == [True]
    assert troubles == []
    await page.context.close()


async def offset_of(demo: Demo) -> str:
    """The number of the certificate of somebody who told the journey again."""
    async with httpx.AsyncClient(base_url=demo.base) as client:
        staff = await client.post("/v1/staff/sessions", json={"username": "staff", "password": "demo"})
        headers = {"Authorization": f"Bearer {staff.json()['access_token']}"}
        badges = await client.post("/v1/events/demo/badges", json={"count": 1}, headers=headers)
        signed_in = await client.post("/v1/sessions", json={"provider": "demo", "code": uuid4().hex})
        citizen = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
        body = {"code": badges.json()["items"][0]["code"], "journey": {"from_city": "北京"}, "offset": {}}
        joined = await client.post("/v1/scans", json=body, headers=citizen)
        assert joined.status_code == 201, joined.text
        again = await client.post(
            "/v1/events/demo/journey",
            json={"journey": {"from_city": "重庆", "mode": "hsr", "nights": 1}},
            headers=citizen | {"Idempotency-Key": uuid4().hex},
        )
        assert again.status_code == 200, again.text
    number: str = joined.json()["certificate"]["number"]
    return number


async def test_a_certificate_is_checked_in_the_browser_and_a_forged_one_fails(
    demo: Demo, browser: Browser
) -> None:
    number = await offset_of(demo)
    page, troubles = await open_page(browser, PHONE)
    record: dict[str, Any] = {}

    async def forge(route: Route) -> None:
        await route.fulfill(json=record)

    async def verdict() -> list[str]:
        await page.click("#verify")
        await expect(page.locator("#verify")).to_be_enabled()
        lines = page.locator("#verdict li")
        assert await lines.count() >= 2
        return [await line.get_attribute("data-right") or "" for line in await lines.all()]

    await page.goto(f"{demo.base}/c/{number}")
    await expect(page.locator("#revisions li")).to_have_count(2)
    await expect(page.locator("#share")).to_have_text("all of the estimate")
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert "false" not in await verdict()
    async with httpx.AsyncClient(base_url=demo.base) as client:
        genuine = (await client.get(f"/v1/certificates/{number}")).json()
    await page.route(f"**/v1/certificates/{number}", forge)
    # More grams in what is shown alone; in the document alone; in both, where only the signature can tell.
    for places in (("offset",), ("document",), ("offset", "document")):
        record = copy.deepcopy(genuine)
        if "offset" in places:
            record["offset"]["grams"] = record["revisions"][-1]["grams"] = 9_000_000
        if "document" in places:
            record["document"]["offset"]["grams"] = 9_000_000
        right = await verdict()
        assert right[0] == "false"
        assert (right.count("false") > 1) == ("document" in places)
    await expect(page.locator("#verdict .is-wrong").last).to_contain_text(
        "The certificate's signature is wrong!"
    )
    assert troubles == []
    await page.context.close()
