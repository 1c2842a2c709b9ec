"""A citizen's account in the browser: what they do, what they have, what they get for it."""

from __future__ import annotations

import csv
import re

import httpx2 as httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Demo
from tests.browser.test_pages import LANGUAGES, LAPTOP, PHONE, open_page, refusals_only
from tests.browser.ways import StandIn, answer_for_account

PARTS = ("overview", "today", "statement", "rewards", "report", "together", "me")


async def open_part(page: Page, name: str, *sections: str) -> None:
    await page.click(f"#tab-{name}")
    for section in sections or (name,):
        await expect(page.locator(f'#panel-{section}[data-ready="true"]')).to_be_visible(timeout=15_000)


async def open_account(demo: Demo, browser: Browser, size: dict[str, int] = PHONE) -> tuple[Page, list[str]]:
    page, troubles = await open_page(browser, size)
    await page.goto(f"{demo.base}/account")
    await expect(page.locator('#panel-overview[data-ready="true"]')).to_be_visible()
    return page, troubles


async def sync_steps(page: Page) -> None:
    await open_part(page, "today")
    await page.click("#sync")
    # Refused once: the page asks for the consent, and goes on.
    await page.click('[data-consent="werun"]')
    await expect(page.locator('.act[data-method="walk_steps"]')).to_be_visible()


async def log_ride(page: Page, km: int) -> None:
    await page.locator('.tile:has([data-method="bike_own"]) input').fill(str(km))
    await page.click('.button[data-method="bike_own"]')
    await expect(page.locator('.act[data-method="bike_own"]')).to_be_visible()


async def balance(page: Page) -> int:
    return int((await page.locator("#balance").text_content() or "").replace(",", ""))


