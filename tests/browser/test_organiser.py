"""The organisers' pages as people use them: from an empty form to the published report, on a laptop and a phone."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

import httpx2 as httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Demo
from tests.browser.test_pages import LANGUAGES, LAPTOP, PHONE, open_page, refusals_only
from tests.browser.test_reviews import signed_in

PARTS = ("life", "badges", "pool", "venue", "devices", "live", "report", "documents")
PEOPLE = 8
PICTURES = os.environ.get("PAGE_PICTURES")
"""A folder for pictures of the pages, for whoever wants to look at them."""


async def look(page: Page, name: str) -> None:
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


async def sign_in(page: Page, demo: Demo, address: str = "/organiser") -> None:
    await page.goto(f"{demo.base}{address}")
    await page.fill("#username", "organiser")
    await page.fill("#password", "demo")
    await page.click("#sign-in")
    await expect(page.locator("#desk")).to_be_visible()


async def fits(page: Page) -> None:
    """Nothing sticks out of a phone's side, once charts have been drawn anew for its width."""
    await page.wait_for_function("document.documentElement.scrollWidth <= window.innerWidth", timeout=5_000)


async def write_event(page: Page, slug: str) -> None:
    await page.click("#to-new")
    await page.fill('[name="name_zh"]', "秋季低碳论坛")
    await page.fill('[name="name_en"]', "Autumn forum")
    await page.fill('[name="slug"]', slug)
    await page.select_option('[name="kind"]', "forum")
    await page.fill('[name="city"]', "成都")
    await page.fill('[name="starts_at"]', "2026-11-22T09:00")
    await page.fill('[name="ends_at"]', "2026-11-21T18:00")
    await page.fill('[name="plan"]', "减少纸张，鼓励乘高铁，其余以 CDCER 抵消。")


async def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(
    demo: Demo, browser: Browser
) -> None:
    page, troubles = await open_page(browser, LAPTOP)
    await sign_in(page, demo)
    await page.click("#to-new")
    await page.click("#event-send")
    for name in ("name_zh", "name_en", "slug", "city", "starts_at", "ends_at"):
        await expect(page.locator(f"#fe-{name}")).to_be_visible()
    await page.goto(f"{demo.base}/organiser#")
    await write_event(page, "demo")
    await page.click("#event-send")
    await expect(page.locator("#fe-ends_at")).to_be_visible()
    await page.fill('[name="ends_at"]', "2026-11-23T18:00")
    await page.click("#event-send")
    await expect(page.locator("#fe-slug")).to_be_visible()
    await expect(page.locator("#fe-ends_at")).to_be_hidden()
    await page.reload()
    assert await page.input_value('[name="name_en"]') == "Autumn forum"
    assert await page.input_value('[name="plan"]') != ""
    await page.fill('[name="slug"]', f"forum-{uuid4().hex[:8]}")
    await page.fill('[name="city"]', "Atlantis")
    await page.click("#event-send")
    await expect(page.locator("#fe-city")).to_be_visible()
    await page.fill('[name="city"]', "Chengdu")
    await page.keyboard.press("Enter")
    await expect(page.locator("#event-title")).to_have_text("Autumn forum")
    await expect(page.locator('[data-event-state="draft"]').first).to_be_visible()
    await page.goto(f"{demo.base}/organiser#new")
    assert await page.input_value('[name="name_en"]') == ""
    assert refusals_only(troubles) == []
    await page.context.close()


async def come(client: httpx.AsyncClient, slug: str, codes: list[str]) -> None:
    for code in codes:
        citizen = await signed_in(client, "/v1/sessions", provider="demo", code=uuid4().hex)
        body = {"code": code, "offset": {"share": 100}}
        answer = await client.post("/v1/scans", json=body, headers=citizen)
        assert answer.status_code == 201, answer.text


async def move(page: Page, to: str, **fields: str) -> None:
    await page.click('[data-part="life"]')
    way = page.locator(f'.way[data-to="{to}"]')
    for name, text in fields.items():
        await way.locator(f'[name="{name}"]').fill(text)
    await way.locator("button").first.click()
    await expect(page.locator(f'#event-state[data-event-state="{to}"]')).to_be_visible()


async def make_badges(page: Page) -> list[str]:
    """A few badges at once and more from files, one of them broken; the codes of the first."""
    await page.click('[data-part="badges"]')
    await page.fill("#badge-count", str(PEOPLE))
    await page.click("#badges-send")
    await expect(page.locator("#badges tbody tr")).to_have_count(PEOPLE)
    codes = await page.locator("#badges tbody code").all_text_contents()
    broken = b"category,holder_ref,label,alias\nlocal,A-1,,\nmoon,A-2,,\n"
    await page.set_input_files("#import-file", {"name": "b.csv", "mimeType": "text/csv", "buffer": broken})
    await page.click("#import-send")
    await expect(page.locator("#import-told .field-error")).to_be_visible(timeout=30_000)
    await page.click("#import-told summary")
    await expect(page.locator("#import-told tbody tr")).to_contain_text("3")
    async with page.expect_download() as coming:
        await page.click("#import-told details button")
    assert "category" in (await (await coming.value).path()).read_text(encoding="utf-8-sig")
    rows = "".join(f"national,B-{number},,\n" for number in range(300))
    good = f"category,holder_ref,label,alias\n{rows}".encode()
    await page.set_input_files("#import-file", {"name": "g.csv", "mimeType": "text/csv", "buffer": good})
    await page.click("#import-send")
    await expect(page.locator("#import-told .calm")).to_be_visible(timeout=30_000)
    await expect(page.locator("#import-told")).to_contain_text("UTF-8")
    for name in ("labels", "zip"):
        async with page.expect_download() as coming:
            await page.click(f'[data-print="{name}"]')
        path = await (await coming.value).path()
        assert path.stat().st_size > 1000
    return codes


