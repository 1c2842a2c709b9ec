"""Years that go the way of an event: of a venue, an enterprise or an institution."""

from __future__ import annotations

from datetime import date, timedelta

YEAR_TEMPLATES = ("venue_year", "enterprise_year", "institution_year")
WHOLES = ("enterprise_year", "institution_year")
"""Years that may include those of venues."""
YEAR_KINDS = ("operation", "production")
ORGANISATION_KIND = {"enterprise_year": "enterprise", "institution_year": "public_institution"}
"""What an organisation has to be for its own year; a venue may belong to any."""
MONTHS = 12
COUNTED = ("evaluated", "closed")
"""States in which an account is fixed: no further year is included."""


def last_day_of_year(first: date) -> date:
    """The day on which twelve months end that begin on `first`."""
    if (first.month, first.day) == (2, 29):
        return date(first.year + 1, 2, 28)
    return first.replace(year=first.year + 1) - timedelta(days=1)


def is_business_year(first: date, last: date) -> bool:
    """Whether a period is twelve whole calendar months; a business year may begin in any month."""
    return first.day == 1 and last == last_day_of_year(first)


def months_of(first: date) -> tuple[date, ...]:
    """The first days of the twelve months that begin on `first`, itself the first of a month."""
    index = 12 * first.year + first.month - 1
    return tuple(date(each // 12, each % 12 + 1, 1) for each in range(index, index + MONTHS))
