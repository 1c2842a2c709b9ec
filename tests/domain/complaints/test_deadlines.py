"""Fifteen working days: three whole weeks, wherever a complaint falls into the week."""

from __future__ import annotations

from datetime import date

import pytest

from backend.domain.complaints.deadlines import due_on


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 11, 2), date(2026, 11, 23)),
        (date(2026, 11, 6), date(2026, 11, 27)),
        (date(2026, 11, 7), date(2026, 11, 27)),
        (date(2026, 11, 8), date(2026, 11, 27)),
        (date(2026, 12, 24), date(2027, 1, 14)),
    ],
)
def test_the_deadline_is_the_fifteenth_weekday_after_the_day_of_receipt(received: date, due: date) -> None:
    assert due_on(received) == due
