"""Anybody reads a release without a script; an operator proposes a correction, which is published as another one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx2 as httpx
from playwright.async_api import Browser, expect

from tests.browser.conftest import Demo
from tests.browser.test_pages import LAPTOP, PHONE, open_page
from tests.service import Json


async def close_an_event(demo: Demo) -> str:
    """An event that is closed over the API; the number of its release."""
    async with httpx.AsyncClient(base_url=demo.base, timeout=30) as client:

        async def send(path: str, body: Json, who: str) -> Json:
            signed = await client.post("/v1/staff/sessions", json={"username": who, "password": "demo"})
            headers = {"Authorization": f"Bearer {signed.json()['access_token']}"}
            answer = await client.post(path, json=body, headers=headers)
            assert answer.status_code in (200, 201), answer.text
            found: Json = answer.json()
            return found

        start = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        event = {
            "slug": "released",
            "name": {"zh-CN": "公布的论坛", "en": "A released forum"},
            "kind": "forum",
            "city": "成都",
            "starts_at": start.isoformat(),
            "ends_at": (start + timedelta(hours=20)).isoformat(),
            "boundary": "extended",
            "factor_set": "sichuan-2026.1",
            "gates": [{"gate": 1, "name": {"zh-CN": "东门", "en": "East gate"}}],
        }
        await send("/v1/events", event, "organiser")
        await send("/v1/events/released/transitions", {"to": "running"}, "organiser")
        await send("/v1/events/released/transitions", {"to": "closed"}, "operator")
        found = (await client.get("/v1/disclosures?event=released")).json()
    number: str = found["items"][0]["number"]
    return number


async def test_a_release_is_read_and_corrected(demo: Demo, browser: Browser) -> None:
    number = await close_an_event(demo)
    reader = await browser.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    page = await reader.new_page()
    await page.goto(f"{demo.base}/disclosures?lang=en")
    await page.click(f'[data-number="{number}"] h2 a')
    await expect(page.locator("h1")).to_have_text("A released forum")
    await expect(page.locator("#digest")).to_have_text(await digest_of(demo, number))
    assert await page.locator(f'a[href="/v1/disclosures/{number}.pdf?language=en"]').count() == 1

    desk, troubles = await open_page(browser, LAPTOP)
    await desk.goto(f"{demo.base}/staff/disclosures?lang=en")
    await desk.fill("#username", "operator")
    await desk.fill("#password", "demo")
    await desk.click("#sign-in")
    await desk.click("#propose summary")
    await desk.fill("#c-number", number.lower())
    await desk.fill("#c-reason", "The kitchen's gas was missing")
    await desk.click("#propose-form [type=submit]")
    await desk.click("[data-decide=confirmed]")
    await expect(desk.locator("#released a")).to_be_visible()
    corrected = await desk.locator("#released a").inner_text()
    await page.reload()
    await page.click("#corrected a")
    await expect(page.locator("#corrects")).to_contain_text("The kitchen's gas was missing")
    await expect(page.locator(".eyebrow")).to_contain_text(corrected)
    assert troubles == []
    await desk.context.close()
    await reader.close()


async def digest_of(demo: Demo, number: str) -> str:
    async with httpx.AsyncClient(base_url=demo.base) as client:
        digest: str = (await client.get(f"/v1/disclosures/{number}")).json()["sha256"]
    return digest
