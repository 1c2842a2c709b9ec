"""Raises an alert while complaints wait beyond their last day for an answer."""

from __future__ import annotations

from datetime import UTC, datetime

import structlog

from backend.jobs.job import Result
from backend.services.complaints.complaints import count_overdue

log = structlog.get_logger(__name__)


async def watch_deadlines() -> Result:
    """How many complaints are overdue."""
    overdue = await count_overdue(datetime.now(UTC))
    if overdue:
        log.warning("complaints_overdue", complaints=overdue)
    return {"overdue": overdue}
