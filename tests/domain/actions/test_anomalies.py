"""Which accounts are fresh, and which quantities are told by nobody by chance."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from backend.domain.actions.anomalies import is_fresh, is_telling
from backend.models.keys import uuid7


def test_an_account_is_fresh_for_a_week() -> None:
    citizen, now = uuid7(), datetime.now(UTC)
    assert is_fresh(citizen, now)
    assert is_fresh(citizen, now + timedelta(days=6, hours=23))
    assert not is_fresh(citizen, now + timedelta(days=7, hours=1))


@pytest.mark.parametrize(
    ("quantity", "is_exact"), [("5", False), ("12", False), ("1200", False), ("12.4", True), ("1499.7", True)]
)
def test_round_numbers_tell_nothing(quantity: str, is_exact: bool) -> None:
    assert is_telling(Decimal(quantity)) == is_exact
