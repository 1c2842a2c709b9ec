"""The organisers' desk besides filing: changes, points, suggested credits, badges, screens, posters, devices."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import httpx2 as httpx
from playwright.async_api import Browser, Page, Route, expect

from tests.browser.conftest import Demo
from tests.browser.test_organiser import PICTURES, fits, look, sign_in
from tests.browser.test_pages import LANGUAGES, LAPTOP, PHONE, open_page, refusals_only
from tests.browser.test_reviews import signed_in

NEW_PARTS = ("life", "pool", "badges", "venue", "devices")


async def filed(client: httpx.AsyncClient, organiser: dict[str, str], slug: str) -> None:
    body: dict[str, Any] = {
        "slug": slug,
        "name": {"zh-CN": "秋季低碳论坛", "en": "Autumn forum"},
        "kind": "forum",
        "city": "成都",
        "starts_at": "2026-11-22T09:00:00+08:00",
        "ends_at": "2026-11-23T18:00:00+08:00",
        "expected_people": 5,
        "plan": "Trains first.",
        "gates": [
            {"gate": 1, "name": {"zh-CN": "东门", "en": "East gate"}},
            {"gate": 2, "name": {"zh-CN": "西门", "en": "West gate"}},
        ],
    }
    answer = await client.post("/v1/events", json=body, headers=organiser)
    assert answer.status_code == 201, answer.text
    badges = await client.post(f"/v1/events/{slug}/badges", json={"count": 3}, headers=organiser)
    assert badges.status_code == 201, badges.text


async def stocked(client: httpx.AsyncClient, slug: str) -> None:
    operator = await signed_in(client, "/v1/staff/sessions", username="operator", password="demo")
    batch = {
        "product": "cdcer",
        "project_name": f"川西林盘 {slug}",
        "vintage": 2024,
        "quantity_t": 90,
        "retirement_ref": f"RET-{slug}",
        "retired_on": "2026-01-15",
        "price_per_t": "80",
        "price_as_of": "2026-01-10",
        "price_source": "demo",
    }
    entered = await client.post("/v1/credit-batches", json=batch, headers=operator)
    assert entered.status_code == 201, entered.text


async def change_the_filing(page: Page) -> None:
    await page.click("#change-open")
    await expect(page.locator("#change-title")).to_be_focused()
    form = page.locator("#change-form")
    await expect(form.locator('[name="starts_at"]')).to_have_value("2026-11-22T09:00")
    await form.locator('[name="name_en"]').fill("Late autumn forum")
    await form.locator('[name="ends_at"]').fill("2026-11-21T18:00")
    await page.click("#change-send")
    await expect(form.locator('[data-field="reason"] .field-error')).to_be_visible()
    await form.locator('[name="reason"]').fill("One day longer")
    await page.click("#change-send")
    await expect(form.locator('[data-field="ends_at"] .field-error')).to_contain_text(
        "must lie after Start of the event"
    )
    await page.reload()
    await expect(form.locator('[name="name_en"]')).to_have_value("Late autumn forum")
    await form.locator('[name="ends_at"]').fill("2026-11-24T18:00")
    await form.locator('[name="neutralises"][value="meals"]').check()
    await form.locator('[name="diet"]').select_option("vegetarian")
    await look(page, "change-laptop")
    await page.click("#change-send")
    await expect(page.locator("#event-title")).to_have_text("Late autumn forum")
    await expect(page.locator("#steps")).to_contain_text("One day longer")
    await expect(page.locator("#filed")).to_contain_text("Meals")
    await expect(page.locator("#change-card")).to_be_hidden()


async def take_what_is_suggested(page: Page) -> None:
    await page.click('[data-part="pool"]')
    # What the filing needs stands there already.
    await expect(page.locator("#suggest-kg")).not_to_have_value("")
    await page.fill("#suggest-kg", "1234.5")
    await page.click("#suggest-ask")
    await expect(page.locator("#suggested tfoot")).to_contain_text("1,234,500")
    await look(page, "suggested-laptop")
    await page.click("#suggest-take")
    await expect(page.locator("#pool .whole")).to_have_attribute("data-left", "1234500")
    await expect(page.locator("#suggestion")).to_be_hidden()
    await lose_an_answer(page)

    await page.fill("#budget-price", "30")
    await page.fill("#budget-points", "9000")
    await page.fill("#budget-reason", "A sponsor was found")
    await page.click("#budget-send")
    await expect(page.locator("#budget .pool")).to_have_attribute("data-all", "9000")
    assert await page.input_value("#budget-reason") == ""


async def lose_an_answer(page: Page) -> None:
    """Grams that were given without an answer leave the suggestion, so that nobody gives them twice."""

    async def lost(route: Route) -> None:
        if route.request.method == "POST":
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    await page.fill("#suggest-kg", "1")
    await page.click("#suggest-ask")
    await expect(page.locator("#suggested tfoot")).to_contain_text("1,000")
    await page.route("**/pools", lost)
    await page.click("#suggest-take")
    await expect(page.locator("#suggest-card > .field-error")).to_contain_text("may have been done")
    await expect(page.locator("#pool .whole")).to_have_attribute("data-left", "1235500")
    await expect(page.locator("#suggest-take")).to_be_hidden()
    await page.unroute("**/pools")


async def find_and_replace_a_badge(page: Page) -> None:
    await page.click('[data-part="badges"]')
    await page.fill("#find-query", "2")
    await page.keyboard.press("Enter")
    await expect(page.locator("#badge")).to_have_attribute("data-serial", "2")
    await expect(page.locator("#badge")).to_be_focused()
    code = await page.locator("#badge-code").text_content()
    await page.check('[name="what"][value="bind"]')
    await page.fill("#badge-alias", "!!!!")
    await page.fill("#badge-reason", "Wristbands for the team")
    await page.click("#badge-do")
    await expect(page.locator("#badge-form .field-error")).to_contain_text("4 to 64")
    assert await page.input_value("#badge-reason") == "Wristbands for the team"
    await page.fill("#badge-alias", "04:A2:19:7F")
    await page.click("#badge-do")
    await expect(page.locator("#badge .notice")).to_contain_text("is bound to it")

    await page.fill("#find-query", "04a2197f")
    await page.click("#find-send")
    await expect(page.locator("#badge")).to_have_attribute("data-serial", "2")
    await look(page, "badge-laptop")
    await page.check('[name="what"][value="reissue"]')
    await page.fill("#badge-reason", "Lost on the metro")
    await page.click("#badge-do")
    await expect(page.locator("#badge")).to_have_attribute("data-serial", "4")
    assert await page.locator("#badge-code").text_content() != code
    await expect(page.locator('#badges [data-serial="2"]')).to_contain_text("Revoked")
    async with page.expect_download() as coming:
        await page.click('[data-print="one"]')
    assert (await (await coming.value).path()).read_bytes().startswith(b"%PDF")
    await page.locator('#badges [data-serial="1"] button').click()
    await page.check('[name="what"][value="revoke"]')
    await page.fill("#badge-reason", "Printed twice")
    await page.click("#badge-do")
    await expect(page.locator('#badges [data-serial="1"]')).to_contain_text("Revoked")
    await expect(page.locator("#badge")).to_contain_text("Printed twice")


async def open_a_screen_and_a_poster(page: Page, demo: Demo) -> None:
    await page.click('[data-part="venue"]')
    await page.select_option("#screen-gate", "2")
    await page.click("#screen-send")
    await expect(page.locator("#screen-link svg")).to_be_visible()
    url = await page.input_value("#screen-url")
    await look(page, "venue-link-laptop")
    screen = await page.context.new_page()
    await screen.goto(demo.base + url[url.index("/events/") :])
    await expect(screen.locator("body")).to_contain_text("West gate")
    await screen.close()
    # The desk sees by itself that the link is spent.
    await expect(page.locator("#screen-link svg")).to_be_hidden(timeout=15_000)
    await page.fill("#poster-name", "Lift lobby")
    await page.click("#poster-send")
    poster = page.locator('[data-poster="1"]')
    await expect(poster).to_have_attribute("data-open", "false")
    await page.click('[data-open-poster="1"]')
    await expect(poster).to_have_attribute("data-open", "true")
    # A second window under the first is refused, and stays as it was typed.
    await poster.locator('[name="minutes"]').fill("30")
    await page.click('[data-open-poster="1"]')
    await expect(poster.locator(".field-error").first).to_contain_text("open in that time already")
    assert await poster.locator('[name="minutes"]').input_value() == "30"
    await page.click('[data-close="1"]')
    await expect(poster).to_have_attribute("data-open", "false")
    for button in ("#posters-print", '[data-sheet="1"]'):
        async with page.expect_download() as coming:
            await page.click(button)
        assert (await (await coming.value).path()).read_bytes().startswith(b"%PDF")
    await page.locator('[data-screen-state="open"] button').click()
    await expect(page.locator('[data-screen-state="revoked"]')).to_be_visible()


async def let_a_device_in(page: Page, client: httpx.AsyncClient) -> None:
    await page.click('[data-part="devices"]')
    await page.fill("#device-name", "Handheld 7")
    await page.click("#device-send")
    await expect(page.locator("#device-form .said")).to_be_visible()
    await page.check('#device-gates [value="2"]')
    await page.click("#device-send")
    await expect(page.locator("#device-code svg")).to_be_visible()
    await look(page, "device-code-laptop")
    code = await page.locator("#onboarding-code").text_content()
    let_in = await client.post("/v1/device-sessions", json={"onboarding_code": code})
    assert let_in.status_code == 201, let_in.text
    await expect(page.locator("#device-code")).to_contain_text("Handheld 7", timeout=15_000)
    device = page.locator('[data-device-state="active"]')
    await expect(device).to_be_visible()
    await device.locator("summary").click()
    await device.locator('[name="reason"]').fill("Battery swollen")
    await page.keyboard.press("Enter")
    await expect(page.locator('[data-device-state="revoked"]')).to_be_visible()

    await page.click('[data-edit-gate="2"]')
    await expect(page.locator("#rules-direction")).to_be_focused()
    await page.select_option("#rules-direction", "exit")
    await page.check('#rules-categories [value="local"]')
    await page.fill("#rules-opens", "2026-11-22T10:00")
    await page.fill("#rules-closes", "2026-11-22T09:00")
    await page.fill("#rules-reason", "Exit only from noon")
    await page.click("#rules-send")
    await expect(page.locator("#rules-form .field-error")).to_contain_text("must lie after Opening time")
    await page.fill("#rules-closes", "2026-11-22T19:00")
    await page.click("#rules-send")
    await expect(page.locator('#rules [data-gate="2"]')).to_have_attribute("data-direction", "exit")
    await expect(page.locator('#rules [data-gate="2"]')).to_contain_text(re.compile("Local.*10:00.*19:00"))


async def test_an_organiser_runs_an_event_from_one_desk(demo: Demo, browser: Browser) -> None:
    slug = f"desk-{uuid4().hex[:8]}"
    async with httpx.AsyncClient(base_url=demo.base) as client:
        organiser = await signed_in(client, "/v1/staff/sessions", username="organiser", password="demo")
        await filed(client, organiser, slug)
        await stocked(client, slug)
        page, troubles = await open_page(browser, LAPTOP)
        await sign_in(page, demo, f"/organiser#event/{slug}/life")
        await change_the_filing(page)
        await take_what_is_suggested(page)
        await find_and_replace_a_badge(page)
        await open_a_screen_and_a_poster(page, demo)
        await let_a_device_in(page, client)
        assert [text for text in refusals_only(troubles) if "net::ERR_FAILED" not in text] == []
        await page.context.close()
    await read_on_a_phone(demo, browser, slug)


async def read_on_a_phone(demo: Demo, browser: Browser, slug: str) -> None:
    """The same with all that is on the desk now; and who only watches is offered nothing to do."""
    # English takes more room; both are looked at where there is somebody to look.
    for language in LANGUAGES if PICTURES else ("en",):
        page, troubles = await open_page(browser, PHONE, language)
        await sign_in(page, demo, f"/organiser#event/{slug}/life")
        for part in NEW_PARTS:
            await page.click(f'[data-part="{part}"]')
            await expect(page.locator(f"#panel-{part}")).to_have_attribute("data-ready", "true")
            if part == "life":
                await page.click("#change-open")
            if part == "badges":
                await page.locator("#badges button").first.click()
            await fits(page)
            await look(page, f"desk-{part}-{language}-phone")
        assert refusals_only(troubles) == []
        await page.context.close()
    page, troubles = await open_page(browser, PHONE)
    await page.goto(f"{demo.base}/organiser#event/{slug}/badges")
    await page.fill("#username", "regulator")
    await page.fill("#password", "demo")
    await page.click("#sign-in")
    # A part that the role may not read is not opened, nor is its tab there.
    await expect(page.locator("#panel-life")).to_have_attribute("data-ready", "true")
    for selector in ('[data-part="badges"]', '[data-part="venue"]', "#change-open"):
        await expect(page.locator(selector)).to_be_hidden()
    for part, selectors in {
        "pool": ("#pool-card", "#suggest-card", "#budget-form"),
        "devices": ("#device-card", "#rules-form", "[data-edit-gate]"),
        "documents": ("#document-form",),
    }.items():
        await page.click(f'[data-part="{part}"]')
        await expect(page.locator(f"#panel-{part}")).to_have_attribute("data-ready", "true")
        for selector in selectors:
            await expect(page.locator(selector)).to_be_hidden()
    assert refusals_only(troubles) == []
    await page.context.close()
