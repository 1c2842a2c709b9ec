"""Retired credits: entered once, assigned no further than they reach, whoever asks at the same moment."""

from __future__ import annotations

import asyncio
from collections import Counter
from uuid import uuid4

import asyncpg

from tests.service import TONNE, Service


async def assign(stage: Service, slug: str, batch: str, grams: int) -> tuple[int, dict[str, object]]:
    body = {"batch_id": batch, "grams": grams}
    answer = await stage.post(f"/v1/events/{slug}/pools", body, await stage.staff("operator"))
    return answer.status_code, answer.json()


async def test_the_same_retirement_is_entered_once(stage: Service) -> None:
    first = await stage.batch(retirement_ref="R-2026-1")
    body = {name: first[name] for name in ("product", "project_name", "vintage", "quantity_t", "retired_on")}
    operator = await stage.staff("operator")
    again = await stage.post("/v1/credit-batches", body | {"retirement_ref": "R-2026-1"}, operator)
    assert (again.status_code, again.json()["code"]) == (409, "retirement_entered")
    at_once = [
        stage.post("/v1/credit-batches", body | {"retirement_ref": "R-2026-2"}, operator) for _ in range(8)
    ]
    statuses = Counter(answer.status_code for answer in await asyncio.gather(*at_once))
    assert statuses == {201: 1, 409: 7}


async def test_a_batch_is_shown_as_it_was_entered(stage: Service) -> None:
    made = await stage.batch(3, price_per_t=67.6, project_name="川西光伏")
    assert (made["quantity_t"], made["grams_left"], made["grams_assigned"]) == (3, 3 * TONNE, 0)
    assert made["price_per_t"] == 67.6
    listed = (await stage.client.get("/v1/credit-batches", headers=await stage.staff("regulator"))).json()
    assert listed["items"][0] == made


async def test_an_assignment_takes_the_next_serials_and_tells_what_is_left(stage: Service) -> None:
    await stage.event("pooled")
    batch = (await stage.batch(1))["id"]
    status, first = await assign(stage, "pooled", batch, 400_000)
    assert status == 201
    assert first == {
        "position": 1,
        "batch_id": batch,
        "grams": 400_000,
        "grams_left": 400_000,
        "serial_from": 1,
        "serial_to": 400_000,
    }
    status, refused = await assign(stage, "pooled", batch, 600_001)
    assert (status, refused["code"]) == (409, "credit_batch_overassigned")
    assert refused["facts"] == {"left_g": 600_000}
    status, second = await assign(stage, "pooled", batch, 600_000)
    assert (second["position"], second["serial_from"], second["serial_to"]) == (2, 400_001, TONNE)
    pools = await stage.client.get("/v1/events/pooled/pools", headers=await stage.staff("staff"))
    assert pools.json() == {"items": [first, second], "next_cursor": None}


async def test_of_two_who_want_the_last_grams_at_once_one_gets_them(
    stage: Service, rows: asyncpg.Connection
) -> None:
    for round_ in range(5):
        slugs = [f"last-{round_}-{side}" for side in ("left", "right")]
        for slug in slugs:
            await stage.event(slug)
        batch = (await stage.batch(1))["id"]
        answers = await asyncio.gather(*(assign(stage, slug, batch, TONNE) for slug in slugs))
        assert sorted(status for status, _ in answers) == [201, 409]
        assert await rows.fetchval("SELECT count(*) FROM pools WHERE batch_id = $1", batch) == 1


async def test_many_assignments_at_once_share_a_batch_without_gap_or_overlap(stage: Service) -> None:
    slugs = [f"many-{uuid4().hex[:6]}" for _ in range(3)]
    for slug in slugs:
        await stage.event(slug)
    batch = (await stage.batch(1))["id"]
    answers = await asyncio.gather(*(assign(stage, slug, batch, 70_000) for slug in slugs for _ in range(5)))
    assert Counter(status for status, _ in answers) == {201: 14, 409: 1}
    ranges = sorted(
        (int(str(pool["serial_from"])), int(str(pool["serial_to"])))
        for status, pool in answers
        if status == 201
    )
    assert ranges == [(first, first + 69_999) for first in range(1, 980_001, 70_000)]
    for slug in slugs:
        pools = await stage.client.get(f"/v1/events/{slug}/pools", headers=await stage.staff("staff"))
        positions = [pool["position"] for pool in pools.json()["items"]]
        assert positions == list(range(1, len(positions) + 1))
