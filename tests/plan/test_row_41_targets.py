"""Row 41 (目标 2022/2025): counters of demonstrations, participants, tonnes and coverage; sums equal the ledgers."""

from __future__ import annotations

import asyncpg

from tests.routes.disclosure.releasing import closed_event
from tests.service import Service


async def test_row_41_counters_against_targets_equal_the_ledger(
    service: Service, owner: asyncpg.Connection
) -> None:
    await closed_event(service, "fair", people=4)
    await owner.execute("UPDATE events SET is_demonstration = true")
    service.components.statistics._cache.forget_all()
    found = (await service.client.get("/v1/stats")).json()
    assert found["people"] == await owner.fetchval("SELECT count(*) FROM attendances")
    assert found["offset_g"] == await owner.fetchval("SELECT sum(grams) FROM current_offsets")
    assert found["retired_g"] == await owner.fetchval("SELECT sum(serial_to - serial_from + 1) FROM pools")
    assert (found["demonstrations"], found["cities"]) == (1, ["成都"])
    targets = {(each["figure"], each["year"]) for each in found["targets"]}
    assert targets == {
        (figure, year)
        for figure in ("demonstrations", "people", "retired_g", "cities")
        for year in (2022, 2025)
    }
    page = await service.client.get("/stats?lang=en")
    assert page.status_code == 200
    assert "our assumption" in page.text
