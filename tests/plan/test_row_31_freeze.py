# Row 31, 监管辅助功能: a regulator reads, a regulator's business POST is 403, and a freeze stops allocations in ≤ 1 s.
"""A regulator freezes an event: allocations stop at once, and a regulator does no business."""

from __future__ import annotations

import time

import asyncpg

from tests.service import TONNE, Service


async def test_row_31_a_freeze_stops_allocations_within_a_second(
    service: Service, owner: asyncpg.Connection
) -> None:
    await service.event("fair")
    await service.pool("fair", TONNE)
    regulator = await service.staff("regulator")
    assert (
        await service.client.get("/v1/events/fair/pool-supervision", headers=regulator)
    ).status_code == 200
    moved = await service.post("/v1/events/fair/transitions", {"to": "accounting"}, regulator)
    assert moved.status_code == 403
    [first, second] = await service.badges(2)
    assert (await service.scan(first["code"], await service.citizen(), offset={"grams": 1000})).json()[
        "offset"
    ]
    began = time.monotonic()
    frozen = await service.post("/v1/events/fair/freeze", {"reason": "核查"}, regulator)
    assert frozen.status_code == 200
    assert time.monotonic() - began < 1
    later = await service.scan(second["code"], await service.citizen(), offset={"grams": 1000})
    assert (later.status_code, later.json()["offset_status"]) == (201, "frozen")
    assert await owner.fetchval("SELECT count(*) FROM allocations") == 1
