"""Terms of the green, black and negative list of organisations.

Before a black listing the organisation is told and may answer. The law gives it five working days to ask to be heard
(行政处罚法 2021, article 64), and sixty days to ask for a review of a decision (行政复议法 2023, article 20).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

from backend.domain.days import day_of
from backend.domain.supervision.working_days import working_days_after

ListName = Literal["green", "black", "negative"]
EntryState = Literal["proposed", "hearing", "published", "removed", "expired", "rejected"]

HEARING_WORKING_DAYS = 5
APPEAL_DAYS = 60
OPEN: tuple[EntryState, ...] = ("proposed", "hearing")
"""States in which an entry waits for its confirmation."""
SHOWN: tuple[EntryState, ...] = ("published", "removed", "expired")
"""States of what was published once: shown to anybody, as history where it has ended."""


def hearing_until(today: date) -> date:
    """The last day on which an organisation may answer before it is listed."""
    return working_days_after(today, HEARING_WORKING_DAYS)


def is_heard(until: date | None, *, has_statement: bool, today: date) -> bool:
    """Whether an entry may be confirmed: the organisation has answered, or had its days."""
    return until is None or has_statement or today > until


def is_in_force(state: str, valid_from: date | None, valid_to: date | None, today: date) -> bool:
    """Whether an entry counts on a day."""
    if state != "published" or valid_from is None:
        return False
    return valid_from <= today and (valid_to is None or today <= valid_to)


def appeals_until(published_at: datetime) -> date:
    """The last day for an appeal; the day of publication does not count."""
    return day_of(published_at) + timedelta(days=APPEAL_DAYS)
