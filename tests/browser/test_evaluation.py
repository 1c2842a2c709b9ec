"""Demonstrations and ratings in a browser: a regulator selects what an organiser nominated; members read points."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx2 as httpx
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Demo
from tests.browser.test_pages import LAPTOP, PHONE, open_page
from tests.browser.test_staff_accounts import sign_in


async def pictured(page: Page, name: str) -> None:
    """Nothing lies outside of the page's width."""
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 1, name


async def nominated(demo: Demo, slug: str) -> None:
    start = datetime.now(UTC)
    async with httpx.AsyncClient(base_url=demo.base) as client:
        body = {"username": "organiser", "password": "demo"}
        token = (await client.post("/v1/staff/sessions", json=body)).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        event = {
            "slug": slug,
            "name": {"zh-CN": "国际熊猫论坛", "en": "Panda Forum"},
            "kind": "forum",
            "city": "成都",
            "starts_at": start.isoformat(),
            "ends_at": (start + timedelta(days=1)).isoformat(),
            "rank": "international",
            "is_nominated": True,
            "plan": "高铁优先",
        }
        made = await client.post("/v1/events", json=event, headers=headers)
        assert made.status_code == 201, made.text
        path = f"/v1/events/{slug}/transitions"
        moved = await client.post(path, json={"to": "running"}, headers=headers)
        assert moved.status_code == 200, moved.text


async def test_a_regulator_selects_a_demonstration_and_the_public_reads_of_it(
    demo: Demo, browser: Browser
) -> None:
    await nominated(demo, "panda-forum")
    page, troubles = await open_page(browser, PHONE)
    await page.goto(f"{demo.base}/staff/demonstrations")
    await sign_in(page, "regulator", "demo")
    card = page.locator('[data-event="panda-forum"]')
    await card.locator('[data-act="select"]').click()
    await expect(card.locator(".field-error")).to_be_visible()
    await card.locator('[name="reason"]').fill("国际级论坛，材料齐全")
    await card.locator('[data-act="select"]').click()
    await expect(card.locator('[data-act="confirm"]')).to_be_visible()
    await card.locator('[name="reason"]').fill("同意")
    await card.locator('[data-act="confirm"]').click()
    await expect(card.locator('[data-demonstration="selected"]')).to_be_visible()
    await pictured(page, "selection")
    await page.goto(f"{demo.base}/staff/supervision#event/panda-forum")
    await expect(page.locator("#demonstration[data-demonstration=selected]")).to_be_visible()
    for language in ("zh-CN", "en"):
        await page.goto(f"{demo.base}/demonstrations?region=Chengdu&lang={language}")
        await expect(page.locator('[data-event="panda-forum"]')).to_be_visible()
        await pictured(page, f"demonstrations-{language}")
    await page.goto(f"{demo.base}/organiser#event/panda-forum/life")
    assert troubles == []
    await page.context.close()


async def test_an_organiser_reads_the_nomination_and_the_rating(demo: Demo, browser: Browser) -> None:
    await nominated(demo, "panda-summit")
    page, troubles = await open_page(browser, LAPTOP)
    await page.goto(f"{demo.base}/organiser#event/panda-summit/life")
    await sign_in(page, "organiser", "demo")
    await expect(page.locator("#nomination[data-demonstration=nominated]")).to_be_visible()
    await page.goto(f"{demo.base}/staff/credit?lang=en")
    await expect(page.locator("#rating h2")).to_be_visible()
    await pictured(page, "credit")
    assert troubles == []
    await page.context.close()
