"""Working days: Monday to Friday. Public holidays are set from year to year; leaving them out makes a term shorter for
who answers and never longer for who waits.
"""

from __future__ import annotations

from datetime import date, timedelta

SATURDAY = 5


def working_days_after(day: date, count: int) -> date:
    """The day that lies so many working days after another one, which does not count."""
    left = count
    while left:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY:
            left -= 1
    return day
