"""Pictures of every page of the mini-program, in both languages and in large type, from a running `make run`.

python -m scripts.picture_mini_program http://127.0.0.1:8000

They are written under var/mini-program-pictures. A phone's owner is made up anew for each language; they join the demo
event, log actions, sync steps and open every page.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path

import httpx2 as httpx
from playwright.async_api import Browser, Page, async_playwright
from playwright.async_api import TimeoutError as PlaywrightTimeout

from scripts.mini_program import ROOT, build

TARGET = ROOT / "var" / "mini-program-pictures"
SERVER = "https://tianfu.example"
SHELL = "<!doctype html><html><head><meta charset='utf-8'></head><body></body></html>"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
WIDTH = 375
HEIGHT = 812
SCALE = 2
SETTLE_MS = 350
IN_FRONT = ".wx-page:not([hidden])"
QUIET = f"!document.querySelector('{IN_FRONT} .reading')"
WERUN = """() => { miniProgram.steps = async () => {
  const { access_token } = JSON.parse(localStorage.session);
  const answer = await fetch("/demo/werun?steps=8000", { headers: { authorization: `Bearer ${access_token}` } });
  const { encrypted_data, iv } = await answer.json();
  return { encryptedData: encrypted_data, iv };
} }"""
BORN = (
    f"document.querySelector('{IN_FRONT} .dialog picker')"
    ".dispatchEvent(new CustomEvent('picked', {detail: '1990-05'}))"
)
FROM_ACCOUNT = (
    "certificates",
    "companions",
    "redemptions",
    "points",
    "reports",
    "quiz",
    "teams",
    "consents",
    "notices",
    "privacy",
    "policy",
    "guardian",
    "settings",
)


class Camera:
    """One phone, and where its pictures go."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page = page
        self.folder = folder

    async def take(self, name: str) -> None:
        """The whole page; what stands at its foot stands at the foot of the picture."""
        await self.page.wait_for_function(QUIET)
        await self.page.wait_for_timeout(SETTLE_MS)
        height = await self.page.evaluate("document.documentElement.scrollHeight")
        await self.page.set_viewport_size({"width": WIDTH, "height": max(HEIGHT, height)})
        await self.page.screenshot(path=str(self.folder / f"{name}.png"))
        await self.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})

    async def tap(self, selector: str) -> None:
        await self.page.locator(f"{IN_FRONT} {selector}").first.click()

    async def answer(self, *names: str) -> None:
        """Take and answer the questions that come, in any order, until none has come for a while."""
        seen = 0
        while True:
            try:
                await self.page.wait_for_selector(f"{IN_FRONT} .dialog", timeout=1500)
            except PlaywrightTimeout:
                return
            await self.take(names[min(seen, len(names) - 1)])
            seen += 1
            if await self.page.locator(f"{IN_FRONT} .dialog picker").count():
                await self.page.evaluate(BORN)
            await self.tap(".dialog .primary")
            await self.page.wait_for_timeout(SETTLE_MS)

    async def tab(self, name: str) -> None:
        await self.page.evaluate("url => wx.switchTab({url})", f"/pages/{name}/{name}")


