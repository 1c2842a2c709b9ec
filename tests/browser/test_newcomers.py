"""People who were never here before, in production mode: from a printed badge to a certificate that holds."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from playwright.async_api import Browser, Page, expect

from backend.outside.embedded import EmbeddedServers
from tests.browser.production import ROOT, Production, read_code, running_production
from tests.browser.test_signed_in import SAFARI, WECHAT
from tests.databases import Databases
from tests.miniprogram.conftest import program as program
from tests.miniprogram.phone import Hall, Phone
from tests.outside.mail_server import MailCatcher
from tests.outside.wechat_server import APPID, SECRET, WeChatServer

MAIL = "lin@mail.cn"
NUMBER = re.compile(r"/c/([0-9A-Z-]+)")
MINI_PROGRAM, IN_WECHAT, BY_MAIL, FOREIGNER, ELDER = range(5)
"""Whose badge is whose."""
BADGES = 5
PICTURES = ROOT / "var" / "pictures-newcomers"


@dataclass
class City:
    production: Production
    wechat: WeChatServer
    mails: MailCatcher
    browser: Browser
    program: str

    def badge(self, whose: int) -> str:
        """The address that a camera reads off a printed badge."""
        address = read_code(self.production.badges[whose])
        assert address.startswith(f"{self.production.base}/q/")
        return address

    @asynccontextmanager
    async def page(self, agent: str, locale: str = "zh-CN") -> AsyncIterator[Page]:
        context = await self.browser.new_context(
            user_agent=agent, locale=locale, viewport={"width": 390, "height": 844}
        )
        page = await context.new_page()
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        yield page
        assert troubles == []
        await context.close()

    @asynccontextmanager
    async def phone(self) -> AsyncIterator[Phone]:
        """A phone with the mini-program; it knows the service by its address alone."""
        hall = Hall(self.production.base, self.program, None, self.wechat, self.browser, [], "")  # type: ignore[arg-type]
        async with hall.phone() as phone:
            yield phone

    async def ask(self, path: str, token: str) -> Any:
        async with httpx.AsyncClient(base_url=self.production.base) as client:
            answer = await client.get(path, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def joined(self) -> int:
        async with httpx.AsyncClient(base_url=self.production.base) as client:
            answer = await client.get("/v1/events/fair/stats")
        return int(answer.json()["joined"])

    async def verify(self, number: str, folder: Path) -> None:
        """What anybody can do with a certificate and the `tianfu` command."""
        async with httpx.AsyncClient(base_url=self.production.base) as client:
            answer = await client.get(f"/v1/certificates/{number}")
        assert answer.status_code == 200, answer.text
        path = folder / f"{number}.json"
        path.write_bytes(answer.content)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "backend.cli", "verify", str(path), "--url", self.production.base),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        assert process.returncode == 0, output.decode()
        assert "The signature is right" in output.decode()


@pytest.fixture(scope="module")
async def city(
    servers: EmbeddedServers,
    databases: Databases,
    browser: Browser,
    program: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[City]:
    PICTURES.mkdir(parents=True, exist_ok=True)
    var = tmp_path_factory.mktemp("production")
    async with WeChatServer() as wechat, MailCatcher() as mails:
        chosen = {
            "wechat_base_url": wechat.base_url,
            "wechat_appid": APPID,
            "wechat_secret": SECRET,
            "wechat_web_base_url": wechat.base_url,
            "wechat_web_authorize_url": f"{wechat.base_url}/connect/oauth2/authorize",
            "wechat_web_appid": APPID,
            "wechat_web_secret": SECRET,
            "smtp_url": mails.url,
            "mail_from": "no-reply@carbon.example",
        }
        async with running_production(servers, databases, var, BADGES, **chosen) as production:
            yield City(production, wechat, mails, browser, program)


async def joined(page: Page, name: str) -> str:
    """The number of the certificate that the phone's page shows."""
    await expect(page.locator("#result")).to_have_attribute("data-outcome", "joined", timeout=20_000)
    await page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
    found = NUMBER.search(await page.locator("#certificate").get_attribute("href") or "")
    assert found is not None
    return found[1]


