"""Days, months and instants as people write them; the clock is the city's."""

from __future__ import annotations

from datetime import date, datetime

from backend.domain.days import SHANGHAI
from backend.texts import say


def day(language: str, value: date) -> str:
    return dated(language, "format.day", value)


def moment(language: str, value: datetime) -> str:
    """An instant with its day."""
    local = value.astimezone(SHANGHAI)
    return f"{day(language, local.date())} {local:%H:%M}"


def dated(language: str, key: str, value: date) -> str:
    """A date in one of the forms of dates.json; each language takes from the facts what it writes."""
    return say(
        language,
        key,
        year=value.year,
        month=value.month,
        month_name=say(language, f"month.{value.month}"),
        month_short=say(language, f"month.{value.month}.short"),
        day=value.day,
    )
