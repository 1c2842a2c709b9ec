"""What may be chosen: products in their order with stock and price, suggestions, warnings, and what an event leaves."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import asyncpg

from tests.ledger.stage import assert_every_promise_holds
from tests.service import TONNE, Json, Service


async def assign(service: Service, slug: str, batch: Json, grams: int) -> Json:
    body = {"batch_id": batch["id"], "grams": grams}
    answer = await service.post(f"/v1/events/{slug}/pools", body, await service.staff("operator"))
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


async def products(service: Service) -> dict[str, Json]:
    answer = await service.client.get("/v1/products")
    return {each["code"]: each for each in answer.json()["items"]}


async def suggestion(service: Service, slug: str, grams: object) -> Json:
    answer = await service.client.get(
        f"/v1/events/{slug}/pools/suggestion?grams={grams}", headers=await service.staff("organiser")
    )
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def test_products_are_shown_in_the_order_of_the_guideline_with_what_is_left(service: Service) -> None:
    empty = await products(service)
    ranks = [each["preference"] for each in empty.values()]
    assert ranks == sorted(ranks)
    assert not any(each["is_in_stock"] for each in empty.values())
    assert empty["ccer"]["price"]["as_of"] == "2025-12-19"
    assert empty["ccer"]["price"]["source"]["id"] == "ccer-market-2025"
    assert empty["cdcer"]["price"]["source_kind"] == "assumption"
    assert "6 年" in empty["forest_grass_sink"]["warning"]["zh-CN"]
    await service.event("fair")
    plain = await service.batch(3, vintage=2023, price_per_t=30, price_as_of="2026-01-10")
    tagged = await service.batch(1, price_per_t=35, origin_tag="formerly_poor_area")
    await service.batch(5, product="ccer", status="pending", retirement_ref=None, retired_on=None)
    stock = (await products(service))["cdcer"]["stock"]
    assert stock == {
        "batches": 2,
        "grams": 4 * TONNE,
        "formerly_poor_area_pct": 25.0,
        "vintage_from": 2023,
        "vintage_to": 2024,
        "price_per_t_min": 30.0,
        "price_per_t_max": 35.0,
        "price_as_of": "2026-01-10",
    }
    assert not (await products(service))["ccer"]["is_in_stock"]
    await assign(service, "fair", plain, 3 * TONNE)
    await assign(service, "fair", tagged, TONNE)
    assert (await products(service))["cdcer"]["is_in_stock"] is False


async def test_a_suggestion_takes_the_preferred_product_first(service: Service) -> None:
    await service.event("fair")
    cheap = await service.batch(1, price_per_t=30)
    dear = await service.batch(1, price_per_t=40)
    tagged = await service.batch(1, price_per_t=50, origin_tag="formerly_poor_area")
    better = await service.batch(1, product="ccer", price_per_t=67.6, project_name="光伏")
    found = await suggestion(service, "fair", 3_500_001)
    order = [part["batch_id"] for part in found["parts"]]
    assert order == [batch["id"] for batch in (better, tagged, cheap, dear)]
    assert [part["grams"] for part in found["parts"]] == [TONNE, TONNE, TONNE, 500_001]
    assert [part["cost"] for part in found["parts"]] == [67.6, 50.0, 30.0, 20.01]
    assert (found["short_g"], found["cost"]) == (0, 167.61)
    assert (await suggestion(service, "fair", 5 * TONNE))["short_g"] == TONNE
    await service.batch(2, project_name="without a price")
    assert (await suggestion(service, "fair", 6 * TONNE))["cost"] is None


async def test_who_takes_a_lesser_product_is_told_of_the_better_one_in_stock(service: Service) -> None:
    await service.event("fair")
    lesser = await service.batch(2)
    assert "warnings" not in await assign(service, "fair", lesser, 1000)
    better = await service.batch(1, product="ccer")
    made = await assign(service, "fair", lesser, 1000)
    assert [each["code"] for each in made["warnings"]] == ["better_product_in_stock"]
    assert "CCER" in made["warnings"][0]["text"]["en"]
    await assign(service, "fair", better, TONNE)
    assert "warnings" not in await assign(service, "fair", lesser, 1000)


async def test_a_running_event_is_topped_up_while_another_wants_the_same_grams(service: Service) -> None:
    for slug in ("left", "right"):
        await service.event(slug)
    batch = await service.batch(1)
    await assign(service, "left", batch, 100_000)
    await assign(service, "right", batch, 100_000)
    badge = (await service.badges(1, "left"))[0]

    async def top_up(slug: str, grams: int) -> int:
        body: dict[str, Any] = {"batch_id": batch["id"], "grams": grams}
        answer = await service.post(f"/v1/events/{slug}/pools", body, await service.staff("operator"))
        return answer.status_code

    async def scan() -> int:
        answer = await service.scan(badge["code"], await service.citizen(), offset={"grams": 1000})
        return answer.status_code

    answers = await asyncio.gather(
        *(top_up(slug, 300_000) for _ in range(4) for slug in ("left", "right")), scan()
    )
    assert answers[-1] == 201
    # 800 kg are left: two of the eight who want 300 kg get them.
    assert Counter(answers[:-1]) == {201: 2, 409: 6}
    await assert_every_promise_holds(service)


async def test_what_an_event_leaves_is_shown_and_recorded_when_it_closes(
    service: Service, owner: asyncpg.Connection
) -> None:
    await service.event("fair")
    tagged = await service.batch(1, origin_tag="formerly_poor_area")
    plain = await service.batch(3)
    await assign(service, "fair", tagged, TONNE)
    await assign(service, "fair", plain, 3 * TONNE)
    badge = (await service.badges(1))[0]
    joined = await service.scan(
        badge["code"], await service.citizen(), journey={"distance_km": 300}, offset={"grams": 2000}
    )
    assert joined.json()["offset"]["grams"] == 2000
    now = (await service.client.get("/v1/events/fair/surplus")).json()
    assert (now["is_final"], now["pooled_g"], now["unused_g"]) == (False, 4 * TONNE, 4 * TONNE - 2000)
    assert now["formerly_poor_area_pct"] == 25.0
    assert [part["unused_g"] for part in now["by_batch"]] == [TONNE - 2000, 3 * TONNE]
    moved = await service.post(
        "/v1/events/fair/transitions", {"to": "closed", "note": "over"}, await service.staff("organiser")
    )
    assert moved.status_code == 200, moved.text
    final = (await service.client.get("/v1/events/fair/surplus")).json()
    assert final["is_final"]
    assert {name: final[name] for name in final if name not in ("is_final", "at")} == {
        name: now[name] for name in now if name not in ("is_final", "at")
    }
    recorded = await owner.fetchrow("SELECT grams, unused_g, released_g FROM surpluses")
    assert tuple(recorded) == (4 * TONNE - 2000, 4 * TONNE - 2000, 0)
    assert (await service.client.get("/v1/events/fair/surplus")).json() == final
