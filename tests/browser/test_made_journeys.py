"""The further questions behind "more", the pages of methods, and the comparison of factor sets, in a browser."""

from __future__ import annotations

import re
from uuid import uuid4

import httpx2 as httpx
import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import Demo
from tests.browser.test_organiser import sign_in
from tests.browser.test_organiser_desk import filed
from tests.browser.test_pages import LAPTOP, PHONE, hold_event, open_page, refusals_only


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_five_taps_stay_five_and_the_rest_is_behind_more(
    demo: Demo, browser: Browser, language: str
) -> None:
    _, code = await hold_event(demo, f"more-{language.lower()}")
    page, troubles = await open_page(browser, PHONE, language)
    await page.goto(f"{demo.base}/q/{code}?lang={language}")
    more = page.locator("#more")
    await expect(more.locator("summary")).to_be_visible()
    await expect(page.locator("#local_km_per_day")).to_be_hidden()
    await more.locator("summary").click()
    await expect(page.locator("#question-cabin")).to_be_hidden()
    await page.locator('label:has(input[name="local_mode"][value="bike"])').click()
    await expect(page.locator("#bars")).to_contain_text("0 g")
    await page.locator('label:has(input[name="mode"][value="plane"])').click()
    await expect(page.locator("#question-cabin")).to_be_visible()
    await page.fill("#from_city", "北京" if language == "zh-CN" else "Beijing")
    await page.locator('label:has(input[name="cabin"][value="business"])').click()
    before = await page.locator("#total").text_content()
    # Nobody comes from Auckland by high-speed rail: said at once, with what is possible.
    await page.locator('label:has(input[name="mode"][value="hsr"])').click()
    await page.fill("#from_city", "奥克兰" if language == "zh-CN" else "Auckland")
    refused = page.locator("#estimate-refused")
    await expect(refused).to_contain_text("飞机" if language == "zh-CN" else "Plane")
    await page.locator('label:has(input[name="mode"][value="plane"])').click()
    await expect(refused).to_be_hidden()
    assert await page.locator("#total").text_content() != before
    await page.click("#join")
    await expect(page.locator("#result")).to_have_attribute("data-outcome", "joined")
    # Nobody was asked whether the journey may be kept: what comes back is its sums, and they are shown.
    total = await page.locator("#total").get_attribute("data-value")
    await page.reload()
    await expect(page.locator("#total")).to_have_attribute("data-value", total or "")
    told = "此处只保留合计" if language == "zh-CN" else "Only this sum is kept"
    await expect(page.locator('#bars [data-source="travel_intercity"]')).to_contain_text(told)
    await expect(page.locator('#bars [data-source="travel_intercity"]')).not_to_have_class(
        re.compile("is-zero")
    )
    assert refusals_only(troubles) == []
    await page.context.close()


async def test_an_event_with_an_older_set_asks_nothing_more(demo: Demo, browser: Browser) -> None:
    _, code = await hold_event(demo, "older", factor_set="sichuan-2026.1")
    page, troubles = await open_page(browser, PHONE)
    await page.goto(f"{demo.base}/q/{code}")
    await expect(page.locator("#journey-form")).to_be_visible()
    await expect(page.locator("#more")).to_be_hidden()
    assert troubles == []
    await page.context.close()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_a_method_is_found_and_read(demo: Demo, browser: Browser, language: str) -> None:
    page, troubles = await open_page(browser, LAPTOP, language)
    await page.goto(f"{demo.base}/methods?lang={language}")
    await page.fill("#query", "地铁" if language == "zh-CN" else "metro")
    await page.click("main button")
    await page.click('a[href="/methods/metro"]')
    await expect(page.locator("#formula")).to_contain_text("metro_saving")
    await expect(page.locator("#example")).to_contain_text("468")
    assert troubles == []
    await page.context.close()


