"""By when a complaint is answered.

Fifteen working days, as operators of apps are given for requests of the kind. Working days are Monday to Friday:
public holidays are set from year to year, and leaving them out makes a deadline earlier, never later.

Source: 《App违法违规收集使用个人信息行为认定方法》 (2019) VI.3: an answer within fifteen working days.
"""

from __future__ import annotations

from datetime import date, timedelta

ANSWER_WORKING_DAYS = 15
SATURDAY = 5


def due_on(received_on: date) -> date:
    """The last day for an answer; the day of receipt does not count."""
    day, left = received_on, ANSWER_WORKING_DAYS
    while left:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY:
            left -= 1
    return day