async def walk(
    browser: Browser, base: str, program: str, language: str, folder: Path, *, large: bool
) -> None:
    page = await browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SCALE)
    page.on("pageerror", lambda error: print(folder.name, error))
    await page.route("**/mini-program", lambda route: route.fulfill(body=SHELL, content_type="text/html"))
    await page.goto(f"{base}/mini-program")
    await page.add_script_tag(content=program)
    if large:
        await page.evaluate("localStorage.large = 'true'")
    badges = [SERVER + httpx.get(f"{base}/demo/badge").json()["url"] for _ in range(2)]
    await page.evaluate(
        "options => startMiniProgram(options)", {"server": SERVER, "language": language, "scans": badges}
    )
    await page.evaluate(WERUN)
    camera = Camera(page, folder)
    await camera.take("scan")
    await camera.tap("#scan")
    await page.wait_for_selector(f"{IN_FRONT} #total")
    await camera.take("event")
    await camera.tap('[data-value="hsr"]')
    await page.fill(f"{IN_FRONT} #from_city", "重庆")
    await page.wait_for_timeout(1200)
    await camera.take("event-told")
    await camera.tap("#join")
    await page.wait_for_selector(f"{IN_FRONT} #certificate")
    await camera.take("event-joined")
    await camera.tap("#certificate")
    await page.wait_for_selector(f"{IN_FRONT} #picture img")
    await page.wait_for_load_state("networkidle")
    await camera.take("certificate")
    await page.evaluate("wx.navigateBack({})")
    await camera.tap("#refine")
    await camera.take("event-refine")
    await page.evaluate("getCurrentPages().at(-1).leaveRefine()")
    await camera.tap("#event-actions")
    await camera.tap('[data-code="own_cup"]')
    await camera.answer("question-age")
    for code in ("clean_plate", "plant_meal", "own_bag"):
        await camera.tap(f'[data-code="{code}"]')
        await page.wait_for_timeout(SETTLE_MS)
    await camera.take("scene")
    await page.evaluate("wx.navigateBack({})")
    await camera.tap("#pass")
    await page.wait_for_selector(f"{IN_FRONT} canvas")
    await camera.take("pass")
    await camera.tab("actions")
    await page.wait_for_function(QUIET)
    await camera.tap("#sync")
    await camera.answer("question-guideline", "question-consent")
    await camera.take("actions")
    await camera.tap(".entry")
    await camera.take("action")
    await camera.tab("rewards")
    await camera.take("rewards")
    await camera.tap(".reward-end button:not([disabled])")
    await page.wait_for_selector(".wx-modal")
    await page.screenshot(path=str(folder / "confirm.png"))
    await page.click(".wx-confirm")
    await page.wait_for_selector(f"{IN_FRONT} canvas")
    await camera.take("voucher")
    await camera.tab("scan")
    await camera.tap("#scan")
    await camera.tap('[data-value="child"]')
    await camera.tap("#join")
    await page.wait_for_selector(f"{IN_FRONT} #result")
    await camera.take("event-companion")
    for name in FROM_ACCOUNT:
        await page.evaluate(
            "url => { wx.switchTab({url: '/pages/account/account'}); wx.navigateTo({url}) }",
            f"/pages/{name}/{name}",
        )
        if name == "teams":
            await page.fill(f"{IN_FRONT} #team-name", "骑行小组")
            await camera.tap("#start-team")
            await page.wait_for_selector(f"{IN_FRONT} [data-team]")
        await camera.take(name)
    await camera.tab("account")
    await camera.take("account")
    await page.evaluate("miniProgram.network(false)")
    await camera.tab("rewards")
    await page.wait_for_selector(f"{IN_FRONT} .waiting")
    await page.screenshot(path=str(folder / "waiting.png"))
    await page.close()


PHONES = (("zh_CN", "zh-CN", False), ("en", "en", False), ("zh_CN", "large", True))
"""Language, folder, and whether letters are large."""


def prepare() -> str:
    """Empty folders, and the mini-program as a script for a browser."""
    shutil.rmtree(TARGET, ignore_errors=True)
    for _, folder, _ in PHONES:
        (TARGET / folder).mkdir(parents=True)
    script = ROOT / "var" / "mini-program" / "program.js"
    build(script)
    return script.read_text(encoding="utf-8")


async def main(base: str) -> None:
    text = prepare()
    async with async_playwright() as playwright:
        program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
        browser = await playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        for language, folder, large in PHONES:
            await walk(browser, base, text, language, TARGET / folder, large=large)
        await browser.close()
    print(f"{len(list(TARGET.glob('*/*.png')))} pictures under {TARGET.relative_to(ROOT)}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"))
