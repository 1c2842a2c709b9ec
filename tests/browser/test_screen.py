"""A gate's screen and a citizen's pass, as a browser shows them and as a camera reads them."""

from __future__ import annotations

import asyncio
import io
import os
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2 as httpx
import pytest
import zxingcpp
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Demo

SIZES = {
    "hd": {"width": 1920, "height": 1080},
    "4k": {"width": 3840, "height": 2160},
    "portrait": {"width": 1080, "height": 1920},
    "tablet": {"width": 1024, "height": 768},
}
PHONE = {"width": 390, "height": 844}
# Where to keep what the pages look like, for somebody to look at; nowhere when not told.
PICTURES = os.environ.get("SCREEN_PICTURES")


async def keep_picture(page: Page, name: str) -> None:
    if PICTURES:
        await page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))


async def read_codes(page: Page) -> list[str]:
    picture = Image.open(io.BytesIO(await page.screenshot()))
    return [found.text for found in zxingcpp.read_barcodes(picture)]


async def read_current_code(page: Page) -> str:
    """What a camera reads, which is what the page means to show: read again when it turned meanwhile."""
    code = page.locator("#screen-qr .qr")
    for _ in range(3):
        meant = await code.get_attribute("data-url")
        read = await read_codes(page)
        if meant == await code.get_attribute("data-url"):
            break
    assert read == [meant]
    return read[0]


async def staff_headers(client: httpx.AsyncClient) -> dict[str, str]:
    answer = await client.post("/v1/staff/sessions", json={"username": "staff", "password": "demo"})
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def citizen_headers(client: httpx.AsyncClient) -> dict[str, str]:
    answer = await client.post("/v1/sessions", json={"provider": "demo", "code": uuid4().hex})
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def make_link(client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await client.post("/v1/events/demo/screens", json=body, headers=await staff_headers(client))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def new_context(browser: Browser, size: dict[str, int], language: str = "zh-CN") -> BrowserContext:
    return await browser.new_context(viewport=size, locale=language)  # type: ignore[arg-type]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_a_screen_shows_a_code_that_a_camera_reads_and_the_service_takes(
    demo: Demo, browser: Browser, size: str, language: str
) -> None:
    async with httpx.AsyncClient(base_url=demo.base) as client:
        link = await make_link(client)
        context = await new_context(browser, SIZES[size], language)
        page = await context.new_page()
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda told: troubles.append(told.text) if told.type == "error" else None)
        await page.goto(f"{demo.base}/events/demo/screen#key={link['key']}")
        await expect(page.locator("body")).to_have_attribute("data-state", "live")
        await expect(page.locator("#screen-joined")).to_have_text(re.compile(r"^[\d,]+$"))
        # The key is good once, and stands neither in the address nor in the history.
        assert "key=" not in page.url
        text = await read_current_code(page)
        joined = await client.post("/v1/scans", json={"code": text}, headers=await citizen_headers(client))
        assert joined.status_code == 201, joined.text
        wide, high = await page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        )
        assert (wide, high) == (SIZES[size]["width"], SIZES[size]["height"]), "nothing is to be scrolled to"
        box = await page.locator("#screen-qr").bounding_box()
        assert box is not None
        assert box["width"] > 0.5 * min(SIZES[size].values()), "read across a hall"
        await keep_picture(page, f"screen-{size}-{language}")
        assert troubles == []
        await context.close()


async def test_a_screen_goes_on_without_its_connection_and_then_says_so_instead_of_an_old_code(
    demo: Demo, browser: Browser
) -> None:
    async with httpx.AsyncClient(base_url=demo.base) as client:
        link = await make_link(client)
        context = await new_context(browser, SIZES["hd"])
        page = await context.new_page()
        await page.clock.install()
        await page.goto(f"{demo.base}/events/demo/screen#key={link['key']}")
        await expect(page.locator("body")).to_have_attribute("data-state", "live")
        staff = await staff_headers(client)
        ahead = (await client.get("/v1/events/demo/venue-codes", params={"steps": 30}, headers=staff)).json()
        times = {item["url"]: item["from"] for item in ahead["items"]}
        (first,) = await read_codes(page)
        await context.set_offline(True)
        seen = [first]
        for _ in range(3):
            await page.clock.fast_forward(30_000)
            await expect(page.locator("body")).to_have_attribute("data-state", "offline", timeout=20_000)
            (code,) = await read_codes(page)
            seen.append(code)
        assert len(set(seen)) == 4
        # In the order of their times, each of them one that the service itself would show then.
        assert [times[code] for code in seen] == sorted(times[code] for code in seen)
        await keep_picture(page, "screen-offline")
        await page.clock.fast_forward(10 * 60_000)
        await expect(page.locator("body")).to_have_attribute("data-state", "reconnecting")
        assert await read_codes(page) == []
        await expect(page.locator("#screen-says")).to_have_text("正在重新连接")
        await keep_picture(page, "screen-reconnecting")
        await context.set_offline(False)
        await page.clock.fast_forward(20_000)
        # The machine's clock has been put forward by ten minutes: the server's is what counts.
        await expect(page.locator("body")).to_have_attribute("data-state", "live", timeout=20_000)
        (code,) = await read_codes(page)
        joined = await client.post("/v1/scans", json={"code": code}, headers=await citizen_headers(client))
        assert joined.status_code == 201, joined.text
        await context.close()


