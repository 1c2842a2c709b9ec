"""Releases what is due: closed events without a release, and months, quarters and years that are over."""

from __future__ import annotations

from datetime import UTC, datetime

from backend.catalogue import Catalogue
from backend.jobs.job import Result
from backend.services.disclosure.event_releases import disclose_closed_events
from backend.services.disclosure.period_releases import disclose_periods_over
from backend.storage.database import Database

EVENTS_PER_RUN_MAX = 1000


async def release_due(database: Database, catalogue: Catalogue) -> Result:
    """Publish what is due and count it. Each release is a transaction of its own; a repeat finds it done."""
    now = datetime.now(UTC)
    events = await disclose_closed_events(database, catalogue, now, EVENTS_PER_RUN_MAX)
    return {"events": events, "periods": await disclose_periods_over(database, now)}
