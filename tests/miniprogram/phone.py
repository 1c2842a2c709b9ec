"""A phone with WeChat: a browser context that runs the mini-program, and what its owner does with it."""

from __future__ import annotations

import base64
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from playwright.async_api import Browser, Page, Route, expect

from backend.domain.actions.werun import encrypt
from backend.domain.days import SHANGHAI
from tests.outside.wechat_server import APPID, WeChatServer
from tests.service import Json, Service

SERVER = "https://tianfu.example"
"""What miniprogram/config.ts names; the harness sends it to the service of the test."""
SHELL = "<!doctype html><html><head><meta charset='utf-8'></head><body></body></html>"
START = """options => startMiniProgram({...options, codes: () => wechatCode()})"""
WIDTH = 375
HEIGHT = 812
BORN = "1990-05"


@dataclass
class Phone:
    hall: Hall
    page: Page
    openid: str
    session_key: str
    troubles: list[str] = field(default_factory=list)
    """What the page's scripts or the renderer complained about."""

    async def open(self, path: str = "pages/scan/scan", language: str = "zh_CN", **query: str) -> None:
        """Open the mini-program, as after a tap on it, a code or a link; what it kept is still there."""
        await self.page.goto(f"{self.hall.base}/mini-program")
        await self.page.add_script_tag(content=self.hall.program)
        options = {"server": SERVER, "path": path, "query": query, "language": language}
        await self.page.evaluate(START, options)

    async def scan(self, text: str) -> None:
        await self.page.evaluate("text => miniProgram.scans.push(text)", text)
        await self.tap("#scan")

    async def tap(self, selector: str) -> None:
        """Tap what the page in front shows."""
        await self.shown(selector).click()

    def shown(self, selector: str) -> Any:
        return self.page.locator(f".wx-page:not([hidden]) {selector}")

    async def go(self, name: str, **query: str) -> None:
        """To a page from the account, as its menu does."""
        told = "&".join(f"{key}={value}" for key, value in query.items())
        await self.page.evaluate(
            "url => { wx.switchTab({url: '/pages/account/account'}); wx.navigateTo({url}) }",
            f"/pages/{name}/{name}" + (f"?{told}" if told else ""),
        )

    async def tell_age(self) -> None:
        """Answer the question for the month of birth."""
        await expect(self.shown(".dialog picker")).to_be_visible()
        script = (
            "born => document.querySelector('.wx-page:not([hidden]) .dialog picker')"
            ".dispatchEvent(new CustomEvent('picked', {detail: born}))"
        )
        await self.page.evaluate(script, BORN)
        await self.tap('.dialog [data-act="yes"]')

    async def told(self) -> Json:
        """What the phone was asked to do: requests, files that were shared, texts that were copied."""
        found: Json = await self.page.evaluate("miniProgram.told")
        return found

    async def requests(self, path: str) -> list[Json]:
        return [each for each in (await self.told())["requests"] if each["path"].startswith(path)]

    async def headers(self) -> dict[str, str]:
        """The session that the phone keeps, for asking the service what it holds."""
        token = await self.page.evaluate("JSON.parse(localStorage.session).access_token")
        return {"Authorization": f"Bearer {token}"}

    async def ask(self, path: str) -> Json:
        answer = await self.hall.service.client.get(path, headers=await self.headers())
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    def walked(self, steps: int) -> Json:
        """Steps of today as WeChat hands them to the mini-program."""
        now = datetime.now(SHANGHAI)
        noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
        content = {
            "stepInfoList": [{"timestamp": int(noon.timestamp()), "step": steps}],
            "watermark": {"appid": APPID, "timestamp": int(now.timestamp())},
        }
        iv, encrypted = encrypt(self.session_key, content)
        return {"iv": iv, "encryptedData": encrypted}

    async def walks(self, steps: int) -> None:
        await self.page.evaluate("data => { miniProgram.steps = () => data }", self.walked(steps))


@dataclass
class Hall:
    """Where phones meet: the service, WeChat, an event's badges."""

    base: str
    program: str
    service: Service
    wechat: WeChatServer
    browser: Browser
    badges: list[Json]
    sign: str
    """The code on a certified restaurant's sign."""

    def badge(self) -> Json:
        """A badge that nobody has scanned."""
        return self.badges.pop()

    @asynccontextmanager
    async def phone(self) -> AsyncIterator[Phone]:
        context = await self.browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
        page = await context.new_page()
        key = base64.b64encode(os.urandom(16)).decode()
        phone = Phone(self, page, f"o-{uuid4().hex}", key)

        async def code() -> str:
            return self.wechat.expect_code(uuid4().hex, openid=phone.openid, session_key=phone.session_key)

        async def shell(route: Route) -> None:
            await route.fulfill(body=SHELL, content_type="text/html")

        await page.expose_function("wechatCode", code)
        await page.route("**/mini-program", shell)
        page.on("pageerror", lambda error: phone.troubles.append(str(error)))
        # A refusal of the service is written to the console too; whatever else is there is ours.
        page.on(
            "console",
            lambda message: "Failed to load" in message.text or phone.troubles.append(message.text),
        )
        yield phone
        await context.close()
        assert phone.troubles == []
