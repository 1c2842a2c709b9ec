"""Ninety days after an event only the sums of its journeys are left, and the books still agree."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import asyncpg

from backend.jobs.retention import JOURNEY_DAYS_MAX, remove_old_journeys
from backend.ledger.audit.ledger import audit_database
from tests.routes.attending import id_of
from tests.service import Service


async def test_a_journey_goes_ninety_days_after_its_event_and_its_total_stays(
    stage: Service, rows: asyncpg.Connection
) -> None:
    await stage.event("fair")
    (badge,) = await stage.badges(1, "fair")
    citizen = await stage.citizen()
    consent = {"scope": "event_profile", "granted": True}
    await stage.client.post("/v1/me/consents", json=consent, headers=citizen)
    joined = await stage.scan(badge["code"], citizen, journey={"distance_km": 300, "mode": "hsr"})
    kept = (
        "SELECT f.journey, f.total_g FROM attendances a JOIN footprints f ON f.event_id = a.event_id"
        " AND f.digest = a.footprint_digest WHERE a.citizen_id = $1"
    )
    id_, database = id_of(stage, citizen), stage.components.database
    footprints = stage.components.ledger.footprints
    ends_at = await rows.fetchval("SELECT ends_at FROM events WHERE slug = 'fair'")

    await remove_old_journeys(
        database, footprints, ends_at + timedelta(days=JOURNEY_DAYS_MAX) - timedelta(hours=1)
    )
    assert (await rows.fetchrow(kept, id_))["journey"] is not None
    after = ends_at + timedelta(days=JOURNEY_DAYS_MAX, hours=1)
    assert await remove_old_journeys(database, footprints, after) == {"people": 1}
    row = await rows.fetchrow(kept, id_)
    assert (row["journey"], row["total_g"]) == (None, joined.json()["footprint"]["total_g"])
    assert await remove_old_journeys(database, footprints, after) == {"people": 0}
    findings = await audit_database(database, stage.settings)
    assert [finding for finding in findings if finding.is_broken] == []
    assert after > datetime.now(UTC)
