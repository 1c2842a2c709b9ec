"""Cameras where the browser reads no codes by itself: ZXing in a worker, under the policy that pages have."""

from __future__ import annotations

import re

import httpx2 as httpx
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Demo
from tests.browser.scanners import ANSWER, open_scanner, staff_of
from tests.browser.test_pages import PHONE, open_page

NOT_ALLOWED = """() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError"));
}"""
READER_IS_KEPT = """async () => {
    const files = ["/scanner-reader.js", "/static/vendor/zxing-wasm/zxing_reader.wasm"];
    return (await Promise.all(files.map((path) => caches.match(path)))).every(Boolean);
}"""
HOLD_BEFORE_CAMERA = """async (address) => {
    const picture = new Image();
    picture.src = `/v1/qr?text=${encodeURIComponent(address)}`;
    await picture.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
    const brush = canvas.getContext("2d");
    const draw = () => {
        brush.fillStyle = "#888";
        brush.fillRect(0, 0, 640, 480);
        // As a hand holds it: small, off the middle, askew.
        brush.setTransform(0.97, 0.26, -0.26, 0.97, 220, 60);
        brush.drawImage(picture, 0, 0, 260, 260);
        brush.setTransform(1, 0, 0, 1, 0, 0);
    };
    draw();
    setInterval(draw, 100);
    window.stopped = 0;
    navigator.mediaDevices.getUserMedia = async () => {
        const stream = canvas.captureStream(10);
        for (const track of stream.getTracks()) {
            const stop = track.stop.bind(track);
            track.stop = () => { window.stopped += 1; stop(); };
        }
        return stream;
    };
}"""


async def hold_before_camera(page: Page, address: str) -> None:
    """The camera of this machine is a picture of a code; the reader is the real one."""
    assert await page.evaluate("!('BarcodeDetector' in window)")
    await page.evaluate(HOLD_BEFORE_CAMERA, address)


async def test_a_badge_held_before_the_camera_opens_its_page_and_a_foreign_code_says_so(
    demo: Demo, browser: Browser
) -> None:
    async with httpx.AsyncClient(base_url=demo.base) as client:
        code, other = await (await staff_of(client)).badges(2)
    page, troubles = await open_page(browser, PHONE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(demo.base)
    await expect(page.locator("#live-state")).to_have_attribute("data-state", re.compile("live|database"))
    # A start page that nobody scans with fetches no reader.
    assert [url for url in asked if "vendor" in url or "code_reader" in url] == []
    await hold_before_camera(page, f"{demo.base}/q/{code}")
    await page.click("#scan-badge")
    await page.wait_for_url(f"**/q/{code}", timeout=20_000)
    await expect(page.locator("#join")).to_be_enabled()
    assert [url for url in asked if not url.startswith((demo.base, "data:", "blob:"))] == []
    # Without a camera a code is typed, and a text that is none is kept and told.
    await page.goto(demo.base)
    await page.evaluate(NOT_ALLOWED)
    await page.click("#scan-badge")
    await expect(page.locator("#scan-state")).to_contain_text("not allowed")
    await page.fill("#scan-code", "https://example.com/")
    await page.press("#scan-code", "Enter")
    await expect(page.locator("#scan-state")).to_contain_text("no code of ours")
    await expect(page.locator("#scan-code")).to_have_value("https://example.com/")
    await page.fill("#scan-code", f" {other} ")
    await page.press("#scan-code", "Enter")
    await page.wait_for_url(f"**/q/{other}", wait_until="networkidle")
    assert troubles == []
    await page.context.close()


async def test_a_gates_device_reads_badges_with_its_camera_without_a_line_too(
    demo: Demo, browser: Browser
) -> None:
    async with httpx.AsyncClient(base_url=demo.base) as client:
        staff = await staff_of(client)
        code, offline = await staff.badges(2)
        door = await open_scanner(browser, staff)
        page = door.page
        await hold_before_camera(page, f"{demo.base}/q/{code}")
        await page.click("#camera")
        await expect(page.locator(ANSWER)).to_have_attribute("data-code", "ok", timeout=20_000)
        await page.click("#camera")
        await expect(page.locator("#video")).to_be_hidden()
        assert await page.evaluate("window.stopped") == 1
        # The reader is kept beside the page: the first scan with a camera may come when there is no line.
        await page.wait_for_function(READER_IS_KEPT)
        await page.reload()
        await hold_before_camera(page, f"{demo.base}/q/{offline}")
        await page.context.set_offline(True)
        await page.click("#camera")
        await expect(page.locator(ANSWER)).to_have_attribute("data-code", "ok", timeout=20_000)
        await expect(page.locator("#queued")).to_have_text("1")
        await page.context.close()


async def test_only_the_readers_worker_may_compile_webassembly(demo: Demo) -> None:
    async with httpx.AsyncClient(base_url=demo.base) as client:
        worker = await client.get("/scanner-reader.js")
        policy = dict(part.split(" ", 1) for part in worker.headers["content-security-policy"].split("; "))
        assert policy == {
            "default-src": "'none'",
            "script-src": "'self' 'wasm-unsafe-eval'",
            "connect-src": "'self'",
        }
        for path in ("/scanner", "/", "/account"):
            page = await client.get(path, headers={"Accept": "text/html"})
            assert "wasm" not in page.headers["content-security-policy"]
        reader = await client.get("/static/vendor/zxing-wasm/zxing_reader.wasm")
        assert reader.headers["content-type"] == "application/wasm"
        # A place is asked for where a photo needs one, and on no other page.
        for path, place in (("/account", "geolocation=(self)"), ("/scanner", "geolocation=()")):
            page = await client.get(path, headers={"Accept": "text/html"})
            assert place in page.headers["permissions-policy"].split(", ")
