"""The reviewers' page and the page of a scene's sign, in a browser on the running demo."""

from __future__ import annotations

import io
from uuid import uuid4

import httpx2 as httpx
from PIL import Image
from playwright.async_api import Browser, expect

from tests.browser.conftest import Demo
from tests.browser.test_pages import LAPTOP, PHONE, open_page


async def signed_in(client: httpx.AsyncClient, path: str, **body: str) -> dict[str, str]:
    answer = await client.post(path, json=body)
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def photographed(client: httpx.AsyncClient, citizen: dict[str, str]) -> str:
    """The id of an action that waits for somebody to look at its photo."""
    picture = io.BytesIO()
    Image.new("RGB", (400, 300), tuple(uuid4().bytes[:3])).save(picture, "JPEG")
    await client.post("/v1/me/age", json={"born": "1990-06"}, headers=citizen)
    headers = citizen | {"Content-Type": "image/jpeg"}
    photo = await client.post("/v1/me/photos", content=picture.getvalue(), headers=headers)
    evidence = {"tier": "E4", "photo": photo.json()["sha256"], "lat": 30.65, "lon": 104.06}
    body = {"method": "clean_plate", "evidence": evidence}
    headers = citizen | {"Idempotency-Key": uuid4().hex}
    return str((await client.post("/v1/actions", json=body, headers=headers)).json()["id"])


async def test_staff_look_at_a_photo_and_their_yes_becomes_points(demo: Demo, browser: Browser) -> None:
    async with httpx.AsyncClient(base_url=demo.base) as client:
        citizen = await signed_in(client, "/v1/sessions", provider="demo", code=uuid4().hex)
        action = await photographed(client, citizen)
        other = await photographed(client, citizen)
        page, troubles = await open_page(browser, LAPTOP)
        await page.goto(f"{demo.base}/staff/reviews")
        await page.fill('[name="username"]', "staff")
        await page.fill('[name="password"]', "demo")
        await page.click("#sign-in")
        card = page.locator(f'[data-review="{action}"]')
        await expect(card.locator("img")).to_be_visible()
        assert await card.locator("img").evaluate("image => image.naturalWidth") == 400
        await card.locator('[data-decision="approve"]').click()
        await expect(page.locator(f'[data-review="{action}"][data-decided="approved"]')).to_contain_text(
            "points"
        )
        refused = page.locator(f'[data-review="{other}"]')
        await refused.locator('[data-decision="reject"]').click()
        await expect(refused.locator(".field-error")).to_be_visible()
        await refused.locator("input").fill("The plate is not to be seen")
        await refused.locator('[data-decision="reject"]').click()
        await expect(page.locator(f'[data-review="{other}"][data-decided="rejected"]')).to_be_visible()
        assert (await client.get("/v1/me", headers=citizen)).json()["balance"] > 0
        told = (await client.get("/v1/me/reviews", headers=citizen)).json()["items"]
        assert told[0]["reason"] == "The plate is not to be seen"
    assert troubles == []
    await page.context.close()


async def test_a_scenes_sign_opens_its_page_and_logs_what_may_be_done_there(
    demo: Demo, browser: Browser
) -> None:
    async with httpx.AsyncClient(base_url=demo.base) as client:
        operator = await signed_in(client, "/v1/staff/sessions", username="operator", password="demo")
        listed = (await client.get("/v1/scenes", params={"kind": "shop"})).json()["items"]
        shown = await client.get(f"/v1/scenes/{listed[-1]['code']}/sign", headers=operator)
    page, troubles = await open_page(browser, PHONE)
    await page.goto(shown.json()["sign"]["url"])
    await expect(page.locator("#event-name")).to_have_text(listed[-1]["name"]["en"])
    await expect(page.locator(".tile")).to_have_count(2)
    await page.click('[data-method="own_bag"]')
    await expect(page.locator('[data-action="own_bag"]')).to_contain_text("+1 point")
    await expect(page.locator("#join-columns")).to_be_hidden()
    assert troubles == []
    await page.context.close()
