"""The mini-program on WeChat's open renderer in a real browser, against the real service as in production.

One build, one service, one WeChat and one browser serve all tests here; each phone is a browser context of its own.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from backend.outside.embedded import EmbeddedServers
from scripts.mini_program import build
from tests.browser.conftest import BROWSER_ARGUMENTS, BROWSERS
from tests.conftest import PROCESS, settings_for
from tests.databases import Databases
from tests.mall import open_mall
from tests.miniprogram.phone import Hall, Phone
from tests.outside.wechat_server import APPID, SECRET, WeChatServer
from tests.routes.evidencing import new_scene
from tests.service import open_service
from tests.serving import over_http

BUILT = Path(__file__).parents[2] / "var" / f"mini-program{PROCESS}" / "program.js"
TEMPLATES = "points_expiring:tpl-1,review_result:tpl-2,offset_done:tpl-3"
LOG_KEY = "mini:bWluaS1wcm9ncmFtLXRlc3RzLTMyLWJ5dGVzLWxvbmc="
BADGES = 40


@pytest.fixture(scope="session")
def program() -> str:
    """The mini-program as a script for a browser."""
    build(BUILT)
    return BUILT.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    found = next((path for path in map(shutil.which, BROWSERS) if path), None)
    assert found, "No Chromium found; `make browser` installs it or says how."
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=found, args=list(BROWSER_ARGUMENTS))
        yield launched
        await launched.close()


@pytest.fixture(scope="package")
async def wechat() -> AsyncIterator[WeChatServer]:
    async with WeChatServer() as running:
        yield running


@pytest.fixture(scope="package")
async def hall(
    servers: EmbeddedServers, databases: Databases, wechat: WeChatServer, chromium: Browser, program: str
) -> AsyncIterator[Hall]:
    """An event with badges, retired credits and rewards, and the service as a city runs it: WeChat alone signs in."""
    async with databases.lent() as name:
        settings = settings_for(servers, name)
        async with open_service(settings) as desk:
            mall = await open_mall(desk)
            await mall.reward("tea", cost_points=30)
            await desk.event(join_points=60)
            await desk.pool(grams=50_000_000)
            badges = await desk.badges(BADGES)
            scene = await new_scene(desk)
        chosen = replace(
            settings,
            environment="production",
            wechat_base_url=wechat.base_url,
            wechat_appid=APPID,
            wechat_secret=SECRET,
            wechat_templates=TEMPLATES,
            transparency_log_keys=LOG_KEY,
            signer_socket=str(BUILT.with_name("signer.sock")),
        )
        async with open_service(chosen) as running, over_http(running) as base:
            yield Hall(base, program, running, wechat, chromium, badges, scene["sign"]["code"])


@pytest.fixture
async def phone(hall: Hall) -> AsyncIterator[Phone]:
    """A phone whose owner has never opened the mini-program."""
    async with hall.phone() as found:
        yield found
