"""A board behind a line that stands open and brings nothing says within five seconds that its figures are old."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Demo
from tests.browser.test_pages import open_page

DESKTOP = {"width": 1280, "height": 900}
OLD_MS_MAX = 5000
BACK_MS_MAX = 20_000


class Line:
    """A proxy whose connections stay open while it forwards nothing."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.flowing = asyncio.Event()
        self.flowing.set()
        self.carrying: set[asyncio.Task[None]] = set()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, onward = await asyncio.open_connection("127.0.0.1", self.port)
        for source, target in ((reader, onward), (there, writer)):
            task = asyncio.create_task(self._forward(source, target))
            self.carrying.add(task)
            task.add_done_callback(self.carrying.discard)

    async def _forward(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            while chunk := await source.read(65_536):
                await self.flowing.wait()
                target.write(chunk)
                await target.drain()
        except ConnectionError:
            pass
        finally:
            target.close()


@asynccontextmanager
async def line_to(demo: Demo) -> AsyncIterator[tuple[Line, str]]:
    """A line to the demo, and the address of its near end."""
    line = Line(urlsplit(demo.base).port or 80)
    server = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    try:
        yield line, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        for task in line.carrying:
            task.cancel()
        server.close()


async def signed_in(browser: Browser, address: str) -> tuple[Page, list[str]]:
    page, troubles = await open_page(browser, DESKTOP)
    await page.goto(address)
    await page.fill('[name="username"]', "staff")
    await page.fill('[name="password"]', "demo")
    await page.click("#sign-in")
    await expect(page.locator("#state")).to_have_attribute("data-state", "live", timeout=BACK_MS_MAX)
    return page, troubles


async def test_boards_behind_a_frozen_line_say_so_and_come_back_by_themselves(
    demo: Demo, browser: Browser
) -> None:
    async with line_to(demo) as (line, base):
        boards = await asyncio.gather(
            *(signed_in(browser, f"{base}{path}") for path in ("/staff", "/staff/gates"))
        )
        # Nothing happens at the event, and the line is heard all the same.
        await asyncio.sleep(OLD_MS_MAX / 1000)
        for page, _ in boards:
            await expect(page.locator("#state")).to_have_attribute("data-state", "live", timeout=1)
        line.flowing.clear()
        for page, _ in boards:
            await expect(page.locator("body")).to_have_attribute("data-figures", "old", timeout=OLD_MS_MAX)
            await expect(page.locator("#state")).to_contain_text("the figures are old")
        line.flowing.set()
        for page, troubles in boards:
            await expect(page.locator("#state")).to_have_attribute("data-state", "live", timeout=BACK_MS_MAX)
            await expect(page.locator("body")).to_have_attribute("data-figures", "new")
            assert troubles == []
            await page.context.close()
