"""How long an attendee stays, under the journey rules of 2026.2: days at the event, nights, ways there and back."""

from __future__ import annotations

from typing import NamedTuple

from backend.domain.footprint.inputs import Journey
from backend.domain.footprint.lines import Sheet


class Stay(NamedTuple):
    """`days` are those attended; `trips` how often the way is made; `defaults` the inputs that were filled in."""

    days: int
    nights: int
    hotel_nights: int
    trips: int
    defaults: tuple[str, ...]

    @property
    def days_in_town(self) -> int:
        return max(self.nights + 1, self.days)


def plan_stay(sheet: Sheet, declared: Journey, *, is_local: bool) -> Stay:
    """Days and nights of an attendance, told or filled in.

    An event of up to `whole_event_days_max` days is attended from the first to the last day; of a longer one an
    attendee from the city comes for one day, and somebody from elsewhere for so many as that. Whoever tells the
    nights and no days attends at least as many days as the nights allow.
    """
    profile = sheet.profile
    event_days = profile.event_days
    days_max = int(sheet.entry("whole_event_days_max").value)
    by_day = event_days if event_days <= days_max else 1
    days, nights = declared.told("days_attended"), declared.nights
    defaults: list[str] = []
    if declared.told("home_every_night"):
        nights = 0
    if nights is None:
        defaults.append("nights")
        nights = 0 if is_local else profile.nights
        if nights is None:
            nights = (min(event_days, days_max) if days is None else days) - 1
    if days is None:
        if event_days > 1:
            defaults.append("days_attended")
        days = max(by_day, min(event_days, nights + 1))
    return Stay(
        days=days,
        nights=nights,
        hotel_nights=max(0, nights - (declared.told("free_nights") or 0)),
        trips=days if declared.told("home_every_night") else 1,
        defaults=tuple(defaults),
    )
