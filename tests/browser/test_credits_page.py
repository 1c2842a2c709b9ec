"""The operators' page of credit batches, in a browser on the running demo."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import httpx2 as httpx
import pytest
from playwright.async_api import Browser, Page, expect

from backend.models import Staff
from backend.settings import Settings
from tests.browser.conftest import Demo
from tests.browser.test_pages import LAPTOP, open_page, refusals_only
from tests.routes.identity.doors import code_of, enrol
from tests.service import PASSWORD, PASSWORD_HASH, Service, open_service
from tests.serving import over_http

PDF = b"%PDF-1.7\n%proof\n"


async def sign_in(page: Page, base: str, username: str, password: str) -> None:
    await page.goto(f"{base}/staff/credits")
    await page.fill("#username", username)
    await page.fill("#password", password)
    await page.click("#sign-in")


async def set_up_app(page: Page) -> None:
    """What an operator meets at the first sign-in outside demo mode."""
    secret = str(await page.locator("#factor-setup [data-secret]").get_attribute("data-secret"))
    await page.fill("#factor-code", code_of(secret))
    await page.click("#factor-go")
    await expect(page.locator("#factor-codes-list li")).to_have_count(10)
    await page.click("#factor-kept")


async def test_an_operator_enters_a_batch_with_its_proof_and_makes_it_void(
    demo: Demo, browser: Browser
) -> None:
    page, troubles = await open_page(browser, LAPTOP)
    await sign_in(page, demo.base, "operator", "demo")
    await expect(page.locator("#batches > li").first).to_be_visible()
    await page.click("#enter > summary")
    await page.select_option("#product", "cdcer")
    await expect(page.locator("#asked")).to_contain_text("Approved by, Approval document")
    reference = f"R-{uuid4().hex[:8]}"
    told = {
        "project_name": "Longquan Mountain",
        "vintage": "2024",
        "quantity_t": "3",
        "retirement_ref": reference,
        "retired_on": "2020-06-30",
    }
    for name, value in told.items():
        await page.fill(f'#batch-form [name="{name}"]', value)
    await page.click("#enter-send")
    await expect(page.locator("#enter-refused")).to_contain_text("2024-01-01")
    assert await page.input_value('#batch-form [name="retirement_ref"]') == reference
    await page.fill('#batch-form [name="retired_on"]', "2026-01-15")
    await page.set_input_files("#proof", {"name": "p.pdf", "mimeType": "application/pdf", "buffer": PDF})
    await page.click("#enter-send")
    await expect(page.locator("#entered")).to_contain_text("3 t")
    card = page.locator("#batches > li").first
    await expect(card).to_contain_text(reference)
    await expect(card.locator('[data-proof="get"]')).to_be_visible()
    await expect(card).to_contain_text("Approval document")
    # Another spelling of the same retirement.
    for name, value in (told | {"retirement_ref": reference.lower(), "retired_on": "2026-01-15"}).items():
        await page.fill(f'#batch-form [name="{name}"]', value)
    await page.click("#enter-send")
    await expect(page.locator("#enter-refused")).to_contain_text("entered before")
    await card.locator('[data-decision="void"]').click()
    await expect(card.locator(".field-error")).to_be_visible()
    await card.locator(".review-decision input").fill("typo")
    await card.locator('[data-decision="void"]').click()
    await expect(page.locator("#batches > li").first).to_have_attribute("data-status", "void")
    assert refusals_only(troubles) == []
    await page.context.close()


@pytest.fixture
async def office(settings: Settings) -> AsyncIterator[Service]:
    """A service outside demo mode, where two operators are needed."""
    async with open_service(replace(settings, environment="production")) as running:
        yield running


async def test_a_second_operator_ticks_each_value_and_confirms(office: Service, browser: Browser) -> None:
    for name in ("ann", "ben"):
        await Staff.create(username=name, role="operator", password_hash=PASSWORD_HASH)
    async with over_http(office) as base, httpx.AsyncClient(base_url=base) as client:
        _, _, headers = await enrol(client, "ann")
        body = {"product": "cdcer", "project_name": "龙泉山造林", "vintage": 2024, "quantity_t": 3}
        told = {"retirement_ref": "CDCER-2026-0117", "retired_on": "2026-01-15"}
        made = (await client.post("/v1/credit-batches", json=body | told, headers=headers)).json()
        page, troubles = await open_page(browser, LAPTOP)
        await sign_in(page, base, "ben", PASSWORD)
        await set_up_app(page)
        card = page.locator(f'[data-batch="{made["id"]}"]')
        await expect(card).to_contain_text("Entered by ann")
        # The proof is missing: the refusal says so, and what was ticked stays ticked.
        for box in await card.locator("[data-compared]").all():
            await box.check()
        await card.locator('[data-decision="confirmed"]').click()
        await expect(card.locator(".field-error")).to_contain_text("proof")
        proof = {"name": "p.pdf", "mimeType": "application/pdf", "buffer": PDF}
        await card.locator('[type="file"]').set_input_files(proof)  # type: ignore[arg-type]
        await card.locator('[data-proof="send"]').click()
        await expect(card.locator('[data-proof="get"]')).to_be_visible()
        async with page.expect_download() as download:
            await card.locator('[data-proof="get"]').click()
        assert (await download.value).suggested_filename == "CDCER-2026-0117.pdf"
        await card.locator('[data-decision="confirmed"]').click()
        await expect(card.locator(".field-error")).to_contain_text("Tick each value")
        for box in await card.locator("[data-compared]").all():
            await box.check()
        await card.locator('[data-decision="confirmed"]').click()
        await expect(card).to_have_attribute("data-status", "retired")
        await expect(card).to_contain_text("Confirmed by ben")
        assert refusals_only(troubles) == []
        await page.context.close()
