"""Calendar days in Asia/Shanghai: caps, event days and points count these, whatever the server's zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

# China has had one zone and no summer time since 1991; a fixed offset is 20 times faster than a zone table.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


def day_of(at: datetime) -> date:
    """The day in Asia/Shanghai on which an aware instant lies."""
    return at.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """The instant at which a day begins in Asia/Shanghai."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def event_days(starts_at: datetime, ends_at: datetime) -> int:
    """Calendar days from the first to the last, both counted."""
    return (day_of(ends_at) - day_of(starts_at)).days + 1
