"""A merchant's till in the browser: a voucher is taken once, and a revoked token asks for another."""

from __future__ import annotations

from uuid import uuid4

import httpx2 as httpx
from playwright.async_api import Browser, Route, expect

from tests.browser.conftest import Demo
from tests.browser.scanners import staff_of
from tests.browser.test_pages import PHONE, hold_event, open_page, refusals_only


async def voucher_of(demo: Demo) -> tuple[dict[str, str], str, dict[str, str], str]:
    """A till's token, a voucher of its merchant, the operator's headers, and the till's address in the API."""
    _, badge = await hold_event(demo, "till", join_points=1000, pool_t=0)
    name = f"teahouse-{uuid4().hex[:8]}"
    said = {"zh-CN": "盖碗茶", "en": "Tea"}
    async with httpx.AsyncClient(base_url=demo.base) as client:
        staff = (await staff_of(client)).headers

        async def post(path: str, body: object, headers: dict[str, str]) -> dict[str, object]:
            answer = await client.post(path, json=body, headers=headers | {"Idempotency-Key": uuid4().hex})
            assert answer.status_code in (200, 201), answer.text
            found: dict[str, object] = answer.json()
            return found

        await post("/v1/merchants", {"code": name, "name": said, "reason": "test"}, staff)
        till = await post(f"/v1/merchants/{name}/devices", {"name": "front", "reason": "test"}, staff)
        reward = {"slug": name, "kind": "coupon", "merchant": name, "name": said, "about": said}
        price = {"cost_points": 10, "stock": 5, "is_open": True, "reason": "test"}
        await post("/v1/rewards", reward | price, staff)
        tokens = await post("/v1/sessions", {"provider": "demo", "code": uuid4().hex}, {})
        citizen = {"Authorization": f"Bearer {tokens['access_token']}"}
        await post("/v1/me/age", {"born": "1990-06"}, citizen)
        await post("/v1/scans", {"code": badge}, citizen)
        werun = await client.get("/demo/werun?steps=8000", headers=citizen)
        await post("/v1/me/consents", {"scope": "werun", "granted": True}, citizen)
        await post("/v1/me/steps", werun.json(), citizen)
        redeemed = await post(f"/v1/rewards/{name}/redemptions", {"cost_points": 10}, citizen)
    path = f"/v1/merchants/{name}/devices/{till['id']}/revocation"
    return {"token": str(till["token"])}, _code_in(redeemed), staff, path


def _code_in(redeemed: dict[str, object]) -> str:
    voucher = redeemed["voucher"]
    assert isinstance(voucher, dict)
    return str(voucher["code"])


async def test_a_voucher_is_taken_once_and_a_lost_answer_is_asked_for_again(
    demo: Demo, browser: Browser
) -> None:
    till, voucher, staff, revocation = await voucher_of(demo)
    page, troubles = await open_page(browser, PHONE, "zh-CN")
    keys: list[str] = []

    async def lose_the_first_answer(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        answer = await route.fetch()
        await (route.abort("connectionreset") if len(keys) == 1 else route.fulfill(response=answer))

    await page.goto(f"{demo.base}/till#{till['token']}")
    await expect(page.locator("#till")).to_be_visible()
    assert "#" not in page.url
    await page.route("**/v1/vouchers/verify", lose_the_first_answer)
    await page.fill("#till-code", voucher.lower())
    await page.press("#till-code", "Enter")
    await page.locator("#till-waiting button").first.click()
    answer = page.locator("#till-answer")
    await expect(answer).to_have_attribute("data-result", "ok")
    await expect(answer).to_contain_text("盖碗茶")
    assert len(keys) == 2
    assert len(set(keys)) == 1
    # Somebody shows it a second time.
    await page.fill("#till-code", voucher)
    await page.press("#till-code", "Enter")
    await expect(answer).to_have_attribute("data-result", "refused")
    await expect(page.locator("#till-code")).to_have_value(voucher)
    async with httpx.AsyncClient(base_url=demo.base) as client:
        assert (await client.post(revocation, json={"reason": "lost"}, headers=staff)).status_code == 200
    await page.press("#till-code", "Enter")
    await expect(page.locator("#till-refused")).to_be_visible()
    await page.reload()
    await expect(page.locator("#till")).to_be_hidden()
    assert [text for text in refusals_only(troubles) if "ERR_CONNECTION_RESET" not in text] == []
    await page.context.close()