async def sign_in_by_mail(city: City, page: Page) -> None:
    await page.click('[data-way="email"]')
    await page.fill("#sheet-address", MAIL)
    await page.press("#sheet-address", "Enter")
    code = page.locator("#sheet-code")
    await expect(code).to_be_visible()
    await code.press_sequentially(city.mails.code_for(MAIL))


async def join_in_the_mini_program(phone: Phone, address: str) -> str:
    await phone.scan(address)
    await phone.tap("#join")
    await expect(phone.shown("#result")).to_have_attribute("data-status", "allocated", timeout=20_000)
    await phone.tap("#certificate")
    number = phone.shown("#number")
    await expect(number).to_have_text(re.compile("^TF-"))
    return str(await number.inner_text())


async def test_a_newcomer_in_the_mini_program(city: City, tmp_path: Path) -> None:
    async with city.phone() as phone:
        await phone.open()
        number = await join_in_the_mini_program(phone, city.badge(MINI_PROGRAM))
        await city.verify(number, tmp_path)


async def test_an_elder_in_large_type(city: City, tmp_path: Path) -> None:
    async with city.phone() as phone:
        await phone.open()
        await phone.tap("#elders")
        await expect(phone.shown(".page.large")).to_be_visible()
        number = await join_in_the_mini_program(phone, city.badge(ELDER))
        await phone.page.screenshot(path=PICTURES / "elder.png")
        await city.verify(number, tmp_path)


async def test_a_foreigner_with_a_badge_alone(city: City, tmp_path: Path) -> None:
    async with city.page(SAFARI, "en-GB") as page:
        await page.goto(city.badge(FOREIGNER))
        await page.click("#join")
        number = await joined(page, "foreigner")
        await expect(page.locator("#keep")).to_be_visible()
        await city.verify(number, tmp_path)
        # The badge is this phone's: another one is told so, and by whom it can be helped.
        async with city.page(SAFARI, "en-GB") as other:
            await other.goto(city.badge(FOREIGNER))
            await other.click("#join")
            await expect(other.locator("#refused, #refusal, .refusal").first).to_contain_text("Another phone")


async def test_in_wechats_browser_and_by_mail_two_accounts_that_turn_out_to_be_one_person(
    city: City, tmp_path: Path
) -> None:
    before = await city.joined()
    city.wechat.visitor = {"openid": "o-web-lin", "unionid": "u-lin", "denies": False}
    async with city.page(SAFARI) as page:
        await page.goto(city.badge(BY_MAIL))
        await page.click("#sign-in-other")
        await sign_in_by_mail(city, page)
        await page.click("#join")
        by_mail = await joined(page, "by-mail")
        await city.verify(by_mail, tmp_path)

    async with city.page(WECHAT) as page:
        await page.goto(city.badge(IN_WECHAT))
        await page.click("#sign-in-other")
        await page.click('[data-way="wechat_web"]')
        # There is a mini-program too: WeChat names the person in both with their consent.
        await page.screenshot(path=PICTURES / "back-from-wechat.png", full_page=True)
        await page.locator('#sign-in-ended-buttons a[href*="scope=consent"]').click()
        # WeChat's page led back to the badge that was scanned.
        await page.wait_for_url(re.compile("/q/"), timeout=20_000)
        await page.click("#join")
        in_wechat = await joined(page, "in-wechat")
        assert in_wechat != by_mail
        await city.verify(in_wechat, tmp_path)

        await page.goto(f"{city.production.base}/account#me")
        await page.click("#merge")
        await sign_in_by_mail(city, page)
        await page.screenshot(path=PICTURES / "merge.png", full_page=True)
        await page.click("#dialog-yes")
        await expect(page.locator("#merged")).to_be_visible(timeout=20_000)
        kept = json.loads(await page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})"))
        token = json.loads(kept["tianfu.session.citizen"])["access_token"]
        certificates = await city.ask("/v1/me/certificates", token)
        # One event, two attendances of one person: both certificates stay, and nothing is counted twice.
        assert {each["number"] for each in certificates["items"]} == {by_mail, in_wechat}
        for number in (by_mail, in_wechat):
            await city.verify(number, tmp_path)
    assert await city.joined() == before + 2
