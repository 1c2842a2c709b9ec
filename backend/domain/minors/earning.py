"""Who may earn points: who told an age, and of children under 14 those with a guardian's consent."""

from __future__ import annotations

from datetime import date

from backend.domain.minors.ages import CHILD_UNTIL, birthday
from backend.errors import Refusal
from backend.errors.minors import AgeNeeded, GuardianNeeded


def earns_from(month: date, today: date, *, has_guardian: bool) -> date:
    """The first day on which an account earns: a child with a guardian's consent does from today on."""
    on = birthday(month, CHILD_UNTIL)
    return min(on, today) if has_guardian else on


def hindrance(earns_from: date | None, today: date) -> Refusal | None:
    """Why an account earns nothing today, if it does not."""
    if earns_from is None:
        return AgeNeeded()
    return GuardianNeeded() if today < earns_from else None
