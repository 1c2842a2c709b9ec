"""How long points wait for an account's first proven act. Pure."""

from __future__ import annotations

from datetime import date, timedelta

PENDING_DAYS_MAX = 90
"""Free earnings wait so long for one proven act, as is said where they are shown; then they lapse."""


def lapse_day(day: date) -> date:
    """The first day on which points that were earned on `day` no longer wait."""
    return day + timedelta(days=PENDING_DAYS_MAX)