async def test_another_set_is_compared_before_it_is_chosen(demo: Demo, browser: Browser) -> None:
    slug = f"sets-{uuid4().hex[:8]}"
    async with httpx.AsyncClient(base_url=demo.base) as client:
        told = {"username": "organiser", "password": "demo"}
        token = (await client.post("/v1/staff/sessions", json=told)).json()["access_token"]
        organiser = {"Authorization": f"Bearer {token}"}
        await filed(client, organiser, slug)
        page, troubles = await open_page(browser, LAPTOP)
        await sign_in(page, demo, f"/organiser#event/{slug}/life")
        await page.click("#change-open")
        form, panel = page.locator("#change-form"), page.locator("#set-comparison")
        await expect(form.locator('[name="factor_set"]')).to_have_value("sichuan-2026.2")
        await form.locator('[name="factor_set"]').select_option("sichuan-2026.1")
        await expect(panel.locator("details")).to_have_count(4)
        await panel.locator("summary").nth(2).click()
        await expect(panel.locator("table").nth(2)).to_contain_text("To and from airports")
        assert (await client.get(f"/v1/events/{slug}", headers=organiser)).json()[
            "factor_set"
        ] == "sichuan-2026.2"
        await form.locator('[name="factor_set"]').select_option("sichuan-2026.2")
        await expect(panel).to_be_hidden()
        await form.locator('[name="radiative_forcing"]').select_option("true")
        await form.locator('[name="reason"]').fill("Flights whole")
        await page.click("#change-send")
        await expect(page.locator("#change-said")).not_to_be_empty()
        event = (await client.get(f"/v1/events/{slug}", headers=organiser)).json()
        assert event["profile"]["radiative_forcing"] is True
        assert troubles == []
        await page.context.close()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_a_city_is_suggested_while_it_is_typed_and_a_number_is_never_trimmed(
    demo: Demo, browser: Browser, language: str
) -> None:
    is_english = language == "en"
    _, code = await hold_event(demo, f"city-{language.lower()}")
    page, troubles = await open_page(browser, PHONE, language)
    await page.goto(f"{demo.base}/q/{code}?lang={language}")
    field, listed = page.locator("#from_city"), page.locator("#from_city-list li")
    # By keyboard: pinyin without the apostrophe.
    await field.click()
    await field.press_sequentially("xian")
    await expect(listed.first).to_contain_text("Xi'an")
    await field.press("ArrowDown")
    await expect(field).to_have_attribute("aria-activedescendant", "from_city-list-0")
    await field.press("Enter")
    await expect(field).to_have_value("Xi'an" if is_english else "西安")
    await expect(listed).to_have_count(0)
    # By finger: a county-level city that the page's own list does not have.
    await field.fill("dujiang")
    await listed.first.click()
    await expect(field).to_have_value("Dujiangyan" if is_english else "都江堰")
    # A near miss and a name of several cities are refused in a sentence that names some, and the list offers them.
    error = page.locator("#city-error")
    for typed, name in (
        ("成郁", "Chengdu" if is_english else "成都"),
        ("Suzhou", "Anhui" if is_english else "宿州"),
    ):
        await field.fill(typed)
        await field.blur()
        await expect(error).to_contain_text(name)
        await expect(page.locator("#from_city-list")).to_contain_text("成都" if typed == "成郁" else "苏州")
        await expect(page.locator("#question-distance")).to_be_visible(visible=typed == "成郁")
    await field.fill("Atlantis")
    await field.blur()
    distance = page.locator("#distance_km")
    await expect(page.locator("#distance-limits")).to_contain_text("20,100")
    for typed in ("99,999", "-5", "far"):
        await distance.fill(typed)
        await distance.blur()
        await expect(page.locator("#distance-error")).to_contain_text("20,100")
        await page.click("#join")
        await expect(page.locator("#result")).to_be_hidden()
    await distance.fill("３００，５")
    await distance.blur()
    await expect(page.locator("#distance-error")).to_be_hidden()
    await expect(page.locator('#bars [data-source="travel_intercity"]')).to_contain_text("601")
    await page.click("#join")
    await expect(page.locator("#result")).to_have_attribute("data-outcome", "joined")
    assert refusals_only(troubles) == []
    await page.context.close()


async def test_an_organiser_is_offered_the_cities_of_a_name(demo: Demo, browser: Browser) -> None:
    page, troubles = await open_page(browser, LAPTOP)
    await sign_in(page, demo)
    await page.click("#to-new")
    field, listed = page.locator("#f-city"), page.locator("#f-city-list li")
    await field.click()
    await field.press_sequentially("Fuzhou")
    await expect(listed).to_have_count(2)
    await field.press("ArrowUp")
    await field.press("Enter")
    await expect(field).to_have_value("Fuzhou (Jiangxi)")
    await field.fill("廣州")
    await listed.first.click()
    await expect(field).to_have_value("Guangzhou")
    await field.fill("chen")
    await field.press("Escape")
    await expect(listed).to_have_count(0)
    assert troubles == []
    await page.context.close()