async def test_an_event_from_its_draft_to_its_published_report(demo: Demo, browser: Browser) -> None:
    slug = f"forum-{uuid4().hex[:8]}"
    page, troubles = await open_page(browser, LAPTOP)
    await sign_in(page, demo)
    await write_event(page, slug)
    await page.fill('[name="ends_at"]', "2026-11-23T18:00")
    await page.click("#event-send")
    await move(page, "running")
    codes = await make_badges(page)
    async with httpx.AsyncClient(base_url=demo.base) as client:
        operator = await signed_in(client, "/v1/staff/sessions", username="operator", password="demo")
        batch = {
            "product": "cdcer",
            "project_name": f"川西林盘 {slug}",
            "vintage": 2024,
            "quantity_t": 5,
            "retirement_ref": f"RET-{slug}",
            "retired_on": "2026-01-15",
        }
        entered = await client.post("/v1/credit-batches", json=batch, headers=operator)
        assert entered.status_code == 201, entered.text

        await page.click('[data-part="pool"]')
        await expect(page.locator('[data-product="cdcer"]')).to_be_visible()
        # A way of planting says when it has to be there; and a batch that has been given away is offered no longer.
        sink = page.locator('[data-product="forest_grass_sink"] .product-warning')
        await expect(sink).to_contain_text("within 6 years after the event")
        await page.select_option("#pool-batch", entered.json()["id"])
        await page.fill("#pool-kg", "5000")
        await page.click("#pool-send")
        await expect(page.locator("#pool .whole")).to_have_attribute("data-left", "5000000")
        await expect(page.locator(f'#pool-batch [value="{entered.json()["id"]}"]')).to_have_count(0)
        await look(page, "pool")

        await page.click('[data-part="live"]')
        await expect(page.locator("#state")).to_have_attribute("data-state", "live")
        await come(client, slug, codes)
        await expect(page.locator("#joined")).to_have_attribute("data-value", str(PEOPLE))
        await look(page, "live")

        await page.click('[data-part="report"]')
        await expect(page.locator('[data-report="people"]')).to_have_attribute("data-value", str(PEOPLE))
        async with page.expect_download() as coming:
            await page.click('[data-file="pdf"]')
        assert (await (await coming.value).path()).read_bytes().startswith(b"%PDF")
        assert (await client.get(f"/events/{slug}/report")).status_code == 404

    await page.click('[data-part="documents"]')
    paper = {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}
    await page.set_input_files("#document-file", paper)
    await page.click("#document-send")
    await expect(page.locator('[data-document="plan"]')).to_be_visible()
    await look(page, "documents")

    await move(page, "accounting")
    await move(page, "offset")
    await move(page, "evaluated", statement="全部数据如实。")
    await move(page, "closed")
    await look(page, "life")
    await page.click('[data-part="report"]')
    async with page.expect_navigation():
        await page.click("#public-report")
    await expect(page.locator("#people")).to_have_attribute("data-value", str(PEOPLE))
    assert refusals_only(troubles) == []
    await page.context.close()
    await read_everything(demo, browser, slug)


async def read_everything(demo: Demo, browser: Browser, slug: str) -> None:
    for language in LANGUAGES:
        for size, name in ((LAPTOP, "laptop"), (PHONE, "phone")):
            page, troubles = await open_page(browser, size, language)
            await page.goto(f"{demo.base}/events/{slug}/report")
            await expect(page.locator("#conclusion")).not_to_be_empty()
            await fits(page)
            await look(page, f"public-{language}-{name}")
            await sign_in(page, demo)
            await expect(page.locator(f'[data-event="{slug}"]')).to_be_visible()
            await fits(page)
            await look(page, f"list-{language}-{name}")
            for part in PARTS:
                await page.goto(f"{demo.base}/organiser#event/{slug}/{part}")
                await expect(page.locator(f"#panel-{part}")).to_have_attribute("data-ready", "true")
                await fits(page)
                await look(page, f"{part}-{language}-{name}")
            await page.goto(f"{demo.base}/organiser#new")
            await expect(page.locator("#event-form")).to_be_visible()
            await fits(page)
            await look(page, f"new-{language}-{name}")
            assert refusals_only(troubles) == []
            await page.context.close()


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
async def test_the_desk_is_worked_with_the_keyboard_alone(
    demo: Demo, browser: Browser, size: dict[str, int]
) -> None:
    page, troubles = await open_page(browser, size)
    await page.goto(f"{demo.base}/organiser")
    await expect(page.locator("#username")).to_be_focused()
    await page.keyboard.type("organiser")
    await page.keyboard.press("Tab")
    await page.keyboard.type("demo")
    await page.keyboard.press("Enter")
    await expect(page.locator("#to-new")).to_be_visible()
    await page.locator("#to-new").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#new-title")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.locator("#f-name_zh")).to_be_focused()
    assert troubles == []
    await page.context.close()