async def test_an_attendee_logs_redeems_shows_the_code_and_cancels(demo: Demo, browser: Browser) -> None:
    page, troubles = await open_page(browser, PHONE)
    await page.goto(f"{demo.base}/demo")
    await page.click("#join")
    await expect(page.locator("#result")).to_have_attribute("data-outcome", "joined")
    await page.click("#my-account")
    # Points for joining wait for the first act that is proven: the steps of the day bring them along.
    await expect(page.locator("#balance")).to_have_text("0")
    await sync_steps(page)
    await log_ride(page, 15)
    await expect(page.locator("#balance-chip")).to_have_text("56 points")
    await open_part(page, "rewards")
    await expect(page.locator('[data-redeem="demo-tea"]')).to_be_enabled()
    await expect(page.locator('[data-redeem="demo-tree"]')).to_be_disabled()
    await page.click('[data-redeem="demo-tea"]')
    await expect(page.locator("#dialog")).to_contain_text("leaves you 6")
    await page.click("#dialog-yes")
    await expect(page.locator("#redeemed")).to_contain_text("6")
    await expect(page.locator("#dialog .voucher-qr")).to_be_visible()
    assert await page.locator("#dialog .voucher-qr").evaluate("image => image.naturalWidth") > 0
    await page.keyboard.press("Escape")
    await expect(page.locator("#balance-chip")).to_have_text("6 points")
    await page.click("[data-show]")
    await expect(page.locator("#dialog .voucher-qr")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.click("[data-cancel]")
    await page.click("#dialog-yes")
    await expect(page.locator("#cancelled")).to_contain_text("56")
    await page.keyboard.press("Escape")
    await expect(page.locator('#redemptions [data-state="cancelled"]').first).to_be_visible()
    await open_part(page, "statement")
    points = await page.locator("#entries .entry-end strong").all_text_contents()
    assert await page.locator('#entries [data-reward="demo-tea"]').count() == 2
    assert [int(text.replace("−", "-")) for text in points] == [50, -50, 30, 16, 10]
    async with page.expect_download() as downloading:
        await page.click("#csv")
    saved = await (await downloading.value).path()
    rows = list(csv.reader(saved.read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == 1 + len(points)
    assert refusals_only(troubles) == []
    await page.context.close()


async def test_a_child_comes_in_by_a_parents_phone_and_is_listed_there_with_a_certificate(
    demo: Demo, browser: Browser
) -> None:
    async with httpx.AsyncClient(base_url=demo.base) as client:
        signed_in = await client.post("/v1/staff/sessions", json={"username": "operator", "password": "demo"})
        headers = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
        issued = await client.post("/v1/events/demo/badges", json={"count": 1}, headers=headers)
    (badge,) = issued.json()["items"]
    page, troubles = await open_page(browser, PHONE)
    await page.goto(f"{demo.base}/q/{badge['code']}")
    await page.locator("#for-whom .pill", has_text="A child's").click()
    await expect(page.locator("#companions-card")).to_be_hidden()
    await page.click("#join")
    await expect(page.locator("#result h2")).to_have_text(f"Child · badge {badge['serial']} is in")
    await expect(page.locator("#result #balance")).to_have_count(0)
    listed = page.locator(f'[data-companion="{badge["serial"]}"]')
    await expect(listed).to_contain_text("footprint")
    footprint = await page.locator("#result .result-grid dd").nth(1).text_content() or ""
    await page.click("#my-account")
    await expect(listed).to_contain_text(f"footprint {footprint}")
    await expect(listed).to_contain_text("offset")
    await expect(page.locator("#attended")).to_be_hidden()
    await listed.locator("a").click()
    await expect(page).to_have_url(re.compile(r"/c/"))
    # The phone still knows whom it brought when the same code is opened again.
    await page.goto(f"{demo.base}/q/{badge['code']}")
    await expect(listed).to_be_visible()
    assert troubles == []
    await page.context.close()


async def test_an_action_explains_itself_and_a_capped_one_says_by_which_rule(
    demo: Demo, browser: Browser
) -> None:
    page, troubles = await open_account(demo, browser)
    await open_part(page, "today")
    await expect(page.locator("#proofs li")).to_have_count(32)
    await page.click(".proofs summary")
    await expect(page.locator('[data-proof="metro"]')).to_contain_text("a partner's data")
    await expect(page.locator('[data-proof="bike_own"]')).to_contain_text("Nobody operates a private bicycle")
    await expect(page.locator(".tile")).to_have_count(3)
    devices: set[str | None] = set()
    page.on(
        "request", lambda sent: devices.add(sent.headers.get("x-device")) if sent.method == "POST" else None
    )
    await log_ride(page, 3)
    assert len(devices) == 1, "a browser keeps the name that it gave itself"
    assert re.fullmatch("[0-9a-f]{32}", devices.pop() or "")
    for times in (1, 2, 3):
        await page.click('.button[data-method="own_chopsticks"]')
        await expect(page.locator('.act[data-method="own_chopsticks"]')).to_have_count(times)
    capped = page.locator('.act[data-state="capped"]')
    await expect(capped).to_have_count(1)
    await capped.locator("summary").click()
    await expect(capped.locator(".act-reason")).to_contain_text("self check-ins")
    ride = page.locator('.act[data-method="bike_own"]')
    await ride.locator("summary").click()
    await expect(ride.locator(".act-factors a").first).to_have_attribute("href", "/v1/factors/bike-saving")
    assert troubles == []
    await page.context.close()


async def test_a_press_whose_answer_is_lost_counts_once_and_keeps_what_was_typed(
    demo: Demo, browser: Browser
) -> None:
    page, _ = await open_account(demo, browser)
    await sync_steps(page)
    await open_part(page, "together", "causes")
    keys: list[str] = []

    async def lose_the_first_answer(route) -> None:  # type: ignore[no-untyped-def]
        keys.append(route.request.headers["idempotency-key"])
        answer = await route.fetch()
        if len(keys) == 1:
            await route.abort("connectionreset")
        else:
            await route.fulfill(response=answer)

    await page.route("**/v1/me/donations", lose_the_first_answer)
    await page.locator("#causes .segment", has_text="A part").click()
    await page.fill('#causes [name="grams"]', "1000")
    await page.click('[data-give="city-trees"]')
    await page.click("#dialog-yes")
    await page.locator("#dialog .waiting button").first.click()
    await expect(page.locator("#donated")).to_have_attribute("data-grams", "160")
    await page.unroute("**/v1/me/donations")
    assert len(keys) == 2
    assert len(set(keys)) == 1
    await page.keyboard.press("Escape")
    await open_part(page, "overview")
    await expect(page.locator('#claims [data-claim="donated"] dd')).to_have_text("160 g")
    await expect(page.locator('#claims [data-claim="personal"] dd')).to_have_text("0 g")
    await page.context.close()


async def test_a_refusal_is_told_in_words_and_nothing_typed_is_lost(demo: Demo, browser: Browser) -> None:
    page, _ = await open_account(demo, browser)
    await open_part(page, "together", "teams")
    await page.fill("#team-code", "0000000000")
    await page.click("#team-join-send")
    refusal = page.locator("#team-join .refusal")
    await expect(refusal).to_be_visible()
    await expect(refusal).to_have_attribute("data-code", "joining_code_unknown")
    assert await page.input_value("#team-code") == "0000000000"
    await page.locator("#panel-teams summary").click()
    await page.fill("#team-name", "Riverside walkers")
    await page.click("#team-new-send")
    await expect(page.locator("#teams .team-code")).to_be_visible()
    await expect(refusal).to_be_hidden()
    await page.context.close()


async def test_the_quiz_is_answered_once_and_the_board_only_after_a_yes(demo: Demo, browser: Browser) -> None:
    page, troubles = await open_account(demo, browser, LAPTOP)
    await open_part(page, "together", "quiz", "board")
    await page.click("#quiz-send")
    await expect(page.locator("#quiz-error")).to_be_visible()
    for question in await page.locator("#quiz fieldset").all():
        await question.locator("label").first.click()
    await page.click("#quiz-send")
    await expect(page.locator("#quiz-done")).to_be_visible()
    await expect(page.locator(".mark")).to_have_count(3)
    await expect(page.locator("#board-shown")).to_be_hidden()
    await page.check("#rank-me")
    await expect(page.locator("#board-shown")).to_contain_text("**")
    await page.reload()
    await open_part(page, "together", "quiz", "board")
    await expect(page.locator("#rank-me")).to_be_checked()
    await expect(page.locator("#quiz-done")).to_be_visible()
    assert troubles == []
    await page.context.close()


async def test_the_report_is_a_picture_with_its_words_beside_it(demo: Demo, browser: Browser) -> None:
    page, troubles = await open_account(demo, browser)
    await sync_steps(page)
    await open_part(page, "report")
    picture = page.locator("#report-picture")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.naturalWidth") > 600
    assert "160 g" in (await picture.get_attribute("alt") or "")
    month = await picture.get_attribute("data-period")
    await page.locator("#report-kind .segment", has_text="Year").click()
    await expect(picture).to_have_attribute("data-period", (month or "")[:4])
    async with page.expect_download() as downloading:
        await page.click("#report-save")
    saved = await (await downloading.value).path()
    assert saved.read_bytes().startswith(b"\x89PNG")
    assert refusals_only(troubles) == []
    await page.context.close()


async def test_the_tabs_follow_the_keyboard_the_address_and_the_language(
    demo: Demo, browser: Browser
) -> None:
    page, troubles = await open_account(demo, browser, LAPTOP)
    await answer_for_account(page, demo, StandIn())
    await page.focus("#tab-overview")
    await page.keyboard.press("ArrowLeft")
    await expect(page.locator("#tab-me")).to_be_focused()
    await page.keyboard.press("Home")
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("#part-today")).to_be_visible()
    await expect(page.locator("#part-overview")).to_be_hidden()
    await expect(page.locator('[role="tab"][aria-selected="true"]')).to_have_text("Log")
    await page.go_back()
    await expect(page.locator("#part-overview")).to_be_visible()
    await open_part(page, "rewards")
    who = re.search(r"guest-\w+", await page.locator("#who").text_content() or "")
    assert who is not None
    await page.click("#language")
    await expect(page.locator("#part-rewards")).to_be_visible()
    assert await page.evaluate("document.documentElement.lang") == "zh-CN"
    await expect(page.locator('[data-reward="demo-tea"] h3')).to_have_text("盖碗茶一杯（演示）")
    # The same person in either language.
    await expect(page.locator("#who")).to_contain_text(who[0])
    assert troubles == []
    await page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
async def test_every_part_loads_without_a_complaint_and_without_scrolling_sideways(
    demo: Demo, browser: Browser, size: dict[str, int], language: str
) -> None:
    page, troubles = await open_page(browser, size, language)
    await answer_for_account(page, demo, StandIn())
    await page.goto(f"{demo.base}/account#report", wait_until="networkidle")
    for part in PARTS:
        await page.click(f"#tab-{part}")
        await page.wait_for_load_state("networkidle")
        assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert await page.locator(".refusal:visible").count() == 0
    assert troubles == []
    await page.context.close()