async def test_a_revoked_screen_shows_no_code_and_asks_for_a_new_link(demo: Demo, browser: Browser) -> None:
    async with httpx.AsyncClient(base_url=demo.base) as client:
        link = await make_link(client)
        context = await new_context(browser, SIZES["hd"])
        page = await context.new_page()
        await page.goto(f"{demo.base}/events/demo/screen#key={link['key']}")
        await expect(page.locator("body")).to_have_attribute("data-state", "live")
        path = f"/v1/events/demo/screens/{link['id']}/revocation"
        assert (await client.post(path, json={}, headers=await staff_headers(client))).status_code == 200
        # Loaded again it still knows its token, and learns that it has ended.
        await page.reload()
        await expect(page.locator("body")).to_have_attribute("data-state", "link")
        assert await read_codes(page) == []
        await keep_picture(page, "screen-link")
        await context.close()


async def test_staff_make_a_link_on_their_board_that_opens_a_screen_elsewhere(
    demo: Demo, browser: Browser
) -> None:
    context = await new_context(browser, {"width": 1280, "height": 800}, "en")
    page = await context.new_page()
    await page.goto(f"{demo.base}/staff")
    await page.fill('[name="username"]', "staff")
    await page.fill('[name="password"]', "demo")
    await page.click("#sign-in")
    await expect(page.locator("#door-qr")).to_be_visible()
    await page.select_option("#event", "demo")
    await page.click("#screen-make")
    address = await page.locator("#screen-url").input_value()
    await keep_picture(page, "staff-link")
    machine = await new_context(browser, SIZES["hd"], "en")
    screen = await machine.new_page()
    await screen.goto(address)
    await expect(screen.locator("body")).to_have_attribute("data-state", "live")
    # Staff who are signed in on the machine itself need no link.
    await page.goto(f"{demo.base}/events/demo/screen?gate=1")
    await expect(page.locator("body")).to_have_attribute("data-state", "live")
    await machine.close()
    await context.close()


async def test_a_phone_shows_its_pass_and_goes_on_showing_it_without_a_connection(
    demo: Demo, browser: Browser
) -> None:
    context = await new_context(browser, PHONE)
    page = await context.new_page()
    await page.clock.install()
    await page.goto(f"{demo.base}/demo")
    await page.click("#pass-panel summary")
    picture = page.locator("#pass-qr .qr")
    await expect(picture).to_be_visible()
    await picture.scroll_into_view_if_needed()
    (first,) = await read_codes(page)
    assert re.fullmatch(r"P\w{6}\.\w{1,4}\.\w{5,6}\.[\w-]{12}", first)
    await keep_picture(page, "phone-pass")
    await context.set_offline(True)
    await page.clock.fast_forward(60_000)
    await expect(picture).not_to_have_attribute("data-code", first)
    (second,) = await read_codes(page)
    assert second.split(".")[1] == first.split(".")[1]
    assert int(second.split(".")[2], 36) == int(first.split(".")[2], 36) + 1
    await page.clock.fast_forward(11 * 60_000)
    await expect(picture).to_have_count(0)
    await context.close()


async def test_one_phone_scans_for_a_companion_by_their_badge(demo: Demo, browser: Browser) -> None:
    context = await new_context(browser, PHONE)
    page = await context.new_page()
    for whom in ("me", "child"):
        await page.goto(f"{demo.base}/demo")
        await page.locator(f'#for-whom input[value="{whom}"]').check(force=True)
        await page.locator("#for-whom").scroll_into_view_if_needed()
        await keep_picture(page, f"phone-companion-{whom}")
        await page.click("#join")
        await expect(page.locator("#result")).to_have_attribute("data-outcome", "joined")
        await asyncio.sleep(0)
    await context.close()
