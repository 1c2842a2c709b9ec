"""Staff at the pool, in a real browser: the board pauses it, the organisers' page decides what is held."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx2 as httpx
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Demo
from tests.browser.test_organiser import fits, look, sign_in
from tests.browser.test_organiser_desk import stocked
from tests.browser.test_pages import LAPTOP, PHONE, open_page, refusals_only
from tests.browser.test_reviews import signed_in

INVENTED = {"distance_km": 20100, "mode": "taxi", "nights": 60, "hotel_stars": 5, "meals": 200}


async def running(client: httpx.AsyncClient, slug: str) -> str:
    """An event that runs, with 90 t; returns the code of a badge."""
    organiser = await signed_in(client, "/v1/staff/sessions", username="organiser", password="demo")
    operator = await signed_in(client, "/v1/staff/sessions", username="operator", password="demo")
    start = datetime.now(UTC) - timedelta(hours=2)
    event = {
        "slug": slug,
        "name": {"zh-CN": "川西音乐节", "en": "Linpan festival"},
        "kind": "exhibition",
        "city": "成都",
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(days=1)).isoformat(),
        # Under these rules a journey is recorded as it was declared.
        "factor_set": "sichuan-2026.1",
        "gates": [],
    }
    assert (await client.post("/v1/events", json=event, headers=organiser)).status_code == 201
    await stocked(client, slug)
    batches = (await client.get("/v1/credit-batches?limit=100", headers=operator)).json()["items"]
    batch = next(each for each in batches if each["retirement_ref"] == f"RET-{slug}")
    pool = {"batch_id": batch["id"], "grams": batch["grams_left"]}
    assert (await client.post(f"/v1/events/{slug}/pools", json=pool, headers=operator)).status_code == 201
    badges = await client.post(f"/v1/events/{slug}/badges", json={"count": 1}, headers=organiser)
    moved = await client.post(f"/v1/events/{slug}/transitions", json={"to": "running"}, headers=organiser)
    assert moved.status_code == 200, moved.text
    code: str = badges.json()["items"][0]["code"]
    return code


async def decide_what_is_held(page: Page) -> None:
    await page.wait_for_selector("#held tbody tr")
    await look(page, "pool-held-laptop")
    await page.click('#held [data-decision="limited"]')
    assert await page.locator("#held-reason").evaluate("input => input.validity.valueMissing")
    await page.fill("#held-reason", "Ticket from Haikou was shown")
    await page.click('#held [data-decision="limited"]')
    await expect(page.locator("#held-card")).to_be_hidden()
    await expect(page.locator("#held-told .said")).to_contain_text("given")
    await expect(page.locator("#pool .whole")).not_to_have_attribute("data-left", "90000000")


async def test_staff_pause_a_pool_and_decide_what_is_held(demo: Demo, browser: Browser) -> None:
    slug = f"pool-{uuid4().hex[:6]}"
    async with httpx.AsyncClient(base_url=demo.base) as client:
        code = await running(client, slug)
        citizen = await signed_in(client, "/v1/sessions", provider="demo", code=uuid4().hex)
        body = {"code": code, "journey": INVENTED, "offset": {"share": 100}}
        scanned = await client.post("/v1/scans", json=body, headers=citizen)
        assert scanned.json()["offset_status"] == "held", scanned.text
    page, troubles = await open_page(browser, LAPTOP)
    await sign_in(page, demo, f"/organiser#event/{slug}/pool")
    await decide_what_is_held(page)
    await page.fill("#limits-kg", "0.5")
    await page.fill("#limits-reason", "As the sponsor wishes")
    await page.click("#limits-send")
    await expect(page.locator("#limits-now")).to_contain_text("500 g")

    await page.goto(f"{demo.base}/staff")
    await page.select_option("#event", slug)
    await page.fill("#pause-reason", "Somebody invents journeys")
    await page.click("#pause-send")
    await expect(page.locator("#pool-alarm")).to_contain_text("Somebody invents journeys")
    await expect(page.locator("#pause-send")).to_have_attribute("aria-pressed", "true")
    await look(page, "pool-paused-laptop")
    await page.fill("#pause-reason", "It is over")
    await page.click("#pause-send")
    await expect(page.locator("#pool-alarm")).to_be_hidden()
    await page.set_viewport_size(PHONE)
    await fits(page)
    assert refusals_only(troubles) == []
