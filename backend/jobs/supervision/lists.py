"""Ends entries of the lists whose last day has gone by, and looks for what breaks the negative list's rules."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from backend.domain.days import day_of
from backend.jobs.job import Result
from backend.services.supervision.detectors import detect
from backend.services.supervision.lists import expire_entries
from backend.storage.database import Database


async def end_entries(database: Database) -> Result:
    now = datetime.now(UTC)
    return {"expired": await expire_entries(database, day_of(now), now)}


async def look_for_cases(database: Database) -> Result:
    return msgspec.structs.asdict(await detect(database, datetime.now(UTC)))
