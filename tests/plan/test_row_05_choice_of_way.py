"""Row 5: ways to offset in MEE's order, with price, vintage, stock and origin; planting warns of 6 years."""

from __future__ import annotations

import re

from tests.service import TONNE, Service


async def test_row_05_ways_are_offered_in_the_guidelines_order_and_only_from_stock(service: Service) -> None:
    await service.event("fair")
    await service.batch(
        2, vintage=2023, price_per_t=30, price_as_of="2026-01-10", origin_tag="formerly_poor_area"
    )
    waiting = await service.batch(5, product="ccer", status="pending", retirement_ref=None, retired_on=None)
    products = (await service.client.get("/v1/products")).json()["items"]
    assert [each["preference"] for each in products] == sorted(each["preference"] for each in products)
    stock = next(each for each in products if each["code"] == "cdcer")["stock"]
    assert (stock["price_per_t_min"], stock["vintage_from"], stock["grams"]) == (30.0, 2023, 2 * TONNE)
    assert stock["formerly_poor_area_pct"] == 100
    # What is not in stock cannot be chosen.
    assert not next(each for each in products if each["code"] == "ccer")["is_in_stock"]
    body = {"batch_id": waiting["id"], "grams": TONNE}
    refused = await service.post("/v1/events/fair/pools", body, await service.staff("operator"))
    assert (refused.status_code, refused.json()["code"]) == (409, "batch_not_retired")
    sink = next(each for each in products if each["code"] == "forest_grass_sink")
    assert "6 年" in sink["warning"]["zh-CN"]
    # Everybody sees the same on a page.
    for language, warning in (("zh-CN", "6 年"), ("en", "6 years")):
        page = (await service.client.get("/ways", params={"lang": language})).text
        shown = re.findall(r'data-product="(\w+)" data-selectable="(\w+)"', page)
        assert [code for code, _ in shown] == [each["code"] for each in products]
        assert {code for code, is_in_stock in shown if is_in_stock == "true"} == {"cdcer"}
        assert warning in page.lower(), language
        assert "2023" in page
