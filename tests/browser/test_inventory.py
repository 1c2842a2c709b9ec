"""The organisers' page of the whole account, and the account in the public report, in a real browser."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx2 as httpx
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Demo
from tests.browser.test_organiser import PICTURES, fits, look, sign_in
from tests.browser.test_pages import LANGUAGES, LAPTOP, PHONE, open_page, refusals_only
from tests.browser.test_reviews import signed_in

BROKEN = """tianfu-inventory,2026
phase,source,meter,quantity,unit,period_from,period_until,factor_id,quality
actual,waste,S-1,120,kg,2026-11-22,2026-11-23,waste-treatment,1
actual,electricity,M-2,-5,kWh,2026-11-22,2026-11-23,grid-sichuan-2022,1
"""


async def held(client: httpx.AsyncClient, organiser: dict[str, str], slug: str) -> None:
    """A running event with thirty badges, of which twelve have scanned."""
    body: dict[str, Any] = {
        "slug": slug,
        "name": {"zh-CN": "天府音乐节", "en": "Tianfu music festival"},
        "kind": "exhibition",
        "city": "成都",
        "starts_at": "2026-11-22T09:00:00+08:00",
        "ends_at": "2026-11-23T18:00:00+08:00",
        "boundary": "extended",
        "neutrality_scope": "all",
        "gates": [{"gate": 1, "name": {"zh-CN": "东门", "en": "East gate"}}],
    }
    assert (await client.post("/v1/events", json=body, headers=organiser)).status_code == 201
    running = await client.post(f"/v1/events/{slug}/transitions", json={"to": "running"}, headers=organiser)
    assert running.status_code == 200, running.text
    for category in ("national", "local"):
        made = await client.post(
            f"/v1/events/{slug}/badges", json={"count": 40, "category": category}, headers=organiser
        )
        for number, badge in enumerate(made.json()["items"][:12]):
            citizen = await signed_in(
                client, "/v1/sessions", provider="demo", code=f"{slug}{category}{number}"
            )
            journey = {"distance_km": 300 + 100 * number, "mode": "hsr"} if category == "national" else {}
            scan = {"code": badge["code"]} | ({"journey": journey} if journey else {})
            answer = await client.post("/v1/scans", json=scan, headers=citizen)
            assert answer.status_code == 201, answer.text


async def record_by_form(page: Page) -> None:
    await page.select_option("#line-source", "electricity")
    await expect(page.locator("#line-unit")).to_have_value("kWh")
    await expect(page.locator("#line-factor option").first).to_contain_text("kgCO2")
    await page.fill("#line-quantity", "52000")
    await page.fill("#line-meter", "M-1")
    await page.click("#line-send")
    await expect(page.locator("#line-told")).to_contain_text("8,132.80 kg")
    await expect(page.locator('[data-group="energy"]')).to_have_attribute("data-state", "counted")
    # A correction stands beside the line that it corrects.
    await page.locator("#lines tbody button").first.click()
    await expect(page.locator("#line-corrects")).to_contain_text("52,000 kWh")
    await page.fill("#line-quantity", "50000")
    await page.click("#line-send")
    await expect(page.locator("#lines tr.is-superseded")).to_have_count(1)


async def bring_a_file(page: Page) -> None:
    file: Any = {"name": "lines.csv", "mimeType": "text/csv", "buffer": BROKEN.encode()}
    await page.set_input_files("#lines-file", file)
    await expect(page.locator("#lines-text")).to_have_value(BROKEN)
    await page.click("#lines-send")
    await expect(page.locator("#lines-told")).to_contain_text("Row 4, column quantity")
    # The reasons are listed, to be opened.
    await page.click("#lines-errors summary")
    await expect(page.locator("#lines-errors tbody tr")).to_contain_text("a meter's reading is not negative")
    # Nothing is lost: what was wrong is corrected where it stands.
    await expect(page.locator("#lines-text")).to_have_value(BROKEN)
    await page.fill("#lines-text", BROKEN.replace("-5", "500"))
    await page.click("#lines-send")
    await expect(page.locator("#lines-told")).to_contain_text("Imported: 2 lines")
    await expect(page.locator("#lines-told")).to_contain_text("Read as UTF-8, with commas")
    await expect(page.locator("#lines-text")).to_have_value("")


async def test_an_organiser_accounts_for_the_whole_event(demo: Demo, browser: Browser) -> None:
    slug = f"festival-{uuid4().hex[:8]}"
    async with httpx.AsyncClient(base_url=demo.base, timeout=30) as client:
        organiser = await signed_in(client, "/v1/staff/sessions", username="organiser", password="demo")
        await held(client, organiser, slug)
        page, troubles = await open_page(browser, LAPTOP)
        await sign_in(page, demo, f"/organiser#event/{slug}/inventory")
        await expect(page.locator("#panel-inventory")).to_have_attribute("data-ready", "true")
        await expect(page.locator('#gaps [data-gap="energy"]')).to_be_visible()
        await expect(page.locator('#strata [data-filled="28"]')).to_have_count(2)
        await record_by_form(page)
        await bring_a_file(page)
        for group in ("production_and_materials", "freight", "digital"):
            await page.select_option("#none-group", group)
            await page.fill("#none-reason", "There was none.")
            await page.click("#none-send")
            # What attendees were given is counted all the same.
            state = "counted" if group == "production_and_materials" else "none"
            await expect(page.locator(f'[data-group="{group}"]')).to_have_attribute("data-state", state)
        await expect(page.locator('#gaps [data-gap="energy"]')).to_have_count(0)
        await expect(page.locator('#gaps [data-gap="retired"]')).to_be_visible()
        await page.fill("#people-national", "200")
        await page.fill("#people-local", "900")
        await page.fill("#people-source", "Ticket office")
        await page.click("#people-send")
        await expect(page.locator("#people-told")).to_contain_text("1,100")
        await page.fill("#measure-name", "LED lights")
        await page.fill("#measure-baseline", "Halogen lights of last year")
        await page.fill("#measure-baseline-kg", "900")
        await page.fill("#measure-kg", "400")
        await page.click("#measure-send")
        await expect(page.locator("#measures")).to_contain_text("LED lights")
        await look(page, "inventory-laptop")
        for language in LANGUAGES if PICTURES else ("en",):
            phone, others = await open_page(browser, PHONE, language)
            await sign_in(phone, demo, f"/organiser#event/{slug}/inventory")
            await expect(phone.locator("#panel-inventory")).to_have_attribute("data-ready", "true")
            await fits(phone)
            await look(phone, f"inventory-{language}-phone")
            assert refusals_only(others) == []
            await phone.context.close()
        closed = await client.post(f"/v1/events/{slug}/transitions", json={"to": "closed"}, headers=organiser)
        assert closed.status_code == 200, closed.text
        await page.goto(f"{demo.base}/events/{slug}/report?lang=en")
        await expect(page.locator("#account")).to_contain_text("LED lights")
        await expect(page.locator("#filled-in")).to_have_attribute("data-value", str(1100 - 24))
        await expect(page.locator("#conclusion")).to_contain_text("response rate")
        await look(page, "inventory-report-en")
        await page.goto(f"{demo.base}/events/{slug}/report?lang=zh-CN")
        await expect(page.locator("#conclusion")).to_contain_text("部分抵消")
        await look(page, "inventory-report-zh")
        assert refusals_only(troubles) == []
        await page.context.close()
