"""A member of staff from the operator's link to a passkey, in a browser on a demo that has a domain name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import VAR, Demo, running_demo
from tests.browser.test_pages import LAPTOP, PHONE, open_page, refusals_only
from tests.routes.identity.doors import code_of

PASSWORD = "纸鸢 over the old bridge 7"
PICTURES = Path(VAR).parent / "pictures-staff"


@pytest.fixture(scope="module")
def named() -> Iterator[Demo]:
    """Browsers make passkeys for names, not for addresses."""
    with running_demo(VAR.with_name(f"{VAR.name}-named"), "localhost") as running:
        yield running


async def sign_in(page: Page, username: str, password: str) -> None:
    await page.fill("#username", username)
    await page.fill("#password", password)
    await page.click("#sign-in")


async def invited(demo: Demo, browser: Browser, name: str) -> str:
    """The link that an operator gets for a new account."""
    page, troubles = await open_page(browser, LAPTOP)
    await page.goto(f"{demo.base}/staff/accounts")
    await sign_in(page, "operator", "demo")
    await page.click("#create summary")
    await page.fill("#a-username", name)
    await page.select_option("#a-role", "organiser")
    await page.fill("#a-reason", "runs the fair")
    await page.click("#create-go")
    link = await page.input_value("#password-link")
    card = page.locator(f'[data-account="{name}"]')
    await expect(card).to_contain_text("Organiser")
    await card.locator("summary").click()
    await card.locator('[data-verb="disablement"]').click()
    await expect(card.locator(".field-error")).to_be_visible()
    await page.screenshot(path=PICTURES / "accounts.png", full_page=True)
    assert troubles == []
    await page.context.close()
    return link


async def authenticator(page: Page) -> None:
    """A security key that says yes to everything, as the browser's own tests have it."""
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


async def test_from_the_operators_link_to_a_passkey(named: Demo, browser: Browser) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    name = f"chen-{uuid4().hex[:8]}"
    link = await invited(named, browser, name)
    page, troubles = await open_page(browser, LAPTOP)
    await authenticator(page)
    await page.goto(link)
    await page.fill("#link-password", PASSWORD)
    await page.fill("#link-again", PASSWORD)
    await page.click("#link-go")
    await expect(page.locator("#link-done")).to_be_visible()
    assert "#" not in page.url

    await page.goto(f"{named.base}/staff/security")
    await sign_in(page, name, PASSWORD)
    await page.fill('#factor-change [name="password"]', PASSWORD)
    await page.click("#begin-totp")
    secret = str(await page.locator("#totp-setup [data-secret]").get_attribute("data-secret"))
    await page.screenshot(path=PICTURES / "totp.png", full_page=True)
    await page.fill("#totp-code", code_of(secret, -1))
    await page.click("#totp-go")
    await expect(page.locator("#codes-list li")).to_have_count(10)
    recovery = await page.locator("#codes-list li").first.inner_text()
    await page.screenshot(path=PICTURES / "codes.png", full_page=True)
    await page.click("#codes-kept")

    # With a code of the app, after a wrong one.
    await page.click("#sign-out")
    await sign_in(page, name, PASSWORD)
    await page.fill("#factor-code", "000000")
    await page.click("#factor-go")
    await expect(page.locator("#factor-refused")).to_be_visible()
    await page.fill("#factor-code", code_of(secret))
    await page.click("#factor-go")
    await expect(page.locator("#totp-state")).to_have_text("Set up")

    # A passkey, and with it the next sign-in.
    await page.fill('#factor-change [name="password"]', PASSWORD)
    await page.fill("#passkey-name", "Chen's laptop")
    await page.click("#add-passkey")
    await expect(page.locator("#passkeys")).to_contain_text("Chen's laptop")
    await page.screenshot(path=PICTURES / "security.png", full_page=True)
    await page.click("#sign-out")
    await sign_in(page, name, PASSWORD)
    await expect(page.locator("#factor-passkey")).to_be_visible()
    await page.screenshot(path=PICTURES / "second-factor.png", full_page=True)
    await page.click("#factor-passkey")
    await expect(page.locator("#passkeys")).to_contain_text("last used")

    # A recovery code on another device, which the first one sees and ends.
    phone, phone_troubles = await open_page(browser, PHONE, "zh-CN")
    await phone.goto(f"{named.base}/staff/security")
    await sign_in(phone, name, PASSWORD)
    await phone.click("#factor-other")
    await phone.fill("#factor-recovery", recovery)
    await phone.screenshot(path=PICTURES / "recovery-phone.png", full_page=True)
    await phone.click("#factor-go")
    await expect(phone.locator("#codes-state")).to_contain_text("9")
    await phone.screenshot(path=PICTURES / "security-phone.png", full_page=True)
    assert refusals_only(phone_troubles) == []
    await page.reload()
    await expect(page.locator("#sessions tbody tr")).to_have_count(2)
    await page.click("#end-others")
    await expect(page.locator("#sessions tbody tr")).to_have_count(1)
    assert refusals_only(troubles) == []
    await phone.context.close()
    await page.context.close()
