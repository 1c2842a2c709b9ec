"""The mall over HTTP: redeeming, showing, verifying, giving back, and its administration."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import asyncpg
import httpx2 as httpx
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from backend.domain.days import SHANGHAI
from tests.ledger.stage import assert_every_promise_holds
from tests.mall import POINTS, Mall, open_mall, told
from tests.service import Service


@pytest.fixture
async def mall(service: Service) -> Mall:
    return await open_mall(service)


async def get(mall: Mall, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
    return await mall.service.client.get(path, headers=headers)


async def test_a_cup_of_tea_from_the_list_to_the_till(mall: Mall) -> None:
    await mall.reward(per_person_max=2)
    buyer = await mall.buyer()
    (offered,) = (await get(mall, "/v1/rewards", buyer)).json()["items"]
    assert (offered["state"], offered["stock_left"], offered["mine_left"]) == ("open", 10, 2)
    assert (await get(mall, "/v1/rewards/tea")).json()["mine_left"] is None

    redeemed = await mall.redeem(buyer, cost_points=100)
    made = redeemed.json()
    assert (redeemed.status_code, made["points"], made["balance"]) == (201, 100, POINTS - 100)
    assert (made["coupon_code"], made["is_final"]) == (None, False)
    (entry, *_) = (await get(mall, "/v1/me/points/entries", buyer)).json()["items"]
    assert (entry["points"], entry["reason"], entry["source_id"]) == (-100, "redemption", made["id"])

    shown = (await get(mall, f"/v1/me/redemptions/{made['id']}", buyer)).json()
    assert shown["voucher"] == made["voucher"]
    assert (await get(mall, "/v1/me/redemptions", buyer)).json()["items"] == [shown]
    code = await scan_picture(mall, made["qr"], buyer)
    assert code == made["voucher"]["code"]

    # As somebody types it who reads O for 0 and leaves the hyphens out.
    verified = await mall.verify(code.replace("-", " ").replace("0", "O").lower())
    assert verified.status_code == 200
    assert verified.json()["reward"]["slug"] == "tea"
    used = (await get(mall, f"/v1/me/redemptions/{made['id']}", buyer)).json()["voucher"]
    assert (used["state"], used["used_at"]) == ("used", verified.json()["used_at"])
    reward = (await get(mall, "/v1/rewards/tea", buyer)).json()
    assert (reward["stock_left"], reward["mine_left"]) == (9, 1)
    assert told(await mall.cancel(buyer, made["id"])) == (409, "voucher_used")
    await assert_every_promise_holds(mall.service)


async def scan_picture(mall: Mall, path: str, buyer: dict[str, str]) -> str:
    """What a camera reads off the picture."""
    answer = await get(mall, path, buyer)
    assert answer.headers["content-type"] == "image/svg+xml"
    (found,) = zxingcpp.read_barcodes(rendered(answer.content))
    return str(found.text)


def rendered(svg: bytes, scale: int = 8) -> Image.Image:
    """The picture as a screen shows it: every module of the one path as a dark square."""
    text = svg.decode()
    side = re.search(r'viewBox="0 0 (\d+) (\d+)"', text)
    assert side
    picture = Image.new("L", (int(side[1]) * scale, int(side[2]) * scale), 255)
    pen = ImageDraw.Draw(picture)
    for x, y in re.findall(r"M(\d+),(\d+)H", text):
        left, top = int(x) * scale, int(y) * scale
        pen.rectangle((left, top, left + scale - 1, top + scale - 1), fill=0)
    return picture


async def test_a_metro_ride_is_a_code_and_a_tree_is_neither_and_both_are_final(mall: Mall) -> None:
    await mall.ticket(codes=1)
    await mall.reward("tree", kind="donation", merchant=None, stock=None)
    buyer = await mall.buyer()
    ride = (await mall.redeem(buyer, "metro")).json()
    assert (ride["voucher"], ride["is_final"]) == (None, True)
    assert await scan_picture(mall, ride["qr"], buyer) == ride["coupon_code"]
    tree = (await mall.redeem(buyer, "tree")).json()
    assert (tree["voucher"], tree["coupon_code"], tree["qr"], tree["is_final"]) == (None, None, None, True)
    picture = await get(mall, f"/v1/me/redemptions/{tree['id']}/qr", buyer)
    assert told(picture) == (404, "redemption_without_picture")
    for made in (ride, tree):
        assert told(await mall.cancel(buyer, made["id"])) == (409, "redemption_final")
    assert await mall.balance(buyer) == POINTS - 200
    # A coupon code opens no till.
    assert told(await mall.verify(ride["coupon_code"])) == (404, "voucher_not_found")
    await assert_every_promise_holds(mall.service)


async def test_a_voucher_is_verified_once_on_two_devices_and_a_repeat_gets_the_first_answer(
    mall: Mall,
) -> None:
    await mall.reward()
    buyer = await mall.buyer()
    first, second = [(await mall.redeem(buyer)).json()["voucher"]["code"] for _ in range(2)]
    tills = (mall.till, await mall.device())
    answers = await asyncio.gather(*(mall.verify(first, till) for till in tills for _ in range(4)))
    assert Counter(told(answer) for answer in answers) == {(200, ""): 1, (409, "voucher_used"): 7}
    used_at = next(answer for answer in answers if answer.status_code == 200).json()["used_at"]
    (refused, *_) = [answer.json()["detail"] for answer in answers if answer.status_code == 409]
    # When, in local time; by which device is nobody's business.
    local = datetime.fromisoformat(used_at).astimezone(SHANGHAI)
    assert local.isoformat(sep=" ", timespec="minutes")[:16] in refused

    ours, again = [await mall.verify(second, key="till-1") for _ in range(2)]
    assert (ours.status_code, ours.content) == (200, again.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert told(await mall.verify(second, tills[1], key="till-1")) == (409, "voucher_used")
    third = (await mall.redeem(buyer)).json()["voucher"]["code"]
    assert told(await mall.verify(third, key="till-1")) == (422, "idempotency_key_reused")
    assert told(await mall.verify(first, key="till-1"))[0] in (409, 422)
    assert (await mall.verify(third)).status_code == 200
    await assert_every_promise_holds(mall.service)


async def test_a_till_knows_its_own_merchants_vouchers_and_no_device_after_its_end(mall: Mall) -> None:
    await mall.reward()
    buyer = await mall.buyer()
    codes = [(await mall.redeem(buyer)).json()["voucher"]["code"] for _ in range(4)]
    await mall.merchant("market")
    stranger = await mall.device("market")
    assert told(await mall.verify(codes[0], stranger)) == (404, "voucher_not_found")
    for text in ("nothing", "0" * 20, "-" * 80, "茶" * 20):
        assert told(await mall.verify(text)) == (404, "voucher_not_found")
    for headers, code in (
        ({}, "not_signed_in"),
        ({"Authorization": "Basic mdv_x"}, "not_signed_in"),
        ({"Authorization": "Bearer mdv_" + "x" * 43}, "device_token_invalid"),
        ({"Authorization": "Bearer mdv_" + "x" * 430}, "device_token_invalid"),
        (buyer, "device_token_invalid"),
        (mall.operator, "device_token_invalid"),
    ):
        keyed = headers | {"Idempotency-Key": "k"}
        answer = await mall.service.post("/v1/vouchers/verify", {"code": codes[0]}, keyed)
        assert told(answer) == (401, code)

    (listed,) = [
        each
        for each in (await get(mall, "/v1/merchants", mall.operator)).json()["items"]
        if each["code"] == "teahouse"
    ]
    (device,) = listed["devices"]
    assert device["verifications"] == 0
    assert (await mall.verify(codes[0])).status_code == 200
    # A closed merchant verifies nothing and nothing of it is redeemed, until it is open again.
    closing = {"is_open": False, "reason": "renovation"}
    await mall.service.post("/v1/merchants/teahouse/changes", closing, mall.operator)
    assert told(await mall.verify(codes[1])) == (409, "merchant_closed")
    assert told(await mall.redeem(buyer)) == (409, "reward_not_open")
    assert (await get(mall, "/v1/rewards")).json()["items"] == []
    await mall.service.post("/v1/merchants/teahouse/changes", closing | {"is_open": True}, mall.operator)
    assert (await mall.verify(codes[1])).status_code == 200

    path = f"/v1/merchants/teahouse/devices/{device['id']}/revocation"
    for _ in range(2):
        ended = await mall.service.post(path, {"reason": "lost"}, mall.operator)
        assert ended.json()["devices"][0]["revoked_at"]
        assert ended.json()["devices"][0]["verifications"] == 2
    assert told(await mall.verify(codes[2])) == (401, "device_token_invalid")
    elsewhere = path.replace("teahouse", "market")
    assert told(await mall.service.post(elsewhere, {"reason": "x"}, mall.operator)) == (
        404,
        "device_not_found",
    )


async def test_a_reward_is_redeemed_within_its_times_and_at_the_price_that_was_shown(mall: Mall) -> None:
    now = datetime.now(UTC)
    hour = timedelta(hours=1)
    await mall.reward("soon", opens_at=(now + hour).isoformat())
    await mall.reward("past", opens_at=(now - hour).isoformat(), closes_at=(now - hour / 2).isoformat())
    await mall.reward("shut", is_open=False)
    await mall.reward("now", opens_at=(now - hour).isoformat(), closes_at=(now + hour).isoformat())
    buyer = await mall.buyer()
    for slug, code in (
        ("soon", "reward_not_open_yet"),
        ("past", "reward_over"),
        ("shut", "reward_not_open"),
        ("nowhere", "reward_not_found"),
    ):
        answer = await mall.redeem(buyer, slug)
        assert told(answer)[1] == code
    listed = {each["slug"]: each["state"] for each in (await get(mall, "/v1/rewards")).json()["items"]}
    assert listed == {"now": "open", "soon": "upcoming"}
    listed = {
        each["slug"]: each["state"]
        for each in (await get(mall, "/v1/rewards", mall.operator)).json()["items"]
    }
    assert listed == {"now": "open", "soon": "upcoming", "shut": "closed", "past": "over"}
    assert told(await get(mall, "/v1/rewards/shut", buyer)) == (404, "reward_not_found")

    await mall.change("now", cost_points=200)
    answer = await mall.redeem(buyer, "now", cost_points=100)
    assert told(answer) == (409, "reward_price_changed")
    assert "200" in answer.json()["detail"]
    assert (await mall.redeem(buyer, "now", cost_points=200)).json()["balance"] == POINTS - 200
    await assert_every_promise_holds(mall.service)


async def test_stock_goes_up_and_down_but_never_below_what_was_redeemed(
    mall: Mall, owner: asyncpg.Connection
) -> None:
    await mall.reward(stock=3, cost_points=10)
    buyer = await mall.buyer()
    for _ in range(2):
        await mall.redeem(buyer)
    answer = await mall.change(stock=1)
    assert told(answer) == (409, "stock_below_sold")
    assert "2" in answer.json()["detail"]
    assert (await mall.change(stock=2)).json()["state"] == "sold_out"
    assert told(await mall.redeem(buyer)) == (409, "reward_sold_out")
    assert (await mall.change(stock=None)).json()["stock_left"] is None
    assert (await mall.redeem(buyer)).status_code == 201
    assert (await mall.change(stock=10)).json()["stock_left"] == 7
    assert (await mall.change(stock=10)).status_code == 422
    recorded = await owner.fetch(
        "SELECT reason, before, after FROM staff_actions WHERE action = 'reward.change' ORDER BY at"
    )
    assert [row["after"] for row in recorded] == ['{"stock": 2}', '{"stock": null}', '{"stock": 10}']
    assert {row["reason"] for row in recorded} == {"a test"}
    await mall.ticket()
    assert told(await mall.change("metro", stock=1)) == (409, "stock_follows_codes")
    await assert_every_promise_holds(mall.service)


async def test_twenty_thousand_codes_are_imported_at_once_and_given_out_in_their_order(mall: Mall) -> None:
    await mall.ticket(codes=0, cost_points=1)
    body = "code\n" + "".join(f"METRO-{number:020}\n" for number in range(20_000, 0, -1))
    told_of = (await mall.send_codes(body)).json()
    assert told_of.items() >= {"added": 20_000, "stock": 20_000, "stock_left": 20_000}.items()
    buyer = await mall.buyer()
    given = [(await mall.redeem(buyer, "metro")).json()["coupon_code"] for _ in range(3)]
    assert given == [f"METRO-{number:020}" for number in (20_000, 19_999, 19_998)]
    await assert_every_promise_holds(mall.service)


async def test_two_imports_of_one_file_at_one_moment_are_imported_once(mall: Mall) -> None:
    await mall.ticket(codes=0)
    body = "code\n" + "".join(f"CODE-{number}\n" for number in range(500))
    answers = await asyncio.gather(*(mall.send_codes(body) for _ in range(3)))
    assert Counter(told(answer) for answer in answers) == {(201, ""): 1, (422, "codes_row_known"): 2}
    assert await mall.left("metro") == 500
    await assert_every_promise_holds(mall.service)


async def test_generated_codes_are_shown_once_and_are_the_ones_given_out(mall: Mall) -> None:
    await mall.ticket(codes=0)
    body = {"count": 3, "reason": "a test"}
    made = await mall.service.post("/v1/rewards/metro/codes/generated", body, mall.operator)
    codes = made.json()["codes"]
    assert len(set(codes)) == 3
    buyer = await mall.buyer()
    given = [(await mall.redeem(buyer, "metro")).json()["coupon_code"] for _ in range(3)]
    assert sorted(given) == sorted(codes)
    assert told(await mall.redeem(buyer, "metro")) == (409, "reward_sold_out")
    await mall.reward()
    answer = await mall.service.post("/v1/rewards/tea/codes/generated", body, mall.operator)
    assert told(answer) == (409, "reward_takes_no_codes")


async def test_staff_see_what_was_redeemed_and_never_by_whom(mall: Mall) -> None:
    await mall.reward(cost_points=10)
    buyer = await mall.buyer()
    made = [(await mall.redeem(buyer)).json() for _ in range(4)]
    await mall.verify(made[0]["voucher"]["code"])
    await mall.cancel(buyer, made[1]["id"])
    regulator = await mall.service.staff("regulator")
    figures = (await get(mall, "/v1/rewards/tea/figures", regulator)).json()
    assert figures == {
        "slug": "tea",
        "stock": 10,
        "stock_left": 7,
        "redeemed": 3,
        "points": 30,
        "cancelled": 1,
        "issued": 2,
        "used": 1,
        "expired": 0,
    }
    # Sums are for who oversees; piece by piece it is for who runs it.
    assert (await get(mall, "/v1/rewards/tea/redemptions", regulator)).json()["code"] == "role_forbidden"
    operator = await mall.service.staff("operator")
    page = await get(mall, "/v1/rewards/tea/redemptions?limit=3", operator)
    states = [item["voucher_state"] for item in page.json()["items"]]
    cursor = page.json()["next_cursor"]
    rest = await get(mall, f"/v1/rewards/tea/redemptions?cursor={cursor}", operator)
    states += [item["voucher_state"] for item in rest.json()["items"]]
    assert states == ["issued", "issued", "cancelled", "used"]
    me = (await get(mall, "/v1/me", buyer)).json()
    for text in (me["id"], me["nickname"], made[2]["voucher"]["code"]):
        assert text not in page.text + rest.text


async def test_a_redemption_is_its_citizens_own(mall: Mall) -> None:
    await mall.reward()
    buyer, other = await mall.buyer(), await mall.buyer()
    made = (await mall.redeem(buyer)).json()
    for path in (f"/v1/me/redemptions/{made['id']}", made["qr"], "/v1/me/redemptions/nothing"):
        assert told(await get(mall, path, other)) == (404, "redemption_not_found")
    assert told(await mall.cancel(other, made["id"])) == (404, "redemption_not_found")
    assert (await get(mall, "/v1/me/redemptions", other)).json() == {"items": [], "next_cursor": None}
    assert (await mall.cancel(buyer, made["id"])).status_code == 200


async def test_the_statement_names_what_was_redeemed_and_what_was_given_back(mall: Mall) -> None:
    await mall.reward(name={"zh-CN": "盖碗茶", "en": "Bowl of tea"})
    buyer = await mall.buyer()
    redeemed = (await mall.redeem(buyer)).json()
    assert (await mall.cancel(buyer, redeemed["id"])).status_code == 200
    back, paid, joined = (await get(mall, "/v1/me/points/entries", buyer)).json()["items"]
    assert [entry["reason"] for entry in (back, paid, joined)] == ["cancellation", "redemption", "event_join"]
    assert joined["reward"] is None
    assert back["reward"] == paid["reward"]
    assert (paid["reward"]["slug"], paid["reward"]["name"]["zh-CN"]) == ("tea", "盖碗茶")
    assert paid["description"] == {"zh-CN": "兑换：盖碗茶", "en": "Redeemed: Bowl of tea"}
    assert back["description"]["en"].endswith("given back: Bowl of tea")
    table = await get(mall, "/v1/me/points/entries.csv?language=en", buyer)
    assert b"Redeemed: Bowl of tea" in table.content
    head, *rows = table.content.decode("utf-8-sig").splitlines()
    assert head.endswith(",source id,reward")
    assert [row.rsplit(",", 1)[1] for row in rows] == ["", "tea", "tea"]
