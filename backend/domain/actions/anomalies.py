"""Patterns that a person looks at: the same quantity over and over, crowds of fresh accounts. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

FRESH = timedelta(days=7)
"""An account is fresh for so long after it was opened."""
SIGNIFICANT_DIGITS = 3
"""Many people ride 12 km; when many ride 12.4 km on one day, one of them may have typed for all."""
_UNIX_MS_SHIFT = 80


def opened_at_ms(citizen_id: UUID) -> int:
    """When an account was opened, in milliseconds since 1970: an id begins with its time (RFC 9562, version 7)."""
    return citizen_id.int >> _UNIX_MS_SHIFT


def is_fresh(citizen_id: UUID, now: datetime) -> bool:
    return opened_at_ms(citizen_id) > (now - FRESH).timestamp() * 1000


def is_telling(quantity: Decimal) -> bool:
    """Whether a quantity is so exact that many people would hardly declare it by chance."""
    return len(quantity.normalize().as_tuple().digits) >= SIGNIFICANT_DIGITS
