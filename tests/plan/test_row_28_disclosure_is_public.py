"""Row 28 (碳中和信息披露): public after closing, with numbers that equal sums of the database."""

from __future__ import annotations

import asyncpg

from tests.routes.disclosure.releasing import closed_event, released, releases
from tests.service import Service


async def test_row_28_after_closing_anybody_reads_numbers_that_equal_the_database(
    service: Service, owner: asyncpg.Connection
) -> None:
    await closed_event(service, "fair", people=7)
    (brief,) = await releases(service)
    content = (await released(service, brief["number"]))["release"]["content"]
    row = await owner.fetchrow(
        """SELECT (SELECT count(*) FROM attendances) AS people,
                  (SELECT sum(f.total_g)::bigint FROM attendances a JOIN footprints f
                   ON f.event_id = a.event_id AND f.digest = a.footprint_digest) AS footprints_g,
                  (SELECT sum(grams)::bigint FROM current_offsets) AS allocated_g,
                  (SELECT sum(grams)::bigint FROM allocations) AS serials_g,
                  (SELECT sum(serial_to - serial_from + 1)::bigint FROM pools) AS retired_g,
                  (SELECT sum(reduction_g)::bigint FROM actions WHERE state = 'posted') AS reduction_g,
                  (SELECT sum(p.serial_to - p.serial_from + 1)::bigint FROM pools p JOIN credit_batches c
                   ON c.id = p.batch_id WHERE c.origin_tag IS NOT NULL) AS tagged_g"""
    )
    assert row is not None
    offsets, totals = content["offsets"], content["totals"]
    assert totals["attendances"] == row["people"] == 7
    assert totals["footprints_g"] == row["footprints_g"]
    assert offsets["allocated_g"] == row["allocated_g"] == row["serials_g"]
    assert offsets["retired_g"] == row["retired_g"]
    assert offsets["formerly_poor_area_g"] == (row["tagged_g"] or 0)
    assert content["reductions"]["reduction_g"] == row["reduction_g"]
    runs = [run for batch in offsets["batches"] for run in batch["serials"]]
    assert sum(run["grams"] for run in runs if run["held_by"] == "people") == row["allocated_g"]
    assert sum(run["grams"] for run in runs) == row["retired_g"]
    assert sum(each["total_g"] for each in content["groups"]) == totals["estimate_g"]
    for language in ("zh-CN", "en"):
        page = await service.client.get(f"/disclosures/{brief['number']}?lang={language}")
        assert page.status_code == 200
        assert brief["sha256"] in page.text
