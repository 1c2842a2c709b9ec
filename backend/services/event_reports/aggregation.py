"""Sums over an event's attendees: each different footprint is read once, however many attendees share it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from backend.domain.event_reports.statistics import Group
from backend.storage.statements import Reader, Rows

FOOTPRINTS_AT_ONCE = 500
"""Decoded in one go: some milliseconds in which a server process does nothing else."""
NO_CATEGORY = "none"
NO_TRAVEL = "local"
UNTOLD = "untold"
"""Of those whose journeys are not kept."""
TRAVEL = "travel_intercity"
# A travel line's factors show the vehicle it was computed for.
MODE_ROLES = {
    "hsr": "hsr",
    "train": "train",
    "flight_domestic": "plane",
    "flight_domestic_rf": "plane",
    "flight_long_haul": "plane",
    "flight_long_haul_rf": "plane",
    "coach": "coach",
    "taxi": "taxi",
    "taxi_vehicle": "taxi",
    "motorbike": "motorbike",
    "petrol_car": "car",
    "bev_energy": "bev",
}


class Line(msgspec.Struct):
    """The fields of a footprint's line that a report needs."""

    source: str
    emission_g: int
    factor_id: str
    factor_ids: list[str] = []
    defaults: list[str] = []
    neutralised_by_organiser: bool = False


class Category(msgspec.Struct):
    """What is kept of a source where the journey is not."""

    source: str
    emission_g: int
    default_g: int
    neutralised_g: int


class Body(msgspec.Struct):
    uncertainty_pct: int
    lines: list[Line]
    categories: list[Category] = []


_BODIES = msgspec.json.Decoder(Body)


class Attendees:
    """Sums over all attendances. `modes` names the vehicle of each factor that stands for one."""

    def __init__(self, modes: Mapping[str, str]) -> None:
        self._modes = modes
        self.people = 0
        self.total_g = 0
        self.uncertain_g = 0
        """Hundredths of grams: footprint times its half-width in percent."""
        self.default_g = 0
        self.totals: dict[int, int] = {}
        self.sources: dict[str, Group] = {}
        self.categories: dict[str, Group] = {}
        self.bases: dict[str, Group] = {}
        self.modes: dict[str, Group] = {}
        self.factor_ids: set[str] = set()
        self.lines_are_whole = True
        """Whether the lines of every footprint are kept, and so its factors known."""
        self.left_g: dict[bytes, int] = {}
        """Grams that the organiser does not neutralise, by the digest of a footprint with neutralised sources."""

    def add(self, row: Mapping[str, Any], groups: Rows) -> None:
        """Add a footprint and the attendees who have it, by category."""
        body = _BODIES.decode(row["body"])
        total_g: int = row["total_g"]
        people = 0
        offset_g = 0
        for each in groups:
            count, offset = each["people"], each["offset_g"]
            group = self.categories.setdefault(each["category"] or NO_CATEGORY, Group())
            group.add(count, count * total_g, offset)
            people += count
            offset_g += offset
        self.people += people
        self.total_g += people * total_g
        self.uncertain_g += people * total_g * body.uncertainty_pct
        self.totals[total_g] = self.totals.get(total_g, 0) + people
        self.bases.setdefault(row["basis"], Group()).add(people, people * total_g, offset_g)
        if body.categories:
            self._add_categories(body.categories, people)
        else:
            self._add_lines(body.lines, people)
        neutralised_g = sum(each.neutralised_g for each in body.categories)
        neutralised_g += sum(line.emission_g for line in body.lines if line.neutralised_by_organiser)
        if neutralised_g:
            self.left_g[row["digest"]] = total_g - neutralised_g

    def _add_categories(self, categories: list[Category], people: int) -> None:
        travel_g = 0
        self.lines_are_whole = False
        for each in categories:
            grams = people * each.emission_g
            self.sources.setdefault(each.source, Group()).add(people, grams, people * each.default_g)
            self.default_g += people * each.default_g
            if each.source in (TRAVEL, "airport_transfer"):
                travel_g += grams
        mode = UNTOLD if any(each.source == TRAVEL for each in categories) else NO_TRAVEL
        self.modes.setdefault(mode, Group()).add(people, travel_g)

    def _add_lines(self, lines: list[Line], people: int) -> None:
        mode = NO_TRAVEL
        travel_g = 0
        counted: set[str] = set()
        for line in lines:
            grams = people * line.emission_g
            assumed = grams if line.defaults else 0
            # A source may have two lines, as the two ends of a flight have: its people are counted once.
            self.sources.setdefault(line.source, Group()).add(
                0 if line.source in counted else people, grams, assumed
            )
            counted.add(line.source)
            self.default_g += assumed
            self.factor_ids.update(line.factor_ids or (line.factor_id,))
            if line.source == TRAVEL:
                named = (self._modes.get(each) for each in (line.factor_ids or [line.factor_id]))
                mode = next((each for each in named if each is not None), mode)
            if line.source in (TRAVEL, "airport_transfer"):
                travel_g += grams
        self.modes.setdefault(mode, Group()).add(people, travel_g)


async def read_attendees(read: Reader, event_id: UUID, modes: Mapping[str, str]) -> Attendees:
    """Sum an event's attendances, in statements whose number does not grow with the attendees per footprint."""
    attendees = Attendees(modes)
    people: dict[bytes, list[Mapping[str, Any]]] = {}
    for row in await read("read_event_attendees", event_id):
        people.setdefault(row["digest"], []).append(row)
    after = b""
    while True:
        rows = await read("read_event_footprints", event_id, after, FOOTPRINTS_AT_ONCE)
        for row in rows:
            # No attendance has this footprint any more: its attendees have revised their journeys.
            if row["digest"] in people:
                attendees.add(row, people.pop(row["digest"]))
        if len(rows) < FOOTPRINTS_AT_ONCE:
            break
        after = rows[-1]["digest"]
        await asyncio.sleep(0)
    assert not people, "an attendance without its footprint"
    return attendees
