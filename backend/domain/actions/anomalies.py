"""Patterns that a person looks at: the same quantity over and over, crowds of fresh accounts. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

FRESH = timedelta(days=7)
"""An account is fresh for so long after it was opened."""
SIGNIFICANT_DIGITS = 3
"""Many people ride 12 km; when many ride 12.4 km on one day, one of them may have typed for all."""
_UNIX_MS_SHIFT = 80
_EPOCH = datetime.fromtimestamp(0, UTC)


def opened_at(citizen_id: UUID) -> datetime:
    """When an account was opened: an id begins with its milliseconds since 1970 (RFC 9562, version 7)."""
    return _EPOCH + timedelta(milliseconds=citizen_id.int >> _UNIX_MS_SHIFT)


def is_fresh(citizen_id: UUID, now: datetime) -> bool:
    return opened_at(citizen_id) > now - FRESH


def is_telling(quantity: Decimal) -> bool:
    """Whether a quantity is so exact that many people would hardly declare it by chance."""
    return len(quantity.normalize().as_tuple().digits) >= SIGNIFICANT_DIGITS
