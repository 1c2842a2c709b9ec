"""An operator writes at the desks of articles and methods, in a browser: form, preview, proposal, publication."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.async_api import Browser, expect

from backend.domain.days import day_of
from tests.browser.conftest import Demo
from tests.browser.test_desks import at_desk
from tests.browser.test_pages import LAPTOP, PHONE

TODAY = day_of(datetime.now(UTC))


async def test_an_article_is_written_previewed_and_published(demo: Demo, browser: Browser) -> None:
    page, troubles = await at_desk(demo, browser, "content", LAPTOP)
    await page.locator("#desk-create summary", has_text="New article").click()
    form = page.locator("#desk-create form").first
    for name, text in (
        ("slug", "metro-km"),
        ("title.zh-CN", "坐地铁省多少"),
        ("title.en", "What the metro saves"),
        ("summary.zh-CN", "一公里一公里地算。"),
        ("summary.en", "Reckoned km by km."),
        ("position", "77"),
        ("body.zh-CN", "## 怎么算\n- 先看里程"),
        ("body.en", "## How\n- First the distance"),
        ("source_ids", "product"),
        ("reason", "asked for"),
    ):
        await form.locator(f'[name="{name}"]').fill(text)
    await form.locator("button[type=submit]").click()
    row = page.locator('[data-row="article metro-km"]')
    await expect(row).to_contain_text("draft")
    await row.locator("summary", has_text="Preview").click()
    frame = row.frame_locator("iframe")
    await expect(frame.locator("h1")).to_have_text("What the metro saves")
    await expect(frame.locator("h2").first).to_have_text("How")
    await row.locator("summary", has_text="Propose").click()
    await row.locator('form:visible [name="effective_from"]').fill(TODAY.isoformat())
    await row.locator('form:visible [name="reason"]').fill("ready")
    await row.get_by_role("button", name="Propose this version").click()
    await expect(row).to_contain_text("waits for a second person")
    await row.locator("summary", has_text="Publish").click()
    await row.locator('form:visible [name="reason"]').fill("read")
    await row.get_by_role("button", name="Publish").click()
    await expect(row.locator("dl").first).to_contain_text("version 1")
    await page.goto(f"{demo.base}/learn/metro-km")
    await expect(page.locator("h1")).to_have_text("What the metro saves")
    assert troubles == []
    await page.context.close()


async def test_a_question_of_the_release_is_changed_on_a_phone(demo: Demo, browser: Browser) -> None:
    page, troubles = await at_desk(demo, browser, "content", PHONE)
    await page.select_option("#content-kind", "question")
    await page.fill("#desk-query", "baseline")
    await expect(page.locator("[data-row]")).to_have_count(1)
    row = page.locator('[data-row="question reduction-baseline"]')
    await row.locator("summary", has_text="Open").click()
    await row.locator("summary", has_text="Write a new version").click()
    await row.locator('[name="choice_b.en"]').fill("Because it is never the same")
    await row.locator('form:visible [name="reason"]').fill("clearer")
    await row.get_by_role("button", name="Save as a draft").click()
    await expect(row).to_contain_text("draft")
    await row.locator("summary", has_text="Preview").click()
    await expect(row.frame_locator("iframe").locator("fieldset")).to_contain_text(
        "Because it is never the same"
    )
    width = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0
    assert troubles == []
    await page.context.close()


async def test_a_methods_draft_shows_its_effect_and_is_published(demo: Demo, browser: Browser) -> None:
    page, troubles = await at_desk(demo, browser, "methods", PHONE)
    await expect(page.locator('[data-row="points"]')).to_be_visible()
    await page.fill("#desk-query", "clean plate")
    await expect(page.locator("#desk-list [data-row]")).to_have_count(1)
    row = page.locator('[data-row="clean_plate"]')
    await row.locator("summary", has_text="Open").click()
    await row.locator("summary", has_text="Begin a draft").click()
    await row.locator('[name="version"]').fill("2027.1")
    await row.locator('[name="effective_from"]').fill((TODAY + timedelta(days=1)).isoformat())
    await row.locator('[name="caps"]').fill("meals_per_day count day 1")
    await row.locator('form:visible [name="reason"]').fill("too high")
    await row.get_by_role("button", name="Save as a draft").click()
    await expect(row.locator(".draft")).to_contain_text("meals_per_day")
    await row.locator("summary", has_text="Propose").click(timeout=30_000)
    await expect(row.locator(".draft-effect")).to_contain_text("People")
    await row.locator('form:visible [name="reason"]').fill("ready")
    await row.get_by_role("button", name="Propose").click()
    await row.locator("summary", has_text="Publish").click()
    await row.locator('form:visible [name="reason"]').fill("seen")
    await row.get_by_role("button", name="Publish").click()
    await expect(row.locator(".draft")).to_contain_text("published")
    await expect(row).to_contain_text("2027.1 from")
    width = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0
    assert troubles == []
    await page.context.close()
