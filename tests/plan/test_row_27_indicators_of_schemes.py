"""Row 27 (绿色会展、绿色生活创建、绿色低碳企业、低碳试点城市): a CSV by scheme that matches the ledger."""

from __future__ import annotations

import csv
import io

import asyncpg

from backend.messages.disclosure.statistics import SCHEMES
from tests.routes.disclosure.releasing import closed_event
from tests.service import Service


async def test_row_27_indicators_of_every_scheme_match_the_ledger(
    service: Service, owner: asyncpg.Connection
) -> None:
    await closed_event(service, "fair", people=3)
    regulator = await service.staff("regulator")
    tables = {}
    for scheme in SCHEMES:
        answer = await service.client.get(
            f"/v1/exports/indicators?scheme={scheme}&language=zh-CN", headers=regulator
        )
        assert answer.status_code == 200
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        tables[scheme] = dict(zip(rows[0], rows[-1], strict=True))
    people = await owner.fetchval("SELECT count(*) FROM attendances")
    offset_g = await owner.fetchval("SELECT sum(grams) FROM current_offsets")
    reduction_g = await owner.fetchval("SELECT sum(reduction_g) FROM actions WHERE state = 'posted'")
    for scheme in ("green_exhibition", "low_carbon_city"):
        assert int(tables[scheme]["人数"]) == people
        assert int(tables[scheme]["个人抵消（克）"]) == offset_g
    for scheme in ("green_exhibition", "green_living"):
        assert int(tables[scheme]["已核实减排（克）"]) == reduction_g
    organiser = await service.staff("organiser")
    refused = await service.client.get("/v1/exports/indicators?scheme=green_living", headers=organiser)
    assert refused.status_code == 403
