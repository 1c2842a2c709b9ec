"""Take the picture that the READMEs show, from a running `make run` with a crowd in it.

python scripts/take_pictures.py http://127.0.0.1:8000
"""

from __future__ import annotations

import asyncio
import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

TARGET = Path(__file__).parent.parent / "docs" / "pictures" / "pages.png"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
HEIGHT = 900
GAP = 24
PAPER = (236, 233, 224)


async def shots(browser: Browser, base: str) -> list[Image.Image]:
    phone = await browser.new_context(
        viewport={"width": 390, "height": 844}, locale="zh-CN", device_scale_factor=2
    )
    page = await phone.new_page()
    await page.goto(f"{base}/demo", wait_until="networkidle")
    pictures = [await page.screenshot()]
    await page.click("#join")
    await page.wait_for_selector("#certificate")
    await asyncio.sleep(1)
    pictures.append(await page.screenshot())
    link = await page.get_attribute("#certificate", "href") or ""
    pictures.append(await account(page, base))
    laptop = await browser.new_context(viewport={"width": 1000, "height": 1200}, locale="zh-CN")
    page = await laptop.new_page()
    await page.goto(link if link.startswith("http") else base + link, wait_until="networkidle")
    pictures.append(await page.screenshot())
    staff = await browser.new_context(viewport={"width": 1280, "height": 900}, locale="en")
    page = await staff.new_page()
    await page.goto(f"{base}/staff")
    await page.fill('[name="username"]', "staff")
    await page.fill('[name="password"]', "demo")
    await page.click("#sign-in")
    await asyncio.sleep(4)
    pictures.append(await page.screenshot())
    return [Image.open(io.BytesIO(picture)).convert("RGB") for picture in pictures]


async def account(page: Page, base: str) -> bytes:
    """The account of somebody who has walked and cycled today."""
    await page.goto(f"{base}/account#today", wait_until="networkidle")
    await page.click("#sync")
    await page.wait_for_selector('.act[data-method="walk_steps"]')
    await page.click('.button[data-method="bike_own"]')
    await page.wait_for_selector('.act[data-method="bike_own"]')
    await page.click("#tab-overview")
    await page.wait_for_load_state("networkidle")
    await asyncio.sleep(1)
    return await page.screenshot()


async def main(base: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        pictures = [
            picture.resize((round(picture.width * HEIGHT / picture.height), HEIGHT), Image.Resampling.LANCZOS)
            for picture in await shots(browser, base)
        ]
        await browser.close()
    sheet = Image.new("RGB", (sum(p.width + GAP for p in pictures) + GAP, HEIGHT + 2 * GAP), PAPER)
    left = GAP
    for picture in pictures:
        sheet.paste(picture, (left, GAP))
        left += picture.width + GAP
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(128, dither=Image.Dither.NONE).save(TARGET, optimize=True)


asyncio.run(main(sys.argv[1]))
