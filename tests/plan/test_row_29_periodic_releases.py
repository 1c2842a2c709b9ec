"""Row 29 (信息定期发布机制): two reports of one period have one hash, chained; no edit is possible."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import asyncpg
import pytest

from backend.domain.certificates.canonical_json import canonical_bytes
from backend.domain.disclosure.periods import period_of
from backend.services.disclosure.period_releases import disclose_period
from tests.routes.disclosure.releasing import closed_event, released, releases
from tests.service import Service


async def test_row_29_a_period_is_released_once_chained_and_unchangeable(
    service: Service, owner: asyncpg.Connection
) -> None:
    await closed_event(service, "fair", people=6)
    database, now = service.components.database, datetime.now(UTC)
    period = period_of("month", now.date())
    after = period.ends_at + timedelta(hours=1)
    number = await disclose_period(database, period.name, after)
    first = await released(service, number)
    assert await disclose_period(database, period.name, after + timedelta(days=40)) == number
    assert await released(service, number) == first
    assert first["sha256"] == sha256(canonical_bytes(first["release"])).hexdigest()
    newest, oldest = await releases(service)
    assert first["release"]["previous_sha256"] == newest["previous_sha256"] == oldest["sha256"]
    totals = first["release"]["content"]["totals"]
    row = await owner.fetchrow(
        """SELECT count(*) AS people, sum(f.total_g)::bigint AS footprint_g,
                  (SELECT sum(grams)::bigint FROM offsets) AS offset_g,
                  (SELECT sum(reduction_g)::bigint FROM actions WHERE state = 'posted') AS reduction_g
           FROM attendances a JOIN footprints f ON f.event_id = a.event_id AND f.digest = a.footprint_digest"""
    )
    assert {name: totals[name] for name in ("people", "footprint_g", "offset_g", "reduction_g")} == dict(row)
    points = first["release"]["content"]["points"]
    assert points["issued"] == await owner.fetchval(
        "SELECT sum(points) FROM transfers WHERE debit_account = '00000000-0000-7000-8000-000000000001'"
    )
    with pytest.raises(asyncpg.CheckViolationError):
        await owner.execute("UPDATE disclosures SET body = '\\x00' WHERE number = $1", number)
    with pytest.raises(asyncpg.CheckViolationError):
        await owner.execute("DELETE FROM disclosures WHERE number = $1", number)
