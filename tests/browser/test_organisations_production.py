"""In production mode: an organisation from its registration to the published figures of its first event.

Nobody is signed in by anything but a password and an authenticator app, and no step is taken by one person alone.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx2 as httpx
from playwright.async_api import Browser, Page, expect

from backend.outside.embedded import EmbeddedServers
from tests.browser.production import ROOT, Production, environ_of, running_production
from tests.browser.test_organisations import PASSWORD, registered
from tests.browser.test_organiser import move
from tests.browser.test_pages import LAPTOP, open_page, refusals_only
from tests.databases import Databases
from tests.routes.identity.doors import code_of
from tests.routes.organisations.organising import new_code

STAFF = {"ann": "operator", "rui": "regulator", "shu": "regulator"}


async def added(production: Production) -> None:
    """The first people of a city, as its administrator adds them on the server."""
    for username, role in STAFF.items():
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "backend.cli", "staff", "add", username, "--role", role),
            cwd=ROOT,
            env=environ_of(production.settings),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate(f"{PASSWORD}\n".encode())
        assert process.returncode == 0, said.decode()


async def seated(
    production: Production, browser: Browser, username: str, path: str
) -> tuple[Page, list[str]]:
    """Somebody at their desk after a first sign-in; operators and regulators set up an authenticator app at it."""
    page, troubles = await open_page(browser, LAPTOP)
    await page.goto(f"{production.base}{path}")
    await page.fill("#username", username)
    await page.fill("#password", PASSWORD)
    await page.click("#sign-in")
    if username in STAFF:
        secret = await page.locator("#factor-setup [data-secret]").get_attribute("data-secret")
        await page.fill("#factor-code", code_of(str(secret)))
        await page.click("#factor-go")
        await page.click("#factor-kept")
    await expect(page.locator("#sign-in-panel")).to_be_hidden()
    return page, troubles


async def decide(page: Page, word: str, reason: str) -> None:
    await page.fill("#freeze-reason", reason)
    await page.click(f'button[data-freeze="{word}"]')


async def accept_organisation(operator: Page, code: str) -> None:
    card = operator.locator(f'[data-code="{code}"]')
    await card.locator("input").fill("as its licence says")
    await card.locator('[data-act="org_review.accept"]').click()
    await expect(card.locator(".chip").first).to_contain_text("Active")


async def set_password(production: Production, browser: Browser, receipt: str) -> None:
    page, troubles = await open_page(browser, LAPTOP)
    await page.goto(f"{production.base}/register?lang=en")
    await page.fill("#receipt", receipt)
    await page.click('#lookup button[type="submit"]')
    await page.click("#set-password")
    await page.fill("#link-password", PASSWORD)
    await page.fill("#link-again", PASSWORD)
    await page.click("#link-go")
    await expect(page.locator("#link-done")).to_be_visible()
    assert troubles == []
    await page.context.close()


async def file_event(page: Page, slug: str, code: str) -> None:
    """An event of yesterday, for the organisation that is chosen in the form."""
    yesterday = datetime.now(UTC) - timedelta(days=1)
    await page.click("#to-new")
    await page.select_option("#f-organisation", code)
    written = {
        "name_zh": "锦江低碳论坛",
        "name_en": "Jinjiang low-carbon forum",
        "slug": slug,
        "city": "成都",
        "starts_at": f"{yesterday:%Y-%m-%d}T00:10",
        "ends_at": f"{yesterday:%Y-%m-%d}T00:40",
        "plan": "减少纸张，其余以 CDCER 抵消。",
    }
    for name, text in written.items():
        await page.fill(f'#event-form [name="{name}"]', text)
    await page.select_option('#event-form [name="agency"]', index=1)
    await page.click("#event-send")
    await expect(page.locator("#event-title")).to_have_text("Jinjiang low-carbon forum")
    await move(page, "submitted")


async def freeze_and_release(first: Page, second: Page, owner: Page, slug: str) -> None:
    """What one regulator stopped the same regulator does not start again alone."""
    for each in (first, second):
        await each.goto(f"{each.url.split('#')[0]}#event/{slug}")
    await decide(first, "freeze", "the account names no source")
    await expect(first.locator("#freezer")).to_have_attribute("data-frozen", "true")
    await owner.locator('.way[data-to="accounting"] button').first.click()
    await expect(owner.locator('.way[data-to="accounting"]')).to_contain_text("frozen")
    await decide(first, "release", "the source was told")
    await expect(first.locator('p[data-freeze="waits"]')).to_be_visible()
    await expect(first.locator('button[data-freeze="release"]')).to_be_disabled()
    await second.reload()
    await decide(second, "release", "seen and right")
    await expect(second.locator("#freezer")).to_have_attribute("data-frozen", "false")


async def read_release(production: Production, browser: Browser, slug: str, code: str) -> None:
    """Anybody finds the figures and who answers for them, beginning at the first page."""
    page, troubles = await open_page(browser, LAPTOP)
    await page.goto(f"{production.base}/?lang=en")
    await page.click('.foot a[href="/disclosures"]')
    link = page.locator("[data-number] h2 a").first
    await expect(link).to_have_text("Jinjiang low-carbon forum")
    await link.click()
    await expect(page.locator("#digest")).not_to_be_empty()
    number = page.url.rsplit("/", 1)[1].split("?")[0]
    async with httpx.AsyncClient(base_url=production.base) as client:
        for form, begins in ((".pdf", b"%PDF"), (".csv", b"\xef\xbb\xbf")):
            answer = await client.get(f"/v1/disclosures/{number}{form}")
            assert (answer.status_code, answer.content[: len(begins)]) == (200, begins)
        assert number in (await client.get("/disclosures.atom")).text
    await page.goto(f"{production.base}/organisations/{code}?lang=en")
    await expect(page.locator("#record-releases a")).to_have_attribute("href", f"/disclosures/{number}")
    await page.goto(f"{production.base}/search?query={slug}&lang=en")
    await expect(page.locator(".search-found")).to_contain_text("Jinjiang low-carbon forum")
    assert troubles == []
    await page.context.close()


async def test_an_organisation_from_its_registration_to_a_published_release(
    servers: EmbeddedServers, databases: Databases, browser: Browser, tmp_path: Path
) -> None:
    code, slug = new_code(), f"forum-{uuid4().hex[:8]}"
    async with running_production(servers, databases, tmp_path, badges=1) as production:
        await added(production)
        receipt = await registered(production, browser, code)
        operator, seen = await seated(production, browser, "ann", "/staff/organisations?lang=en")
        await accept_organisation(operator, code)
        await set_password(production, browser, receipt)
        owner, met = await seated(production, browser, f"owner-{code[8:14].lower()}", "/organiser?lang=en")
        await file_event(owner, slug, code)
        await operator.goto(f"{production.base}/organiser?lang=en#event/{slug}/life")
        await move(operator, "accepted", note="complete")
        await owner.reload()
        await move(owner, "running")
        first, told = await seated(production, browser, "rui", "/staff/supervision?lang=en")
        second, heard = await seated(production, browser, "shu", "/staff/supervision?lang=en")
        await freeze_and_release(first, second, owner, slug)
        for to in ("accounting", "offset"):
            await move(owner, to)
        await operator.reload()
        await move(operator, "evaluated", statement="全部数据如实。")
        await owner.reload()
        await move(owner, "closed")
        await read_release(production, browser, slug, code)
        for page, troubles in ((operator, seen), (owner, met), (first, told), (second, heard)):
            assert refusals_only(troubles) == []
            await page.context.close()
